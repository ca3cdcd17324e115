package upstream

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/internal/jose"
)

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	w.wait(time.Second / 2)
	a, err := w.signIn(Wish{Return: "a.ticket.of-the-provider"})
	want := account.Identity{Issuer: w.bank.url(), Claim: "sub", Subject: "maria-at-the-bank", Label: "Maria Lind", Proved: time.Unix(w.clock().Unix(), 0)}
	if err != nil || a.Identity != want || a.Return != "a.ticket.of-the-provider" || a.For != "" || a.Level != "" {
		t.Errorf("%+v, %v, want %+v", a, err, want)
	}
	if !w.bank.basic {
		t.Error("the secret did not come in the header")
	}
	a, err = w.signIn(Wish{For: "account-of-maria"})
	if err != nil || a.Identity.For != "account-of-maria" || a.For != "account-of-maria" {
		t.Errorf("%+v, %v", a, err)
	}
	if n := w.bank.count("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("the issuer was asked %d times what it is", n)
	}
	if n := w.bank.count("/keys"); n != 1 {
		t.Errorf("the issuer was asked %d times for its keys", n)
	}
	if w.region.count("/.well-known/openid-configuration") != 0 {
		t.Error("an issuer was asked that nobody wanted")
	}
}

// Nothing that is needed between the steps is in the program.
func TestRestartBetween(t *testing.T) {
	w := newWorld(t)
	to, state := w.begin(Wish{For: "account-of-maria", Return: "back"})
	w.restart()
	query := w.bank.authorize(to)
	w.restart()
	a, err := w.finish(query, state)
	if err != nil || a.Identity.Subject != "maria-at-the-bank" || a.For != "account-of-maria" || a.Return != "back" {
		t.Errorf("%+v, %v", a, err)
	}
	w.restart() // what came back is forgotten, but the issuer does not take its code again
	_, err = w.finish(query, state)
	is(t, "a second time", err, ErrRefused)
}

func TestAlgorithms(t *testing.T) {
	for _, a := range jose.Algorithms() {
		w := newWorld(t)
		w.bank.key = cachedKeys()[a]
		w.bank.keys = []*jose.PublicKey{w.bank.key.Public()}
		if _, err := w.signIn(Wish{}); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

// What the wish and the configuration say reaches the issuer.
func TestWhatIsAskedFor(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Issuers[0].ACRValues, c.Issuers[0].Scopes, c.Issuers[0].Prompt = []string{"high", "low"}, []string{"profile", "openid"}, "select_account"
	})
	for what, c := range map[string]struct {
		wish Wish
		want map[string]string
	}{
		"to sign in":             {Wish{}, map[string]string{"prompt": "select_account", "max_age": ordinaryAge, "ui_locales": ""}},
		"a step-up":              {Wish{Fresh: true}, map[string]string{"prompt": "login", "max_age": "0"}},
		"to link":                {Wish{For: "account-of-maria"}, map[string]string{"prompt": "login", "max_age": "0"}},
		"in a language":          {Wish{Language: "nb-NO"}, map[string]string{"ui_locales": "nb-NO"}},
		"in what is no language": {Wish{Language: "nb&prompt=none"}, map[string]string{"ui_locales": "", "prompt": "select_account"}},
	} {
		to, _ := w.begin(c.wish)
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		c.want["acr_values"], c.want["scope"], c.want["redirect_uri"] = "high low", "openid profile", "https://app.pods.example/app/external/bank/callback"
		for name, want := range c.want {
			if q.Get(name) != want || len(q[name]) > 1 {
				t.Errorf("%s: %s is %q, want %q", what, name, q[name], want)
			}
		}
		if strings.Contains(to, url.QueryEscape(secret)) || strings.Contains(to, "s3cret") {
			t.Error("the secret is in the browser's address")
		}
	}
}

