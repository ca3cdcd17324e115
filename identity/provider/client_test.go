package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/internal/outbound"
	"skrin/internal/strangers"
	"skrin/linkeddata"
)

// What a client document must not be.
func TestDocumentsRefused(t *testing.T) {
	w := newWorld(t)
	many := make([]string, maxRedirects+1)
	for i := range many {
		many[i] = fmt.Sprintf("https://photos.example/%d", i)
	}
	const id = "https://shop.example/id"
	for name, change := range map[string]map[string]any{
		"another client_id":            {"client_id": photos},
		"no client_id":                 {"client_id": nil},
		"a client_id with a slash":     {"client_id": id + "/"},
		"no redirects":                 {"redirect_uris": nil},
		"an empty list of redirects":   {"redirect_uris": []string{}},
		"too many redirects":           {"redirect_uris": many},
		"an http redirect":             {"redirect_uris": []string{"http://photos.example/cb"}},
		"a redirect with a fragment":   {"redirect_uris": []string{callback + "#x"}},
		"a redirect with a wildcard":   {"redirect_uris": []string{"https://*.example/cb"}},
		"a redirect to a script":       {"redirect_uris": []string{"javascript:alert(1)"}},
		"a redirect to data":           {"redirect_uris": []string{"data:text/html,x"}},
		"a redirect to a file":         {"redirect_uris": []string{"file:///etc/passwd"}},
		"a redirect with a user":       {"redirect_uris": []string{"https://a@photos.example/cb"}},
		"a redirect with a backslash":  {"redirect_uris": []string{`https://photos.example\@evil.example/`}},
		"a redirect to nowhere":        {"redirect_uris": []string{"/cb"}},
		"a scheme without a dot":       {"redirect_uris": []string{"diary:/cb"}},
		"one good redirect, one bad":   {"redirect_uris": []string{callback, "http://evil.example/"}},
		"a redirect that is a number":  {"redirect_uris": []any{7}},
		"a bad post-logout redirect":   {"post_logout_redirect_uris": []string{"http://evil.example/"}},
		"the implicit grant":           {"grant_types": []string{"implicit"}},
		"the implicit flow":            {"response_types": []string{"token"}},
		"a secret in the open":         {"client_secret": "x"},
		"authentication by secret":     {"token_endpoint_auth_method": "client_secret_basic"},
		"authentication by assertion":  {"token_endpoint_auth_method": "private_key_jwt"},
		"unsigned ID tokens":           {"id_token_signed_response_alg": "none"},
		"ID tokens signed by a secret": {"id_token_signed_response_alg": "HS256"},
		"pairwise subjects":            {"subject_type": "pairwise"},
		"encrypted ID tokens":          {"id_token_encrypted_response_alg": "RSA-OAEP"},
		"a name that is no text":       {"client_name": 7},
		"an unknown type":              {"application_type": "toaster"},
	} {
		w.document(id, change)
		_, err := w.p().Client(context.Background(), id)
		refused(t, name, err, InvalidClient, false)
		w.move(askAgain)
	}
	good := `{"client_id":"` + id + `","redirect_uris":["https://shop.example/cb"]}`
	for name, p := range map[string]page{
		"not there":                      {},
		"a page":                         {kind: "text/html", body: good},
		"no type":                        {body: good},
		"not JSON":                       {kind: "application/json", body: "{"},
		"two client ids":                 {kind: "application/json", body: `{"client_id":"` + photos + `",` + good[1:]},
		"found elsewhere":                {kind: "application/json", body: good, at: "https://shop.example/uploads/1"},
		"to a place that is not fetched": {err: outbound.ErrRefused},
	} {
		code := InvalidClient
		if name == "to a place that is not fetched" {
			code = Unavailable // the way out calls trouble of its Local unreachable
		}
		w.pages[id] = p
		_, err := w.p().Client(context.Background(), id)
		refused(t, name, err, code, false)
		w.move(askAgain)
	}
}

