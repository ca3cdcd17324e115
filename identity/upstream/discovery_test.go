package upstream

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/identity/records"
)

const wellKnown = "/.well-known/openid-configuration"

func (w *world) beginning() error {
	_, _, err := w.Begin(context.Background(), "bank", Wish{}, browser)
	return err
}

// down makes an issuer fail, or come back.
func (f *fake) down(is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if delete(f.answer, wellKnown); is {
		f.answer[wellKnown] = text(503, "canary")
	}
}

// An issuer that is down is told of, asked again now and then, and stops nothing else.
func TestIssuerIsDown(t *testing.T) {
	w := newWorld(t)
	w.bank.down(true)
	w.restart() // which asks nobody
	for range 5 {
		is(t, "while it is down", w.beginning(), ErrUnreachable)
	}
	if n := w.bank.count(wellKnown); n != 1 {
		t.Errorf("it was asked %d times within a moment", n)
	}
	if _, _, err := w.Begin(context.Background(), "region", Wish{}, browser); err != nil {
		t.Errorf("the other one: %v", err)
	}
	w.bank.down(false)
	is(t, "a moment later", w.beginning(), ErrUnreachable)
	w.wait(retrying)
	is(t, "when it is asked again", w.beginning(), nil)
}

// The host hears which issuers cannot be used, and what to change.
func TestLook(t *testing.T) {
	w := newWorld(t)
	if troubles := w.Look(context.Background()); len(troubles) != 0 {
		t.Errorf("%+v", troubles)
	}
	w.bank.down(true)
	w.region.about["issuer"] = w.region.url() + "/"
	w.restart()
	troubles := w.Look(context.Background())
	if len(troubles) != 2 || troubles[0].ID != "bank" || troubles[1].ID != "region" || !strings.Contains(troubles[1].Err.Error(), `"url" must be what its discovery document has under "issuer", to the last slash`) {
		t.Fatalf("%+v", troubles)
	}
	for _, trouble := range troubles {
		is(t, trouble.ID, trouble.Err, ErrUnreachable)
		if strings.Contains(trouble.Err.Error(), "canary") {
			t.Errorf("%s: %v", trouble.ID, trouble.Err)
		}
	}
}

// An issuer may live below a path, beside others on the same host: each is asked,
// and believed, at its own.
func TestIssuersBelowAPath(t *testing.T) {
	for what, c := range map[string]struct {
		url, says, iss, token string // below the host; of the discovery document, the answer, and the ID token
		want                  error
	}{
		"as it says":               {"/tenant/a", "/tenant/a", "/tenant/a", "/tenant/a", nil},
		"with a slash, as it says": {"/tenant/a/", "/tenant/a/", "/tenant/a/", "/tenant/a/", nil},
		"a slash too many":         {"/tenant/a/", "/tenant/a", "/tenant/a", "/tenant/a", ErrUnreachable},
		"a slash too few":          {"/tenant/a", "/tenant/a/", "/tenant/a/", "/tenant/a/", ErrUnreachable},
		"of the host":              {"/tenant/a", "", "", "", ErrUnreachable},
		"of a neighbour":           {"/tenant/a", "/tenant/b", "/tenant/b", "/tenant/b", ErrUnreachable},
		"in capitals":              {"/tenant/a", "/Tenant/a", "/Tenant/a", "/Tenant/a", ErrUnreachable},
		"an answer of a neighbour": {"/tenant/a", "/tenant/a", "/tenant/b", "/tenant/a", ErrMixUp},
		"a token of a neighbour":   {"/tenant/a", "/tenant/a", "/tenant/a", "/tenant/b", ErrToken},
		"a token of the host":      {"/tenant/a", "/tenant/a", "/tenant/a", "", ErrToken},
		"a token with a slash":     {"/tenant/a", "/tenant/a", "/tenant/a", "/tenant/a/", ErrToken},
	} {
		w := newWorld(t, func(cfg *Config) { cfg.Issuers[0].URL += c.url })
		good, asked := w.bank, false
		w.bank.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == strings.TrimSuffix(c.url, "/")+wellKnown {
				asked, r.URL.Path = true, wellKnown
			} else if r.URL.Path == wellKnown {
				t.Errorf("%s: the host was asked, not the issuer", what)
			}
			good.ServeHTTP(rw, r)
		})
		w.bank.about["issuer"] = w.bank.url() + c.says
		w.bank.claims = func(claims map[string]any) { claims["iss"] = w.bank.url() + c.token }
		to, state, err := w.Begin(context.Background(), "bank", Wish{}, browser)
		if err == nil {
			query := w.bank.authorize(to)
			query.Set("iss", w.bank.url()+c.iss)
			_, err = w.finish(query, state)
		}
		if is(t, what, err, c.want); !asked {
			t.Errorf("%s: it was not asked what it is", what)
		}
	}
}

