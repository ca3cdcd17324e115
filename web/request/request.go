package request

import (
	"net/http"
	"net/netip"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
)

// Request is what somebody asks of a pod.
type Request struct {
	ID      string      // random, for the log and for people who report a fault
	Method  string      // in capitals
	Query   string      // without the question mark
	Header  http.Header // every field line, names in canonical form
	Address netip.Addr  // of the peer, or of whom a proxy of ours asks for
	Body    *Body       // never nil

	Agent   acl.Agent
	Pod     pod.Info
	Path    pod.Path
	Session *pod.Session // the pod as the agent has it
}

// URL names the resource that is asked for.
func (r *Request) URL() linkeddata.IRI { return r.At(r.Path) }

// At names a resource of the pod.
func (r *Request) At(p pod.Path) linkeddata.IRI { return At(r.Pod.Root, p) }

// At names the resource at a path below a pod's root.
func At(root linkeddata.IRI, p pod.Path) linkeddata.IRI {
	iri, err := linkeddata.ParseIRI(root.String() + strings.TrimPrefix(p.String(), "/"))
	if err != nil {
		panic("request: a canonical path makes no IRI: " + err.Error()) // the path's alphabet is a part of the IRI's
	}
	return iri
}

// Below finds the path of an IRI in a pod, and says false when it lies elsewhere.
func Below(root, iri linkeddata.IRI) (pod.Path, bool) {
	rest, ok := strings.CutPrefix(iri.WithoutFragment().String(), root.String())
	if !ok {
		return pod.Path{}, false
	}
	p, err := pod.ParsePath("/" + rest)
	return p, err == nil
}

// IsRead says whether the method only reads.
func (r *Request) IsRead() bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }
