package upstream

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"skrin/identity/records"
)

// Config is what [New] needs.
type Config struct {
	Issuers []Issuer
	Records records.Records // keep a key of ours
	Now     func() time.Time

	// Redirect gives the redirect URI of an issuer, which the host has
	// registered there. Each issuer must have one of its own.
	Redirect func(id string) string

	// Client is what the issuers are asked with; nil: one of our own. Its
	// answers are bounded and its redirects not followed, whoever made it.
	Client *http.Client
}

// Issuers is the issuers outside that people may sign in with. It may be used
// by several goroutines.
type Issuers struct {
	all      []*party
	now      func() time.Time
	redirect func(id string) string
	signer   signer
	spent    *spent
}

// maxReturning is how many may come back from an issuer at once, and maxLeaving how
// many may leave for one: each waits for that issuer, and for no other.
const (
	maxReturning = 64
	maxLeaving   = 64
)

// New takes a configuration, and asks nobody yet. Errors wrap ErrConfig, or are
// those of the records.
func New(c Config) (*Issuers, error) {
	if c.Records == nil || c.Redirect == nil {
		return nil, errors.New("upstream: no records, or no redirect URIs")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if err := checkAll(c.Issuers); err != nil {
		return nil, err
	}
	s, err := openSigner(c.Records)
	if err != nil {
		return nil, err
	}
	u := &Issuers{now: c.Now, redirect: c.Redirect, signer: s, spent: newSpent()}
	client := bounded(c.Client)
	for _, i := range c.Issuers {
		u.all = append(u.all, newParty(i, client, c.Now))
	}
	return u, nil
}

// Choice is an issuer as a page shows it.
type Choice struct {
	ID   string
	Name string // in the language that was asked for, where it has one in it
	URL  string // as account.Link names it
}

// List gives the issuers in the order of the configuration, for a page in a
// language (a BCP 47 tag).
func (u *Issuers) List(language string) []Choice {
	var all []Choice
	for _, p := range u.all {
		all = append(all, Choice{p.ID, p.name(language), p.URL})
	}
	return all
}

func (i Issuer) name(language string) string {
	primary, _, _ := strings.Cut(language, "-")
	for _, tag := range []string{language, primary} {
		if name, there := i.Names[tag]; there {
			return name
		}
	}
	return i.Name
}

// Trouble is why people cannot sign in with an issuer just now.
type Trouble struct {
	ID  string
	Err error // wraps ErrUnreachable, and says in words for the host what is wrong
}

// Look asks all issuers at the same time what they are, where that is not known
// or too old, and gives those that cannot be used, for a host that wants to hear
// of it before people do.
func (u *Issuers) Look(ctx context.Context) []Trouble {
	found := make([]error, len(u.all))
	var all sync.WaitGroup
	for n, p := range u.all {
		all.Go(func() { _, found[n] = p.metadata(ctx) })
	}
	all.Wait()
	var troubles []Trouble
	for n, err := range found {
		if err != nil {
			troubles = append(troubles, Trouble{u.all[n].ID, err})
		}
	}
	return troubles
}

func (u *Issuers) find(id string) (*party, error) {
	for _, p := range u.all {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, ErrUnknown
}
