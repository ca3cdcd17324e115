package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"skrin/clients/npm"
	console "skrin/web/console/page"
	"skrin/web/console/page/sample"
)

//go:embed testdata/faults.js
var faultsScript string

// watch notes what a page's policy refused, from its beginning.
const watch = `window.refused = []; addEventListener("securitypolicyviolation", (e) => refused.push(e.violatedDirective + " " + e.blockedURI))`

func watchPolicy(t *testing.T, ctx context.Context) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdp.AddScriptToEvaluateOnNewDocument(watch).Do(ctx)
		return err
	})); err != nil {
		t.Fatal(err)
	}
}

// look says what is wrong with the page that is open.
func look(t *testing.T, ctx context.Context, ways ...string) []string {
	t.Helper()
	list, err := json.Marshal(ways)
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(ask(t, ctx, strings.TrimSpace(faultsScript)+"("+string(list)+")"), func(r rune) bool { return r == '\n' })
}

// Every page, in every language, by day and by night, on phones and on desks: axe
// finds nothing, nothing leaves the screen, and the strict policy has nothing to
// refuse.
func TestPagesAreWithoutFault(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join(npm.Install(t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	base := gallery(t)
	screens := []screen{phone, evening, night, desktop}
	for j, l := range console.Languages() {
		t.Run(string(l), func(t *testing.T) {
			ctx := chromium(t)
			watchPolicy(t, ctx)
			for i, s := range sample.All() {
				screen := screens[(i+j)%len(screens)]
				dress(t, ctx, screen)
				visit(t, ctx, base+"/"+string(l)+"/"+s.Name)
				ask(t, ctx, string(axe)+";''")
				report(t, s.Name+" on "+screen.name, look(t, ctx, "axe", "fits", "reach"))
				dress(t, ctx, narrow)
				report(t, s.Name+" on narrow", look(t, ctx, "fits", "spaced", "large", "reach"))
				dress(t, ctx, zoomed)
				report(t, s.Name+" on zoomed", look(t, ctx, "fits"))
			}
		})
	}
}

// However long a word is that others wrote, the page stays as wide as the screen.
func TestLongWordsStayOnTheScreen(t *testing.T) {
	ctx, base := chromium(t), gallery(t)
	for _, s := range sample.All() {
		visit(t, ctx, base+"/hostile/"+s.Name)
		for _, screen := range []screen{narrow, desktop} {
			dress(t, ctx, screen)
			report(t, s.Name+" on "+screen.name, look(t, ctx, "fits"))
		}
	}
}

// On paper there is the key with what it is for, no group of it broken, and nothing
// that is for the screen.
func TestKeyOnPaper(t *testing.T) {
	ctx, base := chromium(t), gallery(t)
	dress(t, ctx, screen{"paper", 794, 1123, "dark"})
	visit(t, ctx, base+"/sv/key-shown")
	if err := chromedp.Run(ctx, emulation.SetEmulatedMedia().WithMedia("print")); err != nil {
		t.Fatal(err)
	}
	seen := ask(t, ctx, `[...document.querySelectorAll("dd, .key span, button, input, nav, .lead")].filter((e) => e.checkVisibility()).map((e) => e.textContent).join("|")`)
	if !strings.HasPrefix(seen, "maria|https://pods.example/maria/|maria@example.org|AGE-SECRET-KEY-PQ-1|ACDE|") || !strings.HasSuffix(seen, "|XY") {
		t.Errorf("on paper stands %q", seen)
	}
	if heights := ask(t, ctx, `[...new Set([...document.querySelectorAll(".key span:not(.prefix)")].map((e) => Math.round(e.getBoundingClientRect().height)))].join()`); strings.Contains(heights, ",") {
		t.Errorf("some groups are broken: they are %s high", heights)
	}
	if ground := ask(t, ctx, `getComputedStyle(document.body).backgroundColor`); ground != "rgb(255, 255, 255)" {
		t.Errorf("the paper is %s", ground)
	}
}

// A test that finds nothing must be able to find something.
func TestFaultsAreFound(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join(npm.Install(t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>faults</title><main><h1>Faults</h1><p style="color:#bbb">inline</p><input>
<svg></svg><button>x</button><font color="#bbbbbb">pale</font><p>` + strings.Repeat("wide&nbsp;", 14) + `</p></main>`))
	}))
	t.Cleanup(server.Close)
	ctx := chromium(t)
	watchPolicy(t, ctx)
	dress(t, ctx, narrow)
	visit(t, ctx, server.URL)
	ask(t, ctx, string(axe)+";''")
	for way, want := range map[string]string{"axe": "color-contrast", "fits": "px wide", "spaced": "px wide", "large": "px wide", "reach": "is "} {
		found := strings.Join(look(t, ctx, way), "\n")
		if !strings.Contains(found, want) || !strings.Contains(found, "the policy refused") {
			t.Errorf("by %q only this is found: %s", way, found)
		}
	}
}

func report(t *testing.T, where string, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Errorf("%s: %s", where, f)
	}
}
