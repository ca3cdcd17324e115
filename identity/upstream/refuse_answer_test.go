package upstream

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/identity/account"
)

// The query with which the browser comes back.
func TestQueriesThatAreRefused(t *testing.T) {
	with := func(name string, values ...string) func(*world, url.Values) {
		return func(_ *world, q url.Values) { q[name] = values }
	}
	no := func(names ...string) func(*world, url.Values) {
		return func(_ *world, q url.Values) {
			for _, name := range names {
				q.Del(name)
			}
		}
	}
	failed := func(code string) func(*world, url.Values) {
		return func(_ *world, q url.Values) {
			q.Del("code")
			q.Set("error", code)
			q.Set("error_description", "canary")
		}
	}
	for what, c := range map[string]struct {
		change func(w *world, q url.Values)
		want   error
	}{
		"nothing in it":              {no("code", "state", "iss"), ErrState},
		"no state":                   {no("state"), ErrState},
		"an empty state":             {with("state", ""), ErrState},
		"another state":              {with("state", strings.Repeat("A", 43)), ErrState},
		"the state twice":            {func(_ *world, q url.Values) { q.Add("state", q.Get("state")) }, ErrState},
		"two codes":                  {func(_ *world, q url.Values) { q.Add("code", "code-9") }, ErrState},
		"two issuers":                {func(w *world, q url.Values) { q.Add("iss", w.region.url()) }, ErrState},
		"two errors":                 {with("error", "access_denied", "server_error"), ErrState},
		"a code without end":         {with("code", strings.Repeat("c", maxCode+1)), ErrState},
		"no code":                    {no("code"), ErrRefused},
		"an empty code":              {with("code", ""), ErrRefused},
		"a code of nobody":           {with("code", "guessed"), ErrRefused},
		"of another issuer":          {func(w *world, q url.Values) { q.Set("iss", w.region.url()) }, ErrMixUp},
		"of nobody":                  {no("iss"), ErrMixUp},
		"of the empty issuer":        {with("iss", ""), ErrMixUp},
		"of the issuer with a slash": {func(w *world, q url.Values) { q.Set("iss", w.bank.url()+"/") }, ErrMixUp},
		"the person says no":         {failed("access_denied"), ErrDeclined},
		"the person is not there":    {failed("login_required"), ErrDeclined},
		"the issuer is ill":          {failed("server_error"), ErrUnreachable},
		"the issuer is busy":         {failed("temporarily_unavailable"), ErrUnreachable},
		"we asked wrongly":           {failed("invalid_scope"), ErrRefused},
		"a word that nobody knows":   {failed("<script>canary</script>"), ErrRefused},
		"an empty error":             {failed(""), ErrRefused},
		"an error and a code":        {with("error", "access_denied"), ErrDeclined},
		"an error of another issuer": {func(w *world, q url.Values) { failed("access_denied")(w, q); q.Set("iss", w.region.url()) }, ErrMixUp},
		"an error of nobody":         {func(w *world, q url.Values) { failed("access_denied")(w, q); q.Del("iss") }, ErrMixUp},
		"an error without our state": {func(w *world, q url.Values) { failed("access_denied")(w, q); q.Del("state") }, ErrState},
	} {
		w := newWorld(t)
		to, state := w.begin(Wish{Return: "back"})
		query := w.bank.authorize(to)
		c.change(w, query)
		a, err := w.finish(query, state)
		if is(t, what, err, c.want); a.Return != "back" {
			t.Errorf("%s: nobody knows where they came from", what)
		}
		if n := w.bank.count("/token"); n != 0 && what != "a code of nobody" {
			t.Errorf("%s: the issuer was sent a code", what)
		}
	}
}

// An issuer that does not say who it is need not, but may not say somebody else.
func TestIssWhereNobodyAnnouncesIt(t *testing.T) {
	w := newWorld(t)
	w.bank.about["authorization_response_iss_parameter_supported"] = nil
	to, state := w.begin(Wish{})
	query := w.bank.authorize(to)
	query.Del("iss")
	_, err := w.finish(query, state)
	is(t, "without", err, nil)
	to, state = w.begin(Wish{})
	query = w.bank.authorize(to)
	query.Set("iss", w.region.url())
	_, err = w.finish(query, state)
	is(t, "another", err, ErrMixUp)
}

