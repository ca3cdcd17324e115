package browser

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	console "skrin/web/console/page"
	"skrin/web/console/page/sample"
)

// gallery serves every sample in every language: /sv/sign-in.
func gallery(t *testing.T) string {
	t.Helper()
	samples := map[string]sample.Sample{}
	for _, s := range sample.All() {
		samples[s.Name] = s
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := console.Asset(r.URL.Path); ok {
			w.Header().Set("Content-Type", a.MediaType)
			_, _ = w.Write(a.Body)
			return
		}
		language, name, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
		s, ok := samples[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		s.Frame.Language = console.Language(language)
		body, err := console.Render(s.Frame, s.Page)
		if err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// A size is that of a screen.
type size struct {
	name          string
	width, height int64
	mobile        bool
}

var sizes = []size{{"phone", 390, 844, true}, {"desktop", 1280, 900, false}}

// Pictures of the pages, for people to look at: SKRIN_PICTURES names the folder,
// SKRIN_PICTURES_OF what the names of the samples must hold.
func TestPictures(t *testing.T) {
	dir := os.Getenv("SKRIN_PICTURES")
	if dir == "" {
		t.Skip("SKRIN_PICTURES names no folder to put pictures in")
	}
	ctx, base := chromium(t), gallery(t)
	for _, s := range sample.All() {
		if !strings.Contains(s.Name, os.Getenv("SKRIN_PICTURES_OF")) {
			continue
		}
		for _, l := range console.Languages() {
			if only := os.Getenv("SKRIN_PICTURES_IN"); only != "" && !strings.Contains(only, string(l)) {
				continue
			}
			for _, size := range sizes {
				for _, theme := range []string{"light", "dark"} {
					dress(t, ctx, size, theme)
					visit(t, ctx, base+"/"+string(l)+"/"+s.Name)
					var picture []byte
					if err := chromedp.Run(ctx, chromedp.FullScreenshot(&picture, 100)); err != nil {
						t.Fatal(err)
					}
					name := strings.Join([]string{s.Name, string(l), size.name, theme}, "-") + ".png"
					if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// dress makes the browser that of a device.
func dress(t *testing.T, ctx context.Context, s size, theme string) {
	t.Helper()
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}
	if err := chromedp.Run(ctx,
		emulation.SetDeviceMetricsOverride(s.width, s.height, 1, s.mobile),
		emulation.SetEmulatedMedia().WithFeatures(media)); err != nil {
		t.Fatal(err)
	}
}