// What it said is believed for an hour, and for a day when it can say nothing newer.
func TestHowLongItIsBelieved(t *testing.T) {
	w := newWorld(t)
	asked := func(what string, n int, want error) {
		t.Helper()
		is(t, what, w.beginning(), want)
		if got := w.bank.count(wellKnown); got != n {
			t.Errorf("%s: asked %d times, want %d", what, got, n)
		}
	}
	asked("at first", 1, nil)
	w.wait(fresh - time.Second)
	asked("within the hour", 1, nil)
	w.wait(2 * time.Second)
	asked("after it", 2, nil)
	w.bank.down(true)
	w.wait(fresh + time.Second)
	asked("after another, while it is down", 3, nil)
	asked("at once", 3, nil)
	w.wait(usable)
	asked("after a day", 4, ErrUnreachable)
	w.wait(-usable - fresh) // a clock that is put back
	w.bank.down(false)
	asked("before it all", 4, nil)
}

// Many who need it at once ask once, also when the first of them goes away.
func TestManyAskOnce(t *testing.T) {
	w := newWorld(t)
	hold, arrived := make(chan struct{}), make(chan struct{})
	good, once := w.bank, sync.Once{}
	server := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wellKnown {
			once.Do(func() { close(arrived) })
			<-hold
		}
		good.ServeHTTP(rw, r)
	})
	w.bank.server.Config.Handler = server
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _, _, _ = w.Begin(ctx, "bank", Wish{}, browser) })
	<-arrived
	cancel()
	gone, leave := context.WithCancel(context.Background())
	leave()
	_, _, err := w.Begin(gone, "bank", Wish{}, browser)
	is(t, "who does not wait", err, ErrUnreachable)
	for range 8 {
		all.Go(func() { is(t, "who waits", w.beginning(), nil) })
	}
	time.Sleep(50 * time.Millisecond) // so that most of them wait
	close(hold)
	all.Wait()
	if n := w.bank.count(wellKnown); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

// An issuer that does not answer keeps nobody for ever.
func TestSlowIssuers(t *testing.T) {
	for _, path := range []string{wellKnown, "/keys", "/token"} {
		w := newWorld(t, func(c *Config) { c.Client = &http.Client{Timeout: 200 * time.Millisecond} })
		never := make(chan struct{})
		w.bank.answer[path] = func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-never:
			case <-r.Context().Done():
			}
		}
		_, err := w.signInOrNot()
		is(t, path, err, ErrUnreachable)
		close(never)
	}
	if bounded(nil).Timeout != patience || bounded(&http.Client{Timeout: time.Hour}).Timeout != patience || bounded(&http.Client{}).Timeout != patience {
		t.Error("a client that waits for longer, or for ever")
	}
}

func (w *world) signInOrNot() (Answer, error) {
	to, state, err := w.Begin(context.Background(), "bank", Wish{}, browser)
	if err != nil {
		return Answer{}, err
	}
	return w.Finish(context.Background(), "bank", w.bank.authorize(to), state, browser)
}

