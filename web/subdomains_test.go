package web_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/outbound"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

const everybody = `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#o> a acl:Authorization; acl:agent <%s>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`

// twoPods are those of maria and eve, each with a page that says whose it is.
func twoPods(w *podtest.World) (maria, eve *podtest.Person) {
	both := map[string]*podtest.Person{}
	for _, name := range []string{"maria", "eve"} {
		p := w.Citizen(name)
		p.Put("/"+name+"/pub/x", "text/plain", name).Want(201)
		p.Put("/"+name+"/pub/.acl", "text/turtle", fmt.Sprintf(everybody, p.WebID)).Want(201)
		p.Put("/"+name+"/own", "text/plain", name).Want(201)
		both[name] = p
	}
	return both["maria"], both["eve"]
}

// Which pod a request reaches, by layout, Host field and target.
func TestHostsAndTargets(t *testing.T) {
	paths, subs := podtest.New(t), podtest.NewSubdomains(t)
	twoPods(paths)
	twoPods(subs)
	at := func(w *podtest.World) string { return strings.TrimSuffix(strings.TrimPrefix(w.Base, "http://"), "/") }
	port := at(subs)[len("localhost"):]
	for _, c := range []struct {
		w            *podtest.World
		host, target string
		want         string // status, and what is in the answer
	}{
		{paths, at(paths), "/maria/pub/x", "200 maria"},
		{paths, "evil.example", "/maria/pub/x", "200 maria"},
		{paths, "eve.localhost", "/maria/pub/x", "200 maria"},
		{paths, at(paths), "/healthz", "200 ok"},
		{paths, at(paths), "/maria", "308 " + paths.Base + "maria/"},
		{paths, at(paths), "/pub/x", "404"},

		{subs, "maria.localhost" + port, "/pub/x", "200 maria"},
		{subs, "eve.localhost" + port, "/pub/x", "200 eve"},
		{subs, "MARIA.LocalHost" + port, "/pub/x", "200 maria"},
		{subs, "maria.localhost" + port, "http://maria.localhost" + port + "/pub/x", "200 maria"},
		{subs, "maria.localhost" + port, "HTTP://Maria.LOCALHOST" + port + "/pub/x", "200 maria"},
		{subs, "maria.localhost" + port, "http://eve.localhost" + port + "/pub/x", "400"},
		{subs, "maria.localhost" + port, "https://maria.localhost" + port + "/pub/x", "400"},
		{subs, "maria.localhost" + port, "http://maria.localhost" + port, "400"},
		{subs, "evil.example", "http://maria.localhost" + port + "/pub/x", "400"},
		{subs, "maria.localhost" + port, "*", "400"},
		{subs, "maria.localhost" + port, "pub/x", "400"},
		{subs, "maria.localhost" + port, "/pub/x#y", "400"},
		{subs, "maria.localhost" + port, "//pub/x", "400"},
		{subs, "maria.localhost" + port, "/../eve/pub/x", "400"},
		{subs, "maria.localhost" + port, "/own", "401"},
		{subs, "maria.localhost" + port, "/eve/pub/x", "401"}, // a path in maria's pod, where the public may know nothing
		{subs, "maria.localhost" + port, "/healthz", "401"},   // hers, not ours
		{subs, "maria.localhost" + port, "/.well-known/solid", "200 http://maria.localhost" + port + "/"},
		{subs, "nobody.localhost" + port, "/pub/x", "404"},
		{subs, "nobody.localhost" + port, "/", "404"},

		{subs, "localhost" + port, "/healthz", "200 ok"},
		{subs, "10.0.0.7", "/healthz", "200 ok"}, // a probe that knows an address
		{subs, "", "/healthz", "200 ok"},
		{subs, "localhost" + port, "/", "404"},
		{subs, "localhost" + port, "/maria", "308 http://maria.localhost" + port + "/"},
		{subs, "localhost" + port, "/maria/", "308 http://maria.localhost" + port + "/"},
		{subs, "localhost" + port, "/maria/pub/x", "404"},
		{subs, "localhost" + port, "/nobody/", "404"},
		{subs, "localhost" + port, "/.well-known/solid", "404"},

		{subs, "maria.localhost", "/pub/x", "421"},
		{subs, "maria.localhost:1", "/pub/x", "421"},
		{subs, "maria.localhost." + port, "/pub/x", "421"},
		{subs, "a.maria.localhost" + port, "/pub/x", "421"},
		{subs, "ab.localhost" + port, "/pub/x", "421"},
		{subs, "maria.localhost.evil.example" + port, "/pub/x", "421"},
		{subs, "maria.localhost" + port + ".evil.example", "/pub/x", "400"},
		{subs, "evil.example", "/pub/x", "421"},
		{subs, "evil.example", "/maria/", "421"},
		{subs, at(paths), "/maria/pub/x", "421"},
		{subs, "", "/pub/x", "421"},
	} {
		version, host := "HTTP/1.1", "Host: "+c.host+"\r\n"
		if c.host == "" {
			version, host = "HTTP/1.0", ""
		}
		got := raw(t, c.w, "GET "+c.target+" "+version+"\r\n"+host+"X-Forwarded-Host: eve.localhost"+port+"\r\nConnection: close\r\n\r\n")
		status, text, _ := strings.Cut(c.want, " ")
		if statuses(got) != status || !strings.Contains(got, text) {
			t.Errorf("%v: Host %q, target %q: %q, want %s\n%s", c.w.Vault.Site().Layout(), c.host, c.target, statuses(got), c.want, got)
		}
	}
}