// Addresses that cannot be a client's are never asked for, nor is what a document points to.
func TestAddressesRefused(t *testing.T) {
	w := newWorld(t)
	w.conf.Fetch = outbound.New(outbound.Config{Base: w.conf.Issuer}) // the real way out
	t.Cleanup(w.conf.Fetch.Close)
	for _, id := range []string{
		"http://photos.example/id", "https://", "https:///id", "https://photos.example", "https://a:b@photos.example/id",
		"https://photos.example/a/../id", "https://photos.example/./id", "https://photos.example\\id", "ftp://photos.example/id",
		"javascript:alert(1)", "urn:skrin:client:x", "https://photos.example/i d", "https://photos.example/é",
		"https://127.0.0.1/id", "https://10.0.0.1/id", "https://169.254.169.254/latest", "https://[::1]/id", "https://[fd00::1]/id",
		"https://0.0.0.0/id", "http://localhost/id", "https://pod.example/maria/app",
	} {
		_, err := w.p().Client(context.Background(), id)
		refused(t, id, err, InvalidClient, false)
	}
	for _, id := range []string{"http://photos.example/id", "ftp://photos.example/id", "http://127.0.0.1/id", "https://photos.example", "https://a@photos.example/id"} {
		if _, _, ok := w.p().documents.address(id); ok {
			t.Errorf("%s is asked for", id)
		}
	}
	w = newWorld(t)
	c, err := w.p().Client(context.Background(), photos)
	if err != nil || c.Origin() != "https://photos.example" || c.Policy != "https://photos.example/policy" {
		t.Fatalf("%+v, %v", c, err)
	}
	if w.hits[photos] != 1 || w.hits["https://photos.example/logo.png"]+w.hits[c.Policy]+w.hits["https://photos.example/jwks"] != 0 {
		t.Errorf("fetched: %v", w.hits)
	}
	w.document("https://photos.example/app#id", nil)
	if c, err := w.p().Client(context.Background(), "https://photos.example/app#id"); err != nil || c.Origin() != "https://photos.example" {
		t.Errorf("with a fragment: %+v, %v", c, err)
	}
}

// A document is asked for again after five minutes, and its host's bad day signs nobody out.
func TestDocumentsRemembered(t *testing.T) {
	w := newWorld(t)
	ctx, phone := context.Background(), w.device()
	token := phone.signIn().RefreshToken
	if w.hits[photos] != 1 {
		t.Errorf("%d fetches", w.hits[photos])
	}
	good := w.pages[photos]
	w.pages[photos] = page{err: outbound.ErrUnreachable}
	w.move(believe)
	next, err := phone.refresh(token)
	if err != nil {
		t.Fatalf("while its website is down: %v", err)
	}
	w.move(outage)
	_, err = phone.refresh(next.RefreshToken)
	refused(t, "down for a day", err, Unavailable, false)
	w.pages[photos] = good
	w.move(retryAfter)
	if _, err := phone.refresh(next.RefreshToken); err != nil {
		t.Errorf("when it is back: %v", err)
	}
	for i := range maxDocuments + 1 {
		w.p().documents.known[fmt.Sprint(i)] = knownDocument{}
	}
	w.move(believe)
	if _, err := w.p().Client(ctx, photos); err != nil || len(w.p().documents.known) > 1 {
		t.Errorf("%d remembered, %v", len(w.p().documents.known), err)
	}
	for i := range maxFetches {
		_, err := w.p().Client(from(t, i/fairFetches), fmt.Sprintf("https://victim.example/%d", i))
		refused(t, "not there", err, InvalidClient, false)
		if i == fairFetches {
			_, err := w.p().Client(from(t, 0), "https://victim.example/one-more")
			refused(t, "too many from one host for one class", err, Unavailable, false)
		}
	}
	_, err = w.p().Client(ctx, "https://victim.example/one-more")
	refused(t, "too many from one host", err, Unavailable, false)
	if w.move(time.Minute); w.hits["https://victim.example/one-more"] != 0 {
		t.Error("asked all the same")
	}
}

func TestRegistrationsRefused(t *testing.T) {
	w := newWorld(t)
	const good = `"redirect_uris":["https://a.example/cb"]`
	for name, test := range map[string]struct{ code, body string }{
		"nothing":              {InvalidMetadata, ``},
		"a list":               {InvalidMetadata, `[]`},
		"redirects twice":      {InvalidMetadata, `{` + good + `,` + good + `}`},
		"no redirects":         {InvalidRedirect, `{}`},
		"a bad redirect":       {InvalidRedirect, `{"redirect_uris":["http://a.example/cb"]}`},
		"a key of its own":     {InvalidMetadata, `{` + good + `,"jwks_uri":"https://10.0.0.1/"}`},
		"a software statement": {InvalidMetadata, `{` + good + `,"software_statement":"x.y.z"}`},
		"private_key_jwt":      {InvalidMetadata, `{` + good + `,"token_endpoint_auth_method":"private_key_jwt"}`},
		"client credentials":   {InvalidMetadata, `{` + good + `,"grant_types":["client_credentials"]}`},
		"far too long":         {InvalidMetadata, `{` + good + `,"x":"` + strings.Repeat("x", maxRegistration) + `"}`},
	} {
		_, err := w.p().Register([]byte(test.body), "here")
		refused(t, name, err, test.code, false)
	}
	reg, err := w.p().Register([]byte(`{`+good+`,"token_endpoint_auth_method":"none","application_type":"native","client_name":"`+strings.Repeat("å", 200)+`"}`), "here")
	if err != nil || reg.Secret != "" || reg.Expires != nil || reg.Type != "native" || len([]rune(reg.Name)) != maxName+1 {
		t.Errorf("%+v, %v", reg, err)
	}
	if data, err := json.Marshal(reg); err != nil || strings.Contains(string(data), "client_secret") {
		t.Errorf("%s, %v", data, err)
	}
}

