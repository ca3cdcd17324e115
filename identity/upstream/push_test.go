package upstream

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/internal/jose"
)

const par = "pushed_authorization_request_endpoint"

// takePushed is the issuer's side of RFC 9126, section 2.
func (f *fake) takePushed(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.ParseForm() != nil || r.PostForm.Has("request_uri") || r.URL.RawQuery != "" {
		reply(w, 400, map[string]string{"error": "invalid_request"})
		return
	}
	if !f.knows(r) {
		reply(w, 401, map[string]string{"error": "invalid_client", "error_description": "canary"})
		return
	}
	name := fmt.Sprintf("urn:ietf:params:oauth:request_uri:%d", len(f.pushes)+f.asked["/par"])
	f.pushes[name] = r.PostForm
	reply(w, 201, map[string]any{"request_uri": name, "expires_in": 60})
}

// asks is what the browser brings along: the request, or the name of one that was pushed.
func (f *fake) asks(q url.Values) url.Values {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	name := q.Get("request_uri")
	if name == "" {
		if f.must {
			f.t.Errorf("nothing was pushed: %v", q)
		}
		return q
	}
	request, there := f.pushes[name]
	delete(f.pushes, name) // section 4: at most once
	if !there || q.Get("client_id") != clientID || len(q) != 3 {
		f.t.Errorf("the browser brings %v", q)
	}
	return request
}

// A request that the issuer takes from us does not go through the browser.
func TestPushedRequests(t *testing.T) {
	key := cachedKeys()[jose.ES256]
	for what, c := range map[string]struct {
		about  map[string]any
		direct bool
		change func(*Config)
		client *clientRules
		pushed bool
		want   error
	}{
		"it has no place for them":                {nil, false, nil, nil, false, nil},
		"it could":                                {map[string]any{par: "/par"}, false, nil, nil, true, nil},
		"it could, and says so":                   {map[string]any{par: "/par", "require_pushed_authorization_requests": false}, false, nil, nil, true, nil},
		"it could, and the host says no":          {map[string]any{par: "/par"}, true, nil, nil, false, nil},
		"it must":                                 {map[string]any{par: "/par", "require_pushed_authorization_requests": true}, false, nil, nil, true, nil},
		"it must, and the host says no":           {map[string]any{par: "/par", "require_pushed_authorization_requests": true}, true, nil, nil, false, ErrUnreachable},
		"it must, and has no place for them":      {map[string]any{"require_pushed_authorization_requests": true}, false, nil, nil, false, ErrUnreachable},
		"it must, and the place is none":          {map[string]any{par: 7, "require_pushed_authorization_requests": true}, false, nil, nil, false, ErrUnreachable},
		"in the open":                             {map[string]any{par: "http://login.bank.example/par"}, false, nil, nil, false, ErrUnreachable},
		"it wants them signed":                    {map[string]any{par: "/par", "require_signed_request_object": true}, false, nil, nil, false, ErrUnreachable},
		"neither true nor false":                  {map[string]any{par: "/par", "require_pushed_authorization_requests": "yes"}, false, nil, nil, false, ErrUnreachable},
		"with the secret in the body":             {map[string]any{par: "/par"}, false, func(c *Config) { c.Issuers[0].Post = true }, nil, true, nil},
		"with a key":                              {map[string]any{par: "/par"}, false, withKey(key), keyed(key), true, nil},
		"with a key that nobody knows":            {map[string]any{par: "/par"}, false, withKey(key), keyed(cachedKeys()[jose.RS256]), false, ErrRefused},
		"with a secret where a key is registered": {map[string]any{par: "/par", "token_endpoint_auth_methods_supported": nil}, false, nil, keyed(key), false, ErrRefused},
	} {
		w := newWorld(t, func(cfg *Config) {
			cfg.Issuers[0].Direct = c.direct
			if c.change != nil {
				c.change(cfg)
			}
		})
		for name, value := range c.about {
			if value == "/par" {
				value = w.bank.url() + "/par"
			}
			w.bank.about[name] = value
		}
		w.bank.must, w.bank.client = c.pushed, c.client
		to, state, err := w.Begin(context.Background(), "bank", Wish{Language: "nb"}, browser)
		if is(t, what, err, c.want); err != nil || c.want != nil {
			if to != "" || strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("%s: to %q, %v", what, to, err)
			}
			continue
		}
		if pushed := w.bank.count("/par") == 1; pushed != c.pushed || pushed && (strings.Contains(to, "state=") || strings.Contains(to, "nonce")) {
			t.Errorf("%s: pushed %v, to %s", what, pushed, to)
		}
		if _, err := w.finish(w.bank.authorize(to), state); err != nil {
			t.Errorf("%s: %v: %s", what, err, w.bank.why)
		}
	}
}

