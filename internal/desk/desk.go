package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"skrin/identity"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/identity/records"
	"skrin/identity/upstream"
	"skrin/internal/outbound"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
	"skrin/web/console"
	"skrin/web/oidc"
)

// Config is what a Desk is made of. Vault is required.
type Config struct {
	Vault  *pod.Vault
	App    linkeddata.IRI // where provider and pages stand, if they have a host of their own; it has passed web.CheckApp
	Policy account.Policy // who may have an account
	RP     string         // the domain that passkeys are for: the issuer's host, or one above it; "": the issuer's host

	Upstream []upstream.Issuer // elsewhere, that people may sign in with: what upstream.ParseConfig has read

	Allow            []netip.Prefix // inner networks on which issuers, WebIDs and apps may live
	InsecureLoopback bool           // believe them on loopback, by http too: tests and demos
	UserAgent        string         // what the house calls itself when it asks others
	Patience         time.Duration  // with those whom it asks (outbound.Config); tests alone have more, for a busy machine

	Heartbeat func(time.Time) error // of the verifier: see identity.Config
	Cost      account.Cost          // of a password's hash; tests alone have a weaker one
	Now       func() time.Time      // time.Now when nil
	Log       *slog.Logger          // nothing is logged when nil
}

// Desk is the rooms behind signing in.
type Desk struct {
	Verifier *identity.Verifier
	Provider *provider.Provider
	Accounts *account.Accounts
	OIDC     *oidc.Handler
	Console  *console.Handler

	conf      Config
	journal   *journal
	elsewhere *upstream.Issuers // nil: none
}

// Open puts the rooms together, over what the last run left in the vault. When the
// host has no signing keys yet they are made, which takes a moment.
func Open(conf Config) (*Desk, error) {
	conf.fill()
	issuer := conf.Issuer()
	rp, err := relyingParty(issuer, conf.RP)
	if err != nil {
		return nil, err
	}
	d, kept := &Desk{conf: conf}, recordsOf(conf.Vault)
	fetch := outbound.New(outbound.Config{
		Base: conf.Vault.Base(), App: conf.App, Subdomains: conf.Vault.Site().Label, Local: web.Local(conf.Vault, d.issued),
		AllowNet: conf.Allow, InsecureLoopback: conf.InsecureLoopback, UserAgent: conf.UserAgent, Patience: conf.Patience,
	})
	d.Provider, err = provider.New(provider.Config{
		Issuer: issuer, Records: kept, Fetch: fetch, Now: conf.Now, InsecureLoopback: conf.InsecureLoopback,
	})
	if err != nil {
		return nil, err
	}
	d.Verifier = identity.NewVerifier(identity.Config{
		Base: conf.Vault.Base(), Fetch: fetch, Now: conf.Now, Heartbeat: conf.Heartbeat,
		Local: identity.Local{Issuer: issuer, Live: d.Provider.Live}, InsecureLoopback: conf.InsecureLoopback,
	})
	d.journal = newJournal(conf.Vault, conf.Log)
	d.Accounts, err = account.New(account.Config{
		Records: kept, Now: conf.Now, Policy: conf.Policy, RP: rp, Cost: conf.Cost,
		Recovery: recovery(conf.Vault), Events: d.journal.account,
	})
	if err == nil {
		_, err = settle(context.Background(), conf, d.Accounts, func() (*provider.Provider, error) { return d.Provider, nil })
	}
	if err == nil {
		d.elsewhere, err = issuersElsewhere(conf, kept, d.Redirect)
	}
	if err != nil {
		d.journal.close()
		return nil, err
	}
	d.Console = console.New(console.Config{
		Vault: conf.Vault, Accounts: d.Accounts, Provider: d.Provider, Verifier: d.Verifier, Upstream: d.elsewhere,
		Records: kept, Policy: conf.Policy, Now: conf.Now, Log: conf.Log,
		Note: func(pods []account.PodRef, n pod.Note) { d.journal.put(entry{pods, n}) },
	})
	d.OIDC = oidc.New(oidc.Config{
		Provider: d.Provider, Verifier: d.Verifier, Trouble: d.Console.Trouble, Withdrawn: d.withdrawn, Now: conf.Now,
	})
	return d, nil
}

