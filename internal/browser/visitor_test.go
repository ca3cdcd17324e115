package browser

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	tab "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A visitor is somebody before a browser who uses the keyboard and nothing else:
// Tab, Enter and letters. What they look at is read out of the page, which works
// in pages that may run no scripts, too.
type visitor struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string // what the browser complained of
}

// newVisitor sits down before a new browser.
func newVisitor(t *testing.T, more ...chromedp.ExecAllocatorOption) *visitor {
	t.Helper()
	v := &visitor{t: t, ctx: chromium(t, append(more, chromedp.IgnoreCertErrors)...)}
	v.settle()
	return v
}

// another is a second tab of the same browser.
func (v *visitor) another() *visitor {
	v.t.Helper()
	ctx, leave := chromedp.NewContext(v.ctx)
	v.t.Cleanup(leave)
	other := &visitor{t: v.t, ctx: ctx}
	other.settle()
	return other
}

func (v *visitor) settle() {
	v.t.Helper()
	v.listen()
	v.do(emulation.SetFocusEmulationEnabled(true), log.Enable(), audits.Enable(), runtime.Enable())
}

// withPhone gives them a phone. It has a keyboard, as phones may.
func (v *visitor) withPhone() *visitor {
	v.t.Helper()
	v.do(emulation.SetDeviceMetricsOverride(390, 844, 2, true), emulation.SetTouchEmulationEnabled(true))
	return v
}

// withoutScripts lets no page run a script from the next one on.
func (v *visitor) withoutScripts(none bool) *visitor {
	v.t.Helper()
	v.do(emulation.SetScriptExecutionDisabled(none))
	return v
}

func (v *visitor) do(actions ...chromedp.Action) {
	v.t.Helper()
	if err := chromedp.Run(v.ctx, actions...); err != nil {
		v.t.Fatal(err)
	}
}

// listen notes what a policy forbade and what went wrong in scripts.
func (v *visitor) listen() {
	note := func(format string, a ...any) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.faults = append(v.faults, fmt.Sprintf(format, a...))
	}
	chromedp.ListenTarget(v.ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			if e.Entry.Source == log.SourceSecurity || e.Entry.Level == log.LevelError && e.Entry.Source != log.SourceNetwork {
				note("%s: %s", e.Entry.URL, e.Entry.Text)
			}
		case *audits.EventIssueAdded:
			if c := e.Issue.Details.ContentSecurityPolicyIssueDetails; c != nil {
				note("policy: %s: %s", c.ViolatedDirective, c.BlockedURL)
			}
		case *runtime.EventExceptionThrown:
			note("script: %s", e.ExceptionDetails.Error())
		}
	})
}

// complaints are what the browser complained of since the last call.
func (v *visitor) complaints() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := v.faults
	v.faults = nil
	return all
}

// content fails the test when the browser complained of anything.
func (v *visitor) content() {
	v.t.Helper()
	for _, c := range v.complaints() {
		v.t.Errorf("the browser complains of %s", c)
	}
}

// open goes to an address, as one that was typed.
func (v *visitor) open(address string) {
	v.t.Helper()
	visit(v.t, v.ctx, address)
}

// at is the address of the page; "" when it is just changing.
func (v *visitor) at() (address string) {
	_ = chromedp.Run(v.ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		current, entries, err := tab.GetNavigationHistory().Do(ctx)
		if err == nil {
			address = entries[current].URL
		}
		return err
	}))
	return address
}

// arrives waits for the page of an address, whatever its query, and until it is loaded.
func (v *visitor) arrives(base, path string) {
	v.t.Helper()
	want, _ := url.Parse(base + path)
	for deadline := time.Now().Add(arrival); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if u, err := url.Parse(v.at()); err == nil && u.Host == want.Host && u.Path == want.Path && v.look("document.readyState") == "complete" {
			return
		}
	}
	v.t.Fatalf("waited in vain for %s%s; the page is %s: %s", base, path, v.at(), v.look("document.body.innerText"))
}

// look evaluates an expression in the page that is there at the moment; "" when
// the page is just going.
func (v *visitor) look(expression string) (answer string) {
	_ = chromedp.Run(v.ctx, chromedp.Evaluate("String(("+expression+") ?? '')", &answer))
	return answer
}

// sees waits until something is so in the page.
func (v *visitor) sees(what, expression string) {
	v.t.Helper()
	for deadline := time.Now().Add(arrival); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if v.look(expression) == "true" {
			return
		}
	}
	v.t.Fatalf("waited in vain: %s; the page is %s: %s", what, v.at(), v.look("document.body.innerText"))
}

// reads waits for a text on the page.
func (v *visitor) reads(text string) {
	v.t.Helper()
	v.sees(fmt.Sprintf("%q can be read", text), fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// farthest is how many Tabs a page may take from its beginning to anything on it.
const farthest = 80

// goes presses Tab until what the selector says has the focus, at most once round.
func (v *visitor) goes(selector string) {
	v.t.Helper()
	focused := fmt.Sprintf("!!document.activeElement?.matches(%q)", selector)
	var passed []string
	for range farthest {
		if v.look(focused) == "true" {
			return
		}
		v.press(kb.Tab)
		next := v.look("document.activeElement.outerHTML.slice(0, 120)")
		if len(passed) > 0 && passed[0] == next {
			break
		}
		passed = append(passed, next)
	}
	v.t.Fatalf("%s: no Tab leads to %s, but to:\n%s", v.at(), selector, strings.Join(passed, "\n"))
}

func (v *visitor) press(keys string) {
	v.t.Helper()
	v.do(chromedp.KeyEvent(keys))
}

// types fills a field anew.
func (v *visitor) types(selector, text string) {
	v.t.Helper()
	v.goes(selector)
	v.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(input.ModifierCtrl)))
	v.press(cmp.Or(text, kb.Delete))
	if got := v.look("document.activeElement.value"); got != text {
		v.t.Fatalf("%s: typed %q into %s, which has %q now", v.at(), text, selector, got)
	}
}

// chooses presses Enter on a link or a button.
func (v *visitor) chooses(selector string) {
	v.t.Helper()
	v.goes(selector)
	v.press(kb.Enter)
}

// everywhere runs a script at the beginning of every page from the next one on,
// until it is undone.
func (v *visitor) everywhere(script string) (undo func()) {
	v.t.Helper()
	var id tab.ScriptIdentifier
	v.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		id, err = tab.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}))
	return func() {
		v.t.Helper()
		v.do(tab.RemoveScriptToEvaluateOnNewDocument(id))
	}
}
