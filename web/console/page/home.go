package page

import "time"

// Home and what stands on it.
type (
	// Home is where somebody comes who signs in without an app.
	Home struct {
		Pods []HomePod
	}

	// HomePod is what home says of a pod.
	HomePod struct {
		Pod
		Used, Quota int64       // bytes; Quota < 0: no end
		Containers  []Container // of the root and of health/
		Access      []Access    // who else, for a time
		Rules       []Rule      // who else, without an end
		Resting     bool        // grants rest until they are confirmed
	}

	// Container is one of the pod's.
	Container struct {
		Name    string // "labs"
		Address string
		Key     string // of the catalogue, when it is one that everybody knows ("container.labs"); "" none
		Public  bool   // everybody may read it
		Members int    // -1: unknown
		Changed time.Time
	}

	// Access is a grant. POST app/home: revoke=ID, pod.
	Access struct {
		ID      string
		Who     string // WebID
		Name    string // what they are called, if we know
		What    []string
		Purpose string // IRI of what it is for; "" none is said
		Write   bool   // may add
		Blind   bool   // may not read: with Write a device that adds records and does nothing else
		From    time.Time
		Until   time.Time
	}

	// Rule is what somebody may do until an app changes its rules.
	Rule struct {
		Kind RuleKind
		Who  string // address of a person or a group; "" for the other kinds
		May  Right
		What []string // as in Access
	}
)

// RuleKind says whom a Rule is about.
type RuleKind uint8

// A person, a group of people, whoever has signed in anywhere, and everybody.
const (
	RulePerson RuleKind = iota
	RuleGroup
	RuleSignedIn
	RulePublic
)

// Right says what a Rule lets somebody do.
type Right uint8

// The rights, as people tell them apart.
const (
	MayRead Right = iota + 1
	MayAdd        // and read
	MayAddOnly
	MayChange // and read
	MayChangeOnly
	MayShare // whatever the owner may
)

// Open says whether it is about people whom nobody has chosen.
func (r Rule) Open() bool { return r.Kind >= RuleSignedIn }

// Chosen are the rules about people or groups that somebody has chosen.
func (p HomePod) Chosen() []Rule { return p.rules(false) }

// Open are the rules about people whom nobody has chosen.
func (p HomePod) Open() []Rule { return p.rules(true) }

func (p HomePod) rules(open bool) (some []Rule) {
	for _, r := range p.Rules {
		if r.Open() == open {
			some = append(some, r)
		}
	}
	return some
}
