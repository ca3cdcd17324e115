package console

import (
	"errors"
	"slices"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// Bounds of what home shows.
const (
	maxContainers = 100
	maxCounted    = 1000 // members of a container; past it nobody counts
	maxAccess     = 200
)

// home shows somebody's pods: what is in them, and who may see it.
func (v *visit) home() (*request.Answer, error) {
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	var p page.Home
	for _, info := range all {
		one, err := v.homePod(info)
		if err != nil {
			return nil, err
		}
		p.Pods = append(p.Pods, one)
	}
	return v.show(p)
}

func (v *visit) homePod(info pod.Info) (page.HomePod, error) {
	mine := v.owner(info)
	out := page.HomePod{Pod: pagePod(info)}
	usage, err := mine.Usage(v.ctx)
	if err != nil {
		return out, err
	}
	out.Used, out.Quota = usage.Used, usage.Quota
	if out.Resting, err = mine.Resting(v.ctx); err != nil {
		return out, err
	}
	for _, place := range []pod.Path{pod.MustPath("/health/"), pod.Root} { // what people come for stands first
		below, err := v.containers(info, mine, place)
		if err != nil {
			return out, err
		}
		slices.SortFunc(below, func(a, b page.Container) int { return strings.Compare(a.Name, b.Name) })
		out.Containers = append(out.Containers, below...)
	}
	out.Access, err = v.access(info, mine)
	return out, err
}

// containers are those of a container that people may want to see.
func (v *visit) containers(info pod.Info, mine *pod.Session, in pod.Path) (all []page.Container, err error) {
	members, _, err := mine.List(v.ctx, in, "", maxContainers)
	if errors.Is(err, pod.ErrNotFound) {
		return nil, nil
	}
	for _, m := range members {
		if !m.Path.IsContainer() || strings.HasPrefix(m.Path.Name(), ".") {
			continue
		}
		c := page.Container{
			Name: strings.TrimSuffix(m.Path.Name(), "/"), Address: request.At(info.Root, m.Path).String(), Changed: m.Modified,
		}
		c.Key = containerKey(m.Path)
		if c.Members, err = v.count(mine, m.Path); err != nil {
			return nil, err
		}
		if c.Public, err = v.public(info, m.Path); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, err
}

// containerKey is what the catalogue calls a container that everybody knows.
func containerKey(p pod.Path) string {
	name := strings.ReplaceAll(strings.Trim(p.String(), "/"), "/", "-")
	key := "container." + strings.TrimPrefix(name, "health-")
	if !page.Has(key) {
		return ""
	}
	return key
}

// count is how many members a container has; -1: many.
func (v *visit) count(mine *pod.Session, p pod.Path) (int, error) {
	members, next, err := mine.List(v.ctx, p, "", maxCounted)
	if next != "" {
		return -1, err
	}
	return len(members), err
}

// public says whether everybody may read a container.
func (v *visit) public(info pod.Info, p pod.Path) (bool, error) {
	s, err := v.h.conf.Vault.As(info.ID, acl.Agent{}).Stand(v.ctx, p)
	if errors.Is(err, pod.ErrDenied) {
		return false, nil
	}
	return s.Decision.Allows(acl.Read), err
}

// access is who else may see something, by grants that have not ended.
func (v *visit) access(info pod.Info, mine *pod.Session) (all []page.Access, err error) {
	grants, err := mine.Grants(v.ctx)
	now := v.h.conf.Vault.Clock().Now
	for _, g := range grants {
		if !g.Revoked.IsZero() || !now.Before(g.Until) || len(all) == maxAccess {
			continue
		}
		a := page.Access{ID: g.ID.String(), Who: g.To.String(), Purpose: purpose(g.Purpose), Write: g.Modes&acl.Create != 0, Blind: g.Modes&acl.Read == 0, From: g.From, Until: g.Until}
		if !g.Client.IsZero() {
			a.Who = g.Client.String()
		}
		for _, t := range g.Targets {
			a.What = append(a.What, strings.TrimPrefix(t.String(), strings.TrimSuffix(info.Root.String(), "/")))
		}
		all = append(all, a)
	}
	return all, err
}

// purpose is a key of the catalogue, or the purpose as it stands.
func purpose(p linkeddata.IRI) string {
	text := p.String()
	key := "purpose." + strings.ToLower(text[strings.LastIndexAny(text, "/#")+1:])
	if page.Has(key) {
		return key
	}
	return text
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