// Registering is for strangers, so it is bounded: by where they come from, altogether, and in time.
func TestRegistrationFlood(t *testing.T) {
	w := newWorld(t)
	w.conf.MaxClients = maxRegistrations + 5
	body := []byte(`{"redirect_uris":["https://a.example/cb"]}`)
	var first *Registration
	for i := range maxRegistrations {
		reg, err := w.p().Register(body, "here")
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = reg
		}
	}
	_, err := w.p().Register(body, "here")
	refused(t, "too many from here", err, Unavailable, false)
	for range 5 {
		if _, err := w.p().Register(body, "there"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = w.p().Register(body, "there")
	refused(t, "too many altogether", err, Unavailable, false)
	w.allowed("client_id", first.ID, "redirect_uri", "https://a.example/cb")
	w.move(unusedLife + 2*time.Hour)
	if err := w.p().Tend(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := w.count(clientKind.Name); n != 1 {
		t.Errorf("%d clients after a day; one was used", n)
	}
	if _, err := w.p().Register(body, "there"); err != nil {
		t.Errorf("there is room again: %v", err)
	}
	w.move(clientLife)
	_, err = w.p().Client(context.Background(), first.ID)
	refused(t, "half a year old", err, InvalidClient, false)
	if err := w.p().Tend(context.Background()); err != nil {
		t.Fatal(err)
	}
	if all, err := w.p().Consents("account-m"); err != nil || len(all) != 0 {
		t.Errorf("consents to clients that are gone: %v, %v", all, err)
	}
}

// from is the context of somebody somewhere.
func from(t *testing.T, i int) context.Context {
	return strangers.From(t.Context(), netip.AddrFrom4([4]byte{192, 0, byte(i >> 8), byte(i)}))
}

// Whoever has documents asked for that are no good does not make us forget the good ones.
func TestBadDocumentsMakeRoom(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	d := newDocuments(outbound.New(outbound.Config{}), false)
	d.hosts = strangers.NewRate(time.Minute, 0, 0) // nobody is asked
	d.known["good"] = knownDocument{client: Client{ID: "good"}, read: now, until: now.Add(believe)}
	for i := range maxDocuments {
		if _, err := d.get(from(t, i), fmt.Sprintf("https://host-%d.example/id", i), now); err == nil {
			t.Fatal("what nobody described is a client")
		}
		if i == maxDocuments/2 && len(d.known) < i {
			t.Errorf("%d of %d are remembered", len(d.known), i)
		}
	}
	if !d.recall("good").fresh(now) || len(d.known) > maxDocuments {
		t.Errorf("the good one of %d is forgotten", len(d.known))
	}
}

// Whoever has us fetch too much is refused wherever they name a client, and keeps
// nobody else out, nor themselves from what has been good lately.
func TestWhoMakesUsFetch(t *testing.T) {
	w := newWorld(t)
	ticket, err := w.p().Ticket(w.begin("client_id", diary, "redirect_uri", "https://diary.example/cb"))
	if err != nil {
		t.Fatal(err)
	}
	w.last = nil // who comes next remembers no document
	p, here, there := w.p(), from(t, 1), from(t, 2)
	if _, err := p.Client(there, photos); err != nil {
		t.Fatal(err)
	}
	w.move(believe)
	for range maxWaiting {
		p.documents.crowd.enter(strangers.Asking(here))
	}
	named := url.Values{"client_id": {diary}, "grant_type": {grantCode}, "token": {"x"}}
	for name, ask := range map[string]func(context.Context) error{
		"to sign in":  func(ctx context.Context) error { _, err := p.Begin(ctx, named); return err },
		"by a ticket": func(ctx context.Context) error { _, err := p.Resume(ctx, ticket); return err },
		"to sign out": func(ctx context.Context) error { _, err := p.BeginLogout(ctx, named); return err },
		"for tokens":  func(ctx context.Context) error { _, err := p.Token(ctx, TokenRequest{Form: named}); return err },
		"to revoke":   func(ctx context.Context) error { return p.Revoke(ctx, named, nil) },
	} {
		refused(t, name, ask(here), Unavailable, false)
	}
	if n := w.hits[diary]; n != 1 {
		t.Errorf("its document was fetched %d times", n)
	}
	if _, err := p.Begin(here, query()); err != nil {
		t.Errorf("one that was good lately: %v", err)
	}
	if _, err := p.Resume(there, ticket); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// Who has used up what we ask for them keeps nobody else from an app that is not known.
func TestSomebodyElsesShare(t *testing.T) {
	w := newWorld(t)
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(rw, `{"client_id":"http://%s/id","redirect_uris":["http://%s/cb"]}`, r.Host, r.Host)
	}))
	defer site.Close()
	w.conf.Fetch = outbound.New(outbound.Config{Base: w.conf.Issuer, InsecureLoopback: true})
	t.Cleanup(w.conf.Fetch.Close)
	w.conf.InsecureLoopback = true
	p, here, there := w.p(), from(t, 1), from(t, 2)
	for range 2000 {
		w.conf.Fetch.Get(here, linkeddata.MustIRI("https://10.0.0.1/"), "", 0)
	}
	_, err := p.Client(here, site.URL+"/id")
	refused(t, "a share that is used up", err, Unavailable, false)
	if _, err := p.Client(there, site.URL+"/id"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}

// What is remembered of documents has its bounds together, and ends. Those that are
// large go first.
func TestDocumentsAreForgotten(t *testing.T) {
	w := newWorld(t)
	d := w.p().documents
	describe := func(i, redirects int) string {
		id := fmt.Sprintf("https://host-%d.example/app", i)
		doc := map[string]any{"client_id": id, "client_name": "x" + strings.Repeat(" ", 1000), "redirect_uris": []string{}}
		for n := range redirects {
			doc["redirect_uris"] = append(doc["redirect_uris"].([]string), fmt.Sprintf("https://host-%d.example/%s%d", i, strings.Repeat("x", 1900), n))
		}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		w.publish(id, "application/json", string(text))
		if _, err := w.p().Client(from(t, i), id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	small := []string{describe(1, 1), describe(2, 1)}
	for i := range 400 {
		describe(10+i, 30)
		if got := d.memory(); got > maxMemory || got < 30*1900 {
			t.Fatalf("after %d: %d bytes", i, got)
		}
	}
	for _, id := range small {
		if !d.recall(id).fresh(w.conf.Now()) {
			t.Errorf("%s is forgotten", id)
		}
	}
	_, err := w.p().Client(t.Context(), "https://host-1.example/nothing")
	refused(t, "nothing", err, InvalidClient, false)
	tend := func() int {
		t.Helper()
		if err := w.p().Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(d.known)
	}
	all := len(d.known)
	if got := tend(); got != all {
		t.Errorf("%d of %d are left at once", got, all)
	}
	w.move(askAgain)
	if got := tend(); got != all-1 {
		t.Errorf("%d of %d are left without the bad one", got, all)
	}
	w.move(outage)
	if got := tend(); got != 0 {
		t.Errorf("%d are left after a day", got)
	}
}

// A document is fetched once however many ask for it, and for none where too many wait.
func TestDocumentsInTheAir(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	d := newDocuments(nil, false)
	const b = "https://b.example/id"
	_, flight, first := d.board("a", now, true)
	if _, other, again := d.board("a", now, true); !first || again || other != flight {
		t.Error("two fetch the same document")
	}
	d.land("a", flight)
	<-flight
	for i := range maxWaitingAll {
		if !d.crowd.enter(fmt.Sprint(i)) {
			t.Fatal("there is room, and nobody may wait")
		}
	}
	_, err := d.get(t.Context(), b, now)
	refused(t, "one too many", err, Unavailable, false)
	d.known[b] = knownDocument{client: Client{ID: b}, read: now.Add(-believe), until: now}
	if c, err := d.get(t.Context(), b, now); err != nil || c.ID != b {
		t.Error("what was known does not stand in:", err)
	}
}
