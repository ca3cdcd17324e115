package acl

import (
	"strings"
	"time"

	"skrin/linkeddata"
)

// Kind tells what sort of resource is asked for.
type Kind uint8

const (
	Ordinary    Kind = iota // a resource or container of the citizen
	Auxiliary               // a description of another resource (.meta): the rules of that resource, no grants
	ACLResource             // the ACL of a resource: whoever has Control of the resource may do everything
	Managed                 // kept by the server (grants, requests, the journal): read by whoever has Control
	Hidden                  // never shown in listings: for the owner alone
)

// CLI is the client of the console and the command line. Nobody gets it from a
// token: it is always the owner's, and no device's record binds it.
var CLI = linkeddata.MustIRI("urn:skrin:cli")

// BoundClients begins the names of clients that never have their owner's standing
// right, whether or not the pod has a record of theirs: what binds them cannot be lost
// with a restored backup. Nor have they in other pods what their person may do there:
// only what everybody may, and what was granted to them by that name.
const BoundClients = "urn:skrin:bound:"

// Request is one question to a Policy: may this agent do this, now?
type Request struct {
	Agent  Agent
	Target linkeddata.IRI // for an auxiliary or ACL resource: the resource it belongs to
	Kind   Kind
	Want   Mode
	At     time.Time // judged by the caller: never before the highest time the pod has seen
	Origin string    // the Origin header of the request, "" without one
}

// Policy is all that a decision about one target rests on. Decide changes none of it.
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
//
// The order: the owner at the console is never locked out; a block beats all
// else; a device of the owner has what its record says and nothing more; the
// owner has everything; a client that is bound by its name has here what everybody
// has, and what was granted to it; anybody else has what the rules and the active grants
// add up to.
func (p *Policy) Decide(r Request) Decision {
	d := Decision{Public: p.public(r)}
	owner := !p.Owner.IsZero() && r.Agent.WebID == p.Owner
	switch {
	case owner && r.Agent.Client == CLI:
		d.give(Reason{Kind: ByOwner, Modes: All})
	case !r.Agent.IsPublic() && p.Blocked != nil && p.Blocked(r.Agent):
		d.Because = append(d.Because, Reason{Kind: ByBlock})
	case owner && p.bound(r.Agent):
		d.Because = append(d.Because, Reason{Kind: ByDevice})
		p.grants(&d, r)
	case owner:
		d.give(Reason{Kind: ByOwner, Modes: All})
	case r.Agent.boundByName():
		everybody := r
		everybody.Agent = Agent{}
		p.rules(&d, everybody)
		p.grants(&d, r)
	default:
		p.rules(&d, r)
		p.grants(&d, r)
	}
	d.Until = d.End(d.Allowed)
	return d
}

// Knows says whether the agent is the owner, is named by the ACL, itself or by
// a group, or was ever granted anything: refusals of such agents get an exact
// journal line.
func (p *Policy) Knows(a Agent) bool {
	if a.IsPublic() {
		return false
	}
	if a.WebID == p.Owner || p.ACL.Names(a.WebID) {
		return true
	}
	for _, g := range p.Grants {
		if g.To == a.WebID {
			return true
		}
	}
	return p.inGroup(a.WebID)
}

func (p *Policy) inGroup(webid linkeddata.IRI) bool {
	if p.ACL == nil {
		return false
	}
	for _, rule := range p.ACL.Rules {
		for _, group := range rule.Groups {
			if p.member(group, webid) {
				return true
			}
		}
	}
	return false
}

// public is what the zero agent has by rules.
func (p *Policy) public(r Request) Mode {
	var d Decision
	r.Agent = Agent{}
	p.rules(&d, r)
	return d.Allowed
}

func (p *Policy) member(group, who linkeddata.IRI) bool {
	return p.Member != nil && p.Member(group, who)
}

func (a Agent) boundByName() bool { return strings.HasPrefix(a.Client.String(), BoundClients) }

// bound says whether a device's record, in whatever state, binds this client of
// the owner, or its name does. The record outlives its end: an ended device is no owner.
func (p *Policy) bound(a Agent) bool {
	if a.boundByName() {
		return true
	}
	for i := range p.Grants {
		if p.Grants[i].To == p.Owner && !a.Client.IsZero() && p.Grants[i].Client == a.Client {
			return true
		}
	}
	return false
}

// grants adds what grants give, and what those give no more that once would have.
func (p *Policy) grants(d *Decision, r Request) {
	if r.Kind != Ordinary {
		return
	}
	for i := range p.Grants {
		g := &p.Grants[i]
		if !g.IsFor(r.Agent, p.Owner) || !g.Covers(r.Target) {
			continue
		}
		reason := Reason{Kind: g.kindAt(r.At), Modes: g.Modes & grantable, Grant: g.ID, Purpose: g.Purpose, Note: g.Note, Until: g.Until}
		if reason.Kind == ByGrant {
			d.give(reason)
		} else {
			d.Because = append(d.Because, reason)
		}
	}
}
