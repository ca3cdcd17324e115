package acl

import (
	"errors"
	"slices"

	"skrin/linkeddata"
)

// ErrUnenforceable is wrapped by every error about an ACL that asks for
// something which we could not keep to the letter. The error's text is for the
// person who wrote the ACL.
var ErrUnenforceable = errors.New("these access rules cannot be enforced")

// ACL holds the rules of one ACL document. It is not changed after it was
// read, and may be shared. The zero ACL gives nobody anything.
type ACL struct {
	Holder  linkeddata.IRI // the resource whose ACL this is
	Rules   []Rule         // those that name the holder, in the order of the document
	LeftOut []error        // why ParseLenient left rules out
}

// Rule is one acl:Authorization about the holder (Web Access Control, section
// "Authorization Rule").
type Rule struct {
	Name       linkeddata.IRI // zero for a blank node
	AccessTo   bool           // it is about the holder itself
	Default    bool           // it is about what is below the holder and has no ACL nearer
	Modes      Mode
	Agents     []linkeddata.IRI
	Groups     []linkeddata.IRI
	Public     bool // acl:agentClass foaf:Agent
	LoggedIn   bool // acl:agentClass acl:AuthenticatedAgent
	Origins    []string
	Conditions []Condition // all of them must hold
}

// Condition narrows a rule to some clients (acl:ClientCondition) or to some
// issuers (acl:IssuerCondition). It holds when any of its parts does.
type Condition struct {
	Issuer bool // about the issuer, else about the client
	Anyone bool // foaf:Agent: known or not
	Of     []linkeddata.IRI
	Groups []linkeddata.IRI
}

// Groups lists, each once, the documents of the groups named in the rules:
// evaluation asks Policy.Member about them.
func (a *ACL) Groups() []linkeddata.IRI {
	if a == nil {
		return nil
	}
	var docs []linkeddata.IRI
	seen := map[linkeddata.IRI]bool{}
	add := func(groups []linkeddata.IRI) {
		for _, g := range groups {
			if doc := g.WithoutFragment(); !seen[doc] {
				seen[doc] = true
				docs = append(docs, doc)
			}
		}
	}
	for _, r := range a.Rules {
		add(r.Groups)
		for _, c := range r.Conditions {
			add(c.Groups)
		}
	}
	return docs
}

// ControlledBySomeone says whether some rule gives somebody Control of the
// holder itself, as the ACL of a root container must.
func (a *ACL) ControlledBySomeone() bool {
	return a != nil && slices.ContainsFunc(a.Rules, func(r Rule) bool {
		return r.AccessTo && r.Modes.Has(Control) && r.namesSomebody()
	})
}

// Names says whether a rule names the agent by its WebID.
func (a *ACL) Names(webid linkeddata.IRI) bool {
	return a != nil && !webid.IsZero() && slices.ContainsFunc(a.Rules, func(r Rule) bool {
		return slices.Contains(r.Agents, webid)
	})
}

func (r Rule) namesSomebody() bool {
	return r.Public || r.LoggedIn || len(r.Agents) > 0 || len(r.Groups) > 0
}
