package acl

import (
	"slices"

	"skrin/linkeddata"
)

// SubjectKind tells apart whom rules can name.
type SubjectKind uint8

// One person, a group of people, whoever has signed in anywhere, and everybody.
const (
	Person    SubjectKind = iota // acl:agent
	Group                        // acl:agentGroup
	SignedIn                     // acl:agentClass acl:AuthenticatedAgent
	Everybody                    // acl:agentClass foaf:Agent
)

// Subject is somebody whom rules name.
type Subject struct {
	Kind SubjectKind
	Name linkeddata.IRI // of a person or a group; zero for the other kinds
}

// Subjects lists whom the rule names.
func (r Rule) Subjects() (all []Subject) {
	for _, a := range r.Agents {
		all = append(all, Subject{Person, a})
	}
	for _, g := range r.Groups {
		all = append(all, Subject{Group, g})
	}
	if r.LoggedIn {
		all = append(all, Subject{Kind: SignedIn})
	}
	if r.Public {
		all = append(all, Subject{Kind: Everybody})
	}
	return all
}

// Gives are the modes of all rules that name the subject, whatever narrows them.
func (a *ACL) Gives(s Subject) (m Mode) {
	for _, r := range a.Rules {
		if slices.Contains(r.Subjects(), s) {
			m |= r.Modes
		}
	}
	return m
}

// Without gives an ACL document in which no authorization names the subject any
// more, and says whether one did. Nobody may do more by it than before. An
// authorization that named nobody else goes whole, with the conditions that are its
// alone: what would be left of one with an acl:origin is about everybody's rules.
// Everything else stays. The graph that was given is left as it is.
func Without(g *linkeddata.Graph, s Subject) (*linkeddata.Graph, bool) {
	property, object := s.said()
	if object.IsZero() {
		return g, false
	}
	left, named := g.Clone(), false
	uses := blanks(g)
	for t := range g.Match(linkeddata.Term{}, linkeddata.RDFType.Term(), linkeddata.ACLAuthorization.Term()) {
		if !left.Remove(linkeddata.Quad{Triple: linkeddata.Triple{S: t.S, P: property, O: object}}) {
			continue
		}
		named = true
		if !namesSomebody(left, t.S) {
			drop(left, t.S, uses)
		}
	}
	return left, named
}

// said is how a rule names the subject.
func (s Subject) said() (property, object linkeddata.Term) {
	switch s.Kind {
	case Person:
		return linkeddata.ACLAgent.Term(), s.Name.Term()
	case Group:
		return linkeddata.ACLAgentGroup.Term(), s.Name.Term()
	case SignedIn:
		return linkeddata.ACLAgentClass.Term(), linkeddata.ACLAuthenticatedAgent.Term()
	case Everybody:
		return linkeddata.ACLAgentClass.Term(), linkeddata.FOAFAgent.Term()
	}
	return linkeddata.Term{}, linkeddata.Term{}
}

// blanks counts how often each blank node is spoken of.
func blanks(g *linkeddata.Graph) map[linkeddata.Term]int {
	uses := map[linkeddata.Term]int{}
	for q := range g.Quads() {
		if q.O.IsBlank() {
			uses[q.O]++
		}
	}
	return uses
}

func namesSomebody(g *linkeddata.Graph, rule linkeddata.Term) bool {
	for t := range g.Match(rule, linkeddata.Term{}, linkeddata.Term{}) {
		switch o := t.O.IRI(); t.P.IRI() {
		case linkeddata.ACLAgent, linkeddata.ACLAgentGroup:
			if !o.IsZero() {
				return true
			}
		case linkeddata.ACLAgentClass:
			if o == linkeddata.FOAFAgent || o == linkeddata.ACLAuthenticatedAgent {
				return true
			}
		}
	}
	return false
}

// drop takes out what is said of a node, and of the conditions that nothing else uses.
func drop(g *linkeddata.Graph, node linkeddata.Term, uses map[linkeddata.Term]int) {
	for _, t := range slices.Collect(g.Match(node, linkeddata.Term{}, linkeddata.Term{})) {
		g.Remove(linkeddata.Quad{Triple: t})
		if !t.O.IsBlank() {
			continue
		}
		if uses[t.O]--; uses[t.O] == 0 && t.P == linkeddata.ACLCondition.Term() {
			drop(g, t.O, uses)
		}
	}
}
