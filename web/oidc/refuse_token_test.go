package oidc_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/internal/jose"
	"skrin/internal/podtest"
)

// What an exchange must not be. Each case has a code of its own; where the code itself was shown, it is spent.
func TestExchangesRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	phone := w.photos
	thief := phone.elsewhere()
	for _, c := range []struct {
		name, code string
		status     int
		asked      []string // of the request
		change     []string // of the exchange
		by         *app
		spent      bool
	}{
		{"another code", "invalid_grant", 400, nil, []string{"code", "x"}, phone, false},
		{"no code", "invalid_grant", 400, nil, []string{"code", "-"}, phone, false},
		{"two codes", "invalid_request", 400, nil, []string{"code", "x", "code", "y"}, phone, false},
		{"another client", "invalid_grant", 400, nil, []string{"client_id", w.diary.id}, phone, true},
		{"an unknown client", "invalid_client", 401, nil, []string{"client_id", "client-x"}, phone, false},
		{"no client", "invalid_client", 401, nil, []string{"client_id", "-"}, phone, false},
		{"two clients", "invalid_request", 400, nil, []string{"client_id", phone.id, "client_id", w.diary.id}, phone, false},
		{"a secret of a client that has none", "invalid_client", 401, nil, []string{"client_secret", "x"}, phone, false},
		{"a client assertion", "invalid_client", 401, nil, []string{"client_assertion", "x.y.z"}, phone, false},
		{"another redirect", "invalid_grant", 400, nil, []string{"redirect_uri", phone.redirect + "?x=1"}, phone, true},
		{"no redirect", "invalid_grant", 400, nil, []string{"redirect_uri", "-"}, phone, true},
		{"another verifier", "invalid_grant", 400, nil, []string{"code_verifier", codeVerifier + "x"}, phone, true},
		{"no verifier", "invalid_grant", 400, nil, []string{"code_verifier", "-"}, phone, true},
		{"an empty verifier", "invalid_grant", 400, nil, []string{"code_verifier", ""}, phone, true},
		{"the challenge as verifier", "invalid_grant", 400, nil, []string{"code_verifier", hashed(codeVerifier)}, phone, true},
		{"a short verifier", "invalid_grant", 400, []string{"code_challenge", hashed("short")}, []string{"code_verifier", "short"}, phone, true},
		{"two verifiers", "invalid_request", 400, nil, []string{"code_verifier", codeVerifier, "code_verifier", "x"}, phone, false},
		{"another key than was said", "invalid_grant", 400, []string{"dpop_jkt", phone.key.Public().Thumbprint()}, nil, thief, true},
		{"no grant_type", "invalid_request", 400, nil, []string{"grant_type", "-"}, phone, false},
		{"two grant_types", "invalid_request", 400, nil, []string{"grant_type", "authorization_code", "grant_type", "refresh_token"}, phone, false},
		{"the password grant", "unsupported_grant_type", 400, nil, []string{"grant_type", "password", "username", "maria", "password", "x"}, phone, false},
		{"a token exchange", "unsupported_grant_type", 400, nil, []string{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"}, phone, false},
		{"client credentials of an app", "unauthorized_client", 400, nil, []string{"grant_type", "client_credentials"}, phone, false},
		{"text that is not UTF-8", "invalid_request", 400, nil, []string{"code", "\xff"}, phone, false},
	} {
		code := phone.code(c.asked...)
		fails(t, c.name, c.by.exchange(code, c.change...), c.status, c.code)
		again := phone.exchange(code)
		if c.spent {
			fails(t, c.name+", and then rightly", again, 400, "invalid_grant")
		} else {
			w.tokens(again)
		}
		w.Advance(time.Minute) // a citizen gives so many codes a minute
	}
}

// How a request at the token endpoint must not be written.
func TestTokenFormsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	a := w.photos
	code := a.code()
	good := a.exchanging(code)
	ask := func(method, query, mediaType, body string, fields ...string) *podtest.Answer {
		fields = append(fields, "Content-Type", mediaType, "DPoP", a.proof("POST", w.at("/oidc/token"), "", nil))
		return w.Public().Do(method, w.at("/oidc/token")+query, body, fields...)
	}
	const form = "application/x-www-form-urlencoded"
	asJSON, err := json.Marshal(map[string]string{"grant_type": "authorization_code", "code": code, "client_id": a.id})
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]*podtest.Answer{
		"JSON":                          ask("POST", "", "application/json", string(asJSON)),
		"a form that says it is text":   ask("POST", "", "text/plain", good.Encode()),
		"everything in the address":     ask("POST", "?"+good.Encode(), form, ""),
		"the secret in the address":     ask("POST", "?client_id=x&client_secret=y", form, good.Encode()),
		"a query that means nothing":    ask("POST", "?x", form, good.Encode()),
		"far too long":                  ask("POST", "", form, good.Encode()+"&x="+strings.Repeat("x", 70<<10)),
		"a broken escape":               ask("POST", "", form, good.Encode()+"&x=%"),
		"a body that is encoded":        ask("POST", "", form, good.Encode(), "Content-Encoding", "gzip"),
		"a parameter twice, once empty": ask("POST", "", form, good.Encode()+"&code="),
		"no body at all":                ask("POST", "", "", ""),
	} {
		fails(t, name, answer, 400, "invalid_request")
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE"} {
		ask(method, "", form, good.Encode()).Want(405).Has("Allow", "POST, OPTIONS")
	}
	w.tokens(a.exchange(code)) // none of these has touched the code
}

