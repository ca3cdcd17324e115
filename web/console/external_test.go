package console_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/identity/upstream"
	"skrin/internal/desk"
	"skrin/internal/podtest"
)

// broker is an issuer elsewhere, where people have proved who they are already.
type broker struct {
	t      testing.TB
	server *httptest.Server
	key    *ecdsa.PrivateKey
	who    string
	asked  url.Values
	w      *podtest.World
	down   bool                        // it answers nothing that helps
	says   func(claims map[string]any) // changes what a token says
	other  map[string]http.HandlerFunc // by path, instead of what is said there
}

func newBroker(t testing.TB) *broker {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	b := &broker{t: t, key: key, who: "maria-at-the-bank", other: map[string]http.HandlerFunc{}}
	b.server = httptest.NewServer(b)
	t.Cleanup(b.server.Close)
	return b
}

// house is one where people sign in with the broker, by one button or more.
func (b *broker) house(more ...string) *podtest.World {
	b.w = podtest.NewHouse(b.t, podtest.House{Change: func(c *desk.Config) {
		c.Upstream = []upstream.Issuer{{ID: "bank", Name: "The <Bank>", URL: b.server.URL, ClientID: "skrin", Secret: account.NewSecret("hush")}}
		for _, id := range more {
			c.Upstream = append(c.Upstream, upstream.Issuer{ID: id, Name: "By " + id, URL: b.server.URL, ClientID: "skrin", Secret: account.NewSecret("hush")})
		}
	}})
	return b.w
}

