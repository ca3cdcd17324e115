package browser

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	console "skrin/web/console/page"
	"skrin/web/console/page/sample"
)

// policy is what the pages live under.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// gallery serves every sample in every language: /sv/sign-in. Those of which
// others wrote every text stand below /hostile/.
func gallery(t *testing.T) string {
	t.Helper()
	shown := map[string]sample.Sample{}
	for _, l := range console.Languages() {
		for _, s := range sample.All() {
			shown[string(l)+"/"+s.Name] = s
		}
	}
	for _, s := range sample.Hostile(strings.Repeat("W", 300)) {
		shown["hostile/"+s.Name] = s
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := console.Asset(r.URL.Path); ok {
			w.Header().Set("Content-Type", a.MediaType)
			w.Header().Set("Cache-Control", "max-age=3600, immutable")
			_, _ = w.Write(a.Body)
			return
		}
		path := strings.Trim(r.URL.Path, "/")
		s, ok := shown[path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		language, _, _ := strings.Cut(path, "/")
		s.Frame.Language = console.Language(language)
		body, err := console.Render(s.Frame, s.Page)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// A screen is what somebody sees a page on.
type screen struct {
	name          string
	width, height int64
	theme         string
}

var (
	phone   = screen{"phone", 390, 844, "light"}
	night   = screen{"phone-dark", 390, 844, "dark"}
	desktop = screen{"desktop", 1280, 900, "light"}
	evening = screen{"desktop-dark", 1280, 900, "dark"}
	narrow  = screen{"narrow", 320, 640, "light"} // and a desktop at 400 %
	zoomed  = screen{"zoomed", 640, 450, "dark"}  // a desktop at 200 %
)

// dress makes the browser that of a screen.
func dress(t *testing.T, ctx context.Context, s screen) {
	t.Helper()
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if err := chromedp.Run(ctx,
		emulation.SetDeviceMetricsOverride(s.width, s.height, 1, false),
		emulation.SetEmulatedMedia().WithFeatures(media)); err != nil {
		t.Fatal(err)
	}
}

// Pictures of the pages, for people to look at. SKRIN_PICTURES names the folder,
// SKRIN_PICTURES_OF is a pattern of the names of the samples, SKRIN_PICTURES_IN one of
// the languages.
func TestPictures(t *testing.T) {
	dir := os.Getenv("SKRIN_PICTURES")
	if dir == "" {
		t.Skip("SKRIN_PICTURES names no folder to put pictures in")
	}
	of, in := regexp.MustCompile(os.Getenv("SKRIN_PICTURES_OF")), regexp.MustCompile(os.Getenv("SKRIN_PICTURES_IN"))
	ctx, base := chromium(t), gallery(t)
	for _, s := range sample.All() {
		for _, l := range console.Languages() {
			if of.MatchString(s.Name) && in.MatchString(string(l)) {
				for _, screen := range []screen{phone, night, desktop, evening} {
					dress(t, ctx, screen)
					visit(t, ctx, base+"/"+string(l)+"/"+s.Name)
					picture(t, ctx, filepath.Join(dir, s.Name+"-"+string(l)+"-"+screen.name+".png"))
				}
			}
		}
	}
}

func picture(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	var png []byte
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&png, 100)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		t.Fatal(err)
	}
}
