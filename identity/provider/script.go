package provider

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"skrin/identity/records"
	"skrin/linkeddata"
)

// ErrTooMany is returned for one script too many.
var ErrTooMany = errors.New("an account has as many scripts as it may have")

// ErrNone is returned for what is not there.
var ErrNone = errors.New("there is no such thing")

// ScriptInfo is a program of the citizen's own that acts for one of their
// WebIDs without them (client credentials).
type ScriptInfo struct {
	ID      string // its client_id
	Name    string
	WebID   linkeddata.IRI
	Bound   bool // may do what was written down for it, and nothing else
	Created time.Time
	Used    time.Time // to the hour; zero: never
}

type scriptRecord struct {
	Name    string    `json:"name"`
	WebID   string    `json:"webid"`
	Secret  string    `json:"secret"` // its hash
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
}

var scriptPlace = records.Kind[place]{Name: "oidc script", Version: 1}

func scriptsOf(account string) records.Kind[scriptRecord] {
	return records.Kind[scriptRecord]{Name: "oidc scripts of " + account, Version: 1}
}

func (s scriptRecord) public(id string) (ScriptInfo, error) {
	webid, err := linkeddata.ParseIRI(s.WebID)
	if err != nil {
		return ScriptInfo{}, corrupt("a script without a WebID")
	}
	return ScriptInfo{id, s.Name, webid, strings.HasPrefix(id, boundPrefix), s.Created, s.Used}, nil
}

func isScript(id string) bool {
	return strings.HasPrefix(id, scriptPrefix) || strings.HasPrefix(id, boundPrefix)
}

// NewScript makes a script that may do all that the WebID may. Its secret is
// told now and never again. The error is ErrTooMany when there are too many.
func (p *Provider) NewScript(account string, webid linkeddata.IRI, name string) (ScriptInfo, Secret, error) {
	return p.newScript(account, webid, name, scriptPrefix+rand.Text(), func(string) error { return nil })
}

// NewBoundScript makes a script that may do what bind writes down for its client_id,
// and nothing else: its name alone says so to whoever decides. An error of bind is
// returned, and then there is no script. Else as NewScript.
func (p *Provider) NewBoundScript(account string, webid linkeddata.IRI, name string, bind func(id string) error) (ScriptInfo, Secret, error) {
	return p.newScript(account, webid, name, boundPrefix+rand.Text(), bind)
}

func (p *Provider) newScript(account string, webid linkeddata.IRI, name, id string, bind func(id string) error) (ScriptInfo, Secret, error) {
	secret := newSecret()
	rec := scriptRecord{Name: cleanName(name), WebID: webid.String(), Secret: hashOf(secret.Reveal()), Created: p.conf.Now()}
	info, err := rec.public(id)
	if err != nil {
		return ScriptInfo{}, Secret{}, err
	}
	room := func(tx records.Tx) error { return roomForScript(tx, account) }
	if err := p.conf.Records.View(room); err != nil { // before anything is written down for nothing
		return ScriptInfo{}, Secret{}, err
	}
	if err := bind(id); err != nil {
		return ScriptInfo{}, Secret{}, err
	}
	err = p.update(func(c *change) error {
		if err := room(c); err != nil {
			return err
		}
		if err := scriptPlace.Put(c, id, place{account}); err != nil {
			return err
		}
		return scriptsOf(account).Put(c, id, rec)
	})
	if err != nil {
		return ScriptInfo{}, Secret{}, err
	}
	return info, secret, nil
}

func roomForScript(tx records.Tx, account string) error {
	n := 0
	err := scriptsOf(account).Each(tx, func(string, scriptRecord) (bool, error) { n++; return true, nil })
	if err == nil && n >= maxScripts {
		err = ErrTooMany
	}
	return err
}

// Scripts lists an account's scripts, the latest first.
func (p *Provider) Scripts(account string) ([]ScriptInfo, error) {
	var all []ScriptInfo
	err := p.conf.Records.View(func(tx records.Tx) error {
		return scriptsOf(account).Each(tx, func(id string, rec scriptRecord) (bool, error) {
			info, err := rec.public(id)
			all = append(all, info)
			return true, err
		})
	})
	slices.SortFunc(all, func(a, b ScriptInfo) int { return b.Created.Compare(a.Created) })
	return all, err
}

// EndScript ends a script: when it returns, none of its tokens works any more.
// The error is ErrNone when the account has no such script.
func (p *Provider) EndScript(account, id string) error {
	return p.update(func(c *change) error {
		_, there, err := scriptsOf(account).Get(c, id)
		if err == nil && !there {
			err = ErrNone
		}
		if err != nil {
			return err
		}
		return c.endScript(account, id)
	})
}

// EndScripts ends every script of an account.
func (p *Provider) EndScripts(account string) error {
	return p.update(func(c *change) error { return c.endScripts(account, func(string) bool { return true }) })
}

func (c *change) endScript(account, id string) error {
	c.gone = append(c.gone, id)
	if err := scriptPlace.Delete(c, id); err != nil {
		return err
	}
	return scriptsOf(account).Delete(c, id)
}

func (c *change) endScripts(account string, which func(webid string) bool) error {
	var ids []string
	err := scriptsOf(account).Each(c, func(id string, rec scriptRecord) (bool, error) {
		if which(rec.WebID) {
			ids = append(ids, id)
		}
		return true, nil
	})
	for _, id := range ids {
		if err == nil {
			err = c.endScript(account, id)
		}
	}
	return err
}

func findScript(tx records.Tx, id string) (account string, rec scriptRecord, there bool, err error) {
	at, there, err := scriptPlace.Get(tx, id)
	if err != nil || !there {
		return "", scriptRecord{}, false, err
	}
	rec, there, err = scriptsOf(at.Account).Get(tx, id)
	return at.Account, rec, there, err
}

// scriptClient gives a script as a client.
func (p *Provider) scriptClient(id string) (cl Client, err error) {
	err = p.conf.Records.View(func(tx records.Tx) error {
		_, rec, there, err := findScript(tx, id)
		if err == nil && !there {
			err = refuse(InvalidClient, "there is no such client")
		}
		cl = Client{ID: id, Kind: Script, Name: rec.Name, secret: rec.Secret}
		return err
	})
	return cl, err
}

// runScript issues for a script, bound to whatever key it showed.
func (p *Provider) runScript(cl Client, jkt string) (*issue, error) {
	now := p.conf.Now()
	var out *issue
	err := p.update(func(c *change) error {
		account, rec, there, err := findScript(c, cl.ID)
		if err == nil && !there {
			err = refuse(InvalidClient, "there is no such client")
		}
		if err != nil {
			return err
		}
		out = &issue{id: cl.ID, client: cl, jkt: jkt, noID: true, family: familyRecord{
			Account: account, WebID: rec.WebID, Client: cl.ID, Scopes: []string{ScopeWebID}, Created: now, Used: now, Until: now.Add(TokenLife),
		}}
		if now.Sub(rec.Used) < time.Hour {
			return nil
		}
		rec.Used = now
		return scriptsOf(account).Put(c, cl.ID, rec)
	})
	return out, err
}