// fill puts in what may be left out.
func (c *Config) fill() {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// Issuer is the name of the house's own issuer: where its desk stands.
func (c Config) Issuer() linkeddata.IRI {
	if c.App.IsZero() {
		return c.Vault.Base()
	}
	return c.App
}

// issuersElsewhere is what people may sign in with besides; nil: nothing.
func issuersElsewhere(conf Config, kept records.Records, redirect func(string) string) (*upstream.Issuers, error) {
	if len(conf.Upstream) == 0 {
		return nil, nil
	}
	return upstream.New(upstream.Config{Issuers: conf.Upstream, Records: kept, Now: conf.Now, Redirect: redirect})
}

// Redirect is where an issuer elsewhere sends people back to, as the host has to
// register it there.
func (d *Desk) Redirect(id string) string {
	return d.conf.Issuer().String() + "app/external/" + id + "/callback"
}

// issued answers for what the provider publishes.
func (d *Desk) issued(iri linkeddata.IRI) (outbound.Document, bool, error) {
	return oidc.Document(d.Provider, iri)
}

// relyingParty is the house as authenticators know it. They know hosts by name
// alone, so one that has only an address has no passkeys.
func relyingParty(issuer linkeddata.IRI, wanted string) (account.RelyingParty, error) {
	u, err := url.Parse(issuer.String())
	if err != nil {
		return account.RelyingParty{}, fmt.Errorf("the issuer %s: %w", issuer, err)
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		if wanted != "" {
			return account.RelyingParty{}, fmt.Errorf("passkeys are for a domain, and %s has none", issuer)
		}
		return account.RelyingParty{}, nil
	}
	if wanted == "" {
		wanted = host
	}
	if wanted != host && (!strings.HasSuffix(host, "."+wanted) || !strings.Contains(wanted, ".")) {
		return account.RelyingParty{}, fmt.Errorf("passkeys that are made at %s can be for it or a domain above it, not for %q", host, wanted)
	}
	return account.RelyingParty{ID: wanted, Name: "Skrin", Origins: []string{u.Scheme + "://" + u.Host}}, nil
}

// recovery asks a vault whether a text is the recovery key of a pod.
func recovery(vault *pod.Vault) func(context.Context, string, string) error {
	return func(ctx context.Context, name, text string) error {
		key, err := pod.ParseRecoveryKey(text)
		if err != nil {
			return account.ErrRecovery
		}
		defer key.Destroy()
		err = vault.OpensWith(ctx, name, key)
		if errors.Is(err, pod.ErrWrongKey) || errors.Is(err, pod.ErrNoPod) {
			return account.ErrRecovery
		}
		return err
	}
}

// hour is how often Tend is called.
const hour = time.Hour

// Run tends the rooms every hour until ctx ends. What fails is logged, and tried
// again.
func (d *Desk) Run(ctx context.Context) {
	for ticks := time.NewTicker(hour); ; {
		if d.elsewhere != nil {
			go d.look(ctx) // nobody waits for somebody else's server
		}
		if err := d.Tend(ctx); err != nil && ctx.Err() == nil {
			d.conf.Log.Error("hourly care of accounts and apps", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			ticks.Stop()
			return
		case <-ticks.C:
		}
	}
}

// look tells the host of issuers elsewhere that people cannot sign in with just
// now: they are down, or are not what the host wrote down.
func (d *Desk) look(ctx context.Context) {
	for _, t := range d.elsewhere.Look(ctx) {
		if ctx.Err() == nil {
			d.conf.Log.Warn("people cannot sign in elsewhere just now", "issuer", t.ID, "error", t.Err.Error())
		}
	}
}

// Tend makes new signing keys in time, and clears away what has ended.
func (d *Desk) Tend(ctx context.Context) error {
	return errors.Join(d.Provider.Tend(ctx), d.Accounts.Sweep(), d.Console.Tend(ctx))
}

// Close writes what is still to be written. The vault is still open, and nobody
// asks any more.
func (d *Desk) Close() error {
	d.journal.close()
	return d.Accounts.Save()
}