// An issuer is told one of the languages that it speaks, or none.
func TestLanguages(t *testing.T) {
	for what, c := range map[string]struct {
		speaks   []string
		language string
		want     string
	}{
		"nobody says what it speaks": {nil, "sv", "sv"},
		"one of them":                {[]string{"nb", "nn", "en", "se"}, "en", "en"},
		"one of them, of a country":  {[]string{"en", "nb"}, "nb-NO", "nb"},
		"in capitals":                {[]string{"en", "NB"}, "nb", "NB"},
		"none of them":               {[]string{"nb", "en"}, "es", "nb"},
		"no language":                {[]string{"nb", "en"}, "en&x=y", "nb"},
		"none is wanted":             {[]string{}, "nb", ""},
	} {
		w := newWorld(t, func(cfg *Config) { cfg.Issuers[0].Locales = c.speaks })
		to, _ := w.begin(Wish{Language: c.language})
		if u, err := url.Parse(to); err != nil || u.Query().Get("ui_locales") != c.want || u.Query().Has("ui_locales") != (c.want != "") {
			t.Errorf("%s: %s (%v)", what, to, err)
		}
	}
}

// The host says which claim names the person, and which level is enough.
func TestSubjectAndLevels(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Issuers[0].Subject, c.Issuers[0].ACRValues, c.Issuers[0].Levels = "pid", []string{"same-device"}, []string{"substantial", "high"}
	})
	w.bank.claims = func(c map[string]any) { c["pid"], c["acr"] = "19121212-1212", "high" }
	a, err := w.signIn(Wish{})
	if err != nil || a.Identity.Claim != "pid" || a.Identity.Subject != "19121212-1212" || a.Level != "high" {
		t.Errorf("%+v, %v", a, err)
	}
	w = newWorld(t, func(c *Config) { c.Issuers[0].ACRValues, c.Issuers[0].Levels = []string{"same-device"}, []string{} })
	w.bank.claims = func(c map[string]any) { delete(c, "acr") }
	if _, err := w.signIn(Wish{}); err != nil {
		t.Errorf("where any level is enough: %v", err)
	}
	w = newWorld(t, func(c *Config) { c.Issuers[0].ACRValues = []string{"same-device"} })
	if a, err := w.signIn(Wish{}); err != nil || a.Level != "same-device" {
		t.Errorf("what was asked for: %+v, %v", a, err)
	}
}

// What an issuer may leave out or add does no harm.
func TestGoodAnswersOfOtherShapes(t *testing.T) {
	for what, change := range map[string]func(f *fake){
		"no name":                     func(f *fake) { f.claims = func(c map[string]any) { delete(c, "name") } },
		"a name that cannot be shown": func(f *fake) { f.claims = func(c map[string]any) { c["name"] = "a\x00" } },
		"a name that is a number":     func(f *fake) { f.claims = func(c map[string]any) { c["name"] = 7 } },
		"no auth_time":                func(f *fake) { f.claims = func(c map[string]any) { delete(c, "auth_time") } },
		"the audience as a list":      func(f *fake) { f.claims = func(c map[string]any) { c["aud"] = []string{clientID} } },
		"two audiences, and azp": func(f *fake) {
			f.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"other", clientID}, clientID }
		},
		"at_hash": func(f *fake) { f.hash = atHash },
		"members that nobody knows": func(f *fake) {
			f.claims = func(c map[string]any) { c["amr"], c["https://x.example/y"] = []string{"pwd"}, map[string]any{"a": 1} }
		},
		"a clock a little behind": func(f *fake) { f.claims = func(c map[string]any) { c["nbf"] = f.now().Add(time.Minute).Unix() } },
	} {
		w := newWorld(t)
		change(w.bank)
		if a, err := w.signIn(Wish{}); err != nil || a.Identity.Subject != "maria-at-the-bank" || a.Identity.Label != "Maria Lind" && a.Identity.Label != "" {
			t.Errorf("%s: %+v, %v", what, a, err)
		}
	}
}

