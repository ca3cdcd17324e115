package acl

import (
	"strings"
	"time"
)

// Explain says in one plain sentence why want is allowed or not, for the
// citizen and the journal. It names grants and rules: it is not for the eyes of
// whoever was refused.
func (d Decision) Explain(want Mode) string {
	if d.Allows(want) {
		return "Allowed to " + verbs(want) + d.why(want) + "."
	}
	missing := want &^ d.Allowed
	if missing == 0 {
		return "Nothing was asked for."
	}
	return "Not allowed to " + verbs(missing) + ": " + d.whyNot(missing) + "."
}

// why names the strongest reason for each wanted mode: the owner, then what is
// open to everybody, then rules, then the grant that lasts longest.
func (d Decision) why(want Mode) string {
	var parts []string
	for want != 0 {
		best, gives := Reason{}, Mode(0)
		for _, r := range d.Because {
			if r.gives()&want != 0 && (gives == 0 || r.stronger(best)) {
				best, gives = r, r.gives()&want
			}
		}
		if gives == 0 {
			break
		}
		parts = append(parts, best.phrase())
		want &^= gives
	}
	return ", " + strings.Join(parts, " and ")
}

func (r Reason) gives() Mode {
	if r.Kind == ByOwner || r.Kind == ByRule || r.Kind == ByGrant {
		return r.Modes
	}
	return 0
}

func (r Reason) stronger(o Reason) bool {
	switch {
	case r.Kind != o.Kind:
		return r.Kind < o.Kind
	case r.Kind == ByRule:
		return r.Everyone && !o.Everyone
	}
	return r.Until.After(o.Until)
}

func (r Reason) phrase() string {
	switch {
	case r.Kind == ByOwner:
		return "because it is the owner's own pod"
	case r.Kind == ByGrant:
		return "because of grant " + r.Grant.String() + r.purpose() + ", until " + moment(r.Until)
	case r.Everyone:
		return "because " + r.rule() + " opens it to everyone"
	}
	return "because of " + r.rule()
}

func (r Reason) rule() string {
	if r.Rule.IsZero() {
		return "a rule of " + r.Holder.String()
	}
	return "the rule " + r.Rule.String()
}

func (r Reason) purpose() string {
	switch {
	case r.Note != "":
		return " (" + oneLine(r.Note) + ")"
	case !r.Purpose.IsZero():
		return " (" + r.Purpose.String() + ")"
	}
	return ""
}

// whyNot names what stands in the way, or the grant that came nearest.
func (d Decision) whyNot(missing Mode) string {
	device := false
	for _, r := range d.Because {
		if r.Kind == ByBlock {
			return "the owner blocked this person or organisation"
		}
		device = device || r.Kind == ByDevice
	}
	for _, r := range d.Because {
		if r.Modes&missing == 0 {
			continue
		}
		name := "grant " + r.Grant.String() + r.purpose()
		switch r.Kind {
		case Revoked:
			return name + " was revoked"
		case Ended:
			return name + " ended at " + moment(r.Until)
		case Suspended:
			return name + " is suspended"
		case NotYet:
			return name + " has not begun"
		}
	}
	if device {
		return "the record of this device does not say so"
	}
	return "no rule and no grant says so"
}

func verbs(m Mode) string {
	words := strings.Fields(m.String())
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return words[0]
}

// moment is a time for people: to the minute, and said to be UTC.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// oneLine keeps the citizen's words from looking like another line or sentence of ours.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:120]) + "..."
	}
	return s
}
