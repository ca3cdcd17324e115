package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"skrin/internal/jose"
	"skrin/internal/outbound"
	"skrin/linkeddata"
)

// How long the words of others are believed, and how soon they are asked again.
const (
	believe    = 5 * time.Minute
	askAgain   = 30 * time.Second // for a key that was not there, an issuer that was not listed, or an answer that was no good
	retryAfter = 5 * time.Second  // somebody who could not be reached
)

// Bounds of what others publish.
const (
	maxDiscovery = 128 << 10
	maxKeySet    = 128 << 10
)

var errDiscovery = errors.New("discovery document or key set not as it must be")

// keysOf gives the keys that an issuer publishes, as learned at since or later.
func (v *Verifier) keysOf(ctx context.Context, issuer linkeddata.IRI, now, since time.Time) (jose.KeySet, time.Time, error) {
	return v.issuers.get(ctx, issuer, now, patience(now, since), func(ctx context.Context) (jose.KeySet, error) {
		return v.discover(ctx, issuer)
	})
}

// patience gives how old an answer may be: an error is believed for less time
// than an answer, and for the least when nobody could be reached.
func patience(now, since time.Time) func(error) time.Time {
	return func(err error) time.Time {
		switch {
		case err == nil:
			return since
		case errors.Is(err, outbound.ErrUnreachable):
			return now.Add(-retryAfter)
		}
		return now.Add(-askAgain)
	}
}

// discover fetches an issuer's configuration (OpenID Connect Discovery 1.0
// section 4), which must be about exactly this issuer, and its keys.
func (v *Verifier) discover(ctx context.Context, issuer linkeddata.IRI) (jose.KeySet, error) {
	where, err := linkeddata.ParseIRI(strings.TrimSuffix(issuer.String(), "/") + "/.well-known/openid-configuration")
	if err != nil {
		return jose.KeySet{}, errDiscovery
	}
	doc, err := v.conf.Fetch.Get(ctx, where, "application/json", maxDiscovery)
	if err != nil {
		return jose.KeySet{}, fmt.Errorf("discovery: %w", err)
	}
	if !isJSON(doc) {
		return jose.KeySet{}, errDiscovery
	}
	configuration, err := jose.ParseObject(doc.Body)
	if err != nil {
		return jose.KeySet{}, fmt.Errorf("discovery: %w", err)
	}
	name, err := configuration.Text("issuer")
	if err != nil || name != issuer.String() {
		return jose.KeySet{}, errDiscovery
	}
	jwks, err := configuration.Text("jwks_uri")
	if err != nil {
		return jose.KeySet{}, fmt.Errorf("discovery: %w", err)
	}
	if where, err = linkeddata.ParseIRI(jwks); err != nil {
		return jose.KeySet{}, errDiscovery
	}
	doc, err = v.conf.Fetch.Get(ctx, where, "application/jwk-set+json, application/json", maxKeySet)
	if err != nil {
		return jose.KeySet{}, fmt.Errorf("keys: %w", err)
	}
	if !isJSON(doc) {
		return jose.KeySet{}, errDiscovery
	}
	return jose.ParseKeySet(doc.Body)
}

// isJSON keeps pages that merely lie on an issuer's host, such as what its
// users upload there, from being read as its configuration.
func isJSON(doc outbound.Document) bool {
	mt, err := linkeddata.ParseMediaType(doc.MediaType)
	return err == nil && (mt.Essence() == "application/json" || strings.HasSuffix(mt.Essence(), "+json"))
}

// checkSignature holds a token against its issuer's keys and says how fresh
// they are. A key that is not there may be newer than what we have, so the
// issuer is asked again, but not more often than every 30 seconds: a stranger
// who makes up key ids must not make us a nuisance.
func (v *Verifier) checkSignature(ctx context.Context, t *accessToken, now time.Time) (time.Time, *Refusal) {
	keys, asOf, err := v.keysOf(ctx, t.agent.Issuer, now, now.Add(-believe))
	if err == nil {
		err = keys.Verify(t.signed)
		if errors.Is(err, jose.ErrNoKey) && asOf.Before(now.Add(-askAgain)) {
			if keys, asOf, err = v.keysOf(ctx, t.agent.Issuer, now, now.Add(-askAgain)); err == nil {
				err = keys.Verify(t.signed)
			}
		}
	}
	switch {
	case err == nil:
		return asOf, nil
	case errors.Is(err, jose.ErrNoKey):
		return asOf, refuse(ErrToken, "the access token is signed with a key that its issuer does not publish", err)
	case errors.Is(err, jose.ErrSignature), errors.Is(err, jose.ErrAlgorithm):
		return asOf, refuse(ErrToken, "the access token's signature is not good", err)
	}
	return asOf, elsewhere("the access token's issuer", err)
}

// elsewhere tells those who could not be reached from those who gave a bad
// answer or may not be asked.
func elsewhere(who string, err error) *Refusal {
	if errors.Is(err, outbound.ErrUnreachable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return refuse(ErrUnreachable, who+" cannot be reached", err)
	}
	return refuse(ErrIssuer, who+" could not be verified", err)
}
