package provider

import (
	"crypto/rand"
	"slices"
	"time"

	"skrin/identity/records"
	"skrin/internal/jose"
)

// Bounds of dynamic registration. Whoever registers has a day to have somebody
// sign in; a client that somebody allowed lasts half a year from its
// registration. Clients with a document need none of this.
const (
	maxRegistration     = 16 << 10
	maxRegistrations    = 30 // in an hour, from one class of address
	maxRegistrationsAll = 3000
	unusedLife          = 24 * time.Hour
	clientLife          = 180 * 24 * time.Hour
)

// Registration is the answer to a registration (RFC 7591 section 3.2.1), as JSON.
type Registration struct {
	ID         string         `json:"client_id"`
	Secret     string         `json:"client_secret,omitempty"`
	Issued     int64          `json:"client_id_issued_at"`
	Expires    *int64         `json:"client_secret_expires_at,omitempty"` // there when a secret is
	Name       string         `json:"client_name,omitempty"`
	Page       string         `json:"client_uri,omitempty"`
	Policy     string         `json:"policy_uri,omitempty"`
	Terms      string         `json:"tos_uri,omitempty"`
	Redirects  []string       `json:"redirect_uris"`
	PostLogout []string       `json:"post_logout_redirect_uris,omitempty"`
	Grants     []string       `json:"grant_types"`
	Responses  []string       `json:"response_types"`
	Method     string         `json:"token_endpoint_auth_method"`
	Type       string         `json:"application_type"`
	Algorithm  jose.Algorithm `json:"id_token_signed_response_alg"`
	Subject    string         `json:"subject_type"`
}

type clientRecord struct {
	Name       string         `json:"name,omitempty"`
	Page       string         `json:"page,omitempty"`
	Policy     string         `json:"policy,omitempty"`
	Terms      string         `json:"terms,omitempty"`
	Redirects  []string       `json:"redirects"`
	PostLogout []string       `json:"post_logout,omitempty"`
	Refresh    bool           `json:"refresh,omitempty"`
	Algorithm  jose.Algorithm `json:"algorithm"`
	Secret     string         `json:"secret,omitempty"` // its hash
	Created    time.Time      `json:"created"`
	Until      time.Time      `json:"until"`
}

var clientKind = records.Kind[clientRecord]{Name: "oidc client", Version: 1}

// Register takes up a client that describes itself in JSON (RFC 7591, OpenID
// Connect Dynamic Client Registration 1.0). from is the class of address that
// it comes from (strangers.Class). The error is an *Error when the description
// is no good, or, with Unavailable, when there are too many.
func (p *Provider) Register(body []byte, from string) (*Registration, error) {
	now := p.conf.Now()
	if len(body) > maxRegistration {
		return nil, refuse(InvalidMetadata, "the description is too long")
	}
	o, err := jose.ParseObject(body)
	if err != nil {
		return nil, refuse(InvalidMetadata, "the description is not a JSON object")
	}
	d, bad := describe(o)
	if bad != nil {
		return nil, bad
	}
	if o.Has("software_statement") || o.Has("jwks") || o.Has("jwks_uri") {
		return nil, refuse(InvalidMetadata, "keys and software statements are not read; leave them out")
	}
	if !p.arrivals.Take(from, now) {
		return nil, refuse(Unavailable, "too many registrations from there; try again in an hour, or use a client document")
	}
	return p.register(d, now)
}

func (p *Provider) register(d description, now time.Time) (*Registration, error) {
	if d.client.Algorithm == "" {
		d.client.Algorithm = jose.RS256 // what OpenID Connect says
	}
	if d.method == "" {
		d.method = authBasic
	}
	id, secret := registeredPrefix+rand.Text(), Secret{}
	rec := clientRecord{
		Name: d.client.Name, Page: d.client.Page, Policy: d.client.Policy, Terms: d.client.Terms,
		Redirects: d.client.Redirects, PostLogout: d.client.PostLogout, Refresh: slices.Contains(d.grants, grantRefresh),
		Algorithm: d.client.Algorithm, Created: now, Until: now.Add(unusedLife),
	}
	if d.method != authNone {
		secret = newSecret()
		rec.Secret = hashOf(secret.Reveal())
	}
	full := false
	err := p.update(func(c *change) error {
		n, err := count(c, 0)
		if full = n >= p.conf.MaxClients; err != nil || full {
			return err
		}
		if _, err := count(c, 1); err != nil {
			return err
		}
		if err := note(c, rec.Until, ending{"clients", "", id}); err != nil {
			return err
		}
		return clientKind.Put(c, id, rec)
	})
	if err != nil {
		return nil, err
	}
	if full {
		return nil, refuse(Unavailable, "there are too many clients; try again later, or use a client document")
	}
	return rec.registration(id, secret, d), nil
}

func (rec clientRecord) registration(id string, secret Secret, d description) *Registration {
	r := &Registration{
		ID: id, Secret: secret.Reveal(), Issued: rec.Created.Unix(), Name: rec.Name, Page: rec.Page, Policy: rec.Policy,
		Terms: rec.Terms, Redirects: rec.Redirects, PostLogout: rec.PostLogout, Grants: []string{grantCode},
		Responses: []string{"code"}, Method: d.method, Type: "web", Algorithm: rec.Algorithm, Subject: "public",
	}
	if rec.Refresh {
		r.Grants = append(r.Grants, grantRefresh)
	}
	if d.native {
		r.Type = "native"
	}
	if rec.Secret != "" {
		end := rec.Created.Add(clientLife).Unix()
		r.Expires = &end
	}
	return r
}

// registered finds a registered client.
func (p *Provider) registered(id string) (cl Client, err error) {
	err = p.conf.Records.View(func(tx records.Tx) error {
		rec, there, err := clientKind.Get(tx, id)
		if err == nil && (!there || !p.conf.Now().Before(rec.Until)) {
			err = refuse(InvalidClient, "there is no such client, or its registration has ended; register anew")
		}
		cl = Client{
			ID: id, Kind: Registered, Name: rec.Name, Page: rec.Page, Policy: rec.Policy, Terms: rec.Terms,
			Redirects: rec.Redirects, PostLogout: rec.PostLogout, Refresh: rec.Refresh, Algorithm: rec.Algorithm, secret: rec.Secret,
		}
		return err
	})
	return cl, err
}

// welcome lets a registered client stay, since a citizen allows it, and says
// until when; zero for other clients.
func (c *change) welcome(cl Client, now time.Time) (time.Time, error) {
	if cl.Kind != Registered {
		return time.Time{}, nil
	}
	rec, there, err := clientKind.Get(c, cl.ID)
	if err == nil && (!there || !now.Before(rec.Until)) {
		err = refuse(InvalidClient, "there is no such client, or its registration has ended; register anew")
	}
	if err != nil {
		return time.Time{}, err
	}
	if until := rec.Created.Add(clientLife); rec.Until.Before(until) {
		rec.Until = until
		return until, clientKind.Put(c, cl.ID, rec)
	}
	return rec.Until, nil
}
