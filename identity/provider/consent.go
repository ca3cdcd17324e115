package provider

import (
	"slices"
	"time"

	"skrin/identity/records"
	"skrin/linkeddata"
)

// Agreed is what a citizen allowed an app: to act for one WebID of theirs.
type Agreed struct {
	WebID  linkeddata.IRI
	Client string // client_id
	Name   string // what the client called itself then
	Kind   ClientKind
	Scopes []string
	Since  time.Time
	Used   time.Time // when it last got tokens, to the hour
	Until  time.Time // of registered clients, which end; zero for others
}

type consentRecord struct {
	WebID  string     `json:"webid"`
	Client string     `json:"client"`
	Name   string     `json:"name"`
	Kind   ClientKind `json:"kind"`
	Scopes []string   `json:"scopes"`
	Since  time.Time  `json:"since"`
	Used   time.Time  `json:"used"`
	Until  time.Time  `json:"until,omitzero"`
}

func consentsOf(account string) records.Kind[consentRecord] {
	return records.Kind[consentRecord]{Name: "oidc consents of " + account, Version: 1}
}

func consentName(webid linkeddata.IRI, client string) string {
	return hashOf(webid.String() + "\x00" + client)
}

// Consents lists what an account has allowed, the latest first.
func (p *Provider) Consents(account string) ([]Agreed, error) {
	var all []Agreed
	err := p.conf.Records.View(func(tx records.Tx) error {
		return consentsOf(account).Each(tx, func(_ string, c consentRecord) (bool, error) {
			webid, err := linkeddata.ParseIRI(c.WebID)
			if err != nil {
				return false, corrupt("a consent without a WebID")
			}
			if c.Until.IsZero() || p.conf.Now().Before(c.Until) {
				all = append(all, Agreed{webid, c.Client, c.Name, c.Kind, c.Scopes, c.Since, c.Used, c.Until})
			}
			return true, nil
		})
	})
	slices.SortFunc(all, func(a, b Agreed) int { return b.Since.Compare(a.Since) })
	return all, err
}

// Withdraw takes back what a citizen allowed an app. When it returns, none of
// the app's tokens for that WebID works any more. It gives the families that ended.
func (p *Provider) Withdraw(account string, webid linkeddata.IRI, client string) ([]Family, error) {
	var ended []Family
	err := p.update(func(c *change) error {
		if err := consentsOf(account).Delete(c, consentName(webid, client)); err != nil {
			return err
		}
		err := c.endCodes(func(code codeRecord) bool {
			return code.Account == account && code.Client == client && code.WebID == webid.String()
		})
		if err != nil {
			return err
		}
		ended, err = c.end(account, func(g familyRecord) bool { return g.Client == client && g.WebID == webid.String() })
		return err
	})
	return ended, err
}

// agree keeps a consent, and makes room for it.
func (c *change) agree(r Request, s Subject, now, until time.Time) error {
	kind, name := consentsOf(s.Account), consentName(s.WebID, r.Client.ID)
	rec, there, err := kind.Get(c, name)
	if err != nil {
		return err
	}
	if !there {
		if err := c.roomForConsent(s.Account); err != nil {
			return err
		}
		rec = consentRecord{WebID: s.WebID.String(), Client: r.Client.ID, Since: now}
	}
	for _, scope := range r.Scopes {
		if !slices.Contains(rec.Scopes, scope) {
			rec.Scopes = append(rec.Scopes, scope)
		}
	}
	rec.Name, rec.Kind, rec.Used, rec.Until = r.Client.Name, r.Client.Kind, now, until
	if !until.IsZero() {
		if err := note(c, until, ending{"consents", s.Account, name}); err != nil {
			return err
		}
	}
	return kind.Put(c, name, rec)
}

func (c *change) roomForConsent(account string) error {
	n, oldest, which := 0, consentRecord{}, ""
	err := consentsOf(account).Each(c, func(name string, rec consentRecord) (bool, error) {
		if n++; which == "" || rec.Used.Before(oldest.Used) {
			oldest, which = rec, name
		}
		return true, nil
	})
	if err != nil || n < maxConsents {
		return err
	}
	if err := consentsOf(account).Delete(c, which); err != nil {
		return err
	}
	_, err = c.end(account, func(g familyRecord) bool { return g.Client == oldest.Client && g.WebID == oldest.WebID })
	return err
}

// agreed says whether a consent stands, and notes that it is used.
func (c *change) agreed(account, webid, client string, now time.Time) (bool, error) {
	name := hashOf(webid + "\x00" + client)
	rec, there, err := consentsOf(account).Get(c, name)
	if err != nil || !there || !rec.Until.IsZero() && !now.Before(rec.Until) {
		return false, err
	}
	if now.Sub(rec.Used) < time.Hour {
		return true, nil
	}
	rec.Used = now
	return true, consentsOf(account).Put(c, name, rec)
}
