package acl

import (
	"time"

	"skrin/linkeddata"
)

// Decision is the answer to a Request. WAC-Allow, the journal and the console
// all read this one value.
type Decision struct {
	Allowed Mode      // what this agent may do
	Public  Mode      // what anybody may do by rules
	Because []Reason  // what Allowed rests on, and what might have given more
	Until   time.Time // when the first part of Allowed ends; zero: none does
}

// ReasonKind tells reasons apart.
type ReasonKind uint8

const (
	ByOwner   ReasonKind = iota + 1 // the owner's standing right
	ByRule                          // a rule of the ACL
	ByGrant                         // an active grant
	ByBlock                         // the citizen's block of this agent: nothing is allowed
	ByDevice                        // a device's record binds this client of the owner: only its grants count
	NotYet                          // a grant that has not begun
	Ended                           // a grant that ended
	Revoked                         // a grant that was revoked
	Suspended                       // a grant that is suspended
)

// Reason is one thing that a decision rests on.
type Reason struct {
	Kind     ReasonKind
	Modes    Mode           // what it gives; of a grant that is not active, what it would give
	Rule     linkeddata.IRI // ByRule: the rule, zero when it has no name of its own
	Holder   linkeddata.IRI // ByRule: the resource whose ACL has the rule
	Everyone bool           // ByRule: the rule is for everybody
	Grant    GrantID        // grants
	Purpose  linkeddata.IRI // grants: zero when none was agreed as an IRI
	Note     string         // grants: the citizen's words
	Until    time.Time      // grants: the end
}

// Allows says whether every mode of want is allowed. Nothing is never allowed.
func (d Decision) Allows(want Mode) bool { return want != 0 && d.Allowed.Has(want) }

// End says when the first of the wanted modes ends that are allowed now, if
// nothing changes; zero: none does. A stream that rests on the decision must
// not outlive it.
func (d Decision) End(want Mode) time.Time {
	var first time.Time
	for bit := Mode(1); bit != 0 && bit <= All; bit <<= 1 {
		if want&d.Allowed&bit == 0 {
			continue
		}
		if end := d.endOf(bit); !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	return first
}

// endOf is when the last reason for one mode ends; zero: it has one without end.
func (d Decision) endOf(bit Mode) time.Time {
	var last time.Time
	for _, r := range d.Because {
		switch {
		case r.Modes&bit == 0:
		case r.Kind == ByOwner || r.Kind == ByRule:
			return time.Time{}
		case r.Kind == ByGrant && r.Until.After(last):
			last = r.Until
		}
	}
	return last
}

// give adds a reason that allows something.
func (d *Decision) give(r Reason) {
	if r.Modes == 0 {
		return
	}
	d.Allowed |= r.Modes
	d.Because = append(d.Because, r)
}
