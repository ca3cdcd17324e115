package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/identity/records"
	"skrin/internal/outbound"
	"skrin/linkeddata"
	"skrin/web/request"
)

// bare is a visit of somebody who is signed in, without pods behind it.
func bare(t *testing.T, issuer string) *visit {
	t.Helper()
	all := records.Memory()
	p, err := provider.New(provider.Config{Issuer: linkeddata.MustIRI(issuer), Records: all, Fetch: outbound.New(outbound.Config{Base: linkeddata.MustIRI(issuer)})})
	if err != nil {
		t.Fatal(err)
	}
	a, err := account.New(account.Config{Records: all, Policy: account.Open, Cost: account.Cost{Passes: 1, Memory: 8, Lanes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	h := New(Config{Accounts: a, Provider: p, Records: all, Policy: account.Open})
	if err := h.ready(); err != nil {
		t.Fatal(err)
	}
	o, err := a.Create(context.Background(), account.Draft{Name: "maria", Password: account.NewSecret("fjorton gröna kajutor")}, account.From{})
	if err != nil {
		t.Fatal(err)
	}
	r := &request.Request{ID: "1", Method: http.MethodGet, Header: http.Header{}, Address: netip.MustParseAddr("192.0.2.1"), Body: request.NewBody(nil, 0, 1)}
	v := h.visit(context.Background(), r, "/app/authorize")
	v.session, v.account = o.Session, o.Account
	return v
}

// A session that was ended while its person said yes gives the app nothing.
func TestNoCodeForASessionThatHasEnded(t *testing.T) {
	v := bare(t, "https://pods.example/")
	a, err := v.toApp("https://app.example/back?code=x", nil)
	if err != nil || a.Header.Get("Location") != "https://app.example/back?code=x" {
		t.Fatalf("%v %v", a, err)
	}
	if err := v.h.conf.Accounts.End(v.session, v.session.ID); err != nil {
		t.Fatal(err)
	}
	a, err = v.toApp("https://app.example/back?code=x", nil)
	if err != nil || strings.Contains(a.Header.Get("Location"), "code") {
		t.Errorf("%v %v", a, err)
	}
}

// Over https no other host can set our cookies, and none goes out without TLS.
func TestSecureCookies(t *testing.T) {
	for issuer, secure := range map[string]bool{"https://pods.example/": true, "http://localhost:8080/": false} {
		v := bare(t, issuer)
		a, err := v.h.Serve(context.Background(), v.r, "/app/sign-in")
		if err != nil || len(a.Header.Values("Set-Cookie")) == 0 {
			t.Fatalf("%v %v", a, err)
		}
		for _, line := range a.Header.Values("Set-Cookie") {
			c, err := http.ParseSetCookie(line)
			if err != nil || c.Secure != secure || strings.HasPrefix(c.Name, "__Host-") != secure || !c.HttpOnly || c.Domain != "" || c.Path != "/" || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("%s: %s", issuer, line)
			}
		}
	}
	v := bare(t, "https://pods.example/")
	v.r.Header.Set("Cookie", "skrin-session=planted; __Secure-skrin-session=planted; __host-skrin-session=planted")
	if got := v.h.jarOf(v.r.Header).get(sessionCookie); got != "" {
		t.Errorf("taken from a cookie that others can set: %q", got)
	}
}

// Cookies of other hosts of the domain, which nobody can read, keep ours from nobody.
func TestCookiesOfOthers(t *testing.T) {
	v := bare(t, "https://pods.example/")
	for _, others := range []string{`a={"b":"c"}`, "name=Åsa", "=nameless", "alone", "a b=c", `a="b`, "a=b\\c", "", "a=\x7f", "ä=ö"} {
		v.r.Header.Set("Cookie", others+"; __Host-skrin-session=first; "+others+"; __Host-skrin-session=second; __Host-skrin-device=known")
		if j := v.h.jarOf(v.r.Header); j.get(sessionCookie) != "first" || j.get(deviceCookie) != "known" {
			t.Errorf("beside %q: %q", others, j.came)
		}
	}
}

// A page keeps itself to itself, whatever stands around the handler.
func TestPagesProtectThemselves(t *testing.T) {
	v := bare(t, "https://pods.example/below/")
	for _, path := range []string{"/app/sign-in", "/app/nothing", "/app/home", "/"} {
		a, err := v.h.Serve(context.Background(), v.r, path)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": permissions,
			"Content-Security-Policy": "default-src 'none'; style-src https://pods.example/below/assets/; script-src https://pods.example/below/assets/; " +
				"img-src https://pods.example/below/assets/; font-src https://pods.example/below/assets/; connect-src 'none'; base-uri 'none'; " +
				"frame-ancestors 'none'; form-action 'self'",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if where := a.Header.Get("Location"); where != "" && !strings.HasPrefix(where, "/below/app/") {
			t.Errorf("%s: sent to %q", path, where)
		}
	}
}

// There is an end to registrations that wait to be finished, from wherever they come.
func TestUnfinishedAreBounded(t *testing.T) {
	h := bare(t, "https://pods.example/").h
	for i := range maxUnfinished - 1 {
		if err := h.keepUnfinished(unfinished{Pod: fmt.Sprint("pod", i), Began: h.conf.Now(), Browser: fmt.Sprint(i), Class: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	mine := unfinished{Pod: "maria", Began: h.conf.Now(), Browser: "hers", Class: "hers"}
	if err := h.makeRoom(context.Background(), mine); err != nil {
		t.Fatal(err)
	}
	if err := h.keepUnfinished(unfinished{Pod: "one-more", Began: h.conf.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := h.makeRoom(context.Background(), mine); !errors.Is(err, errCrowded) {
		t.Error(err)
	}
}

// The log says what went wrong, and not with whom.
func TestLogHoldsNobody(t *testing.T) {
	v := bare(t, "https://pods.example/")
	var log strings.Builder
	v.h.conf.Log = slog.New(slog.NewTextHandler(&log, nil))
	v.form = url.Values{"password": {"a password of hers"}}
	a := v.trouble(fmt.Errorf("write %q of maria with %q: input/output error", v.account.ID, "a password of hers"))
	if a.Status != http.StatusInternalServerError || !strings.Contains(string(a.Bytes), "our fault") {
		t.Errorf("%d %s", a.Status, a.Bytes)
	}
	for _, private := range []string{"maria", v.account.ID, "a password"} {
		if strings.Contains(log.String(), private) || strings.Contains(string(a.Bytes), private) && private != "maria" {
			t.Errorf("%q is told: %s", private, log.String())
		}
	}
	if !strings.Contains(log.String(), "input/output error") || !strings.Contains(log.String(), "id=1") {
		t.Error(log.String())
	}
}

// Whatever somebody wants to go on with, they stay below our pages.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"app/home", "app/account/recovery-key?pod=maria", "//evil.example", "app//evil", "app/..", "\\\\evil", "app/home?pod=a&x=y", "https://evil"} {
		f.Add(seed)
	}
	h := New(Config{})
	base, err := url.Parse("https://pods.example/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		next := h.page(asked)
		if next == "" {
			return
		}
		to, err := base.Parse("/" + next)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || !strings.HasPrefix(to.Path, "/app/") || to.String() != base.String()+next {
			t.Errorf("%q leads to %v, %v", asked, to, err)
		}
		if _, _, there := h.find(to.Path[1:]); !there {
			t.Errorf("%q leads to no page", asked)
		}
	})
}

// A form is read in one way, or not at all.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"a=b&c=d", "a=b&a=c", "a", "a=%zz", "a=%ff", "a;b", "+=+"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := readValues(text)
		if err != nil {
			return
		}
		for name, values := range all {
			if len(values) != 1 || !utf8.ValidString(name+values[0]) {
				t.Errorf("%q is %q", name, values)
			}
		}
		again, err := readValues(all.Encode())
		if err != nil || !maps.EqualFunc(all, again, slices.Equal) {
			t.Errorf("%v, then %v", all, again)
		}
	})
}
