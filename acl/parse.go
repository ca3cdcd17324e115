package acl

import (
	"fmt"
	"strings"

	"skrin/linkeddata"
)

// What one ACL document may hold. Whoever may write an ACL could otherwise make
// every later decision about the resource slow.
const (
	maxRules = 1000
	maxWords = 20000 // agents, groups, origins and members of conditions, over all rules
)

// Parse reads the rules of the holder out of an ACL document which somebody
// wants to store. Nodes that are no acl:Authorization, rules about other
// resources, and agent classes and modes that we do not know are passed over:
// they give nothing. An error wraps ErrUnenforceable: the document has something
// in a rule that would make it broader if we passed it over.
func Parse(g *linkeddata.Graph, holder linkeddata.IRI) (*ACL, error) {
	a := ParseLenient(g, holder)
	if len(a.LeftOut) > 0 {
		return nil, a.LeftOut[0]
	}
	return a, nil
}

// ParseLenient reads the rules out of a document that stands already (from an
// import, or an older program). A rule that Parse would refuse is left out, so
// that it gives nothing; the others count.
func ParseLenient(g *linkeddata.Graph, holder linkeddata.IRI) *ACL {
	a := &ACL{Holder: holder}
	if g == nil {
		return a
	}
	doc := newDocument(g)
	room := maxWords
	for _, node := range doc.rules {
		r, err := doc.rule(node, holder)
		room -= r.words()
		if err == nil && (len(a.Rules) == maxRules || room < 0) {
			err = fmt.Errorf("%w: they are longer than %d rules or %d names", ErrUnenforceable, maxRules, maxWords)
		}
		switch {
		case err != nil:
			a.LeftOut = append(a.LeftOut, err)
		case r.AccessTo || r.Default:
			a.Rules = append(a.Rules, r)
		}
		if room < 0 || len(a.LeftOut) == maxRules {
			break // whatever follows is left out with the rest
		}
	}
	return a
}

// document is an ACL document by subject.
type document struct {
	about      map[linkeddata.Term][]linkeddata.Triple
	elsewhere  map[linkeddata.Term]bool // spoken of in a named graph
	rules      []linkeddata.Term
	conditions map[linkeddata.Term]Condition // those read already: rules may share them
}

func newDocument(g *linkeddata.Graph) *document {
	d := &document{
		about:      map[linkeddata.Term][]linkeddata.Triple{},
		elsewhere:  map[linkeddata.Term]bool{},
		conditions: map[linkeddata.Term]Condition{},
	}
	for q := range g.Quads() {
		if !q.Graph.IsZero() {
			d.elsewhere[q.S] = true
			continue
		}
		d.about[q.S] = append(d.about[q.S], q.Triple)
		if q.P == linkeddata.RDFType.Term() && q.O == linkeddata.ACLAuthorization.Term() {
			d.rules = append(d.rules, q.S)
		}
	}
	return d
}

// rule reads one authorization. Everything said of it is looked at: what could
// narrow it and is not understood is an error.
func (d *document) rule(node linkeddata.Term, holder linkeddata.IRI) (Rule, error) {
	r := Rule{Name: node.IRI()}
	if d.elsewhere[node] {
		return r, unenforceable(node, "it is also spoken of in a named graph")
	}
	for _, t := range d.about[node] {
		if err := d.learn(&r, t, holder); err != nil {
			return r, err
		}
	}
	return r, nil
}

// learn takes in one thing that is said of a rule.
func (d *document) learn(r *Rule, t linkeddata.Triple, holder linkeddata.IRI) error {
	switch o := t.O.IRI(); t.P.IRI() {
	case linkeddata.RDFType:
		if o != linkeddata.ACLAuthorization && !harmlessType(o) {
			return unenforceable(t.S, "it has the type %s, which may narrow it in a way that this server does not know", show(t.O))
		}
	case linkeddata.ACLAccessTo:
		r.AccessTo = r.AccessTo || o == holder
	case linkeddata.ACLDefault:
		r.Default = r.Default || o == holder
	case linkeddata.ACLMode:
		r.Modes |= modeOf(o)
	case linkeddata.ACLAgent:
		r.Agents = add(r.Agents, o)
	case linkeddata.ACLAgentGroup:
		r.Groups = add(r.Groups, o)
	case linkeddata.ACLAgentClass:
		r.Public = r.Public || o == linkeddata.FOAFAgent
		r.LoggedIn = r.LoggedIn || o == linkeddata.ACLAuthenticatedAgent
	case linkeddata.ACLOrigin:
		origin, ok := originOf(t.O)
		if !ok {
			return unenforceable(t.S, "its acl:origin %s is no web origin such as <https://app.example>", show(t.O))
		}
		r.Origins = append(r.Origins, origin)
	case linkeddata.ACLCondition:
		c, err := d.condition(t.S, t.O)
		if err != nil {
			return err
		}
		r.Conditions = append(r.Conditions, c)
	default:
		if !harmless(t.P.IRI()) {
			return unenforceable(t.S, "it has the property %s, which may narrow it in a way that this server does not know", show(t.P))
		}
	}
	return nil
}

func modeOf(iri linkeddata.IRI) Mode {
	switch iri {
	case linkeddata.ACLRead:
		return Read
	case linkeddata.ACLAppend:
		return Append
	case linkeddata.ACLWrite:
		return Write
	case linkeddata.ACLControl:
		return Control
	}
	return 0
}

// originOf gives an origin as browsers send it (RFC 6454, section 6.2): no
// path, and capitals mean nothing.
func originOf(t linkeddata.Term) (string, bool) {
	s := strings.ToLower(strings.TrimSuffix(t.IRI().String(), "/"))
	scheme, host, ok := strings.Cut(s, "://")
	return s, ok && scheme != "" && host != "" && !strings.ContainsAny(host, "/?#@")
}

// harmless says whether a property only describes, or gives instead of narrowing.
func harmless(p linkeddata.IRI) bool {
	switch p {
	case linkeddata.RDFSLabel, linkeddata.RDFSComment, linkeddata.RDFSSeeAlso,
		linkeddata.DCTitle, linkeddata.DCDescription, linkeddata.DCCreated, linkeddata.DCModified, linkeddata.ACLOwner:
		return true
	}
	return p == accessToClass || p == defaultForNew || p == dcCreator
}

func harmlessType(t linkeddata.IRI) bool { return t == rdfsResource || t == owlNamedIndividual }

// Terms that are passed over by name.
var (
	accessToClass      = linkeddata.MustIRI("http://www.w3.org/ns/auth/acl#accessToClass")
	defaultForNew      = linkeddata.MustIRI("http://www.w3.org/ns/auth/acl#defaultForNew")
	aclConditionClass  = linkeddata.MustIRI("http://www.w3.org/ns/auth/acl#Condition")
	dcCreator          = linkeddata.MustIRI("http://purl.org/dc/terms/creator")
	rdfsResource       = linkeddata.MustIRI("http://www.w3.org/2000/01/rdf-schema#Resource")
	owlNamedIndividual = linkeddata.MustIRI("http://www.w3.org/2002/07/owl#NamedIndividual")
)

func add(list []linkeddata.IRI, iri linkeddata.IRI) []linkeddata.IRI {
	if iri.IsZero() { // a literal or a blank node names nobody
		return list
	}
	return append(list, iri)
}

func (r Rule) words() int {
	n := 1 + len(r.Agents) + len(r.Groups) + len(r.Origins)
	for _, c := range r.Conditions {
		n += 1 + len(c.Of) + len(c.Groups)
	}
	return n
}