// Nothing that lets somebody in, or names them, stands in a record or in what a browser holds.
func TestNothingIsKept(t *testing.T) {
	w := newWorld(t)
	to, state := w.begin(Wish{For: "account"})
	q := w.bank.authorize(to)
	if _, err := w.finish(q, state); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := w.cfg.Records.View(func(tx records.Tx) error {
		return tx.Each(keyKind.Name, func(_ string, value []byte) (bool, error) {
			n++
			if strings.Contains(string(value), secret) || strings.Contains(string(value), "maria") {
				t.Error("a record says who, or the secret")
			}
			return true, nil
		})
	})
	if err != nil || n != 1 {
		t.Errorf("%d keys, %v", n, err)
	}
	a, err := w.signer.open(state, "bank", browser, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{ofParameter, ofNonce, ofVerifier} {
		if derived := w.signer.derive(what, "bank", a); strings.Contains(state.Reveal(), derived) || len(derived) != 43 {
			t.Errorf("the browser holds the %s, or it is %d characters", what, len(derived))
		}
	}
	for what, c := range map[string][2]string{"the other issuer": {"region", browser}, "another browser": {"bank", "another"}, "both, cut elsewhere": {"ban", "k" + browser}} {
		_, err := w.signer.open(state, c[0], c[1], w.clock())
		is(t, what, err, ErrState)
	}
	if w.signer.derive(ofVerifier, "bank", a) == w.signer.derive(ofNonce, "bank", a) || w.signer.derive(ofVerifier, "bank", a) == w.signer.derive(ofVerifier, "region", a) {
		t.Error("two of them are the same")
	}
}

// A program that cannot have its key does not begin.
func TestRecordsFail(t *testing.T) {
	w := newWorld(t)
	w.cfg.Records = broken{}
	if _, err := New(w.cfg); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

var errBroken = errors.New("input/output error")

type broken struct{}

func (broken) View(func(records.Tx) error) error   { return errBroken }
func (broken) Update(func(records.Tx) error) error { return errBroken }

// What came back is forgotten when it is too old to come back.
func TestSpentIsForgotten(t *testing.T) {
	s, now := newSpent(), time.Unix(1_000_000, 0)
	for range maxSpent + 10 {
		if !s.take(attempt{ID: randomID(), Begun: now.Unix()}, now) {
			t.Fatal("a first time is none")
		}
	}
	if len(s.until) != maxSpent {
		t.Errorf("%d are remembered", len(s.until))
	}
	s.take(attempt{ID: "x", Begun: now.Unix()}, now.Add(life))
	if len(s.until) != 1 {
		t.Errorf("%d are remembered for too long", len(s.until))
	}
}

// The discovery document is of the issuer that is configured, and leads to places behind TLS.
func TestDiscoveriesThatAreRefused(t *testing.T) {
	for what, about := range map[string]map[string]any{
		"of another issuer":          {"issuer": "https://login.other.example"},
		"of the issuer with a slash": {"issuer": "slash"},
		"of no issuer":               {"issuer": nil},
		"without authorize":          {"authorization_endpoint": nil},
		"without token":              {"token_endpoint": nil},
		"without keys":               {"jwks_uri": nil},
		"authorize in the open":      {"authorization_endpoint": "http://login.bank.example/authorize"},
		"token in the open":          {"token_endpoint": "http://login.bank.example/token"},
		"keys in the open":           {"jwks_uri": "http://login.bank.example/keys"},
		"a script":                   {"authorization_endpoint": "javascript:alert(1)"},
		"a path":                     {"authorization_endpoint": "/authorize"},
		"a fragment":                 {"authorization_endpoint": "https://login.bank.example/#a"},
		"a name and a password":      {"token_endpoint": "https://a:b@login.bank.example/token"},
		"a number":                   {"token_endpoint": 7},
		"iss neither true nor false": {"authorization_response_iss_parameter_supported": "yes"},
	} {
		w := newWorld(t)
		maps.Copy(w.bank.about, about)
		if about["issuer"] == "slash" {
			w.bank.about["issuer"] = w.bank.url() + "/"
		}
		_, _, err := w.Begin(context.Background(), "bank", Wish{}, browser)
		is(t, what, err, ErrUnreachable)
	}
	w := newWorld(t)
	w.bank.answer["/.well-known/openid-configuration"] = text(200, `{"issuer":"https://login.other.example","issuer":"`+w.bank.url()+`","authorization_endpoint":"`+
		w.bank.url()+`/a","token_endpoint":"`+w.bank.url()+`/t","jwks_uri":"`+w.bank.url()+`/k"}`)
	is(t, "a member named twice", w.beginning(), ErrUnreachable)
	w = newWorld(t)
	w.bank.answer["/.well-known/openid-configuration"] = text(200, `{"issuer":"https://login.other.example","Issuer":"`+w.bank.url()+`","authorization_endpoint":"`+
		w.bank.url()+`/a","token_endpoint":"`+w.bank.url()+`/t","jwks_uri":"`+w.bank.url()+`/k"}`)
	is(t, "a member that is nearly the issuer", w.beginning(), ErrUnreachable)
}

// An issuer on the open network is asked over TLS alone, whatever this machine allows its own.
func TestOpenNetworkNeedsTLS(t *testing.T) {
	p := newParty(issuer("bank", "https://login.bank.example"), nil, time.Now)
	for endpoint, want := range map[string]bool{"https://login.bank.example/token": true, "http://login.bank.example/token": false, "http://localhost/token": false, "http://127.0.0.1/token": false} {
		_, err := p.read([]byte(`{"issuer":"https://login.bank.example","authorization_endpoint":"https://login.bank.example/a","jwks_uri":"https://login.bank.example/k","token_endpoint":"` + endpoint + `"}`))
		if (err == nil) != want {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}
