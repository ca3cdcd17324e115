package console

import (
	"errors"
	"slices"
	"strings"

	"skrin/acl"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// Bounds of what home shows.
const (
	maxContainers = 100
	maxCounted    = 1000 // members of a container; past it nobody counts
)

// home shows somebody's pods: what is in them, and who may see it.
func (v *visit) home() (*request.Answer, error) {
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	names, err := v.names()
	if err != nil {
		return nil, err
	}
	var p page.Home
	for _, info := range all {
		one, err := v.homePod(info, names)
		if err != nil {
			return nil, err
		}
		p.Pods = append(p.Pods, one)
	}
	return v.show(p)
}

func (v *visit) homePod(info pod.Info, names map[acting]called) (page.HomePod, error) {
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
	if out.Containers, err = v.contents(info, mine); err != nil {
		return out, err
	}
	var more [2]bool
	if out.Access, more[0], err = v.access(info, mine, names); err != nil {
		return out, err
	}
	out.Rules, more[1], err = v.rules(info, mine)
	out.More = more[0] || more[1]
	return out, err
}

// contents are the containers of a pod: those of health, which people come for,
// and then the others. The one of health itself is left out when nothing is in it
// but those, unless everybody may read it.
func (v *visit) contents(info pod.Info, mine *pod.Session) ([]page.Container, error) {
	byName := func(a, b page.Container) int { return strings.Compare(a.Name, b.Name) }
	all, err := v.containers(info, mine, pod.MustPath("/health/"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, byName)
	others, err := v.containers(info, mine, pod.Root)
	others = slices.DeleteFunc(others, func(c page.Container) bool { return c.Name == "health" && c.Members == len(all) && !c.Public })
	slices.SortFunc(others, byName)
	return append(all, others...), err
}

// containers are those of a container that people may want to see.
func (v *visit) containers(info pod.Info, mine *pod.Session, in pod.Path) (all []page.Container, err error) {
	members, err := v.within(mine, in)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		c := page.Container{
			Name: strings.TrimSuffix(m.Path.Name(), "/"), Address: request.At(info.Root, m.Path).String(), Key: page.PlaceKey(m.Path.String()), Changed: m.Modified,
		}
		if c.Members, err = v.count(mine, m.Path); err != nil {
			return nil, err
		}
		if c.Public, err = v.public(info, m.Path); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// within are the containers in one, without those that programs hide.
func (v *visit) within(mine *pod.Session, in pod.Path) ([]pod.Member, error) {
	members, _, err := mine.List(v.ctx, in, "", maxContainers)
	if errors.Is(err, pod.ErrNotFound) {
		return nil, nil
	}
	return slices.DeleteFunc(members, func(m pod.Member) bool {
		return !m.Path.IsContainer() || strings.HasPrefix(m.Path.Name(), ".")
	}), err
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
	return readable(v.h.conf.Vault.As(info.ID, acl.Agent{}).Stand(v.ctx, p))
}

// readable reads the answer. Rules that are damaged let nobody in, and keep their
// owner from nothing else: verify tells of them.
func readable(s pod.Standing, err error) (bool, error) {
	if errors.Is(err, pod.ErrDenied) || errors.Is(err, pod.ErrDamaged) {
		return false, nil
	}
	return s.Decision.Allows(acl.Read), err
}