// The state that a browser brings back.
func TestStatesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	elsewhere := newWorld(t, func(c *Config) { c.Issuers = w.cfg.Issuers })
	ctx := context.Background()
	edited := func(state account.Secret, change func(a map[string]any)) account.Secret {
		body, tag, _ := strings.Cut(state.Reveal(), ".")
		text, _ := base64.RawURLEncoding.DecodeString(body)
		var a map[string]any
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatal(err)
		}
		change(a)
		return account.NewSecret(encode(a) + "." + tag)
	}
	for what, try := range map[string]func(query url.Values, state account.Secret) (Answer, error){
		"none": func(q url.Values, _ account.Secret) (Answer, error) { return w.finish(q, account.Secret{}) },
		"not ours": func(q url.Values, _ account.Secret) (Answer, error) {
			return w.finish(q, account.NewSecret("e30.AAAA"))
		},
		"no dot": func(q url.Values, _ account.Secret) (Answer, error) { return w.finish(q, account.NewSecret("e30")) },
		"very long": func(q url.Values, s account.Secret) (Answer, error) {
			return w.finish(q, account.NewSecret(strings.Repeat("a", maxState)+s.Reveal()))
		},
		"cut off": func(q url.Values, s account.Secret) (Answer, error) {
			return w.finish(q, account.NewSecret(s.Reveal()[:len(s.Reveal())-1]))
		},
		"for another account": func(q url.Values, s account.Secret) (Answer, error) {
			return w.finish(q, edited(s, func(a map[string]any) { a["for"] = "account-of-mallet" }))
		},
		"to sign in instead": func(q url.Values, s account.Secret) (Answer, error) {
			return w.finish(q, edited(s, func(a map[string]any) { delete(a, "for") }))
		},
		"begun later": func(q url.Values, s account.Secret) (Answer, error) {
			return w.finish(q, edited(s, func(a map[string]any) { a["at"] = a["at"].(float64) + 60 }))
		},
		"in another browser": func(q url.Values, s account.Secret) (Answer, error) {
			return w.Finish(ctx, "bank", q, s, "the browser of mallet")
		},
		"in no browser": func(q url.Values, s account.Secret) (Answer, error) { return w.Finish(ctx, "bank", q, s, "") },
		"at the other issuer": func(q url.Values, s account.Secret) (Answer, error) {
			q.Set("iss", w.region.url())
			return w.Finish(ctx, "region", q, s, browser)
		},
		"of another host": func(url.Values, account.Secret) (Answer, error) {
			to, state := elsewhere.begin(Wish{})
			_ = to
			return w.finish(url.Values{"code": {"c"}, "state": {"s"}, "iss": {w.bank.url()}}, state)
		},
		"of another attempt": func(q url.Values, _ account.Secret) (Answer, error) {
			_, state := w.begin(Wish{})
			return w.finish(q, state)
		},
		"ten minutes later": func(q url.Values, s account.Secret) (Answer, error) { w.wait(life); return w.finish(q, s) },
		"long before":       func(q url.Values, s account.Secret) (Answer, error) { w.wait(-time.Hour); return w.finish(q, s) },
		"a second time": func(q url.Values, s account.Secret) (Answer, error) {
			if _, err := w.finish(q, s); err != nil {
				t.Errorf("the first time: %v", err)
			}
			before := w.bank.count("/token")
			a, err := w.finish(q, s)
			if w.bank.count("/token") != before {
				t.Error("the issuer was asked again")
			}
			return a, err
		},
		"a second time, after a refusal": func(q url.Values, s account.Secret) (Answer, error) {
			wrong := maps.Clone(q)
			wrong["error"] = []string{"access_denied"}
			_, err := w.finish(wrong, s)
			is(t, "the refusal", err, ErrDeclined)
			return w.finish(q, s)
		},
	} {
		to, state := w.begin(Wish{For: "account-of-maria"})
		a, err := try(w.bank.authorize(to), state)
		if is(t, what, err, ErrState); a.Identity.Subject != "" {
			t.Errorf("%s: somebody is known", what)
		}
	}
	to, state := w.begin(Wish{})
	_, err := w.Finish(ctx, "nobody", w.bank.authorize(to), state, browser)
	is(t, "at an issuer of nobody", err, ErrUnknown)
	_, _, err = w.Begin(ctx, "nobody", Wish{}, browser)
	is(t, "beginning at an issuer of nobody", err, ErrUnknown)
	_, _, err = w.Begin(ctx, "bank", Wish{}, "")
	is(t, "beginning in no browser", err, ErrState)
	_, _, err = w.Begin(ctx, "bank", Wish{Return: strings.Repeat("r", maxState)}, browser)
	is(t, "a return too long", err, ErrReturn)
	if _, state, err := w.Begin(ctx, "bank", Wish{Return: strings.Repeat("r", 2700)}, browser); err != nil || len(state.Reveal()) > 4000 {
		t.Errorf("a return of 2700 characters: %v, state of %d", err, len(state.Reveal()))
	}
}

// A code that somebody brings into another attempt is worth nothing: its
// challenge is of the other one (RFC 7636, section 4.6).
func TestCodesOfOthers(t *testing.T) {
	w := newWorld(t)
	to, _ := w.begin(Wish{})
	stolen := w.bank.authorize(to).Get("code")
	to, state := w.begin(Wish{})
	query := w.bank.authorize(to)
	query.Set("code", stolen)
	_, err := w.finish(query, state)
	is(t, "a stolen code", err, ErrRefused)
}

