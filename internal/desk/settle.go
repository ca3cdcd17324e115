package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"skrin/acl"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
)

// keptPlace is the name under which the vault keeps where the desk and the pods stood.
const keptPlace = "desk"

// place is where the desk and the pods stand.
type place struct {
	Issuer string `json:"issuer"`
	Base   string `json:"base"`
	Layout string `json:"layout"`

	// Begun are issuers that pods were to name from then on, when that was stopped:
	// some may. Whoever has such a name, one that was mistyped, say, could vouch for
	// their owners.
	Begun []string `json:"begun,omitempty"`
}

// is says whether nothing stands elsewhere, and nothing was stopped on the way.
func (p place) is(now place) bool {
	return p.Issuer == now.Issuer && p.Base == now.Base && p.Layout == now.Layout && len(p.Begun) == 0
}

// others are the issuers of other names that pods may name.
func (p place) others(now place) (all []linkeddata.IRI, err error) {
	for _, name := range append([]string{p.Issuer}, p.Begun...) {
		if name == now.Issuer {
			continue
		}
		iri, err := linkeddata.ParseIRI(name)
		if err != nil {
			return nil, fmt.Errorf("where the issuer stood: %w", err)
		}
		all = append(all, iri)
	}
	return all, nil
}

// Settled tells what followed when the issuer or the pods stood elsewhere than the
// last time. Zero: they did not. What apps and scripts had from an issuer or for a
// WebID of another name has ended.
type Settled struct {
	Before   linkeddata.IRI // the issuer until then, when it is another now
	Pods     []string       // whose WebIDs name the new issuer where they named the old one
	Left     []string       // pods of which nobody knows whether they still name the old one: they could not be opened
	Accounts []string       // names of those whose WebID is another now
}

// settle lets pods and accounts follow when they, or the issuer, stand elsewhere than
// the last time. What is stopped on the way is done again.
func settle(ctx context.Context, conf Config, accounts *account.Accounts, issuer func() (*provider.Provider, error)) (done Settled, err error) {
	site := conf.Vault.Site()
	now := place{Issuer: conf.Issuer().String(), Base: site.Base().String(), Layout: site.Layout().String()}
	text, err := conf.Vault.Kept(keptPlace)
	if err != nil {
		return done, err
	}
	var before place
	if text != nil {
		if err := json.Unmarshal(text, &before); err != nil {
			return done, fmt.Errorf("where the issuer stood: %w", err)
		}
	}
	if before.is(now) {
		return done, nil
	}
	if text != nil {
		if err := done.issuer(ctx, conf, before, now); err != nil {
			return done, err
		}
	}
	if err := done.follow(conf.Vault, accounts, issuer); err != nil {
		return done, err
	}
	if len(done.Pods)+len(done.Accounts)+len(done.Left) > 0 {
		conf.Log.Info("pods or issuer stand elsewhere, and what named them followed", "issuer", now.Issuer,
			"pods", len(done.Pods), "accounts", len(done.Accounts), "unknown", len(done.Left))
	}
	return done, keep(conf.Vault, now)
}

func keep(vault *pod.Vault, p place) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return vault.Keep(keptPlace, text)
}

// issuer lets pods follow an issuer that has another name now.
func (s *Settled) issuer(ctx context.Context, conf Config, before, now place) error {
	others, err := before.others(now)
	if err != nil || len(others) == 0 {
		return err
	}
	if before.Issuer != now.Issuer {
		s.Before = others[0]
		if !slices.Contains(before.Begun, now.Issuer) {
			before.Begun = append(before.Begun, now.Issuer)
		}
		if err := keep(conf.Vault, before); err != nil {
			return err
		}
	}
	return s.rename(ctx, conf, others)
}

// rename lets the pods that name the issuer by another name name it by the new one. A
// pod that cannot be opened keeps nobody from coming in.
func (s *Settled) rename(ctx context.Context, conf Config, others []linkeddata.IRI) error {
	pods, err := conf.Vault.Pods()
	if err != nil {
		return err
	}
	for _, p := range pods {
		renamed, err := rename(ctx, conf.Vault.As(p.ID, ownerOf(p)), others, conf.Issuer())
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			conf.Log.Warn("a pod may still name the issuer by its old address", "error", err.Error())
			s.Left = append(s.Left, p.Name)
		case renamed:
			s.Pods = append(s.Pods, p.Name)
		}
	}
	return nil
}

// ownerOf is the owner of a pod, as the host acts for them.
func ownerOf(p pod.Info) acl.Agent { return acl.Agent{WebID: p.Owner, Client: pod.CLI} }

func rename(ctx context.Context, owner *pod.Session, others []linkeddata.IRI, now linkeddata.IRI) (bool, error) {
	named, err := owner.Issuers(ctx)
	at := slices.IndexFunc(named, func(i linkeddata.IRI) bool { return slices.Contains(others, i) })
	switch {
	case errors.Is(err, pod.ErrNotFound): // the owner's WebID stands elsewhere
		return false, nil
	case err != nil || at < 0:
		return false, err
	}
	named[at] = now
	return true, owner.SetIssuers(ctx, named)
}

// follow gives accounts the WebIDs that their pods have now.
func (s *Settled) follow(vault *pod.Vault, accounts *account.Accounts, issuer func() (*provider.Provider, error)) error {
	var all []account.Account
	err := accounts.Each(func(a account.Account) (bool, error) {
		all = append(all, a)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, a := range all {
		pods, err := standing(vault, a.Pods)
		if err != nil {
			return err
		}
		if !s.Before.IsZero() {
			if err := forget(issuer, a); err != nil {
				return err
			}
		}
		if slices.Equal(pods, a.Pods) {
			continue
		}
		if err := followOne(accounts, issuer, a, pods); err != nil {
			return err
		}
		s.Accounts = append(s.Accounts, a.Name)
	}
	return nil
}

// forget ends what acts for an account. Tokens name the issuer that gave them, and
// so do the records of devices that registered with it: under another name they would
// be apps that nothing binds.
func forget(issuer func() (*provider.Provider, error), a account.Account) error {
	p, err := issuer()
	if err != nil {
		return err
	}
	return p.Forget(a.ID)
}

// followOne ends what acts for WebIDs that are somebody's no more, before it says which they have.
func followOne(accounts *account.Accounts, issuer func() (*provider.Provider, error), a account.Account, pods []account.PodRef) error {
	p, err := issuer()
	if err != nil {
		return err
	}
	for i, ref := range a.Pods {
		if ref.WebID == pods[i].WebID {
			continue
		}
		if err := p.ForgetWebID(a.ID, ref.WebID); err != nil {
			return err
		}
	}
	return accounts.SetPods(a.ID, pods)
}

// standing is where pods stand now; one that is gone is as it was.
func standing(vault *pod.Vault, pods []account.PodRef) ([]account.PodRef, error) {
	now := slices.Clone(pods)
	for i, ref := range pods {
		info, err := vault.Lookup(ref.Name)
		if errors.Is(err, pod.ErrNoPod) {
			continue
		} else if err != nil {
			return nil, err
		}
		now[i].WebID = info.Owner
	}
	return now, nil
}