// What a proof of possession at the token endpoint must not be. The code is good to the end.
func TestTokenProofsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	a := w.photos
	code, endpoint := a.code(), w.at("/oidc/token")
	form := a.exchanging(code)
	ask := func(proofs ...string) *podtest.Answer {
		fields := []string{"Content-Type", "application/x-www-form-urlencoded"}
		for _, p := range proofs {
			fields = append(fields, "DPoP", p)
		}
		return w.Public().Do("POST", endpoint, form.Encode(), fields...)
	}
	with := func(change func(header, claims map[string]any)) string { return a.proof("POST", endpoint, "", change) }
	set := func(name string, value any) string { return with(func(_, c map[string]any) { c[name] = value }) }
	good := with(nil)
	other := newKey(t)
	used := with(nil)
	w.Public().Do("POST", endpoint, "grant_type=x&client_id="+url.QueryEscape(a.id), "Content-Type", "application/x-www-form-urlencoded", "DPoP", used).Want(400)
	for name, proof := range map[string]string{
		"for another method":         a.proof("GET", endpoint, "", nil),
		"for a method in lower case": a.proof("post", endpoint, "", nil),
		"for another endpoint":       a.proof("POST", w.at("/oidc/revoke"), "", nil),
		"for another host":           a.proof("POST", "https://evil.example/oidc/token", "", nil),
		"for another scheme":         a.proof("POST", strings.Replace(endpoint, "http:", "https:", 1), "", nil),
		"for a pod":                  a.proof("POST", w.Base+"maria/", "", nil),
		"for nothing":                set("htu", ""),
		"too old":                    set("iat", w.Now().Add(-5*time.Minute).Unix()),
		"from tomorrow":              set("iat", w.Now().Add(24*time.Hour).Unix()),
		"without a time":             set("iat", nil),
		"without an id":              set("jti", ""),
		"used before":                used,
		"of another typ":             with(func(h, _ map[string]any) { h["typ"] = "JWT" }),
		"signed by nobody":           with(func(h, _ map[string]any) { h["alg"] = "none" }),
		"signed by a shared secret":  with(func(h, _ map[string]any) { h["alg"] = "HS256" }),
		"with another key's name":    with(func(h, _ map[string]any) { h["jwk"] = other.Public() }),
		"without its key":            with(func(h, _ map[string]any) { delete(h, "jwk") }),
		"with its key elsewhere":     with(func(h, _ map[string]any) { delete(h, "jwk"); h["jku"] = w.Issuer.URL("/jwks") }),
		"with a demand":              with(func(h, _ map[string]any) { h["crit"] = []string{"b64"} }),
		"that is no token":           "x",
		"two in one line":            good + ", " + with(nil),
		"with a changed signature":   good[:len(good)-8] + "AAAAAAAA",
		"far too long":               set("x", strings.Repeat("x", 16<<10)),
	} {
		fails(t, name, ask(proof), 400, "invalid_dpop_proof")
	}
	fails(t, "none", ask(), 400, "invalid_dpop_proof")
	if answer := ask(with(nil), with(nil)); answer.Status != 400 {
		t.Errorf("two: %d", answer.Status)
	}
	w.tokens(ask(good))
	fails(t, "the one that was good", ask(good), 400, "invalid_dpop_proof")
}

