package browser

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Bounds of waiting. They only tell what will not happen any more from what takes
// long on a busy machine.
const (
	patience = 4 * time.Minute        // for a test
	arrival  = 60 * time.Second       // for something that must happen
	grace    = 300 * time.Millisecond // for something that must not
)

// chromium starts a browser that finds every host on this machine.
func chromium(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(installed(t)), chromedp.NoSandbox, // in a container, as root
		chromedp.WSURLReadTimeout(arrival),
		chromedp.Flag("host-resolver-rules", "MAP * 127.0.0.1"),
		chromedp.Flag("disable-popup-blocking", true))
	options = append(options, more...)
	ctx, stop := context.WithTimeout(context.Background(), patience)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		leave()
		end()
		stop()
	})
	if err := chromedp.Run(ctx, browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorDeny)); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return ctx
}

// installed finds a browser.
func installed(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "there is no browser; install one: apt-get install chromium (or: make tools)"
	if os.Getenv("CI") == "true" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// visit opens an address. What is saved and not shown is no error.
func visit(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.Navigate(address)); err != nil && !strings.Contains(err.Error(), "ERR_ABORTED") && !strings.Contains(err.Error(), "ERR_BLOCKED") {
		t.Fatalf("visit %s: %v", address, err)
	}
}

// ask runs an expression in a page that lets scripts run.
func ask(t *testing.T, ctx context.Context, expression string) (answer string) {
	t.Helper()
	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	if err := chromedp.Run(ctx, chromedp.Evaluate(expression, &answer, wait)); err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return answer
}

// titles are those of all pages that are open.
func titles(t *testing.T, ctx context.Context) []string {
	t.Helper()
	var all []string
	if err := chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		infos, err := target.GetTargets().Do(ctx)
		for _, info := range infos {
			all = append(all, info.Title)
		}
		return err
	})); err != nil {
		t.Fatal(err)
	}
	return all
}

// await waits until something is so.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(arrival); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("waited in vain: %s", what)
}
