package oidc_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/identity/provider"
	"skrin/internal/desk"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/web"
)

// Client documents that are not believed. Nobody is sent anywhere for one.
func TestClientDocumentsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	doc := func(name string, change map[string]any) string { return w.app(name, change).id }
	page := func(name string, h http.HandlerFunc) string {
		w.Issuer.Handle("/apps/"+name, h)
		return w.Issuer.URL("/apps/" + name)
	}
	say := func(mediaType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			_, _ = w.Write([]byte(body))
		}
	}
	good := func(id string) string {
		return `{"client_id":"` + id + `","redirect_uris":["https://photos.example/cb"]}`
	}
	for name, c := range map[string]struct {
		id     string
		status int
	}{
		"that names another client":     {doc("other", map[string]any{"client_id": w.photos.id}), 400},
		"that names itself differently": {doc("upper", map[string]any{"client_id": strings.ToUpper(w.Issuer.URL("/apps/upper"))}), 400},
		"that names nobody":             {doc("nobody", map[string]any{"client_id": nil}), 400},
		"without a redirect URI":        {doc("no-redirect", map[string]any{"redirect_uris": []string{}}), 400},
		"with a secret":                 {doc("secret", map[string]any{"client_secret": "x"}), 400},
		"with a script for redirect":    {doc("js", map[string]any{"redirect_uris": []string{"javascript:alert(1)", "https://photos.example/cb"}}), 400},
		"with data for redirect":        {doc("data", map[string]any{"redirect_uris": []string{"data:text/html,x"}}), 400},
		"with http for redirect":        {doc("http", map[string]any{"redirect_uris": []string{"http://photos.example/cb"}}), 400},
		"with a fragment":               {doc("fragment", map[string]any{"redirect_uris": []string{"https://photos.example/cb#x"}}), 400},
		"with a wildcard":               {doc("wild", map[string]any{"redirect_uris": []string{"https://*.example/cb"}}), 400},
		"that is too large":             {doc("large", map[string]any{"x": strings.Repeat("x", 100<<10)}), 400},
		"that is no JSON":               {page("text", say("application/json", "hello")), 400},
		"that is a list":                {page("list", say("application/json", "[]")), 400},
		"that says a thing twice":       {page("twice", say("application/json", `{"client_id":"a",`+good(w.Issuer.URL("/apps/twice"))[1:])), 400},
		"of another type":               {page("html", say("text/html", good(w.Issuer.URL("/apps/html")))), 400},
		"that is elsewhere": {page("moved", func(r http.ResponseWriter, q *http.Request) {
			http.Redirect(r, q, w.photos.id, http.StatusFound)
		}), 400},
		"that leads into the house": {page("inwards", func(r http.ResponseWriter, q *http.Request) {
			http.Redirect(r, q, w.at("/.well-known/openid-configuration"), http.StatusFound)
		}), 400},
		"that leads to another host": {page("away", func(r http.ResponseWriter, q *http.Request) {
			http.Redirect(r, q, "http://127.0.0.2:1/", http.StatusFound)
		}), 400},
		"that fails":            {page("broken", func(r http.ResponseWriter, _ *http.Request) { r.WriteHeader(500) }), 503},
		"that is not there":     {w.Issuer.URL("/apps/nothing"), 400},
		"where nobody listens":  {"http://127.0.0.1:1/id", 503},
		"with user information": {strings.Replace(w.photos.id, "http://", "http://u:p@", 1), 400},
		"in a pod, unreadable":  {w.Base + "maria/health/id", 400},
		"with a path above":     {strings.Replace(w.photos.id, "/apps/", "/apps/../apps/", 1), 400},
		"without a path":        {strings.TrimSuffix(w.Issuer.URL("/"), "/"), 400},
	} {
		a := w.Public().Get(w.at("/oidc/authorize?" + w.photos.request("client_id", c.id).Encode()))
		shown(t, "a document "+name, a, c.status)
		if (a.Header.Get("Retry-After") != "") != (c.status == 503) {
			t.Errorf("a document %s: %v", name, a.Header)
		}
	}
}

