package page

import (
	"errors"
	"html/template"
	"strings"
	"time"
)

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
		More        bool        // there are more of the two than are shown
		Resting     bool        // grants rest until they are confirmed
	}

	// Container is one of the pod's.
	Container struct {
		Name    string // "labs"
		Address string
		Key     string // see PlaceKey
		Public  bool   // everybody may read it
		Members int    // -1: unknown
		Changed time.Time
	}

	// Access is a grant. POST app/home: revoke=ID, pod.
	Access struct {
		ID      string
		Who     string // WebID; of an app or a program of one's own, its client_id
		Name    string // what they are called, if we know
		Client  string // the only app with which they may; "" any
		What    []string
		Purpose string // IRI of what it is for; "" none is said
		Write   bool   // may add
		Blind   bool   // may not read: with Write a device that adds records and does nothing else
		From    time.Time
		Until   time.Time
	}

	// Rule is what somebody may do by the ACL of one place until it is ended, or an app
	// changes it. POST app/home: rule=At, kind=Kind, who=Who, state=State, pod.
	Rule struct {
		Kind  RuleKind
		Who   string // address of a person or a group; "" for the other kinds
		At    string // path of the place
		Here  Right  // with the place itself; zero: nothing
		Below Right  // with what is in it and has no ACL of its own; zero: nothing
		State string // of the ACL
		Kept  bool   // it cannot be ended: by it everybody can read the owner's WebID
	}
)

// RuleKind says whom a Rule is about, as acl.SubjectKind does.
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

// Filled are the containers that something is in, or that everybody may read.
func (p HomePod) Filled() []Container { return p.containers(false) }

// Unused are the others.
func (p HomePod) Unused() []Container { return p.containers(true) }

func (p HomePod) containers(unused bool) (some []Container) {
	for _, c := range p.Containers {
		if (c.Members == 0 && !c.Public) == unused {
			some = append(some, c)
		}
	}
	return some
}

// Gives says what a rule comes to: in one line, or in two where it is not the same
// for the place itself and for what is in it.
func (v view) Gives(r Rule) (lines []template.HTML, err error) {
	what := r.At
	if key := PlaceKey(r.At); key != "" {
		what = catalogue[v.in][key]
	}
	say := func(right Right, reach string) {
		may, err1 := v.Right(right)
		of, err2 := v.bdi(what), error(nil)
		if reach != "" {
			of, err2 = v.T(reach, "what", what)
		}
		lines, err = append(lines, may+" "+of), errors.Join(err, err1, err2)
	}
	switch container := strings.HasSuffix(r.At, "/"); {
	case r.Here == r.Below:
		say(r.Here, "home.rule.with")
		return lines, err
	case r.Here == 0:
	case container && r.Below == 0 && r.Here != MayAddOnly:
		say(r.Here, "home.rule.alone")
	default:
		say(r.Here, "")
	}
	if r.Below != 0 {
		say(r.Below, "home.rule.inside")
	}
	return lines, err
}
