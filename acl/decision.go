package acl

import (
	"time"

	"skrin/linkeddata"
)

// Decision is the answer to a Request. WAC-Allow, the journal and the console
// all read this one value.
type Decision struct {
	Allowed Mode     // what this agent may do
	Public  Mode     // what anybody may do
	Because []Reason // what Allowed rests on, or why it is less than asked
	Until   time.Time
}

// ReasonKind tells reasons apart.
type ReasonKind uint8

const (
	ByOwner  ReasonKind = iota + 1 // the owner's standing right
	ByRule                         // a rule of the ACL
	ByGrant                        // an active grant
	ByBlock                        // the citizen's block of this agent: nothing is allowed
	ByDevice                       // a device's record binds this client of the owner
)

// Reason is one thing that a decision rests on.
type Reason struct {
	Kind    ReasonKind
	Modes   Mode           // what it gave
	Rule    linkeddata.IRI // ByRule: the rule, zero when it has no name of its own
	Grant   GrantID        // ByGrant
	Purpose linkeddata.IRI // ByGrant: zero when none was agreed
	Note    string         // ByGrant: the citizen's words
	Until   time.Time      // ByGrant: its end
}

// Allows says whether every mode of want is allowed.
func (d Decision) Allows(want Mode) bool { return want != 0 && d.Allowed.Has(want) }

// Explain says in one sentence why want is allowed or not.
func (d Decision) Explain(want Mode) string { return "" }
