package console

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"skrin/acl"
	"skrin/identity/account"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// errNothingChosen is returned for a program that may do nothing anywhere.
var errNothingChosen = errors.New("no container was chosen")

// extent is what a program of one's own is to be able to do. The zero extent is
// all that the person can do.
type extent struct {
	within []pod.Path
	modes  acl.Mode
	days   int
}

func (e extent) everything() bool { return e.modes == 0 }

var (
	modesOf = map[string]acl.Mode{"read": acl.Read, "add": acl.Create, "both": acl.Read | acl.Create}
	daysOf  = map[string]int{"30": 30, "90": 90, "365": 365}
)

// readExtent reads what was chosen. All that the person can do is a choice of its
// own, never what is left when nothing was said.
func readExtent(form url.Values) (extent, error) {
	switch form.Get("extent") {
	case "all":
		return extent{}, nil
	case "some":
	default:
		return extent{}, errForm
	}
	e := extent{modes: modesOf[form.Get("may")], days: daysOf[form.Get("days")]}
	if e.modes == 0 || e.days == 0 {
		return extent{}, errForm
	}
	for i := range maxContainers {
		text := form.Get(placeField(i))
		if text == "" {
			continue
		}
		p, err := pod.ParsePath(text)
		if err != nil || !p.IsContainer() {
			return extent{}, errForm
		}
		e.within = append(e.within, p)
	}
	if len(e.within) == 0 {
		return extent{}, errNothingChosen
	}
	return e, nil
}

func placeField(i int) string { return "in-" + strconv.Itoa(i) }

// bind writes down what a program may do, as the record of a device.
func (v *visit) bind(ref account.PodRef, script, name string, e extent) error {
	info, err := v.pod(ref.Name)
	if err != nil {
		return err
	}
	who := v.acting(ref.WebID, script)
	g := acl.Grant{To: who.webid, Client: who.client, Modes: e.modes, Note: name, Until: v.h.conf.Vault.Clock().Now.AddDate(0, 0, e.days)}
	for _, p := range e.within {
		g.Targets = append(g.Targets, request.At(info.Root, p))
	}
	_, err = v.owner(info).Grant(v.ctx, g)
	return err
}

// unbind ends the records of programs that are no more.
func (v *visit) unbind(gone []acting) error {
	if len(gone) == 0 {
		return nil
	}
	all, err := v.pods()
	if err != nil {
		return err
	}
	for _, info := range all {
		mine := v.owner(info)
		grants, err := mine.Grants(v.ctx)
		if err != nil {
			return err
		}
		for _, g := range grants {
			if !g.Revoked.IsZero() || !slices.Contains(gone, acting{g.To, g.Client}) {
				continue
			}
			if err := mine.Revoke(v.ctx, g.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// places are the containers that a program can be bound to, of all pods of the
// person, those of health first.
func (v *visit) places() ([]page.Place, error) {
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, info := range all {
		for _, in := range []pod.Path{pod.MustPath("/health/"), pod.Root} {
			members, err := v.within(v.owner(info), in)
			if err != nil {
				return nil, err
			}
			for _, m := range members {
				if path := m.Path.String(); !slices.Contains(paths, path) {
					paths = append(paths, path)
				}
			}
		}
	}
	slices.SortFunc(paths, func(a, b string) int { return cmp.Or(ofHealth(a)-ofHealth(b), strings.Compare(a, b)) })
	var places []page.Place
	for _, path := range paths[:min(len(paths), maxContainers)] {
		places = append(places, page.Place{Path: path})
	}
	return places, nil
}

func ofHealth(path string) int {
	if strings.HasPrefix(path, "/health/") {
		return 0
	}
	return 1
}
