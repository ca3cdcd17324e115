package provider

import (
	"slices"
	"time"

	"skrin/identity/records"
	"skrin/linkeddata"
)

// Family is what came of one sign-in to one app: the tokens that were issued
// then, and those that they were refreshed to. They end together. (OAuth calls
// this a grant; in this house a grant is the citizen's permission to somebody
// else, and another thing.)
type Family struct {
	ID      string
	Account string
	WebID   linkeddata.IRI
	Client  string
	Session string // that it was made in
	Scopes  []string
	Created time.Time
	Used    time.Time // when tokens were last issued
	Until   time.Time // when it ends by itself
	Offline bool      // it has a refresh token
}

type familyRecord struct {
	Account  string    `json:"account"`
	WebID    string    `json:"webid"`
	Client   string    `json:"client"`
	Session  string    `json:"session"`
	AuthTime time.Time `json:"auth_time"`
	AMR      []string  `json:"amr,omitempty"`
	Scopes   []string  `json:"scopes"`
	JKT      string    `json:"jkt,omitempty"` // the key that refreshing is bound to; "" when it is bound to the client's secret
	Created  time.Time `json:"created"`
	Used     time.Time `json:"used"`
	Until    time.Time `json:"until"`
	Refresh  *chain    `json:"refresh,omitempty"`
}

// place says where a record is that is found by its id alone.
type place struct {
	Account string `json:"account"`
}

var familyPlace = records.Kind[place]{Name: "oidc family", Version: 1}

func familiesOf(account string) records.Kind[familyRecord] {
	return records.Kind[familyRecord]{Name: "oidc families of " + account, Version: 1}
}

func (g familyRecord) public(id string) (Family, error) {
	webid, err := linkeddata.ParseIRI(g.WebID)
	if err != nil {
		return Family{}, corrupt("a family without a WebID")
	}
	return Family{
		ID: id, Account: g.Account, WebID: webid, Client: g.Client, Session: g.Session, Scopes: g.Scopes,
		Created: g.Created, Used: g.Used, Until: g.Until, Offline: g.Refresh != nil,
	}, nil
}

// Families lists what stands for an account, the latest first.
func (p *Provider) Families(account string) ([]Family, error) {
	var all []Family
	err := p.conf.Records.View(func(tx records.Tx) error {
		return familiesOf(account).Each(tx, func(id string, rec familyRecord) (bool, error) {
			g, err := rec.public(id)
			if p.conf.Now().Before(g.Until) {
				all = append(all, g)
			}
			return true, err
		})
	})
	slices.SortFunc(all, func(a, b Family) int { return b.Created.Compare(a.Created) })
	return all, err
}

// EndSession ends what came of a session: codes that are on their way, and
// families. Those with a refresh token were meant to outlive it, so they end only
// with all: when the citizen puts an end to a session that is not theirs any
// more, and not when they merely sign out. It gives the families that ended.
func (p *Provider) EndSession(account, session string, all bool) ([]Family, error) {
	return p.endFamilies(account, func(g familyRecord) bool {
		return g.Session == session && (all || g.Refresh == nil)
	}, func(c codeRecord) bool { return c.Account == account && c.Session == session })
}

// EndAll ends what came of every sign-in of an account, codes that are on their way
// too. What apps were allowed stays, and so do scripts, which nobody signed in.
func (p *Provider) EndAll(account string) ([]Family, error) {
	return p.endFamilies(account, func(familyRecord) bool { return true }, func(c codeRecord) bool { return c.Account == account })
}

// Leave ends what came of a session for one app: it signed the citizen out.
func (p *Provider) Leave(account, session, client string) ([]Family, error) {
	return p.endFamilies(account, func(g familyRecord) bool { return g.Session == session && g.Client == client },
		func(c codeRecord) bool { return c.Account == account && c.Session == session && c.Client == client })
}