// How clients with a secret must not authenticate.
func TestSecretsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	info, secret, err := w.Provider.NewScript(w.maria.Account.ID, w.maria.WebID, "x")
	if err != nil {
		t.Fatal(err)
	}
	script := &app{w: w, id: info.ID, key: newKey(t)}
	good := basic(info.ID, secret.Reveal())
	for _, c := range []struct {
		name, code string
		status     int
		change     []string
		header     string
	}{
		{"no secret", "invalid_client", 401, []string{"client_id", info.ID}, ""},
		{"an empty secret", "invalid_client", 401, nil, basic(info.ID, "")},
		{"another secret", "invalid_client", 401, nil, basic(info.ID, rand.Text())},
		{"another secret, in the body", "invalid_client", 401, []string{"client_id", info.ID, "client_secret", rand.Text()}, ""},
		{"another name", "invalid_client", 401, nil, basic("script-x", secret.Reveal())},
		{"header and body", "invalid_request", 400, []string{"client_id", info.ID, "client_secret", secret.Reveal()}, good},
		{"two names", "invalid_request", 400, []string{"client_id", w.photos.id}, good},
		{"two secrets", "invalid_request", 400, []string{"client_id", info.ID, "client_secret", "x", "client_secret", secret.Reveal()}, ""},
		{"a bearer", "invalid_client", 401, nil, "Bearer " + secret.Reveal()},
		{"a token", "invalid_client", 401, nil, "DPoP " + w.photos.signIn().AccessToken},
		{"no base64", "invalid_client", 401, nil, "Basic %%%"},
		{"an app's grant", "unauthorized_client", 400, []string{"grant_type", "refresh_token", "refresh_token", "x"}, good},
	} {
		form := alter(url.Values{"grant_type": {"client_credentials"}}, c.change)
		if script.authorize = nil; c.header != "" {
			script.authorize = []string{c.header}
		}
		a := script.post("/oidc/token", form)
		fails(t, c.name, a, c.status, c.code)
		if c.status == 401 {
			a.Has("WWW-Authenticate", "Basic ")
		}
	}
}

// A code that comes back ends what came of it, whoever brings it, and the citizen finds it in the journal.
func TestCodeComesBack(t *testing.T) {
	for _, restarts := range []bool{false, true} {
		w := newWorld(t, podtest.House{})
		w.restarts = restarts
		code := w.photos.code()
		w.step()
		tokens := w.tokens(w.photos.exchange(code))
		w.step()
		w.photos.get("/maria/health/", tokens.AccessToken).Want(200)
		w.step()
		fails(t, "the code again", w.photos.elsewhere().exchange(code, "code_verifier", "-"), 400, "invalid_grant")
		w.step()
		w.photos.get("/maria/health/", tokens.AccessToken).Want(401)
		w.step()
		fails(t, "its refresh token", w.photos.refresh(tokens.RefreshToken), 400, "invalid_grant")
		w.noted("maria", "stop-app")
	}
}

// noted waits until the journal of a pod says that something was done.
func (w *world) noted(pod, did string) {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		lines, err := w.Owner(pod).Journal(w.t.Context(), 0, 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, l := range lines.Entries {
			if l.Did == did {
				return
			}
		}
	}
	w.t.Errorf("the journal of %s says nothing of %q", pod, did)
}

// A refresh token is for one app with one key, and good once. One that comes back was stolen from somebody.
func TestRefreshRefused(t *testing.T) {
	for _, restarts := range []bool{false, true} {
		w := newWorld(t, podtest.House{})
		w.restarts = restarts
		a := w.photos
		first := a.signIn()
		w.step()
		for _, c := range []struct {
			name, code string
			by         *app
			change     []string
		}{
			{"another key", "invalid_grant", a.elsewhere(), nil},
			{"another client", "invalid_grant", a, []string{"client_id", w.diary.id}},
			{"more than was granted", "invalid_scope", a, []string{"scope", "openid webid everything"}},
			{"a token that is none", "invalid_grant", a, []string{"refresh_token", "x"}},
			{"a token of the same family that is none", "invalid_grant", a, []string{"refresh_token", first.RefreshToken[:len(first.RefreshToken)-4] + "AAAA"}},
			{"the access token", "invalid_grant", a, []string{"refresh_token", first.AccessToken}},
			{"two tokens", "invalid_request", a, []string{"refresh_token", "x", "refresh_token", first.RefreshToken}},
		} {
			fails(t, c.name, c.by.refresh(first.RefreshToken, c.change...), 400, c.code)
			w.step()
		}
		second := w.tokens(a.refresh(first.RefreshToken))
		w.step()
		third := w.tokens(a.refresh(second.RefreshToken))
		w.step()
		a.get("/maria/health/", third.AccessToken).Want(200)
		w.Advance(3 * time.Minute)
		fails(t, "a thief without the key", a.elsewhere().refresh(first.RefreshToken), 400, "invalid_grant")
		a.get("/maria/health/", third.AccessToken).Want(200)
		w.step()
		fails(t, "the first again", a.refresh(first.RefreshToken), 400, "invalid_grant")
		w.step()
		fails(t, "the third, whose family is gone", a.refresh(third.RefreshToken), 400, "invalid_grant")
		a.get("/maria/health/", third.AccessToken).Want(401)
		w.noted("maria", "stop-app")
	}
}

