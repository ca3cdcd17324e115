package identity

import (
	"context"
	"net/http"
	"time"

	"skrin/acl"
	"skrin/internal/jose"
	"skrin/internal/outbound"
	"skrin/linkeddata"
)

// Bounds of the caches.
const (
	maxIssuers = 256
	maxWebIDs  = 8192
)

// Config is what a Verifier is made of.
type Config struct {
	Base  linkeddata.IRI   // the server's base URL, accepted as audience beside "solid"
	Fetch *outbound.Client // the way to issuers and WebID documents
	Now   func() time.Time // time.Now when nil

	// Heartbeat makes durable that proofs issued up to this instant may have
	// been accepted, and returns when that is done; the last one saved goes
	// to Restore after a restart. It is called by Verify, one call at a time,
	// about every ten seconds while requests with credentials come in, and
	// must not call back. When nil, nothing is kept over restarts.
	Heartbeat func(time.Time) error

	// Local is the issuer of this house, if there is one.
	Local Local

	MaxProofs        int  // how many proofs are remembered at once; 0 means 1048576
	InsecureLoopback bool // accept http issuers and WebIDs on loopback: tests and demos
}

// Local is an issuer in the same process. Its tokens are checked like all
// others, and besides it is asked on each request whether the sign-in that a
// token came of still stands, so that what a citizen withdraws ends at once
// and not when the token does.
type Local struct {
	Issuer linkeddata.IRI // zero: there is none

	// Live says whether a token's "family" claim names something that stands.
	// It is asked on each request and must answer from memory, nearly always.
	// An error means that it cannot be known now.
	Live func(family string) (bool, error)
}

// Verifier checks credentials. It may be used by many goroutines at once.
type Verifier struct {
	conf    Config
	issuers *cache[linkeddata.IRI, jose.KeySet]
	webids  *cache[linkeddata.IRI, []linkeddata.IRI]
	tokens  *verified
	replay  *replay
}

// Asked says whether a request with this header is one that we sent ourselves, and
// that came back to this server by a name which it does not go by.
func (v *Verifier) Asked(h http.Header) bool { return v.conf.Fetch != nil && v.conf.Fetch.Sent(h) }

// NewVerifier makes a Verifier that remembers nothing yet: see Restore.
func NewVerifier(conf Config) *Verifier {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	return &Verifier{
		conf:    conf,
		issuers: newCache[linkeddata.IRI, jose.KeySet](maxIssuers, conf.Fetch.Admit),
		webids:  newCache[linkeddata.IRI, []linkeddata.IRI](maxWebIDs, conf.Fetch.Admit),
		tokens:  newVerified(),
		replay:  newReplay(conf.MaxProofs, conf.Heartbeat),
	}
}

// Verify says who asks. A request without any credentials is the public's: the
// zero agent and no error. For every other the agent is whole (WebID, client
// and issuer) or there is an error: a *Refusal, which wraps ErrUnauthenticated
// and one of the kinds. ctx bounds the waiting for issuers and WebID documents,
// each of which answers within five seconds or not at all.
//
// A request may be verified once: the second time its proof was used before.
func (v *Verifier) Verify(ctx context.Context, p Proof) (acl.Agent, error) {
	if p.none() {
		return acl.Agent{}, nil
	}
	agent, r := v.verify(ctx, p)
	if r != nil {
		return acl.Agent{}, r
	}
	return agent, nil
}

// verify makes the checks that cost nothing first, those that ask others next,
// and remembers the proof last.
func (v *Verifier) verify(ctx context.Context, p Proof) (acl.Agent, *Refusal) {
	now := v.conf.Now()
	c, r := readCredentials(p)
	if r != nil {
		return acl.Agent{}, r
	}
	known, epoch, ok := v.tokens.get(c.hash, now)
	var t *accessToken
	if !ok {
		if t, r = v.readToken(c.token, now); r != nil {
			return acl.Agent{}, r
		}
		known.agent, known.jkt, known.family = t.agent, t.jkt, t.family
	}
	proof, r := readProof(c, p, known.jkt, known.key, now)
	if r != nil {
		return acl.Agent{}, r
	}
	if !ok {
		if known.until, r = v.checkElsewhere(ctx, t, now); r != nil {
			return acl.Agent{}, r
		}
		now = v.conf.Now() // asking took time
		if r := t.at(now); r != nil {
			return acl.Agent{}, r
		}
		if r := proof.at(now); r != nil {
			return acl.Agent{}, r
		}
		known.key = proof.key
		v.tokens.put(c.hash, known, epoch, now)
	}
	if r := v.conf.Local.check(known); r != nil {
		return acl.Agent{}, r
	}
	if r := v.replay.record(proof, now); r != nil {
		return acl.Agent{}, r
	}
	return known.agent, nil
}

// check refuses tokens of our own that were withdrawn.
func (l Local) check(t verifiedToken) *Refusal {
	if l.Issuer.IsZero() || t.agent.Issuer != l.Issuer {
		return nil
	}
	live, err := l.Live(t.family)
	if err != nil {
		return refuse(ErrBusy, "it cannot be known now whether the access token still stands", err)
	}
	if !live {
		return refuse(ErrToken, "the access token was withdrawn", nil)
	}
	return nil
}

// checkElsewhere asks the issuer and the WebID document, and says until when
// their answers, and the token, may be relied on.
func (v *Verifier) checkElsewhere(ctx context.Context, t *accessToken, now time.Time) (time.Time, *Refusal) {
	keysAsOf, r := v.checkSignature(ctx, t, now)
	if r != nil {
		return time.Time{}, r
	}
	listAsOf, r := v.checkIssuer(ctx, t, now)
	if r != nil {
		return time.Time{}, r
	}
	until := keysAsOf
	if listAsOf.Before(until) {
		until = listAsOf
	}
	if until = until.Add(believe); t.until.Before(until) {
		until = t.until
	}
	return until, nil
}

// Forget drops what is remembered about a WebID, because its document is ours
// and has changed: an issuer taken from the list is refused at once.
func (v *Verifier) Forget(webid linkeddata.IRI) {
	v.webids.forget(webid)
	v.tokens.forget(func(a acl.Agent) bool { return a.WebID == webid })
}

// ForgetIssuer drops what is remembered about an issuer, because it is ours
// and has replaced its keys: what was signed with the old ones is refused at
// once.
func (v *Verifier) ForgetIssuer(issuer linkeddata.IRI) {
	v.issuers.forget(issuer)
	v.tokens.forget(func(a acl.Agent) bool { return a.Issuer == issuer })
}
