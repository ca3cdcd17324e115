package pod

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"skrin/linkeddata"
)

// Bounds of who may vouch for an owner.
const (
	maxIssuers   = 8
	maxIssuerIRI = 256 // bytes
)

// Issuers are the OpenID issuers that may vouch for the pod's owner, where the
// owner's WebID lies in this pod: the solid:oidcIssuer of its document. Only the owner
// may ask. ErrNotFound: the WebID, or its document, is not here. ErrBadRDF: there is a
// document, and nobody who checks a token can read it; it names no issuer.
func (s *Session) Issuers(ctx context.Context) ([]linkeddata.IRI, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	return h.issuers()
}

func (h *handle) issuers() (list []linkeddata.IRI, err error) {
	err = h.store.view(func(t *tx) error {
		card, err := h.cardNode(t)
		if err != nil {
			return err
		}
		doc, err := h.cardText(t, card)
		if err != nil {
			return err
		}
		names, readable := h.vouchers(doc)
		if !readable {
			return fmt.Errorf("%w: %s names no issuer: it is neither Turtle nor JSON-LD of at most %d bytes", ErrBadRDF, h.card, cardLimits.Bytes)
		}
		for _, name := range names {
			if iri, err := linkeddata.ParseIRI(name); err == nil {
				list = append(list, iri)
			}
		}
		return nil
	})
	return list, err
}

// cardNode finds the document of the owner's WebID. ErrNotFound: it is not in this pod.
func (h *handle) cardNode(t *tx) (*node, error) {
	if h.card.IsZero() {
		return nil, fmt.Errorf("%w: the owner's WebID is not in this pod", ErrNotFound)
	}
	w, err := h.walk(t, h.card)
	if err == nil && !w.found {
		err = fmt.Errorf("%w: %s", ErrNotFound, h.card)
	}
	if err != nil {
		return nil, err
	}
	return w.deepest(), nil
}

// SetIssuers says which OpenID issuers may vouch for the pod's owner from now on: one
// to eight, by https (by http too where the pods themselves are on this machine). Everything else in the document of
// the WebID stays as it is; a profile that was deleted is made anew. Who remembers
// what the document said hears of it (OnIssuers). Only the owner may, at the console or
// the command line; the console has asked for a credential just before. ErrIssuers: these cannot be issuers.
// ErrNotFound: the owner's WebID is not in this pod.
func (s *Session) SetIssuers(ctx context.Context, issuers []linkeddata.IRI) error {
	h, err := s.atConsole(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	if issuers, err = checkIssuers(issuers, h.vault.site.base); err != nil {
		return err
	}
	if err := s.setIssuers(ctx, h, issuers); err != nil {
		return err
	}
	s.vault.tellIssued(h.owner())
	return nil
}

func (v *Vault) tellIssued(owner linkeddata.IRI) {
	if tell := v.issued.Load(); tell != nil {
		(*tell)(owner)
	}
}

func (s *Session) setIssuers(ctx context.Context, h *handle, issuers []linkeddata.IRI) error {
	now, err := h.issuers()
	why := "the owner signs in at " + strings.Join(slices.Collect(texts(issuers)), " and at ")
	switch {
	case errors.Is(err, ErrNotFound) && h.owner() == webID(h.root):
		return s.makeProfile(ctx, h, issuers, why)
	case err != nil:
		return err
	case slices.Equal(slices.Sorted(texts(now)), slices.Sorted(texts(issuers))):
		return nil
	}
	vouching := *s
	vouching.vouches = true
	j := &patching{h: h, s: &vouching, path: h.card, did: didSetIssuers, why: why,
		edit: func(g *linkeddata.Graph) (*linkeddata.Graph, error) { return naming(g, h.owner(), issuers), nil },
	}
	_, err = j.run(ctx)
	return err
}

// OnIssuers has fn called with an owner's WebID whenever other issuers may vouch for
// them, before SetIssuers returns, and when none may since the pod is deleted. There is
// one fn, that of the last call.
func (v *Vault) OnIssuers(fn func(owner linkeddata.IRI)) { v.issued.Store(&fn) }

const didSetIssuers = "set-issuers"

// makeProfile writes the profile of an owner who has none.
func (s *Session) makeProfile(ctx context.Context, h *handle, issuers []linkeddata.IRI, why string) error {
	if err := s.seedProfile(ctx, Info{Root: h.root, Owner: h.owner()}, issuers); err != nil {
		return err
	}
	return h.commit(ctx, func(c *change) error {
		line := h.line(s, didSetIssuers, h.card)
		line.Because = why
		c.journal(line)
		return nil
	})
}

// naming gives the graph with these issuers of the owner, and no others.
func naming(g *linkeddata.Graph, owner linkeddata.IRI, issuers []linkeddata.IRI) *linkeddata.Graph {
	after := g.Clone()
	for o := range g.Objects(owner.Term(), linkeddata.SolidOIDCIssuer.Term()) {
		after.Remove(linkeddata.Quad{Triple: linkeddata.Triple{S: owner.Term(), P: linkeddata.SolidOIDCIssuer.Term(), O: o}})
	}
	for _, issuer := range issuers {
		after.Add(owner.Term(), linkeddata.SolidOIDCIssuer.Term(), issuer.Term())
	}
	return after
}

// checkIssuers refuses what nobody could sign in at, and drops what is said twice.
func checkIssuers(issuers []linkeddata.IRI, base linkeddata.IRI) (list []linkeddata.IRI, err error) {
	for _, issuer := range issuers {
		if !slices.Contains(list, issuer) {
			list = append(list, issuer)
		}
	}
	switch {
	case len(list) == 0:
		return nil, fmt.Errorf("%w: without an issuer the owner could sign in nowhere", ErrIssuers)
	case len(list) > maxIssuers:
		return nil, fmt.Errorf("%w: there are more than %d issuers", ErrIssuers, maxIssuers)
	}
	for _, issuer := range list {
		if err := CheckIssuer(issuer, base); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CheckIssuer says whether an issuer could sign somebody in at pods that stand at
// base: it is https, or on this machine as they are. Errors wrap ErrIssuers.
func CheckIssuer(issuer, base linkeddata.IRI) error {
	if err := checkIssuer(issuer, base); err != nil {
		return fmt.Errorf("%w: %.200q is no issuer: %w", ErrIssuers, issuer.String(), err)
	}
	return nil
}

func checkIssuer(issuer, base linkeddata.IRI) error {
	u, err := url.Parse(issuer.String())
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("it is not a URL")
	case len(issuer.String()) > maxIssuerIRI:
		return fmt.Errorf("it is longer than %d bytes", maxIssuerIRI)
	case u.User != nil || strings.ContainsAny(issuer.String(), "?#"):
		return errors.New("it has more than a host and a path")
	case u.Scheme == "https", u.Scheme == "http" && onThisMachine(u) && homely(base):
		return nil
	}
	return errors.New("it is not https")
}

// homely says whether the pods are reached by http on this machine, as in a trial.
func homely(base linkeddata.IRI) bool {
	u, err := url.Parse(base.String())
	return err == nil && u.Scheme == "http" && onThisMachine(u)
}

// onThisMachine says whether a URL's host can be nothing but this machine (RFC 6761, section 6.3).
func onThisMachine(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

func texts(iris []linkeddata.IRI) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, iri := range iris {
			if !yield(iri.String()) {
				return
			}
		}
	}
}