// What the citizen takes back ends at once: an app, a session with all that came of it.
func TestTakenBack(t *testing.T) {
	w := newWorld(t, podtest.House{})
	a := w.photos
	tokens, code := a.signIn(), a.code()
	if _, err := w.Provider.Withdraw(w.maria.Account.ID, w.maria.WebID, a.id); err != nil {
		t.Fatal(err)
	}
	a.get("/maria/health/", tokens.AccessToken).Want(401).Says("withdrawn")
	fails(t, "refreshed", a.refresh(tokens.RefreshToken), 400, "invalid_grant")
	fails(t, "exchanged", a.exchange(code), 400, "invalid_grant")
	tokens = a.signIn()
	if _, err := w.Provider.EndSession(w.maria.Account.ID, w.maria.Session.ID, true); err != nil {
		t.Fatal(err)
	}
	w.Restart()
	a.get("/maria/health/", tokens.AccessToken).Want(401)
	fails(t, "refreshed without the session", a.refresh(tokens.RefreshToken), 400, "invalid_grant")
}

// Tokens that are something else than they are taken for.
func TestTokensConfused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	a := w.photos
	tokens := a.signIn()
	access := claims(t, tokens.AccessToken)
	if aud, _ := access["aud"].([]any); len(aud) == 0 || aud[0] != "solid" {
		t.Errorf("the audience is %v", access["aud"])
	}
	head := map[string]any{"typ": "at+jwt", "alg": "ES256"}
	forged := func(change func(h, c map[string]any)) string {
		h, c := map[string]any{}, map[string]any{}
		for n, v := range head {
			h[n] = v
		}
		for n, v := range access {
			c[n] = v
		}
		if change != nil {
			change(h, c)
		}
		return signed(t, newKey(t), h, c)
	}
	parts := strings.Split(tokens.AccessToken, ".")
	text := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	mac := hmac.New(sha256.New, []byte(w.Public().Get(w.at("/oidc/jwks")).Body))
	unsigned := text(`{"typ":"at+jwt","alg":"HS256"}`) + "." + parts[1]
	mac.Write([]byte(unsigned))
	another, err := w.Issuer.Vouch(w.maria.WebID, podtest.App)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := another.Token()
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{
		"the ID token":                   tokens.IDToken,
		"the refresh token":              tokens.RefreshToken,
		"signed by nobody":               text(`{"typ":"at+jwt","alg":"none"}`) + "." + parts[1] + ".",
		"signed by the public key":       unsigned + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)),
		"signed by another key":          forged(nil),
		"signed by a key that it brings": forged(func(h, _ map[string]any) { h["jwk"] = a.key.Public() }),
		"with another WebID":             parts[0] + "." + text(strings.ReplaceAll(string(payload(t, tokens.AccessToken)), "/maria/", "/bosse/")) + "." + parts[2],
		"without a signature":            parts[0] + "." + parts[1] + ".",
		"of an issuer that she left out": elsewhere,
		"that names no family":           forged(func(_, c map[string]any) { delete(c, "family") }),
		"that never ends":                forged(func(_, c map[string]any) { c["exp"] = w.Now().Add(1000 * time.Hour).Unix() }),
		"for another server":             forged(func(_, c map[string]any) { c["aud"] = "https://other.example/" }),
	} {
		for _, path := range []string{"/maria/health/", w.at("/oidc/userinfo")} {
			if got := a.get(path, token); got.Status != 401 || !strings.Contains(got.Header.Get("WWW-Authenticate"), `error="invalid_`) {
				t.Errorf("%s, at %s: %d %v", name, path, got.Status, got.Header["Www-Authenticate"])
			}
		}
	}
	a.elsewhere().get("/maria/health/", tokens.AccessToken).Want(401).Has("WWW-Authenticate", "invalid_")
	a.get("/maria/health/", tokens.AccessToken).Want(200)
}

