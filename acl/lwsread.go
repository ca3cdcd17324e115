package acl

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"skrin/linkeddata"
)

// Years that a dateTime may have: lteq of the last instant of year 9999 would
// end in a year that RFC 3339 cannot write.
const (
	firstYear = 1970
	lastYear  = 9998
)

// parseLWS reads a document of the class AccessGrant or AccessRequest.
func parseLWS(body []byte, class string, storage linkeddata.IRI) (g Grant, inbox linkeddata.IRI, err error) {
	doc, err := readJSON(body)
	if err != nil {
		return g, inbox, err
	}
	f := fields{of: doc, where: "the document"}
	f.known("@context", "id", "type", "storage", "inbox", "note", "access")
	f.context()
	f.class(class)
	f.optionalIRI("id")
	inbox = f.optionalIRI("inbox")
	if at := f.iri("storage"); f.err == nil && at != storage {
		f.fail("it is for the storage %s, and this is %s", clip(at.String()), storage)
	}
	g.Note = f.note()
	f.access(&g)
	if f.err == nil {
		f.err = g.wellFormed(storage)
	}
	if f.err != nil {
		return Grant{}, linkeddata.IRI{}, f.err
	}
	return g, inbox, nil
}

func (g *Grant) wellFormed(storage linkeddata.IRI) error {
	for _, err := range []error{g.validParties(), g.validScope(), g.writableTimes(), inStorage(g.Targets, storage)} {
		if err != nil {
			return refuse("%v", err)
		}
	}
	return nil
}

// context: any other context could give our words another meaning.
func (f *fields) context() {
	seen := false
	for _, entry := range f.list("@context") {
		name, ok := entry.(string)
		switch note, object := entry.(map[string]any); {
		case ok && name == lwsContext:
			seen = true
		case object && len(note) == 1 && note["note"] == noteTerm:
		default:
			f.fail(`its "@context" has an entry other than %s`, lwsContext)
		}
	}
	if !seen {
		f.fail(`its "@context" does not name %s`, lwsContext)
	}
}

// class: "type" must be the one that is expected, and no other beside it.
func (f *fields) class(want string) {
	for _, t := range f.strings("type") {
		if strings.TrimPrefix(t, lwsPrefix) != want {
			f.fail(`%s has the type %q where this server knows only %q`, f.where, clip(t), want)
		}
	}
}

func (f *fields) note() string {
	if _, there := f.of["note"]; !there {
		return ""
	}
	return f.text("note")
}

// access reads the one policy of the document into the grant.
func (f *fields) access(g *Grant) {
	list := f.list("access")
	if f.err != nil {
		return
	}
	policy, ok := list[0].(map[string]any)
	if !ok || len(list) != 1 {
		f.fail(`its "access" must hold exactly one access policy`)
		return
	}
	p := fields{of: policy, where: "the access policy"}
	p.known("type", "action", "assigner", "assignee", "target", "constraint")
	p.class("AccessPolicy")
	p.optionalIRI("assigner")
	g.To = p.iri("assignee")
	g.Modes = p.actions()
	g.Targets = p.targets()
	p.constraints(g)
	f.err = p.err
}

func (f *fields) actions() (m Mode) {
	for _, action := range f.strings("action") {
		switch action {
		case "read":
			m |= Read
		case "create":
			m |= Create
		default:
			f.fail(`a grant cannot give the action %q: it gives "read" and "create"`, clip(action))
		}
	}
	return m
}

func (f *fields) targets() (targets []linkeddata.IRI) {
	object, ok := f.of["target"].(map[string]any)
	if !ok {
		f.fail(`it needs a "target" that is one object`)
		return nil
	}
	t := fields{of: object, where: "the target"}
	t.known("type", "value")
	t.class("StorageResource")
	for _, text := range t.strings("value") {
		targets = append(targets, t.parse("value", text))
	}
	if f.err == nil {
		f.err = t.err
	}
	return targets
}

func (f *fields) constraints(g *Grant) {
	if _, there := f.of["constraint"]; !there {
		return
	}
	for _, entry := range f.list("constraint") {
		object, ok := entry.(map[string]any)
		if !ok {
			f.fail("a constraint is no object")
			return
		}
		c := fields{of: object, where: "a constraint"}
		c.known("leftOperand", "operator", "rightOperand")
		c.constrain(g, c.text("leftOperand"), c.text("operator"))
		if f.err == nil {
			f.err = c.err
		}
	}
}

// constrain takes one constraint into the grant. All constraints hold at once:
// a second one of a kind would narrow the first, so it is refused.
func (f *fields) constrain(g *Grant, left, operator string) {
	if f.err != nil {
		return
	}
	var twice bool
	switch left + " " + operator {
	case "client eq":
		twice, g.Client = !g.Client.IsZero(), f.iri("rightOperand")
	case "purpose eq":
		twice, g.Purpose = !g.Purpose.IsZero(), f.iri("rightOperand")
	case "dateTime gteq":
		twice, g.From = !g.From.IsZero(), f.dateTime()
	case "dateTime lteq":
		twice, g.Until = !g.Until.IsZero(), f.dateTime().Add(1)
	default:
		f.fail("it has the constraint %q with the operator %q, which this server cannot keep", clip(left), clip(operator))
	}
	if twice {
		f.fail("it has two constraints %q with the operator %q", left, operator)
	}
}

// xsdDateTime is what an xsd:dateTime with a zone looks like, to the nanosecond.
// time.Parse takes more, such as a comma before the fraction.
var xsdDateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$`)

// dateTime reads an xsd:dateTime with a zone.
func (f *fields) dateTime() time.Time {
	text := f.text("rightOperand")
	t, err := time.Parse(time.RFC3339Nano, text)
	switch {
	case f.err != nil:
	case !zoned(text):
		f.fail("the time %q has no zone: write Z or an offset such as +01:00", clip(text))
	case err != nil || !xsdDateTime.MatchString(text):
		f.fail("%q is no date and time to the nanosecond", clip(text))
	case t.UTC().Year() < firstYear || t.UTC().Year() > lastYear:
		f.fail("the time %q is out of reach", clip(text))
	default:
		return t.UTC()
	}
	return time.Time{}
}

// zoned says whether something like a zone follows the time of day.
func zoned(text string) bool {
	_, clock, ok := strings.Cut(text, "T")
	return ok && strings.ContainsAny(clock, "Z+-")
}

// known refuses every name that is not one of these.
func (f *fields) known(names ...string) {
	for _, name := range f.names() {
		if !slices.Contains(names, name) {
			f.fail("%s has %q, which this server does not know and so cannot keep", f.where, clip(name))
		}
	}
}