// Whatever an issuer says to a pushed request, nobody is sent there with less.
func TestPushesThatAreRefused(t *testing.T) {
	for what, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"a scope that it does not know":   {text(400, `{"error":"invalid_scope","error_description":"canary"}`), ErrRefused},
		"a word that nobody knows":        {text(400, `{"error":"canary"}`), ErrRefused},
		"a level that cannot be had":      {text(400, `{"error":"unmet_authentication_requirements"}`), ErrLevel},
		"who we are":                      {text(401, `{"error":"invalid_client"}`), ErrRefused},
		"too often":                       {text(429, `{}`), ErrUnreachable},
		"ill":                             {text(503, `canary`), ErrUnreachable},
		"elsewhere":                       {text(302, `canary`), ErrUnreachable},
		"nothing to read":                 {text(201, `canary`), ErrUnreachable},
		"no name":                         {text(201, `{"expires_in":60}`), ErrUnreachable},
		"an empty name":                   {text(201, `{"request_uri":"","expires_in":60}`), ErrUnreachable},
		"a name that is a number":         {text(201, `{"request_uri":7}`), ErrUnreachable},
		"a name twice":                    {text(201, `{"request_uri":"urn:a","request_uri":"urn:b"}`), ErrUnreachable},
		"a name without end":              {text(201, `{"request_uri":"urn:`+strings.Repeat("a", maxRequestURI)+`"}`), ErrUnreachable},
		"good, and then no end":           {huge, ErrUnreachable},
		"a name that is more than a name": {text(201, `{"request_uri":"urn:a&redirect_uri=https://evil.example"}`), nil},
	} {
		w := newWorld(t)
		w.bank.about[par] = w.bank.url() + "/par"
		w.bank.answer["/par"] = c.answer
		to, _, err := w.Begin(context.Background(), "bank", Wish{}, browser)
		if is(t, what, err, c.want); err != nil && (to != "" || strings.Contains(err.Error(), "canary")) {
			t.Errorf("%s: to %q, %v", what, to, err)
		}
		if u, wrong := url.Parse(to); c.want == nil && (wrong != nil || u.Query().Get("request_uri") != "urn:a&redirect_uri=https://evil.example" || u.Query().Has("redirect_uri")) {
			t.Errorf("%s: to %q", what, to)
		}
	}
	w := newWorld(t, func(c *Config) { c.Client = &http.Client{Timeout: 200 * time.Millisecond} })
	w.bank.about[par] = w.bank.url() + "/par"
	never := make(chan struct{})
	w.bank.answer["/par"] = func(http.ResponseWriter, *http.Request) { <-never }
	is(t, "no answer", w.beginning(), ErrUnreachable)
	close(never)
	for range maxLeaving {
		w.all[0].leaving <- struct{}{}
	}
	is(t, "too many at once", w.beginning(), ErrBusy)
	w.region.about[par] = w.region.url() + "/par"
	_, _, err := w.Begin(context.Background(), "region", Wish{}, browser)
	is(t, "to another issuer", err, nil)
}
