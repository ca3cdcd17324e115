package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
)

func lwsGrant(w *podtest.World, to *podtest.Person, until time.Time, targets ...string) string {
	doc := map[string]any{
		"@context": []string{"https://www.w3.org/ns/lws/v1"}, "type": []string{"AccessGrant"}, "storage": w.Base + "maria/",
		"access": []any{map[string]any{
			"type": []string{"AccessPolicy"}, "action": []string{"read"}, "assignee": to.WebID.String(),
			"target": map[string]any{"type": "StorageResource", "value": targets},
			"constraint": []any{
				map[string]string{"leftOperand": "purpose", "operator": "eq", "rightOperand": "https://w3id.org/dpv#ServiceProvision"},
				map[string]string{"leftOperand": "dateTime", "operator": "lteq", "rightOperand": until.UTC().Format(time.RFC3339Nano)},
			},
		}},
	}
	text, _ := json.Marshal(doc)
	return string(text)
}

func TestGrants(t *testing.T) {
	w := podtest.New(t)
	maria, ana, bob := w.Citizen("maria"), w.As("dr-ana"), w.As("bob")
	const grants = "/maria/.access/grants/"
	maria.Put("/maria/health/labs/x", "text/turtle", `<#a> <#b> "glucose".`).Want(201)
	good := lwsGrant(w, ana, w.Now().Add(time.Hour), w.Base+"maria/health/labs/")

	for _, c := range []struct {
		name, mediaType, body string
		status                int
	}{
		{"no JSON", "application/lws+json", "{", 400},
		{"another type", "text/turtle", good, 415},
		{"an ended one", "application/lws+json", lwsGrant(w, ana, w.Now().Add(-time.Hour), w.Base+"maria/health/labs/"), 422},
		{"too long", "application/lws+json", lwsGrant(w, ana, w.Now().Add(9000*time.Hour), w.Base+"maria/health/labs/"), 422},
		{"elsewhere", "application/lws+json", lwsGrant(w, ana, w.Now().Add(time.Hour), w.Base+"other/health/labs/"), 422},
		{"an ACL", "application/lws+json", lwsGrant(w, ana, w.Now().Add(time.Hour), w.Base+"maria/health/.acl"), 422},
		{"an unknown constraint", "application/lws+json", strings.Replace(good, `"purpose"`, `"weather"`, 1), 422},
		{"everybody", "application/lws+json", strings.Replace(good, ana.WebID.String(), "http://xmlns.com/foaf/0.1/Agent", 1), 422},
		{"large", "application/lws+json", strings.Repeat(" ", 70<<10) + good, 413},
	} {
		maria.Post(grants, c.mediaType, c.body).Want(c.status)
	}
	ana.Post(grants, "application/lws+json", good).Want(403)
	w.Public().Post(grants, "application/lws+json", good).Want(401)
	ana.Get("/maria/health/labs/x").Want(403)

	given := maria.Post(grants, "application/lws+json", good).Want(201).Has("Content-Type", "application/lws+json").Says(`"active"`)
	place := strings.TrimPrefix(given.Header.Get("Location"), strings.TrimSuffix(w.Base, "/"))
	ana.Get("/maria/health/labs/x").Want(200).Says("glucose")
	bob.Get("/maria/health/labs/x").Want(403)

	maria.Get(grants).Want(200).Says(`"totalItems": 1`).Says(place)
	ana.Get(grants).Want(403)
	ana.Get(place).Want(200).Says(ana.WebID.String())
	bob.Get(place).Want(403)
	bob.Get(grants + strings.Repeat("0", 32)).Want(403)
	maria.Get(grants + strings.Repeat("0", 32)).Want(404)
	maria.Get(grants + "x").Want(404)
	maria.Get(place, "Accept", "text/turtle").Want(406)
	maria.Put(place, "application/lws+json", good).Want(405)
	ana.Delete(place).Want(403)

	maria.Delete(place).Want(204)
	ana.Get("/maria/health/labs/x").Want(403)
	maria.Get(place).Want(410)
	maria.Get(grants).Want(200).Says(`"totalItems": 0`)
	maria.Get(grants + "?status=all").Want(200).Says(`"totalItems": 1`).Says(`"revoked"`)
	maria.Delete(place).Want(204)

	maria.Post(grants, "application/ld+json", lwsGrant(w, ana, w.Now().Add(time.Hour), w.Base+"maria/health/labs/")).Want(201)
	ana.Get("/maria/health/labs/x").Want(200)
	w.Advance(time.Hour + time.Second)
	ana.Get("/maria/health/labs/x").Want(403)
}

type journal struct {
	Head  string `json:"head"`
	Next  string `json:"next"`
	Lines []struct {
		N     uint64 `json:"n"`
		Who   string `json:"who"`
		Did   string `json:"did"`
		Proof struct{ Record, Salt, Leaf string }
	} `json:"lines"`
	Consistency *struct {
		From   string   `json:"from"`
		Hashes []string `json:"hashes"`
	} `json:"consistency"`
}

func readJournal(t *testing.T, p *podtest.Person, query string) (j journal) {
	t.Helper()
	if err := json.Unmarshal([]byte(p.Get("/maria/.journal/"+query).Want(200).Body), &j); err != nil {
		t.Fatal(err)
	}
	return j
}

func TestJournal(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	for i := range 5 {
		maria.Put(fmt.Sprintf("/maria/j/%d", i), "text/plain", "x").Want(201)
	}
	ana.Get("/maria/.journal/").Want(403)
	ana.Get("/maria/.journal/?from=x").Want(403)
	w.Public().Get("/maria/.journal/").Want(401)
	maria.Get("/maria/.journal/?from=x").Want(400)
	maria.Get("/maria/.journal/?since=x").Want(400)

	before := readJournal(t, maria, "")
	seen := 0
	for query := "?limit=3"; query != ""; {
		page := readJournal(t, maria, query)
		for _, line := range page.Lines {
			if line.N != uint64(seen) {
				t.Fatalf("line %d came as number %d", line.N, seen)
			}
			seen++
			checkLeaf(t, line.Proof.Record, line.Proof.Salt, line.Proof.Leaf)
		}
		if _, query, _ = strings.Cut(page.Next, "?"); query != "" {
			query = "?limit=3&" + query
		}
	}
	if seen < 6 {
		t.Errorf("%d lines", seen)
	}
	maria.Put("/maria/j/more", "text/plain", "x").Want(201)
	after := readJournal(t, maria, "?limit=1&since="+before.Head)
	if after.Consistency == nil || after.Consistency.From != before.Head || len(after.Consistency.Hashes) == 0 || after.Head == before.Head {
		t.Errorf("no proof of consistency: %+v", after.Consistency)
	}
	_, root, _ := strings.Cut(before.Head, ":")
	maria.Get("/maria/.journal/?since=999999:" + root).Want(409)
	maria.Get("/maria/.journal/", "Accept", "text/turtle").Want(200).Has("Content-Type", "text/turtle").Says("activitystreams")
	maria.Delete("/maria/.journal/").Want(405)
}

// checkLeaf does what the documentation of package access says a reader can do.
func checkLeaf(t *testing.T, record, salt, leaf string) {
	t.Helper()
	s, err := base64.RawURLEncoding.DecodeString(salt)
	if err != nil {
		t.Fatal(err)
	}
	inner := sha256.Sum256(append(s, record...))
	outer := sha256.Sum256(append([]byte{0}, inner[:]...))
	if got := base64.RawURLEncoding.EncodeToString(outer[:]); got != leaf {
		t.Errorf("the leaf of %s is %s, not %s", record, got, leaf)
	}
}
