package acl

import (
	"fmt"
	"slices"

	"skrin/linkeddata"
)

// condition reads what an acl:condition of a rule points to (Web Access
// Control 1.1 editor's draft of April 2026, section "Access Conditions").
func (d *document) condition(rule, node linkeddata.Term) (Condition, error) {
	if c, ok := d.conditions[node]; ok {
		return c, nil
	}
	about := d.about[node]
	client := slices.ContainsFunc(about, isA(linkeddata.ACLClientCondition))
	issuer := slices.ContainsFunc(about, isA(linkeddata.ACLIssuerCondition))
	switch {
	case d.elsewhere[node]:
		return Condition{}, unenforceable(rule, "a condition of it is also spoken of in a named graph")
	case client == issuer: // neither, or both at once
		return Condition{}, unenforceable(rule,
			"it has an acl:condition that is neither an acl:ClientCondition nor an acl:IssuerCondition, the two that this server keeps")
	}
	c := Condition{Issuer: issuer}
	for _, t := range about {
		if !c.learn(t) {
			return Condition{}, unenforceable(rule, "a condition of it says %s %s, which this server does not know", show(t.P), show(t.O))
		}
	}
	if !c.Anyone && len(c.Of) == 0 && len(c.Groups) == 0 {
		return Condition{}, unenforceable(rule, "a condition of it names nobody, so that it could never hold")
	}
	d.conditions[node] = c
	return c, nil
}

// learn takes in one thing said of a condition, and says whether it was understood.
func (c *Condition) learn(t linkeddata.Triple) bool {
	of, group, class := linkeddata.ACLClient, linkeddata.ACLClientGroup, linkeddata.ACLClientClass
	if c.Issuer {
		of, group, class = linkeddata.ACLIssuer, linkeddata.ACLIssuerGroup, linkeddata.ACLIssuerClass
	}
	o := t.O.IRI()
	switch t.P.IRI() {
	case linkeddata.RDFType:
		return o == linkeddata.ACLClientCondition || o == linkeddata.ACLIssuerCondition || o == aclConditionClass || harmlessType(o)
	case of:
		c.Of = add(c.Of, o)
	case group:
		c.Groups = add(c.Groups, o)
	case class:
		c.Anyone = c.Anyone || o == linkeddata.FOAFAgent
	default:
		return harmless(t.P.IRI())
	}
	return true
}

// holds says whether the agent's client or issuer is one that the condition
// names. An agent without one meets only a condition for anyone.
func (c Condition) holds(a Agent, member func(group, who linkeddata.IRI) bool) bool {
	who := a.Client
	if c.Issuer {
		who = a.Issuer
	}
	switch {
	case c.Anyone:
		return true
	case who.IsZero():
		return false
	case slices.Contains(c.Of, who):
		return true
	}
	return slices.ContainsFunc(c.Groups, func(g linkeddata.IRI) bool { return member(g, who) })
}

func isA(class linkeddata.IRI) func(linkeddata.Triple) bool {
	return func(t linkeddata.Triple) bool {
		return t.P == linkeddata.RDFType.Term() && t.O == class.Term()
	}
}

// unenforceable says what is wrong with a rule, for the person who wrote it.
func unenforceable(rule linkeddata.Term, format string, args ...any) error {
	return fmt.Errorf("%w: rule %s: %s", ErrUnenforceable, show(rule), fmt.Sprintf(format, args...))
}

// show writes a term for an error, shortened.
func show(t linkeddata.Term) string {
	s := t.Value()
	if len(s) > 100 {
		s = s[:100] + "..."
	}
	switch {
	case t.IsIRI():
		return "<" + s + ">"
	case t.IsBlank():
		return "[" + s + "]"
	}
	return fmt.Sprintf("%q", s)
}
