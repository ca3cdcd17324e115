package conformance

import (
	"net/http"
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/linkeddata"
)

// A must is one requirement, by the anchor it has in its text, and what shows that it is kept.
type must struct {
	anchor string
	holds  func(*story)
}

// story is one must being tried: a citizen, somebody else, and a container of its own.
type story struct {
	*testing.T
	w          *podtest.World
	maria, ana *podtest.Person
	public     *podtest.Person
	at         string // the container: "/maria/server-etag/"
}

// tell tries each must in one world.
func tell(t *testing.T, musts []must) {
	w := podtest.New(t)
	s := story{w: w, maria: w.Citizen("maria"), ana: w.As("dr-ana"), public: w.Public()}
	for _, m := range musts {
		t.Run(m.anchor, func(t *testing.T) {
			one := s
			one.T, one.at = t, "/maria/"+strings.ToLower(m.anchor)+"/"
			one.maria.Do("PUT", one.at, "").Want(201)
			m.holds(&one)
		})
	}
}

// turtle puts a document into the container and gives its path.
func (s *story) turtle(name, text string) string {
	s.Helper()
	s.maria.Put(s.at+name, "text/turtle", text).Want(201)
	return s.at + name
}

func (s *story) iri(path string) string { return strings.TrimSuffix(s.w.Base, "/") + path }

// link says whether an answer links there with that relation.
func link(a *podtest.Answer, target, rel string) bool {
	for _, line := range a.Header.Values("Link") {
		if strings.Contains(line, "<"+target+">") && strings.Contains(line, `rel="`+rel+`"`) {
			return true
		}
	}
	return false
}

func (s *story) links(a *podtest.Answer, target, rel string) {
	s.Helper()
	if !link(a, target, rel) {
		s.Errorf("no Link to <%s> as %s in %q (%d)", target, rel, a.Header.Values("Link"), a.Status)
	}
}

// graph reads an answer as linked data.
func (s *story) graph(a *podtest.Answer, path string) *linkeddata.Graph {
	s.Helper()
	mt, err := linkeddata.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		s.Fatalf("%s: %v", path, err)
	}
	g, err := linkeddata.Decode(strings.NewReader(a.Body), mt, linkeddata.MustIRI(s.iri(path)), linkeddata.Limits{})
	if err != nil {
		s.Fatalf("%s: %v: %s", path, err, a.Body)
	}
	return g
}

// says asks whether a graph has a triple of IRIs.
func says(g *linkeddata.Graph, subject, predicate, object string) bool {
	iri := func(v string) linkeddata.Term { return linkeddata.MustIRI(v).Term() }
	return g.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: iri(subject), P: iri(predicate), O: iri(object)}})
}

const (
	ldp     = "http://www.w3.org/ns/ldp#"
	solidNS = "http://www.w3.org/ns/solid/terms#"
	rdfType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	storage = "http://www.w3.org/ns/pim/space#Storage"
	n3      = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. @prefix ex: <https://ex.example/>.\n"
)

// contains says whether the container lists the member.
func (s *story) contains(container, member string) bool {
	s.Helper()
	return says(s.graph(s.maria.Get(container, "Accept", "text/turtle").Want(200), container), s.iri(container), ldp+"contains", s.iri(member))
}

// rules gives somebody modes on the container and on what is in it.
func (s *story) rules(modes string, who ...*podtest.Person) {
	s.Helper()
	text := "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n<#r> a acl:Authorization; acl:accessTo <./>; acl:default <./>; acl:mode " + modes
	for _, p := range who {
		text += "; acl:agent <" + p.WebID.String() + ">"
	}
	if len(who) == 0 {
		text += "; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>"
	}
	if a := s.maria.Put(s.at+".acl", "text/turtle", text+"."); a.Status != http.StatusCreated && a.Status != http.StatusNoContent {
		s.Fatalf("rules: %d %s", a.Status, a.Body)
	}
}
