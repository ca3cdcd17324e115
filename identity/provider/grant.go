package provider

import (
	"slices"
	"time"

	"skrin/identity/records"
	"skrin/linkeddata"
)

// Grant is what came of one sign-in to one app. Tokens belong to it and end
// with it.
type Grant struct {
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

type grantRecord struct {
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

var grantPlace = records.Kind[place]{Name: "oidc grant", Version: 1}

func grantsOf(account string) records.Kind[grantRecord] {
	return records.Kind[grantRecord]{Name: "oidc grants of " + account, Version: 1}
}

func (g grantRecord) public(id string) (Grant, error) {
	webid, err := linkeddata.ParseIRI(g.WebID)
	if err != nil {
		return Grant{}, corrupt("a grant without a WebID")
	}
	return Grant{
		ID: id, Account: g.Account, WebID: webid, Client: g.Client, Session: g.Session, Scopes: g.Scopes,
		Created: g.Created, Used: g.Used, Until: g.Until, Offline: g.Refresh != nil,
	}, nil
}

// Grants lists what stands for an account, the latest first.
func (p *Provider) Grants(account string) ([]Grant, error) {
	var all []Grant
	err := p.conf.Records.View(func(tx records.Tx) error {
		return grantsOf(account).Each(tx, func(id string, rec grantRecord) (bool, error) {
			g, err := rec.public(id)
			if p.conf.Now().Before(g.Until) {
				all = append(all, g)
			}
			return true, err
		})
	})
	slices.SortFunc(all, func(a, b Grant) int { return b.Created.Compare(a.Created) })
	return all, err
}

// EndSession ends what came of a session: codes that are on their way, and
// grants. Those with a refresh token were meant to outlive it, so they end only
// with all: when the citizen puts an end to a session that is not theirs any
// more, and not when they merely sign out. It gives the grants that ended.
func (p *Provider) EndSession(account, session string, all bool) ([]Grant, error) {
	return p.endGrants(account, func(g grantRecord) bool {
		return g.Session == session && (all || g.Refresh == nil)
	}, func(c codeRecord) bool { return c.Account == account && c.Session == session })
}

// Leave ends what came of a session for one app: it signed the citizen out.
func (p *Provider) Leave(account, session, client string) ([]Grant, error) {
	return p.endGrants(account, func(g grantRecord) bool { return g.Session == session && g.Client == client },
		func(c codeRecord) bool { return c.Account == account && c.Session == session && c.Client == client })
}

// End ends one grant of an account, if it is there.
func (p *Provider) End(account, grant string) error {
	return p.update(func(c *change) error {
		_, err := c.endOne(account, grant)
		return err
	})
}

// Forget ends everything of an account: grants, consents, scripts.
func (p *Provider) Forget(account string) error {
	return p.update(func(c *change) error {
		if _, err := c.end(account, func(grantRecord) bool { return true }); err != nil {
			return err
		}
		if err := c.endCodes(func(code codeRecord) bool { return code.Account == account }); err != nil {
			return err
		}
		if err := clearKind(c, consentsOf(account)); err != nil {
			return err
		}
		return c.endScripts(account)
	})
}

func (p *Provider) endGrants(account string, which func(grantRecord) bool, codes func(codeRecord) bool) (ended []Grant, err error) {
	err = p.update(func(c *change) error {
		if err := c.endCodes(codes); err != nil {
			return err
		}
		ended, err = c.end(account, which)
		return err
	})
	return ended, err
}

// end ends the grants of an account that which names.
func (c *change) end(account string, which func(grantRecord) bool) ([]Grant, error) {
	var ended []Grant
	err := grantsOf(account).Each(c, func(id string, rec grantRecord) (bool, error) {
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

// endOne ends a grant and gives it; nil: there was none.
func (c *change) endOne(account, id string) (*Grant, error) {
	rec, there, err := grantsOf(account).Get(c, id)
	if err != nil || !there {
		return nil, err
	}
	g, err := rec.public(id)
	if err != nil {
		return nil, err
	}
	if err := grantPlace.Delete(c, id); err != nil {
		return nil, err
	}
	c.gone = append(c.gone, id)
	return &g, grantsOf(account).Delete(c, id)
}

// found gives a grant by its id alone; false: there is none that still stands.
func found(tx records.Tx, id string, now time.Time) (grantRecord, bool, error) {
	at, there, err := grantPlace.Get(tx, id)
	if err != nil || !there {
		return grantRecord{}, false, err
	}
	rec, there, err := grantsOf(at.Account).Get(tx, id)
	return rec, there && now.Before(rec.Until), err
}

// begin keeps a new grant, and makes room for it.
func (c *change) begin(id string, rec grantRecord) error {
	n, oldest, which := 0, time.Time{}, ""
	err := grantsOf(rec.Account).Each(c, func(id string, g grantRecord) (bool, error) {
		if n++; which == "" || g.Used.Before(oldest) {
			oldest, which = g.Used, id
		}
		return true, nil
	})
	if err == nil && n >= maxGrants {
		_, err = c.endOne(rec.Account, which)
	}
	if err == nil {
		err = grantPlace.Put(c, id, place{rec.Account})
	}
	if err == nil {
		err = note(c, rec.Until, ending{"grants", rec.Account, id})
	}
	if err != nil {
		return err
	}
	return grantsOf(rec.Account).Put(c, id, rec)
}

// clearKind deletes all records of a kind.
func clearKind[T any](tx records.Tx, kind records.Kind[T]) error {
	var names []string
	err := tx.Each(kind.Name, func(name string, _ []byte) (bool, error) {
		names = append(names, name)
		return true, nil
	})
	for _, name := range names {
		if err == nil {
			err = kind.Delete(tx, name)
		}
	}
	return err
}
