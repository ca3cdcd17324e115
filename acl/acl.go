package acl

import (
	"errors"

	"skrin/linkeddata"
)

// ErrUnenforceable is wrapped by every error about an ACL that asks for
// something we could not keep to the letter.
var ErrUnenforceable = errors.New("access rules cannot be enforced")

// ACL holds the rules of one ACL document.
type ACL struct {
	Holder linkeddata.IRI // the resource whose ACL this is
	Rules  []Rule
}

// Rule is one acl:Authorization.
type Rule struct {
	Name linkeddata.IRI
}

// Parse reads the rules out of an ACL document for writing.
func Parse(g *linkeddata.Graph, holder linkeddata.IRI) (*ACL, error) {
	return &ACL{Holder: holder}, nil
}

// ParseLenient reads the rules out of an ACL document that already stands: a rule
// which Parse would refuse is left out, so that it gives nothing.
func ParseLenient(g *linkeddata.Graph, holder linkeddata.IRI) *ACL { return &ACL{Holder: holder} }

// Groups lists the documents that hold the groups named in the rules.
func (a *ACL) Groups() []linkeddata.IRI { return nil }

// ControlledBySomeone says whether a rule gives an agent Control of the holder itself.
func (a *ACL) ControlledBySomeone() bool { return false }

// Names says whether a rule names the agent.
func (a *ACL) Names(webid linkeddata.IRI) bool { return false }
