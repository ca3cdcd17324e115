package console

import (
	"cmp"
	"slices"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// maxAccess bounds what home says of who has access, grants and rules each.
const maxAccess = 200

// access is who else may see something, by grants that have not ended.
func (v *visit) access(info pod.Info, mine *pod.Session) (all []page.Access, err error) {
	grants, err := mine.Grants(v.ctx)
	now := v.h.conf.Vault.Clock().Now
	for _, g := range grants {
		if !g.Revoked.IsZero() || !now.Before(g.Until) || len(all) == maxAccess {
			continue
		}
		a := page.Access{ID: g.ID.String(), Who: g.To.String(), Purpose: g.Purpose.String(), Write: g.Modes&acl.Create != 0, Blind: g.Modes&acl.Read == 0, From: g.From, Until: g.Until}
		if !g.Client.IsZero() {
			a.Who = g.Client.String()
		}
		for _, t := range g.Targets {
			a.What = append(a.What, below(info, t))
		}
		all = append(all, a)
	}
	return all, err
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
// write: for each, and for each kind of right, what it is about. Conditions only
// make a rule narrower, and are not told.
func (v *visit) rules(info pod.Info, mine *pod.Session) ([]page.Rule, error) {
	acls, err := mine.Rules(v.ctx)
	if err != nil {
		return nil, err
	}
	var all []page.Rule
	tell := func(r page.Rule, what string) {
		i := slices.IndexFunc(all, func(o page.Rule) bool { return o.Who == r.Who && o.Kind == r.Kind && o.May == r.May })
		switch {
		case i < 0 && len(all) < maxAccess:
			r.What = []string{what}
			all = append(all, r)
		case i >= 0 && !slices.Contains(all[i].What, what):
			all[i].What = append(all[i].What, what)
		}
	}
	for _, a := range acls {
		what := below(info, a.Holder)
		for _, rule := range a.Rules {
			for _, r := range others(info, rule) {
				tell(r, what)
			}
		}
	}
	for i := range all {
		slices.Sort(all[i].What)
	}
	slices.SortFunc(all, func(a, b page.Rule) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Who, b.Who), cmp.Compare(a.May, b.May))
	})
	return all, nil
}

// others are those whom a rule gives something, without the owner.
func others(info pod.Info, rule acl.Rule) (all []page.Rule) {
	may := rightOf(rule.Modes)
	if may == 0 || !rule.AccessTo && !rule.Default {
		return nil
	}
	for _, a := range rule.Agents {
		if a != info.Owner {
			all = append(all, page.Rule{Who: a.String(), May: may})
		}
	}
	for _, g := range rule.Groups {
		all = append(all, page.Rule{Who: g.String(), Kind: page.RuleGroup, May: may})
	}
	if rule.LoggedIn {
		all = append(all, page.Rule{Kind: page.RuleSignedIn, May: may})
	}
	if rule.Public {
		all = append(all, page.Rule{Kind: page.RulePublic, May: may})
	}
	return all
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