// End ends one family of an account, if it is there.
func (p *Provider) End(account, family string) error {
	return p.update(func(c *change) error {
		_, err := c.endOne(account, family)
		return err
	})
}

// Forget ends everything of an account: families, consents, scripts.
func (p *Provider) Forget(account string) error {
	return p.forget(account, func(string) bool { return true })
}

// ForgetWebID ends everything that acts for one WebID of an account, which it has
// no more: its pod was deleted, or stands elsewhere.
func (p *Provider) ForgetWebID(account string, webid linkeddata.IRI) error {
	return p.forget(account, func(whose string) bool { return whose == webid.String() })
}

func (p *Provider) forget(account string, which func(webid string) bool) error {
	return p.update(func(c *change) error {
		if _, err := c.end(account, func(g familyRecord) bool { return which(g.WebID) }); err != nil {
			return err
		}
		if err := c.endCodes(func(code codeRecord) bool { return code.Account == account && which(code.WebID) }); err != nil {
			return err
		}
		if err := c.endConsents(account, which); err != nil {
			return err
		}
		return c.endScripts(account, which)
	})
}

func (c *change) endConsents(account string, which func(webid string) bool) error {
	var names []string
	err := consentsOf(account).Each(c, func(name string, rec consentRecord) (bool, error) {
		if which(rec.WebID) {
			names = append(names, name)
		}
		return true, nil
	})
	for _, name := range names {
		if err == nil {
			err = consentsOf(account).Delete(c, name)
		}
	}
	return err
}

func (p *Provider) endFamilies(account string, which func(familyRecord) bool, codes func(codeRecord) bool) (ended []Family, err error) {
	err = p.update(func(c *change) error {
		if err := c.endCodes(codes); err != nil {
			return err
		}
		ended, err = c.end(account, which)
		return err
	})
	return ended, err
}

// end ends the families of an account that which names.
func (c *change) end(account string, which func(familyRecord) bool) ([]Family, error) {
	var ended []Family
	err := familiesOf(account).Each(c, func(id string, rec familyRecord) (bool, error) {
		if !which(rec) {
			return true, nil
		}
		g, err := rec.public(id)
		ended = append(ended, g)
		return true, err
	})
	for _, g := range ended {
		if err == nil {
			_, err = c.endOne(account, g.ID)
		}
	}
	return ended, err
}

// endOne ends a family and gives it; nil: there was none.
func (c *change) endOne(account, id string) (*Family, error) {
	rec, there, err := familiesOf(account).Get(c, id)
	if err != nil || !there {
		return nil, err
	}
	g, err := rec.public(id)
	if err != nil {
		return nil, err
	}
	if err := familyPlace.Delete(c, id); err != nil {
		return nil, err
	}
	c.gone = append(c.gone, id)
	return &g, familiesOf(account).Delete(c, id)
}

// found gives a family by its id alone; false: there is none that still stands.
func found(tx records.Tx, id string, now time.Time) (familyRecord, bool, error) {
	at, there, err := familyPlace.Get(tx, id)
	if err != nil || !there {
		return familyRecord{}, false, err
	}
	rec, there, err := familiesOf(at.Account).Get(tx, id)
	return rec, there && now.Before(rec.Until), err
}

// begin keeps a new family, and makes room for it.
func (c *change) begin(id string, rec familyRecord) error {
	n, oldest, which := 0, time.Time{}, ""
	err := familiesOf(rec.Account).Each(c, func(id string, g familyRecord) (bool, error) {
		if n++; which == "" || g.Used.Before(oldest) {
			oldest, which = g.Used, id
		}
		return true, nil
	})
	if err == nil && n >= maxFamilies {
		_, err = c.endOne(rec.Account, which)
	}
	if err == nil {
		err = familyPlace.Put(c, id, place{rec.Account})
	}
	if err == nil {
		err = note(c, rec.Until, ending{"families", rec.Account, id})
	}
	if err != nil {
		return err
	}
	return familiesOf(rec.Account).Put(c, id, rec)
}
