package browser

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	console "skrin/web/console/page"
	"skrin/web/console/page/sample"
)

// A passkeyDesk shows pages with ceremonies, and keeps the forms that are sent.
type passkeyDesk struct {
	base  string
	forms chan url.Values
}

func newPasskeyDesk(t *testing.T) passkeyDesk {
	t.Helper()
	d := passkeyDesk{forms: make(chan url.Values, 4)}
	pages := map[string]sample.Sample{}
	for _, s := range sample.All() {
		pages["/"+s.Name] = s
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := console.Asset(r.URL.Path); ok {
			w.Header().Set("Content-Type", a.MediaType)
			_, _ = w.Write(a.Body)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(body))
			d.forms <- form
			_, _ = io.WriteString(w, "<!doctype html><title>sent</title>")
			return
		}
		s, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		s.Frame.Language = console.Swedish
		body, err := console.Render(s.Frame, s.Page)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	d.base = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return d
}

// sent is the form that was sent, with the answer of an authenticator in it.
func (d passkeyDesk) sent(t *testing.T) (url.Values, map[string]any) {
	t.Helper()
	var form url.Values
	await(t, "the form is sent", func() bool {
		select {
		case form = <-d.forms:
			return true
		default:
			return false
		}
	})
	var answer struct {
		ID, Type string
		Response map[string]any
	}
	if err := json.Unmarshal([]byte(form.Get("response")), &answer); err != nil || answer.Type != "public-key" || answer.ID == "" {
		t.Fatalf("the response is %q: %v", form.Get("response"), err)
	}
	return form, answer.Response
}

// phoneKeys gives the browser an authenticator that does what it is asked.
func phoneKeys(t *testing.T, ctx context.Context) {
	t.Helper()
	if err := chromedp.Run(ctx, webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	})); err != nil {
		t.Fatal(err)
	}
}

// before runs a script before those of every page.
func before(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdp.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	})); err != nil {
		t.Fatal(err)
	}
}

func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible)); err != nil {
		t.Fatalf("press %s: %v", selector, err)
	}
}

// The page's script asks the authenticator and sends what it answers, also in a
// browser that cannot read and write ceremonies as JSON.
func TestPasskeysThroughThePage(t *testing.T) {
	for name, script := range map[string]string{
		"today":            "",
		"an older browser": `delete PublicKeyCredential.parseCreationOptionsFromJSON; delete PublicKeyCredential.parseRequestOptionsFromJSON; delete PublicKeyCredential.prototype.toJSON; delete PublicKeyCredential.isConditionalMediationAvailable`,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, d := chromium(t), newPasskeyDesk(t)
			before(t, ctx, script)
			phoneKeys(t, ctx)
			visit(t, ctx, d.base+"/credential")
			press(t, ctx, "[data-passkey-go]")
			form, response := d.sent(t)
			if form.Get("state") != "state" || form.Get("token") != "token" || response["attestationObject"] == nil || response["clientDataJSON"] == nil {
				t.Errorf("a new passkey is sent as %v", form)
			}
			visit(t, ctx, d.base+"/second-passkey")
			press(t, ctx, "[data-passkey-go]")
			form, response = d.sent(t)
			if form.Get("pending") != "pending" || response["signature"] == nil || response["authenticatorData"] == nil || response["userHandle"] == nil {
				t.Errorf("a passkey that was used is sent as %v", form)
			}
		})
	}
}

// Without passkeys the page says so, and the password works.
func TestPagesWithoutPasskeys(t *testing.T) {
	ctx, d := chromium(t), newPasskeyDesk(t)
	before(t, ctx, "delete window.PublicKeyCredential")
	visit(t, ctx, d.base+"/sign-in")
	const seen = `[...document.querySelectorAll("[data-passkey-go], [data-passkey-missing], #field-password")].filter((e) => e.checkVisibility()).map((e) => e.id || e.textContent).join("|")`
	if got := ask(t, ctx, seen); strings.Contains(got, "Logga in med") || !strings.Contains(got, "kan inte använda passkeys") || !strings.Contains(got, "field-password") {
		t.Errorf("without passkeys there is %q", got)
	}
}
