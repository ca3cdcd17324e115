package pod

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"skrin/linkeddata"
)

// Layout says how the addresses of pods are made. The zero Layout is none.
type Layout byte

// The two layouts.
const (
	Paths      Layout = 1 + iota // https://pods.example/maria/: all pods are one origin to a browser
	Subdomains                   // https://maria.pods.example/: each pod is an origin of its own
)

func (l Layout) String() string {
	switch l {
	case Paths:
		return "paths"
	case Subdomains:
		return "subdomains"
	}
	return ""
}

func parseLayout(s string) (Layout, error) {
	for _, l := range []Layout{Paths, Subdomains} {
		if s == l.String() {
			return l, nil
		}
	}
	return 0, fmt.Errorf("%w: host.db: layout %q", ErrDamaged, s)
}

// A Site says where on the web the pods of a vault stand. Sites can be
// compared; the zero Site is none.
type Site struct {
	base          linkeddata.IRI
	layout        Layout
	before, after string // of a pod's name in the address of its root
	host          string // with its port, if that has to be said
	port          string // that goes without saying, with its colon
}

// NewSite checks whether pods can stand under the base URL in that layout. It
// ends with a slash; for subdomains it is nothing but a scheme and a DNS name,
// both in lower case, and a port if there has to be one.
func NewSite(base linkeddata.IRI, layout Layout) (Site, error) {
	u, err := url.Parse(base.String())
	if err != nil || u.Host == "" || !strings.HasSuffix(u.Path, "/") {
		return Site{}, fmt.Errorf("a base URL that ends with a slash is needed, such as https://pods.example/")
	}
	s := Site{base: base, layout: layout, host: strings.ToLower(u.Host)}
	switch strings.ToLower(u.Scheme) {
	case "https":
		s.port = ":443"
	case "http":
		s.port = ":80"
	}
	s.host = strings.TrimSuffix(s.host, s.port)
	if layout != Subdomains {
		s.before, s.after = base.String(), "/"
		return s, nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil || !isDomain(u.Hostname()) {
		return Site{}, fmt.Errorf("pods get subdomains of a DNS name only: %s has none", base)
	}
	if base.String() != u.Scheme+"://"+s.host+"/" {
		return Site{}, fmt.Errorf("for pods at subdomains the base URL is %s://%s/ and nothing else", u.Scheme, s.host)
	}
	s.before, s.after = u.Scheme+"://", "."+s.host+"/"
	return s, nil
}

// isDomain says whether a label can be put before the name.
func isDomain(host string) bool {
	if len(host)+1+maxName > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// Base is the URL of the server itself; it ends with a slash.
func (s Site) Base() linkeddata.IRI { return s.base }

// Layout says how addresses of pods are made here.
func (s Site) Layout() Layout { return s.layout }

// Root gives the address of the root container of the pod of a name.
func (s Site) Root(name string) (linkeddata.IRI, error) {
	return linkeddata.ParseIRI(s.before + name + s.after)
}

// Around is what stands before and after the name of a pod in the address of its
// root, for whoever shows how that will read.
func (s Site) Around() (before, after string) { return s.before, s.after }

// Pod takes an address apart into the name of the pod that it would lie in, and
// the path from there on, with its slash. It says false when it lies in none,
// whether or not there is a pod of the name. Only the spelling that the
// addresses of a pod have here is taken.
func (s Site) Pod(iri linkeddata.IRI) (name, path string, ok bool) {
	rest, ok := strings.CutPrefix(iri.String(), s.before)
	if !ok || s.before == "" {
		return "", "", false
	}
	name, path, ok = strings.Cut(rest, s.after)
	if !ok || !soundName(name) {
		return "", "", false
	}
	return name, "/" + path, true
}

// Host reads a Host field: the name of the pod whose host it is, "" for the
// base's. It says false for every other. Case does not count, and neither does
// the scheme's own port. Where pods have paths the field means nothing, and is
// taken for the base's.
func (s Site) Host(field string) (name string, ok bool) {
	if s.layout != Subdomains || field == s.host {
		return "", true
	}
	host := strings.ToLower(field)
	host = strings.TrimSuffix(host, s.port)
	if host == s.host {
		return "", true
	}
	if name, ok = strings.CutSuffix(host, "."+s.host); !ok || !soundName(name) {
		return "", false
	}
	return name, true
}

// Label says whether a label before the base's host could be that of a pod.
func (s Site) Label(label string) bool { return s.layout == Subdomains && CheckName(label) == nil }

// mark is a text that stands in the address of every pod of the site.
func (s Site) mark() string {
	if s.layout == Subdomains {
		return s.after
	}
	return s.before
}

// settleSite finds out where the pods stand: as asked for, or as it was kept.
// Pods get other addresses by opt.Move alone, and never by the way: a WebID or a
// link that says the old one would be nobody's, and nobody would have been told.
func (v *Vault) settleSite(opt Options) error {
	old, err := v.keptSite()
	if err != nil {
		return err
	}
	base, layout := opt.Base, opt.Layout
	if base.IsZero() {
		base = old.base
	}
	if layout == 0 {
		layout = max(old.layout, Paths)
	}
	if v.site, err = NewSite(base, layout); err != nil || v.site == old {
		return err
	}
	if !old.base.IsZero() && !opt.Move {
		pods, err := v.host.pods()
		if err != nil {
			return err
		}
		if len(pods) > 0 {
			return fmt.Errorf("%w: they stand at %s{pod}%s", ErrLayout, old.before, old.after)
		}
	}
	if !old.base.IsZero() {
		v.before = old
	}
	if opt.Agree != nil {
		if err := opt.Agree(v); err != nil {
			return err
		}
	}
	return v.keepSite()
}

// keptSite reads what keepSite wrote: the base URL alone, or followed by the layout.
// A version that knows paths alone cannot read the latter, so that it does
// not give every pod another address.
func (v *Vault) keptSite() (Site, error) {
	text, err := v.Kept(keptBase)
	if err != nil || text == nil {
		return Site{}, err
	}
	base, word, _ := strings.Cut(string(text), " ")
	layout, err := parseLayout(cmp.Or(word, Paths.String()))
	if err != nil {
		return Site{}, err
	}
	iri, err := linkeddata.ParseIRI(base)
	if err != nil {
		return Site{}, fmt.Errorf("%w: host.db: base URL: %w", ErrDamaged, err)
	}
	return NewSite(iri, layout)
}

func (v *Vault) keepSite() error {
	text := v.site.base.String()
	if v.site.layout != Paths {
		text += " " + v.site.layout.String()
	}
	return v.Keep(keptBase, []byte(text))
}
