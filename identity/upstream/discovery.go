package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"skrin/internal/jose"
)

// How long what an issuer says of itself is believed.
const (
	fresh    = time.Hour
	usable   = 24 * time.Hour // while it cannot be asked
	retrying = 5 * time.Second
)

// party is an issuer, and what we know of it.
type party struct {
	Issuer
	client  *http.Client
	now     func() time.Time
	room    chan struct{} // of who comes back
	leaving chan struct{} // of who leaves, where the issuer is asked then

	last  atomic.Pointer[metadata]
	turn  chan struct{} // held by who asks
	tried time.Time     // when nobody answered; of who holds turn
}

func newParty(i Issuer, client *http.Client, now func() time.Time) *party {
	return &party{Issuer: i, client: client, now: now, room: make(chan struct{}, maxReturning), leaving: make(chan struct{}, maxLeaving), turn: make(chan struct{}, 1)}
}

// metadata is what an issuer says of itself (OpenID Connect Discovery, section 3).
type metadata struct {
	endpoint oauth2.Endpoint
	push     string // where requests are pushed to, "" for nowhere: RFC 9126
	method   method
	sendsIss bool // in every answer: RFC 9207, section 3
	keys     *keys
	fetched  time.Time
}

func (m *metadata) within(d time.Duration, now time.Time) bool {
	return m != nil && now.Sub(m.fetched) < d
}

// metadata gives what the issuer says of itself, and asks it when that is too
// old: one asks, the others wait for as long as they like. Errors wrap
// ErrUnreachable.
func (p *party) metadata(ctx context.Context) (*metadata, error) {
	if m := p.last.Load(); m.within(fresh, p.now()) {
		return m, nil
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, ctx.Err())
	}
	now, m := p.now(), p.last.Load()
	if m.within(fresh, now) { // somebody else has asked meanwhile
		return m, nil
	}
	err := fmt.Errorf("%w: it could not a moment ago", ErrUnreachable)
	if since := now.Sub(p.tried); since < 0 || since >= retrying {
		var found *metadata
		if found, err = p.discover(ctx); err == nil {
			p.last.Store(found)
			return found, nil
		}
		p.tried = now
	}
	if m.within(usable, now) {
		return m, nil
	}
	return nil, err
}

// discover asks the issuer. It goes on when whoever wanted it has gone away,
// since others wait for it.
func (p *party) discover(ctx context.Context) (*metadata, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), p.client), patience)
	defer cancel()
	found, err := oidc.NewProvider(ctx, p.URL)
	if err != nil {
		return nil, unreachable(err)
	}
	var text json.RawMessage
	if err := found.Claims(&text); err != nil {
		return nil, fmt.Errorf("%w: no discovery document", ErrUnreachable)
	}
	m, err := p.read(text)
	if err != nil {
		return nil, fmt.Errorf("%w: its discovery document: %w", ErrUnreachable, err)
	}
	return m, nil
}

// read takes a discovery document. It must be strict JSON, so that what one
// reader took for the issuer's name is not another's.
func (p *party) read(text []byte) (*metadata, error) {
	o, err := jose.ParseObject(text)
	if err != nil {
		return nil, err
	}
	if issuer, err := o.Text("issuer"); err != nil || issuer != p.URL {
		return nil, fmt.Errorf("it is of another issuer")
	}
	m := &metadata{fetched: p.now(), keys: &keys{client: p.client}}
	for to, name := range map[*string]string{&m.endpoint.AuthURL: "authorization_endpoint", &m.endpoint.TokenURL: "token_endpoint", &m.keys.url: "jwks_uri"} {
		if *to, err = p.address(o, name); err != nil {
			return nil, err
		}
	}
	if m.method, err = p.readMethod(o); err != nil {
		return nil, err
	}
	if m.push, err = p.readPush(o); err != nil {
		return nil, err
	}
	m.sendsIss, err = o.Flag("authorization_response_iss_parameter_supported")
	return m, err
}

// address takes an endpoint. An issuer on the open network has all of them
// behind TLS, whatever it says.
func (p *party) address(o jose.Object, name string) (string, error) {
	text, err := o.Text(name)
	if err != nil {
		return "", err
	}
	own, _ := url.Parse(p.URL)
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL || u.User != nil || u.Fragment != "" || !secure(u, own.Scheme == "http") {
		return "", fmt.Errorf("%s is no https URL", name)
	}
	return text, nil
}

// readPush says where requests are pushed to. An issuer that is said to want it
// of everybody gets it; one that merely can gets it too, since some want it of
// their clients and do not say so there.
func (p *party) readPush(o jose.Object) (string, error) {
	must, err1 := o.Flag("require_pushed_authorization_requests")
	signed, err2 := o.Flag("require_signed_request_object")
	if err := errors.Join(err1, err2); err != nil {
		return "", err
	}
	switch {
	case signed:
		return "", errors.New("it wants requests signed, and they are not here")
	case must && p.Direct:
		return "", errors.New(`it wants requests pushed: take "push" out`)
	case !must && !o.Has("pushed_authorization_request_endpoint"):
		return "", nil
	}
	return p.address(o, "pushed_authorization_request_endpoint")
}