// A document that lies in one of our own pods is read in the house; what everybody may not read is none.
func TestClientDocumentInAPod(t *testing.T) {
	w := newWorld(t, podtest.House{})
	carla := w.Citizen("carla")
	id := w.Base + "carla/pub/app"
	text := fmt.Sprintf(`{"client_id":%q,"redirect_uris":["https://photos.example/cb"]}`, id)
	carla.Put("/carla/pub/app", "application/json", text).Want(201)
	q := w.photos.request("client_id", id).Encode()
	shown(t, "before everybody may read it", w.Public().Get(w.at("/oidc/authorize?"+q)), 400)
	carla.Put("/carla/pub/.acl", "text/turtle", fmt.Sprintf(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
		<#o> acl:agent <%s>; a acl:Authorization; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
		<#p> acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; a acl:Authorization; acl:default <./>; acl:mode acl:Read.`, carla.WebID)).Want(201)
	w.Advance(time.Minute)
	w.Public().Get(w.at("/oidc/authorize?" + q)).Want(303)
}

// By another name that leads to this house, a document in a pod would pass for one of another origin: it is none.
func TestClientDocumentInAPodByAnotherName(t *testing.T) {
	w := newWorld(t, podtest.House{})
	carla := w.Citizen("carla")
	alias := "http://" + w.Address + "/"
	id := alias + "carla/pub/app"
	carla.Put("/carla/pub/app", "application/json", fmt.Sprintf(`{"client_id":%q,"redirect_uris":["https://photos.example/cb"]}`, id)).Want(201)
	carla.Put("/carla/pub/.acl", "text/turtle", fmt.Sprintf(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
		<#o> acl:agent <%s>; a acl:Authorization; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
		<#p> acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; a acl:Authorization; acl:default <./>; acl:mode acl:Read.`, carla.WebID)).Want(201)
	w.Public().Get(id).Want(200)
	w.Public().Get(id, "CDN-Loop", "somebody, skrin-x").Want(200)
	shown(t, "by another name", w.Public().Get(w.at("/oidc/authorize?"+w.photos.request("client_id", id).Encode())), 400)
}

// Nothing that strangers write makes us ask inner addresses: not the client's id, not what its document points to.
func TestInnerAddressesAreNotAsked(t *testing.T) {
	asked := 0
	w := newWorld(t, podtest.House{Host: "login.localhost", Change: func(c *desk.Config) { c.InsecureLoopback = false }})
	w.Issuer.Handle("/apps/photos", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	for _, id := range []string{
		w.photos.id, strings.Replace(w.photos.id, "http:", "https:", 1), strings.Replace(w.photos.id, "127.0.0.1", "localhost", 1),
		"https://10.0.0.1/id", "https://192.168.1.1/id", "https://169.254.169.254/latest/meta-data/", "https://[::1]/id", "https://[fd00::1]/id",
		"https://[::ffff:127.0.0.1]/id", "https://0.0.0.0/id", "https://2130706433/id", "https://localhost/id", w.Base + "healthz", w.Base,
		w.at("/oidc/authorize?client_id=x"), "http://example.com/id", "gopher://127.0.0.1/", "https://metadata.google.internal/",
	} {
		a := w.Public().Get(w.at("/oidc/authorize?" + w.photos.request("client_id", id).Encode()))
		if a.Status != 400 && a.Status != 503 || a.Header.Get("Location") != "" {
			t.Errorf("%s: %d", id, a.Status)
		}
		fails(t, id, w.photos.exchange("x", "client_id", id), a.Status+map[int]int{400: 1, 503: 0}[a.Status], map[int]string{400: "invalid_client", 503: "temporarily_unavailable"}[a.Status])
	}
	if asked > 0 {
		t.Errorf("an inner address was asked %d times", asked)
	}
}

// A document that takes its time keeps few waiting, and nobody else out.
func TestSlowDocuments(t *testing.T) {
	w := newWorld(t, podtest.House{}, func(c *web.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	arrived, release := make(chan bool, 100), make(chan bool)
	let := sync.OnceFunc(func() { close(release) })
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- true
		<-release
	}))
	defer slow.Close()
	defer let() // or who fails waits for ever
	answers := make(chan int, 64)
	ask := func(way, path, host string) { // of one host so many are asked for at once (internal/outbound)
		status := 0 // when asking fails
		defer func() { answers <- status }()
		id := strings.Replace(slow.URL+path, "127.0.0.1", host, 1)
		status = w.Public().Get(w.at(way + w.photos.request("client_id", id).Encode())).Status
	}
	for i := range 16 {
		go ask([]string{"/oidc/authorize?", "/app/sign-out?"}[i%2], fmt.Sprintf("/slow-%d", i), []string{"127.0.0.1", "localhost"}[i/2%2])
	}
	for range 16 {
		select {
		case <-arrived:
		case status := <-answers:
			t.Fatalf("answered before its document was: %d", status)
		}
	}
	a := w.Public().Get(w.at("/oidc/authorize?" + w.photos.request().Encode()))
	shown(t, "one too many", a, 503)
	a.Has("Retry-After", "5")
	shown(t, "one too many, to sign out", w.Public().Get(w.at("/app/sign-out?client_id="+url.QueryEscape(w.photos.id))), 503)
	fails(t, "one too many, at the token endpoint", w.photos.exchange("x"), 503, "temporarily_unavailable")
	fails(t, "one too many, to revoke", w.photos.post("/oidc/revoke", url.Values{"token": {"x"}, "client_id": {w.photos.id}}), 503, "temporarily_unavailable")
	w.Public().Post(w.at("/oidc/register"), "application/json", `{"redirect_uris":["https://a.example/"]}`).Want(201)
	w.Public().Get(w.at("/oidc/authorize?"+w.diary.request().Encode()), "X-Forwarded-For", "192.0.2.1").Want(303) // somebody elsewhere
	let()
	for range 16 {
		if status := <-answers; status != 400 && status != 503 {
			t.Errorf("a slow document: %d", status)
		}
	}
	w.photos.begin()
}

// register asks for a registration.
func (w *world) register(description string) *podtest.Answer {
	return w.Public().Post(w.at("/oidc/register"), "application/json", description)
}

// Descriptions that are refused at registration.
func TestRegistrationsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	const here = `"redirect_uris":["https://a.example/cb"]`
	for _, c := range []struct{ name, body, code string }{
		{"nothing", ``, "invalid_client_metadata"},
		{"no JSON", `redirect_uris=x`, "invalid_client_metadata"},
		{"a list", `[]`, "invalid_client_metadata"},
		{"a member twice", `{` + here + `,` + here + `}`, "invalid_client_metadata"},
		{"no redirect", `{}`, "invalid_redirect_uri"},
		{"an empty list", `{"redirect_uris":[]}`, "invalid_redirect_uri"},
		{"javascript", `{"redirect_uris":["javascript:alert(1)"]}`, "invalid_redirect_uri"},
		{"data", `{"redirect_uris":["data:text/html,x"]}`, "invalid_redirect_uri"},
		{"a file", `{"redirect_uris":["file:///etc/passwd"]}`, "invalid_redirect_uri"},
		{"http", `{"redirect_uris":["http://a.example/cb"]}`, "invalid_redirect_uri"},
		{"a fragment", `{"redirect_uris":["https://a.example/cb#x"]}`, "invalid_redirect_uri"},
		{"user information", `{"redirect_uris":["https://u@a.example/cb"]}`, "invalid_redirect_uri"},
		{"one bad of two", `{"redirect_uris":["https://a.example/cb","vbscript:x"]}`, "invalid_redirect_uri"},
		{"a number", `{"redirect_uris":[7]}`, "invalid_redirect_uri"},
		{"the implicit flow", `{` + here + `,"response_types":["token"]}`, "invalid_client_metadata"},
		{"the password grant", `{` + here + `,"grant_types":["password"]}`, "invalid_client_metadata"},
		{"client credentials", `{` + here + `,"grant_types":["client_credentials"]}`, "invalid_client_metadata"},
		{"a shared secret for tokens", `{` + here + `,"id_token_signed_response_alg":"HS256"}`, "invalid_client_metadata"},
		{"tokens signed by nobody", `{` + here + `,"id_token_signed_response_alg":"none"}`, "invalid_client_metadata"},
		{"keys elsewhere", `{` + here + `,"jwks_uri":"` + w.Issuer.URL("/inner/jwks") + `"}`, "invalid_client_metadata"},
		{"a software statement", `{` + here + `,"software_statement":"x.y.z"}`, "invalid_client_metadata"},
		{"assertions", `{` + here + `,"token_endpoint_auth_method":"private_key_jwt"}`, "invalid_client_metadata"},
		{"too much", `{` + here + `,"x":"` + strings.Repeat("x", 100<<10) + `"}`, "invalid_client_metadata"},
		{"not UTF-8", "{" + here + ",\"client_name\":\"\xff\"}", "invalid_client_metadata"},
	} {
		fails(t, c.name, w.register(c.body), 400, c.code)
	}
	fails(t, "as a form", w.Public().Post(w.at("/oidc/register"), "application/x-www-form-urlencoded", `{`+here+`}`), 400, "invalid_client_metadata")
	fails(t, "with a query", w.Public().Post(w.at("/oidc/register?x=y"), "application/json", `{`+here+`}`), 400, "invalid_request")
	w.Public().Get(w.at("/oidc/register")).Want(405).Has("Allow", "POST, OPTIONS")
	if n := w.Issuer.Hits("/inner/jwks"); n > 0 {
		t.Errorf("its keys were fetched %d times", n)
	}
}

// A client that registers signs somebody in, with its secret and not without; it ends when nobody allows it.
func TestRegisteredClient(t *testing.T) {
	w := newWorld(t, podtest.House{})
	answer := w.register(`{"redirect_uris":["https://a.example/cb"],"client_name":"A","logo_uri":"`+w.Issuer.URL("/inner/logo")+`","grant_types":["authorization_code","refresh_token"]}`).
		Want(201).Has("Cache-Control", "no-store").Has("Access-Control-Allow-Origin", "*")
	var made provider.Registration
	if err := json.Unmarshal([]byte(answer.Body), &made); err != nil || made.Secret == "" {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	a := &app{w: w, id: made.ID, redirect: "https://a.example/cb", key: newKey(t)}
	w.restarts = true
	code := a.code()
	fails(t, "without its secret", a.exchange(code), 401, "invalid_client")
	a.authorize = []string{basic(made.ID, made.Secret)}
	tokens := w.tokens(a.exchange(code, "client_id", "-"))
	if claims(t, tokens.AccessToken)["client_id"] != made.ID {
		t.Error(claims(t, tokens.AccessToken))
	}
	w.Restart()
	a.get("/maria/health/", tokens.AccessToken).Want(200)
	if w.Issuer.Hits("/inner/logo") > 0 {
		t.Error("its logo was fetched")
	}
	w.register(`{"redirect_uris":["https://b.example/cb"]}`).Want(201)
	w.Advance(200 * 24 * time.Hour)
	shown(t, "half a year later", w.Public().Get(w.at("/oidc/authorize?"+a.request().Encode())), 400)
}

// Whoever registers on and on is told to stop, from wherever in its network it does.
func TestRegistrationFlood(t *testing.T) {
	w := newWorld(t, podtest.House{})
	for i := range 30 {
		w.register(fmt.Sprintf(`{"redirect_uris":["https://a%d.example/cb"]}`, i)).Want(201)
	}
	a := w.register(`{"redirect_uris":["https://a.example/cb"]}`)
	fails(t, "one too many", a, 429, "temporarily_unavailable")
	a.Has("Retry-After", "600")
	w.photos.signIn() // who has a document needs no registration
	w.Advance(time.Hour)
	w.register(`{"redirect_uris":["https://a.example/cb"]}`).Want(201)
}

// Whoever names client after client that nobody knows is told to stop, and keeps nobody out of apps that are known.
func TestUnknownClientsFlood(t *testing.T) {
	w := newWorld(t, podtest.House{})
	w.photos.signIn()
	ask := func(id string) *podtest.Answer {
		return w.Public().Get(w.at("/oidc/authorize?" + w.photos.request("client_id", id).Encode()))
	}
	fresh := func() *podtest.Answer {
		return w.Public().Get(w.at("/oidc/authorize?" + w.app("fresh", nil).request().Encode()))
	}
	for i := range 120 {
		shown(t, "nobody's document", ask(fmt.Sprintf("http://127.0.0.1:1/%d", i)), 503)
	}
	shown(t, "one that is good, and one too many", fresh(), 503)
	ask(w.photos.id).Want(303)
	w.Advance(time.Minute)
	fresh().Want(303)
}

// At home, without TLS, the house believes its own issuer and its own pods, and no other without TLS.
func TestOwnIssuerWithoutTLS(t *testing.T) {
	for name, h := range houses {
		h.Change = func(c *desk.Config) { c.InsecureLoopback = false }
		w := newWorld(t, h)
		made := w.register(`{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"none"}`).Want(201)
		var r provider.Registration
		if err := json.Unmarshal([]byte(made.Body), &r); err != nil {
			t.Fatal(err)
		}
		a := &app{w: w, id: r.ID, redirect: "https://a.example/cb", key: newKey(t)}
		tokens := a.signIn()
		a.get("/maria/health/", tokens.AccessToken).Want(200)
		p, err := w.Issuer.Vouch(w.maria.WebID, linkeddata.MustIRI("https://app.example/id"))
		if err != nil {
			t.Fatal(err)
		}
		stranger, err := p.Token()
		if err != nil {
			t.Fatal(err)
		}
		if got := a.get("/maria/health/", stranger); got.Status != 401 || !strings.Contains(got.Body, "https") {
			t.Errorf("%s: an issuer on loopback: %d %s", name, got.Status, got.Body)
		}
	}
}