func (b *broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if b.down {
		http.Error(w, "canary", http.StatusServiceUnavailable)
		return
	}
	if answer, there := b.other[r.URL.Path]; there {
		answer(w, r)
		return
	}
	var say any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		say = map[string]any{"issuer": b.server.URL, "authorization_endpoint": b.server.URL + "/authorize", "token_endpoint": b.server.URL + "/token",
			"jwks_uri": b.server.URL + "/keys", "authorization_response_iss_parameter_supported": true}
	case "/keys":
		public, err := b.key.PublicKey.Bytes()
		check(b.t, err)
		say = map[string]any{"keys": []any{map[string]string{"kty": "EC", "crv": "P-256", "kid": "k", "alg": "ES256", "use": "sig", "x": b64(public[1:33]), "y": b64(public[33:])}}}
	case "/token":
		now := b.w.Now().Unix()
		claims := map[string]any{"iss": b.server.URL, "sub": b.who, "aud": "skrin",
			"exp": now + 60, "iat": now, "nonce": b.asked.Get("nonce"), "name": "Maria <b>Lind</b>"}
		if b.asked.Has("max_age") { // it is not said unasked
			claims["auth_time"] = now
		}
		if b.says != nil {
			b.says(claims)
		}
		say = map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": b.sign(claims)}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(say)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (b *broker) sign(claims map[string]any) string {
	head, _ := json.Marshal(map[string]string{"alg": "ES256", "kid": "k", "typ": "JWT"})
	text, _ := json.Marshal(claims)
	signing := b64(head) + "." + b64(text)
	sum := sha256.Sum256([]byte(signing))
	r, s, err := ecdsa.Sign(rand.Reader, b.key, sum[:])
	check(b.t, err)
	return signing + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// proves is somebody who was sent to the broker, and comes back. The page leads
// there by itself.
func (b *broker) proves(at *browser, change ...func(url.Values)) *browser {
	b.t.Helper()
	to, leads := strings.CutPrefix(at.header.Get("Refresh"), "0; url=")
	u, err := url.Parse(to)
	check(b.t, err)
	if !leads || !strings.HasPrefix(to, b.server.URL+"/authorize?") || at.status != http.StatusOK {
		b.t.Fatalf("led to %q: %d %s", to, at.status, at.text())
	}
	if policy := at.header.Get("Content-Security-Policy"); strings.Contains(policy, b.server.URL) {
		b.t.Error(policy)
	}
	b.asked = u.Query()
	q := url.Values{"code": {"c" + random()}, "state": {b.asked.Get("state")}, "iss": {b.server.URL}}
	for _, c := range change {
		c(q)
	}
	return at.get(b.asked.Get("redirect_uri") + "?" + q.Encode())
}

// to presses the button of the broker on a page.
func (b *browser) to(id string) *browser {
	b.t.Helper()
	for _, f := range b.forms {
		if strings.HasSuffix(f.action, "app/external/"+id) {
			return b.send(f)
		}
	}
	b.t.Fatalf("no way to %s: %s", id, b.text())
	return b
}

// Who is known elsewhere links it once, and signs in with it from then on.
func TestExternal(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	stranger := newBrowser(t, w)
	bank.proves(stranger.get("app/sign-in").to("bank")).on("app/sign-in").says("Nobody here is connected")

	maria := newBrowser(t, w)
	maria.register("maria")
	bank.proves(maria.get("app/account/links").says("The &lt;Bank&gt;").to("bank")).on("app/account/links").says("Maria &lt;b&gt;Lind").hides("<b>Lind")
	maria.signOut()
	diary := newApp(t, w, "diary")
	bank.proves(maria.get(diary.asks()).on("app/sign-in").to("bank")).on("app/authorize").says("The diary").press("answer=allow")
	diary.exchange(maria.left)

	w.Advance(13 * time.Hour)
	bank.proves(maria.get("app/account/name").on("app/sign-in").to("bank")).on("app/account/name")
	w.Advance(12 * time.Minute)
	if maria.cookie("external") != "" {
		t.Error("what was begun is still held")
	}
	before := maria.cookie("session")
	bank.proves(maria.get("app/account/links").on("app/sign-in").to("bank")).on("app/account/links")
	if maria.cookie("session") == before {
		t.Error("the same token after a step-up")
	}
	olof := newBrowser(t, w)
	olof.register("olof")
	bank.proves(olof.get("app/account/links").to("bank")).on("app/account/links").says("connected with another account")
	maria.fill("remove", maria.form("remove").fields.Get("remove")).on("app/account/links").says("The connection is removed")
	bank.proves(stranger.get("app/sign-in").to("bank")).on("app/sign-in").says("Nobody here is connected")
}

// An answer that nobody asked for here, or somebody else did, opens and links nothing.
func TestExternalOfOthers(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	maria, mallet := newBrowser(t, w), newBrowser(t, w)
	maria.register("maria")
	bank.proves(maria.get("app/account/links").to("bank")).on("app/account/links")
	maria.signOut()
	for name, change := range map[string]func(url.Values){
		"another state":  func(q url.Values) { q.Set("state", random()) },
		"no state":       func(q url.Values) { q.Del("state") },
		"another issuer": func(q url.Values) { q.Set("iss", "https://evil.example") },
		"no issuer":      func(q url.Values) { q.Del("iss") },
		"declined": func(q url.Values) {
			q.Del("code")
			q.Set("error", "access_denied")
			q.Set("error_description", "<script>")
		},
		"in another browser": func(url.Values) { maria.setCookie("browser", randomID()) },
		"without the cookie": func(url.Values) { maria.setCookie("external", "") },
		"mallet's own cookie": func(url.Values) {
			mallet.get("app/sign-in").to("bank")
			maria.setCookie("external", mallet.cookie("external"))
		},
	} {
		bank.proves(maria.get("app/sign-in").to("bank"), change)
		if maria.cookie("session") != "" {
			t.Fatalf("%s: signed in", name)
		}
		maria.on("app/sign-in").hides("<script>")
	}
	// mallet has maria's browser come back with his identity, to be linked to her account
	maria.get("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/home")
	bank.who = "mallet-at-the-bank"
	mallet.register("mallet")
	mallet.get("app/account/links").to("bank")
	to, _ := strings.CutPrefix(mallet.header.Get("Refresh"), "0; url=")
	u, err := url.Parse(to)
	check(t, err)
	bank.asked = u.Query()
	back := url.Values{"code": {"c"}, "state": {bank.asked.Get("state")}, "iss": {bank.server.URL}}
	maria.get(bank.asked.Get("redirect_uri") + "?" + back.Encode())
	if acct, err := w.Accounts.ByName("maria"); err != nil || len(acct.Links) != 1 {
		t.Errorf("%d links, %v", len(acct.Links), err)
	}
	// and a link begins with a form and a proof alone
	w.Advance(12 * time.Minute)
	maria.get("app/sign-in?next=app/account/links")
	f := maria.form("token")
	f.action, f.fields = "/app/external/bank", url.Values{"link": {"1"}, "token": f.fields["token"]}
	maria.send(f).on("app/sign-in")
	f.fields.Del("token")
	maria.send(f).refused(403)
	maria.get("app/external/bank").refused(405)
	maria.get("app/external/nobody/callback?state=x").refused(404)
}

func randomID() string { return random()[:22] }

// An app that asks at great length does not keep anybody from signing in.
func TestExternalForALongRequest(t *testing.T) {
	b := newBroker(t)
	w := b.house()
	maria, again := newBrowser(t, w), newBrowser(t, w)
	maria.register("maria")
	b.proves(maria.get("app/account/links").to("bank")).on("app/account/links")
	again.get(newApp(t, w, "chatty").asks("state", strings.Repeat("s", 4000))).on("app/sign-in")
	b.proves(again.to("bank")).on("app/home")
}