// The mix-up attack (RFC 9700, section 4.4): the person chose the bank, and the
// answer of the region, with a code of the region, comes to the bank's redirect URI.
func TestMixUp(t *testing.T) {
	w := newWorld(t)
	to, state := w.begin(Wish{})
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	query := w.region.authorize(w.region.url() + "/authorize?" + u.RawQuery)
	_, err = w.finish(query, state)
	is(t, "the code of one at the other", err, ErrMixUp)
	if w.bank.count("/token")+w.region.count("/token") != 0 {
		t.Error("a code was sent to the wrong issuer")
	}
}

// text answers with a body.
func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// huge answers with good JSON and no end.
func huge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"x":"`))
	for range 3 * maxBody / (1 << 10) {
		if _, err := w.Write([]byte(strings.Repeat("x", 1<<10))); err != nil {
			return
		}
	}
	_, _ = w.Write([]byte(`"}`))
}

// padded answers with what is good, and white space after it until it is too much.
func padded(body func() any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body())
		_, _ = w.Write([]byte(strings.Repeat(" ", maxBody)))
	}
}

// Whatever an issuer answers instead of what it should, nobody is let in, and nothing is followed or repeated.
func TestIssuersThatAreRefused(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	away := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL+r.URL.Path, status) }
	}
	const discovery, keys, token = "/.well-known/openid-configuration", "/keys", "/token"
	for what, c := range map[string]struct {
		path   string
		answer http.HandlerFunc
		want   error
	}{
		"no discovery":                   {discovery, text(404, "canary"), ErrUnreachable},
		"discovery fails":                {discovery, text(500, "canary"), ErrUnreachable},
		"discovery is a page":            {discovery, text(200, "<html>canary"), ErrUnreachable},
		"discovery is a list":            {discovery, text(200, "[]"), ErrUnreachable},
		"discovery is elsewhere":         {discovery, away(302), ErrUnreachable},
		"discovery has no end":           {discovery, huge, ErrUnreachable},
		"keys are not there":             {keys, text(404, "canary"), ErrUnreachable},
		"keys fail":                      {keys, text(503, "canary"), ErrUnreachable},
		"keys beside a refusal":          {keys, text(404, `{"keys":[`+withMember(cachedKeys()["ES256"], "")+`]}`), ErrUnreachable},
		"keys are a page":                {keys, text(200, "<html>canary"), ErrUnreachable},
		"keys are elsewhere":             {keys, away(301), ErrUnreachable},
		"keys have no end":               {keys, huge, ErrUnreachable},
		"keys with too much after":       {keys, padded(func() any { return map[string]any{"keys": []any{cachedKeys()["ES256"].Public()}} }), ErrUnreachable},
		"keys without number":            {keys, text(200, `{"keys":[`+strings.Repeat(withMember(cachedKeys()["ES256"], "")+",", 64)+withMember(cachedKeys()["ES256"], "")+`]}`), ErrUnreachable},
		"the code is refused":            {token, text(400, `{"error":"invalid_grant","error_description":"canary"}`), ErrRefused},
		"we are refused":                 {token, text(401, `{"error":"invalid_client","error_uri":"https://canary.example"}`), ErrRefused},
		"refused without a word":         {token, text(400, `canary`), ErrRefused},
		"refused with a word of its own": {token, text(400, `{"error":"canary"}`), ErrRefused},
		"an error that looks good":       {token, text(200, `{"error":"invalid_grant"}`), ErrRefused},
		"the exchange fails":             {token, text(500, "canary"), ErrUnreachable},
		"the exchange is too busy":       {token, text(429, "canary"), ErrUnreachable},
		"the exchange is elsewhere":      {token, away(307), ErrUnreachable}, // which would carry the secret and the code there
		"the exchange is seen elsewhere": {token, away(303), ErrUnreachable},
		"the exchange has no end":        {token, huge, ErrUnreachable},
		"the exchange is a page":         {token, text(200, "<html>canary"), ErrUnreachable},
		"no access token":                {token, text(200, `{"id_token":"canary"}`), ErrUnreachable},
		"no ID token":                    {token, text(200, `{"access_token":"canary","token_type":"Bearer"}`), ErrToken},
	} {
		w := newWorld(t)
		w.bank.answer[c.path] = c.answer
		to, state, err := w.Begin(context.Background(), "bank", Wish{}, browser)
		if c.path == discovery {
			if is(t, what, err, c.want); err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: the error says %q", what, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		_, err = w.finish(w.bank.authorize(to), state)
		is(t, what, err, c.want)
	}
	if elsewhere != 0 {
		t.Errorf("a redirect was followed %d times", elsewhere)
	}
}