func payload(t testing.TB, token string) []byte {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What we issue names every Solid server as its audience, and is worth nothing where the WebID does not name us; the ID
// token is for its client alone.
func TestAudiences(t *testing.T) {
	w := newWorld(t, podtest.House{})
	tokens := w.photos.signIn()
	id := claims(t, tokens.IDToken)
	aud, _ := id["aud"].([]any)
	if len(aud) != 2 || aud[0] != w.photos.id && aud[1] != w.photos.id {
		t.Errorf("the ID token is for %v", id["aud"])
	}
	for _, never := range []string{"family", "cnf"} {
		if _, there := id[never]; there {
			t.Errorf("the ID token has %s", never)
		}
	}
	if _, err := jose.Parse(tokens.AccessToken); err != nil {
		t.Error(err)
	}
	if iat, exp := claims(t, tokens.AccessToken)["iat"].(float64), claims(t, tokens.AccessToken)["exp"].(float64); exp-iat > 600 {
		t.Errorf("it lives %v seconds", exp-iat)
	}
}

// Anybody can make proofs, and each is remembered for minutes, so nobody makes too many; none is remembered then.
func TestProofsAreCounted(t *testing.T) {
	w := newWorld(t, podtest.House{})
	w.Desk.OIDC.Bound(3)
	tokens := w.photos.signIn()
	w.photos.refresh("x").Want(400)
	w.photos.refresh("x").Want(400)
	proof := w.photos.proof("POST", w.at("/oidc/token"), "", nil)
	ask := func() *podtest.Answer {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}, "client_id": {w.photos.id}}
		return w.Public().Do("POST", w.at("/oidc/token"), form.Encode(), "Content-Type", formType, "DPoP", proof)
	}
	a := ask()
	fails(t, "one too many", a, 503, "temporarily_unavailable")
	a.Has("Retry-After", "5")
	w.Advance(time.Minute)
	w.tokens(ask())
}

// A house that cannot remember proofs says so, and nobody's token is lost by it.
func TestBusy(t *testing.T) {
	w := newWorld(t, podtest.House{})
	tokens := w.photos.signIn()
	if _, err := w.Desk.Verifier.Snapshot(); err != nil { // takes no more proofs
		t.Fatal(err)
	}
	a := w.photos.refresh(tokens.RefreshToken)
	fails(t, "shutting down", a, 503, "temporarily_unavailable")
	a.Has("Retry-After", "5")
	to := w.at("/oidc/userinfo")
	fails(t, "userinfo", w.photos.get(to, tokens.AccessToken), 503, "temporarily_unavailable")
	w.Restart()
	w.tokens(w.photos.refresh(tokens.RefreshToken))
}

// A token of ours is good at another server for the one WebID that names us, and for nothing that this server's own
// people have, whatever they are called; nor is a proof for one server good at the other.
func TestAtAnotherServer(t *testing.T) {
	here, there := newWorld(t, podtest.House{}), newWorld(t, podtest.House{})
	a := here.photos
	tokens := a.signIn()
	get := func(path, proofFor string) *podtest.Answer {
		to := there.URL(path)
		return there.Public().Get(to, "Authorization", "DPoP "+tokens.AccessToken, "DPoP", a.proof("GET", proofFor, tokens.AccessToken, nil))
	}
	own := there.URL("/maria/health/")
	get("/maria/health/", own).Want(403)
	get("/maria/profile/card", there.URL("/maria/profile/card")).Want(200)
	get("/maria/health/", here.URL("/maria/health/")).Want(401).Has("WWW-Authenticate", "invalid_dpop_proof")
	userinfo := there.at("/oidc/userinfo")
	there.Public().Get(userinfo, "Authorization", "DPoP "+tokens.AccessToken, "DPoP", a.proof("GET", userinfo, tokens.AccessToken, nil)).
		Want(401).Has("WWW-Authenticate", "another issuer's")
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}, "client_id": {a.id}}
	endpoint := there.at("/oidc/token")
	fails(t, "the refresh token", there.Public().Do("POST", endpoint, form.Encode(), "Content-Type", formType, "DPoP", a.proof("POST", endpoint, "", nil)), 400, "invalid_grant")
	form = a.exchanging(a.code())
	fails(t, "the code", there.Public().Do("POST", endpoint, form.Encode(), "Content-Type", formType, "DPoP", a.proof("POST", endpoint, "", nil)), 400, "invalid_grant")
}
