package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"skrin/identity/records"
	"skrin/internal/outbound"
	"skrin/internal/strangers"
	"skrin/linkeddata"
)

// How long things last.
const (
	TokenLife    = 10 * time.Minute     // of access tokens and ID tokens
	codeLife     = time.Minute          // from the answer to the exchange
	ticketLife   = time.Hour            // from the request to the answer: a citizen may have to find a passkey first
	refreshIdle  = 45 * 24 * time.Hour  // a refresh token that nobody used
	refreshLife  = 180 * 24 * time.Hour // of a family, however busy
	refreshGrace = 2 * time.Minute      // in which a refresh token may come once more: see the package comment
)

// Bounds of what one account may gather. What is over makes room: the oldest
// goes, except that scripts and codes are refused.
const (
	maxFamilies = 256
	maxConsents = 256
	maxScripts  = 32
	maxCodes    = 30 // in a minute
)

// Config is what a Provider is made of.
type Config struct {
	Issuer  linkeddata.IRI   // ends with "/"; WebID documents name it character by character
	Records records.Records  // where everything is kept
	Fetch   *outbound.Client // the way to client documents
	Now     func() time.Time // time.Now when nil

	// MaxClients is how many registered clients there may be at once; 0 means 20000.
	MaxClients       int
	InsecureLoopback bool // accept client documents by http on loopback: tests and demos
}

// Provider issues tokens. It may be used by many goroutines at once. Two may
// not work over the same records at the same time.
type Provider struct {
	conf      Config
	keys      *ring
	documents *documents
	live      *liveFamilies
	arrivals  *strangers.Rate // registrations, by class of address
	answers   *strangers.Rate // codes, by account
}

// New makes a provider over what the last one left in the records. When there
// are no signing keys yet it makes them, which takes a moment.
func New(conf Config) (*Provider, error) {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.MaxClients == 0 {
		conf.MaxClients = 20000
	}
	if !strings.HasSuffix(conf.Issuer.String(), "/") {
		return nil, errors.New("provider: the issuer does not end with a slash")
	}
	if conf.Records == nil || conf.Fetch == nil {
		return nil, errors.New("provider: records and a way out are needed")
	}
	p := &Provider{
		conf:      conf,
		documents: newDocuments(conf.Fetch, conf.InsecureLoopback),
		live:      newLiveFamilies(),
		arrivals:  strangers.NewRate(time.Hour, maxRegistrations, maxRegistrationsAll),
		answers:   strangers.NewRate(time.Minute, maxCodes, 1000*maxCodes),
	}
	var err error
	if p.keys, err = openRing(conf.Records, conf.Now()); err != nil {
		return nil, fmt.Errorf("provider: signing keys: %w", err)
	}
	if _, err := p.sweptTo(conf.Now()); err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	return p, nil
}

// Issuer gives the provider's name.
func (p *Provider) Issuer() linkeddata.IRI { return p.conf.Issuer }

// endpoint gives the address of one of the provider's endpoints.
func (p *Provider) endpoint(name string) string { return p.conf.Issuer.String() + "oidc/" + name }

// TokenEndpoint is what proofs of possession for [Provider.Token] are made for.
func (p *Provider) TokenEndpoint() string { return p.endpoint("token") }

// Subject is who signed in, and how: what whoever signs people in knows. The
// zero Subject is nobody.
type Subject struct {
	Account  string
	WebID    linkeddata.IRI
	Session  string // by which it can be ended: never the secret that the browser holds
	AuthTime time.Time
	AMR      []string // how, in the words of RFC 8176
}

func (s Subject) nobody() bool { return s.Account == "" || s.WebID.IsZero() }

// Tend does what must be done now and then: it makes new signing keys in time
// and clears away what has ended. Call it about once an hour.
func (p *Provider) Tend(ctx context.Context) error {
	now := p.conf.Now()
	p.documents.tend(now)
	if err := p.keys.turn(p.conf.Records, now, false); err != nil {
		return fmt.Errorf("provider: new signing keys: %w", err)
	}
	if err := p.sweep(ctx, now); err != nil {
		return fmt.Errorf("provider: clear away what has ended: %w", err)
	}
	return nil
}
