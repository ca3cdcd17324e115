package browser

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"skrin/internal/podtest"
)

// A page's form-action holds for the redirects after its forms too (CSP level 3,
// section 6.4.2). So the pages on the way to an app name where the app is
// answered, and this is where a browser says whether what they name is enough.
func TestFormsLeadBackToApps(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := w.Settle("maria")
	ctx := newVisitor(t).ctx
	port := arrivals(t)
	for name, redirect := range map[string]string{
		"localhost": "http://localhost:" + port + "/back", "ipv4": "http://127.0.0.1:" + port + "/back", "ipv6": "http://[::1]:" + port + "/back?x=y",
		"scheme": "example.notebook.app:/back", "slashes": "example.notebook.app://back/x",
	} {
		t.Run(name, func(t *testing.T) {
			for _, signedIn := range []bool{true, false} {
				v := (&visitor{t: t, ctx: ctx}).another()
				v.do(network.ClearBrowserCookies())
				if signedIn {
					v.do(network.SetCookie("skrin-session", maria.Token.Reveal()).WithURL(w.DeskURL("/")))
				}
				id := publish(w, name, redirect)
				visit(t, v.ctx, asking(w, id, redirect))
				if !signedIn {
					v.do(chromedp.SetValue(`input[name=name]`, "maria"), chromedp.SetValue(`input[name=password]`, maria.Password),
						chromedp.Submit(`input[name=password]`), chromedp.WaitReady(`button[value=allow]`))
				}
				went := make(chan string, 16)
				chromedp.ListenTarget(v.ctx, func(event any) {
					if e, ok := event.(*network.EventRequestWillBeSent); ok {
						select {
						case went <- e.Request.URL:
						default:
						}
					}
				})
				v.do(network.Enable(), chromedp.Click(`button[value=allow]`))
				if strings.HasPrefix(redirect, "http") {
					await(t, "the app is answered", func() bool { return strings.HasPrefix(where(t, v.ctx), redirect) })
				} else {
					await(t, "the app is called", func() bool {
						for {
							select {
							case u := <-went:
								if strings.HasPrefix(u, "example.notebook.app:") {
									return true
								}
								t.Log("went to", u)
							default:
								return false
							}
						}
					})
				}
				v.content()
			}
		})
	}
}

// arrivals is where apps on this machine are answered.
func arrivals(t *testing.T) (port string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: ln, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("arrived"))
	})}}
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

func publish(w *podtest.World, name, redirect string) (id string) {
	id = w.Issuer.URL("/apps/" + name)
	text, _ := json.Marshal(map[string]any{
		"@context": "https://www.w3.org/ns/solid/oidc-context.jsonld", "client_id": id, "client_name": "Notebook", "redirect_uris": []string{redirect},
		"grant_types": []string{"authorization_code"}, "response_types": []string{"code"}, "token_endpoint_auth_method": "none",
		"application_type": "native",
	})
	w.Issuer.Publish("/apps/"+name, "application/ld+json", string(text))
	return id
}

func asking(w *podtest.World, id, redirect string) string {
	sum := sha256.Sum256([]byte("verifier"))
	return w.DeskURL("/oidc/authorize") + "?" + url.Values{
		"client_id": {id}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {"openid webid"}, "state": {"x"}, "prompt": {"consent"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode()
}

// where is the address that a tab shows.
func where(t *testing.T, ctx context.Context) (address string) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.Location(&address)); err != nil {
		t.Fatal(err)
	}
	return address
}
