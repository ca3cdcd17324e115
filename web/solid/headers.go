package solid

import (
	"net/http"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// DescriptionPath is where a pod's storage description stands.
var DescriptionPath = pod.MustPath("/.well-known/solid")

const (
	relLWSDescription = "https://www.w3.org/ns/lws#storageDescription"
	lwsContainer      = "https://www.w3.org/ns/lws#Container"
	lwsDataResource   = "https://www.w3.org/ns/lws#DataResource"
)

// rdfTypes lists what every RDF document can be sent as.
const rdfTypes = "text/turtle, application/ld+json, application/n-triples, application/trig, application/n-quads"

func addLink(h http.Header, target, rel string) { h.Add("Link", "<"+target+`>; rel="`+rel+`"`) }

// setLinks tells what p is and where what belongs to it is found.
func setLinks(h http.Header, r *request.Request, p pod.Path) {
	h["Link"] = make([]string, 0, 9)
	addLink(h, linkeddata.LDPResource.String(), "type")
	if p.IsContainer() {
		addLink(h, linkeddata.LDPContainer.String(), "type")
		addLink(h, linkeddata.LDPBasicContainer.String(), "type")
		addLink(h, lwsContainer, "type")
	} else {
		addLink(h, lwsDataResource, "type")
	}
	if p.IsRoot() {
		addLink(h, linkeddata.PIMStorageClass.String(), "type")
	} else {
		addLink(h, r.At(p.Parent()).String(), "up")
	}
	description := r.At(DescriptionPath).String()
	addLink(h, description, linkeddata.SolidStorageDescription.String())
	addLink(h, description, relLWSDescription)
	setAuxiliaries(h, r, p)
}

// setAuxiliaries links a resource with its ACL and description, and an ACL with
// the kinds of conditions that are enforced in it (Web Access Control, "ACL
// Resource Condition Discovery").
func setAuxiliaries(h http.Header, r *request.Request, p pod.Path) {
	switch p.Kind() {
	case acl.Ordinary:
		addLink(h, r.At(p.Meta()).String(), "describedby")
		addLink(h, r.At(p.ACL()).String(), "acl")
	case acl.Auxiliary:
		addLink(h, r.At(p.ACL()).String(), "acl")
	case acl.ACLResource:
		addLink(h, r.At(p).String(), "acl")
		addLink(h, linkeddata.ACLClientCondition.String(), linkeddata.ACLCondition.String())
		addLink(h, linkeddata.ACLIssuerCondition.String(), linkeddata.ACLCondition.String())
	}
}

// setRights writes WAC-Allow from the decision.
func setRights(h http.Header, d acl.Decision) {
	user := strings.Join((d.Allowed | d.Public).WAC(), " ")
	h.Set("WAC-Allow", `user="`+user+`",public="`+strings.Join(d.Public.WAC(), " ")+`"`)
}

// setMethods writes Allow and the Accept fields. essence is the media type of
// what is there, "" when that is not known or not told.
func setMethods(h http.Header, p pod.Path, essence string) {
	h.Set("Allow", allow(p))
	switch {
	case p.Kind() == acl.ACLResource, p.Kind() == acl.Auxiliary:
		h.Set("Accept-Put", rdfTypes)
	case p.IsContainer():
		h.Set("Accept-Post", "*/*")
		h.Set("Accept-Put", rdfTypes)
	default:
		h.Set("Accept-Put", "*/*")
	}
	if mt, err := linkeddata.ParseMediaType(essence); essence == "" || err == nil && mt.IsRDF() {
		h.Set("Accept-Patch", patchTypes)
	}
}

// allow lists the methods of p. The root and its ACL cannot be deleted.
func allow(p pod.Path) string {
	methods := "OPTIONS, HEAD, GET, PUT, PATCH"
	if p.IsContainer() {
		methods += ", POST"
	}
	if !p.Subject().IsRoot() || p.Kind() == acl.Auxiliary {
		methods += ", DELETE"
	}
	return methods
}

func withAllow(p pod.Path) *request.Answer {
	a := request.NewAnswer(0)
	a.Header.Set("Allow", allow(p))
	return a
}

// setCaching lets what anybody may read be kept by shared caches; everything is
// asked for again each time.
func setCaching(h http.Header, d acl.Decision, want acl.Mode) {
	if d.Public.Has(want) {
		h.Set("Cache-Control", "no-cache")
		return
	}
	h.Set("Cache-Control", "private, no-cache")
}