// The secret goes where the issuer takes it.
func TestWhereTheSecretGoes(t *testing.T) {
	for what, c := range map[string]struct {
		methods any
		post    bool
		basic   bool
		want    error
	}{
		"both, and the host says nothing":   {[]string{"client_secret_post", "client_secret_basic"}, false, true, nil},
		"both, and the host wants the body": {[]string{"client_secret_post", "client_secret_basic"}, true, false, nil},
		"the body alone":                    {[]string{"private_key_jwt", "client_secret_post"}, false, false, nil},
		"the header alone":                  {[]string{"client_secret_basic"}, false, true, nil},
		"the header, against the host":      {[]string{"client_secret_basic"}, true, true, ErrUnreachable},
		"it does not say":                   {nil, false, true, nil},
		"it does not say, the host does":    {nil, true, false, nil},
		"no secrets":                        {[]string{"private_key_jwt", "tls_client_auth"}, false, true, ErrUnreachable},
		"none at all":                       {[]string{"none"}, false, true, ErrUnreachable},
		"no list":                           {7, false, true, ErrUnreachable},
	} {
		w := newWorld(t, func(cfg *Config) { cfg.Issuers[0].Post = c.post })
		w.bank.about["token_endpoint_auth_methods_supported"] = c.methods
		to, state, err := w.Begin(context.Background(), "bank", Wish{}, browser)
		if is(t, what, err, c.want); err != nil || c.want != nil {
			continue
		}
		if _, err := w.finish(w.bank.authorize(to), state); err != nil || w.bank.basic != c.basic {
			t.Errorf("%s: in the header: %v, want %v (%v)", what, w.bank.basic, c.basic, err)
		}
	}
}

// An issuer that changes its keys is believed with the new ones, and no more with the old.
func TestKeysChange(t *testing.T) {
	w := newWorld(t)
	if _, err := w.signIn(Wish{}); err != nil {
		t.Fatal(err)
	}
	old := w.bank.key
	w.bank.key = cachedKeys()[jose.EdDSA]
	w.bank.keys = []*jose.PublicKey{w.bank.key.Public()}
	if _, err := w.signIn(Wish{}); err != nil {
		t.Errorf("with the new key: %v", err)
	}
	w.bank.key = old
	_, err := w.signIn(Wish{})
	is(t, "with the old key", err, ErrToken)
}

// Over TLS it is the same.
func TestOverTLS(t *testing.T) {
	w := newWorld(t)
	f := newFake(t, w.clock, httptest.NewTLSServer)
	w.bank, w.cfg.Issuers[0].URL, w.cfg.Client = f, f.url(), f.server.Client()
	w.restart()
	if _, err := w.signIn(Wish{}); err != nil {
		t.Error(err)
	}
	w.cfg.Client = nil // which does not know who signed its certificate
	w.restart()
	_, _, err := w.Begin(context.Background(), "bank", Wish{}, browser)
	is(t, "a certificate of nobody", err, ErrUnreachable)
}

// Of many who come back with one state at once, one is looked at.
func TestOnceAtOnce(t *testing.T) {
	w := newWorld(t)
	to, state := w.begin(Wish{})
	query := w.bank.authorize(to)
	var all sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for range 12 {
		all.Go(func() {
			_, err := w.Finish(context.Background(), "bank", query, state, browser)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				n++
			} else {
				is(t, "another", err, ErrState)
			}
		})
	}
	if all.Wait(); n != 1 || w.bank.count("/token") != 1 {
		t.Errorf("%d were let in, the issuer was asked %d times", n, w.bank.count("/token"))
	}
}

// Who comes back when too many are waiting may come back again.
func TestTooManyAtOnce(t *testing.T) {
	w := newWorld(t)
	to, state := w.begin(Wish{Return: "back"})
	query := w.bank.authorize(to)
	for range maxReturning {
		w.all[0].room <- struct{}{}
	}
	a, err := w.finish(query, state)
	if is(t, "too many", err, ErrBusy); a.Return != "back" {
		t.Error("nobody knows where they came from")
	}
	<-w.all[0].room
	_, err = w.finish(query, state)
	is(t, "a moment later", err, nil)
}

func TestList(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Issuers[1].Names = map[string]string{"nb": "Regionen", "es": "La región"} })
	for language, want := range map[string]string{"": "The region", "nb": "Regionen", "nb-NO": "Regionen", "es-MX": "La región", "sv": "The region"} {
		all := w.List(language)
		if len(all) != 2 || all[0] != (Choice{"bank", "The bank", w.bank.url()}) || all[1].Name != want {
			t.Errorf("%s: %+v", language, all)
		}
	}
	if none, err := New(Config{Records: w.cfg.Records, Redirect: w.cfg.Redirect}); err != nil || len(none.List("sv")) != 0 {
		t.Errorf("without issuers: %v", err)
	}
}

// atHash is the hash of an access token beside ES256 (OpenID Connect Core, section 3.1.3.6).
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
