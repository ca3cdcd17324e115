package acl

import (
	"time"

	"skrin/linkeddata"
)

// Kind tells what sort of resource is asked for: grants give nothing on any
// but ordinary ones, and an ACL resource needs Control.
type Kind uint8

const (
	Ordinary    Kind = iota // a resource or container of the citizen
	Auxiliary               // a description of another resource (.meta)
	ACLResource             // the ACL of a resource
	Managed                 // kept by the server: grants, requests, the journal
	Hidden                  // never shown in listings
)

// Request is one question to a Policy: may this agent do this, now?
type Request struct {
	Agent  Agent
	Target linkeddata.IRI // for an auxiliary or ACL resource: the resource it belongs to
	Kind   Kind
	Want   Mode
	At     time.Time // judged by the caller: never before the highest time the pod has seen
	Origin string    // the Origin header of the request, "" without one
}

// Policy is all that a decision about one target rests on.
type Policy struct {
	Owner     linkeddata.IRI
	ACL       *ACL           // the effective ACL; nil: none was found, which gives nobody anything
	Inherited bool           // the ACL stands on an ancestor: only its acl:default rules count
	Holder    linkeddata.IRI // the resource whose ACL it is
	Grants    []Grant        // every grant of the pod, also ended and revoked ones: they bind the owner's devices
	Blocked   func(Agent) bool
	Member    func(group, webid linkeddata.IRI) bool
}

// Decide says what the agent may do to the target, and why. It is pure.
func (p *Policy) Decide(r Request) Decision { return Decision{} }

// Knows says whether the agent is named by the ACL or was ever granted
// anything: refusals of such agents get an exact journal line.
func (p *Policy) Knows(a Agent) bool { return false }