// A proof is for one pod's host and no other, also when Host agrees with it.
func TestProofsOfSubdomains(t *testing.T) {
	w := podtest.NewSubdomains(t)
	maria, _ := twoPods(w)
	token, err := maria.Signer.Token()
	if err != nil {
		t.Fatal(err)
	}
	host := func(name string) string {
		return strings.TrimSuffix(strings.TrimPrefix(w.URL("/"+name+"/"), "http://"), "/")
	}
	for _, c := range []struct{ name, host, target, htu, want string }{
		{"hers", host("maria"), "/own", w.URL("/maria/own"), "200"},
		{"in other capitals", strings.ToUpper(host("maria")), "/own", w.URL("/maria/own"), "200"},
		{"for another pod", host("maria"), "/own", w.URL("/eve/own"), "401"},
		{"for the path that it would have", host("maria"), "/own", w.Base + "maria/own", "401"},
		{"for the server's own host", host("maria"), "/own", w.Base + "own", "401"},
		{"for a host that is not ours", host("maria"), "/own", "http://evil.example/own", "401"},
		{"for https", host("maria"), "/own", strings.Replace(w.URL("/maria/own"), "http:", "https:", 1), "401"},
		{"at another pod, for that", host("eve"), "/own", w.URL("/eve/own"), "403"},
		{"at another pod, for hers", host("eve"), "/own", w.URL("/maria/own"), "401"},
		{"at the path that it would have", strings.TrimPrefix(host("maria"), "maria."), "/maria/own", w.URL("/maria/own"), "404"},
	} {
		proof, err := maria.Signer.Proof("GET", c.htu, token)
		if err != nil {
			t.Fatal(err)
		}
		got := raw(t, w, "GET "+c.target+" HTTP/1.1\r\nHost: "+c.host+"\r\nAuthorization: DPoP "+token+"\r\nDPoP: "+proof+"\r\nConnection: close\r\n\r\n")
		if statuses(got) != c.want {
			t.Errorf("%s: %q, want %s\n%s", c.name, statuses(got), c.want, got)
		}
	}
}

// Whatever names a resource names it by the pod's own host: Location, Link,
// listings, ACLs, groups, grants, the owner's WebID.
func TestAddressesOfSubdomains(t *testing.T) {
	w := podtest.NewSubdomains(t)
	maria, eve := twoPods(w)
	ana, root := w.As("dr-ana"), w.URL("/maria/")
	made := maria.Post("/maria/health/labs/", "text/turtle", "<> <#b> 1.", "Slug", "hb").Want(201).Has("Location", root+"health/labs/")
	maria.Get("/maria/health/labs/").Want(200).Says("hb").
		Has("Link", `<`+root+`health/labs/.acl>; rel="acl"`).Has("Link", `<`+root+`.well-known/solid>`).Has("Link", `<`+root+`health/>; rel="up"`)
	maria.Get("/maria/.well-known/solid", "Accept", "text/turtle").Want(200).Says("<" + root + ">")
	place := strings.TrimPrefix(made.Header.Get("Location"), root)
	maria.Get("/maria/"+place, "Accept", "application/n-triples").Want(200).Says("<" + root + place + ">")

	ana.Get("/maria/" + place).Want(403)
	w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
	ana.Get("/maria/" + place).Want(200)
	ana.Get("/eve/own").Want(403)

	maria.Put("/maria/friends", "text/turtle", `<#g> <http://www.w3.org/2006/vcard/ns#hasMember> <`+eve.WebID.String()+`>.`).Want(201)
	maria.Put("/maria/shared/x", "text/plain", "x").Want(201)
	eve.Get("/maria/shared/x").Want(403)
	maria.Put("/maria/shared/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#g> a acl:Authorization; acl:agentGroup <`+root+`friends#g>; acl:accessTo <`+root+`shared/>; acl:default <`+root+`shared/>; acl:mode acl:Read.`).Want(201)
	eve.Get("/maria/shared/x").Want(200)

	// A rule that names the address at a path, or another pod's, gives nothing.
	for _, elsewhere := range []string{w.Base + "maria/", w.URL("/eve/")} {
		maria.Put("/maria/shared/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#g> a acl:Authorization; acl:agent <`+eve.WebID.String()+`>; acl:accessTo <`+elsewhere+`shared/>; acl:default <`+elsewhere+`shared/>; acl:mode acl:Read.`)
		eve.Get("/maria/shared/x").Want(403)
	}
}

// A WebID that a pod hosts is read inside the process, also below another host.
func TestPodHostedWebIDOfSubdomains(t *testing.T) {
	w := podtest.NewSubdomains(t)
	made, err := w.Vault.Create(context.Background(), pod.NewPod{Name: "maria", Issuers: []linkeddata.IRI{w.Issuer.IRI()}})
	if err != nil {
		t.Fatal(err)
	}
	if want := w.URL("/maria/profile/card#me"); made.Owner.String() != want {
		t.Fatalf("the WebID is %s, want %s", made.Owner, want)
	}
	maria := w.Person("maria", made.Owner)
	maria.Put("/maria/notes/a", "text/plain", "a").Want(201)
	maria.Get("/maria/notes/a").Want(200)

	fetch := outbound.New(outbound.Config{Base: w.Vault.Base(), Subdomains: w.Vault.Site().Label, Local: web.Local(w.Vault, nil), InsecureLoopback: true})
	for path, want := range map[string]error{
		"/maria/profile/card": nil,
		"/maria/notes/a":      outbound.ErrAnswer, // not for everybody, and not asked for over the network
		"/nobody/profile":     outbound.ErrAnswer,
	} {
		if _, err := fetch.Get(context.Background(), linkeddata.MustIRI(w.URL(path)), "", 0); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if n := strings.Count(w.Log.String(), `"msg":"request"`); n != 2 {
		t.Errorf("the server asked itself: %d requests", n)
	}
}

// What a browser would run is refused, whatever it is and wherever it stands.
func TestNothingIsRun(t *testing.T) {
	for _, w := range []*podtest.World{podtest.New(t), podtest.NewSubdomains(t)} {
		maria := w.Citizen("maria")
		maria.Put("/maria/a.js", "text/javascript", "x").Want(201)
		for _, to := range []string{"script", "serviceworker", "sharedworker", "worker", "audioworklet", "paintworklet", "xslt", "SCRIPT"} {
			maria.Get("/maria/a.js", "Sec-Fetch-Dest", to).Want(403)
			maria.Get("/maria/missing.js", "Sec-Fetch-Dest", to).Want(403)
		}
		maria.Get("/maria/a.js", "Service-Worker", "script").Want(403)
		for _, to := range []string{"document", "empty", "image", "iframe", ""} {
			maria.Get("/maria/a.js", "Sec-Fetch-Dest", to).Want(200)
		}
		for mediaType, disposition := range map[string]string{
			"application/pdf": "attachment", "Application/PDF; x=y": "attachment",
			"application/pdfx": "", "text/html": "", "image/svg+xml": "", "application/xml": "", "text/javascript": "", "application/xhtml+xml": "",
		} {
			maria.Put("/maria/active", mediaType, "x")
			got := maria.Get("/maria/active").Want(200).
				Has("Content-Security-Policy", "sandbox; default-src 'none'").Has("X-Content-Type-Options", "nosniff").
				Has("Referrer-Policy", "no-referrer").Has("Cross-Origin-Resource-Policy", "cross-origin").Has("Origin-Agent-Cluster", "?1")
			if have := got.Header.Get("Content-Disposition"); have != disposition {
				t.Errorf("%s: Content-Disposition %q, want %q", mediaType, have, disposition)
			}
		}
		w.Public().Get("/maria/active").Want(401).Has("Content-Security-Policy", "sandbox;")
	}
}
