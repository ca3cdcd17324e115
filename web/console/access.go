package console

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// maxAccess bounds what home says of who has access, grants and rules each.
const maxAccess = 200

// access is who else may see something, and what apps and programs of the person's
// own may, by grants that have not ended. more: there are others.
func (v *visit) access(info pod.Info, mine *pod.Session, names map[acting]called) (all []page.Access, more bool, err error) {
	grants, err := mine.Grants(v.ctx)
	now := v.h.conf.Vault.Clock().Now
	for _, g := range grants {
		if !g.Revoked.IsZero() || !now.Before(g.Until) {
			continue
		}
		if more = len(all) == maxAccess; more {
			break
		}
		a := page.Access{ID: g.ID.String(), Who: g.To.String(), Purpose: g.Purpose.String(), Write: g.Modes&acl.Create != 0, Blind: g.Modes&acl.Read == 0, From: g.From, Until: g.Until}
		switch who, known := names[acting{g.To, g.Client}]; {
		case known:
			a.Name, a.Who = who.name, who.id
		case g.To == info.Owner:
			a.Who = g.Client.String()
		case !g.Client.IsZero():
			a.Client = g.Client.String()
		}
		for _, t := range g.Targets {
			a.What = append(a.What, below(info, t))
		}
		all = append(all, a)
	}
	return all, more, err
}

// end ends a rule or a grant at once.
func (v *visit) end() (*request.Answer, error) {
	if v.form.Has("rule") {
		return v.endRule()
	}
	return v.revoke()
}

// revoke ends a grant at once.
func (v *visit) revoke() (*request.Answer, error) {
	p, err := v.pod(v.form.Get("pod"))
	if err != nil {
		return nil, err
	}
	id, err := acl.ParseGrantID(v.form.Get("revoke"))
	if err != nil {
		return nil, errForm
	}
	if err := v.owner(p).Revoke(v.ctx, id); err != nil {
		return nil, err
	}
	return v.done("app/home", "revoked")
}

// below is how an address in the pod is named to its owner.
func below(info pod.Info, at linkeddata.IRI) string {
	return strings.TrimPrefix(at.String(), strings.TrimSuffix(info.Root.String(), "/"))
}

// rules is who else may do something by the permanent rules of ACLs, which apps
// write: for each ACL and each whom it names, what that comes to. Conditions only
// make a rule narrower, and are not told. Where there are more than fit, those for
// people whom nobody has chosen are told first.
func (v *visit) rules(info pod.Info, mine *pod.Session) (all []page.Rule, more bool, err error) {
	cut := func() {
		slices.SortFunc(all, func(a, b page.Rule) int {
			return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(a.Who, b.Who), cmp.Compare(a.At, b.At))
		})
		if len(all) > maxAccess {
			all, more = all[:maxAccess], true
		}
	}
	err = mine.Rules(v.ctx, func(r pod.Ruled) error {
		if all = append(all, others(info, r)...); len(all) > 10*maxAccess {
			cut()
		}
		return nil
	})
	cut()
	slices.SortStableFunc(all, func(a, b page.Rule) int { return cmp.Compare(a.Kind, b.Kind) })
	return all, more, err
}

// others are those to whom an ACL gives something, without the owner.
func others(info pod.Info, r pod.Ruled) (all []page.Rule) {
	here, below := map[acl.Subject]acl.Mode{}, map[acl.Subject]acl.Mode{}
	for _, rule := range r.Rules {
		for _, who := range rule.Subjects() {
			if rule.AccessTo {
				here[who] |= rule.Modes
			}
			if rule.Default && r.At.IsContainer() {
				below[who] |= rule.Modes
			}
		}
	}
	who := maps.Clone(here)
	maps.Copy(who, below)
	for who := range who {
		one := page.Rule{Kind: page.RuleKind(who.Kind), Who: who.Name.String(), At: r.At.String(), State: r.State,
			Here: rightOf(here[who]), Below: rightOf(below[who]),
			Kept: who.Kind == acl.Everybody && r.Holder == info.Owner.WithoutFragment()}
		if one.Here+one.Below > 0 && who != (acl.Subject{Kind: acl.Person, Name: info.Owner}) {
			all = append(all, one)
		}
	}
	return all
}

// endRule ends at once what somebody may do by the ACL of one place, as home has told it.
func (v *visit) endRule() (*request.Answer, error) {
	p, err := v.pod(v.form.Get("pod"))
	if err != nil {
		return nil, err
	}
	at, err := pod.ParsePath(v.form.Get("rule"))
	who, ok := v.ruled()
	state := v.form.Get("state")
	if err != nil || !ok || state == "" {
		return nil, errForm
	}
	err = v.owner(p).EndRule(v.ctx, at, who, state)
	switch {
	case errors.Is(err, pod.ErrPrecondition), errors.Is(err, pod.ErrNotFound):
		return nil, fmt.Errorf("%w: %w", errRules, err)
	case err != nil:
		return nil, err
	}
	return v.done("app/home", "rule-ended")
}

var errRules = errors.New("the rules are not those that were shown")

// ruled is whom the rule of a form is about.
func (v *visit) ruled() (who acl.Subject, ok bool) {
	kind, err := strconv.ParseUint(v.form.Get("kind"), 10, 8)
	who.Kind = acl.SubjectKind(kind)
	if err != nil || who.Kind > acl.Everybody {
		return who, false
	}
	if who.Kind == acl.Person || who.Kind == acl.Group {
		who.Name, err = linkeddata.ParseIRI(v.form.Get("who"))
	}
	return who, err == nil
}

// rightOf is what modes come to; zero: nothing.
func rightOf(m acl.Mode) page.Right {
	switch {
	case m.Has(acl.Control):
		return page.MayShare
	case m&(acl.Modify|acl.Delete) != 0 && m.Has(acl.Read):
		return page.MayChange
	case m&(acl.Modify|acl.Delete) != 0:
		return page.MayChangeOnly
	case m&acl.Append != 0 && m.Has(acl.Read):
		return page.MayAdd
	case m&acl.Append != 0:
		return page.MayAddOnly
	case m.Has(acl.Read):
		return page.MayRead
	}
	return 0
}
