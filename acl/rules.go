package acl

import (
	"slices"
	"strings"
)

// rules adds what the effective ACL gives the agent, as the kind of resource
// lets it count.
func (p *Policy) rules(d *Decision, r Request) {
	if p.ACL == nil || p.ACL.Holder != p.Holder || !r.Target.HasPrefix(p.Holder) {
		return
	}
	if p.Inherited && !strings.HasSuffix(p.Holder.String(), "/") {
		return
	}
	gate := p.originGate(r)
	for i := range p.ACL.Rules {
		rule := &p.ACL.Rules[i]
		if !p.applies(rule, r) || !p.matches(rule, r.Agent) {
			continue
		}
		modes := rule.Modes
		if len(rule.Origins) == 0 && !rule.forEveryone() {
			modes &= gate
		}
		d.give(Reason{Kind: ByRule, Modes: r.Kind.counts(modes), Rule: rule.Name, Holder: p.Holder, Everyone: rule.forEveryone()})
	}
}

// counts says what modes of a rule mean for this kind of resource.
func (k Kind) counts(m Mode) Mode {
	switch {
	case k == Ordinary || k == Auxiliary:
		return m
	case k == ACLResource && m.Has(Control):
		return All
	case k == Managed && m.Has(Control):
		return Read
	}
	return 0
}

// applies says whether the rule is about the target at all, and speaks to the
// origin of the request. Origins are looked at only when the request has one
// (Web Access Control, section "Authorization Evaluation").
func (p *Policy) applies(rule *Rule, r Request) bool {
	if p.Inherited && !rule.Default || !p.Inherited && !rule.AccessTo {
		return false
	}
	return r.Origin == "" || len(rule.Origins) == 0 || slices.Contains(rule.Origins, strings.ToLower(r.Origin))
}

// matches says whether the rule is for the agent and its conditions hold.
func (p *Policy) matches(rule *Rule, a Agent) bool {
	switch {
	case !p.conditionsHold(rule, a):
		return false
	case rule.Public:
		return true
	case a.IsPublic():
		return false
	case rule.LoggedIn, slices.Contains(rule.Agents, a.WebID):
		return true
	}
	for _, group := range rule.Groups {
		if p.member(group, a.WebID) {
			return true
		}
	}
	return false
}

func (p *Policy) conditionsHold(rule *Rule, a Agent) bool {
	for _, c := range rule.Conditions {
		if !c.holds(a, p.member) {
			return false
		}
	}
	return true
}

// forEveryone says whether the rule asks nothing of who asks.
func (r *Rule) forEveryone() bool {
	return r.Public && len(r.Conditions) == 0 && len(r.Origins) == 0
}

// originGate says which modes rules without an origin of their own may give.
// An ACL may list trusted origins in rules that name no agent: then the other
// rules hold for those origins alone. An ACL without such rules trusts all.
func (p *Policy) originGate(r Request) Mode {
	if r.Origin == "" {
		return All
	}
	var trusted Mode
	listed := false
	all := r
	all.Origin = ""
	for i := range p.ACL.Rules {
		rule := &p.ACL.Rules[i]
		if rule.namesSomebody() || len(rule.Origins) == 0 || !p.applies(rule, all) {
			continue
		}
		listed = true
		if p.applies(rule, r) && p.conditionsHold(rule, r.Agent) {
			trusted |= rule.Modes
		}
	}
	if !listed {
		return All
	}
	return trusted
}
