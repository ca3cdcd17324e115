package identity

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"skrin/linkeddata"
)

// Bounds of a WebID document.
const maxWebID = 256 << 10

var webIDLimits = linkeddata.Limits{Bytes: maxWebID, Quads: 5000, Depth: 16, IRI: maxIRI, Literal: 64 << 10}

var errWebID = errors.New("WebID document cannot be read")

// issuersOf gives the issuers that a WebID's own document names for that very
// WebID, as learned at since or later.
func (v *Verifier) issuersOf(ctx context.Context, webid linkeddata.IRI, now, since time.Time) ([]linkeddata.IRI, time.Time, error) {
	return v.webids.get(ctx, webid, now, patience(now, since), func(ctx context.Context) ([]linkeddata.IRI, error) {
		return v.dereference(ctx, webid)
	})
}

// dereference reads a WebID document (Solid-OIDC section 5). Only statements
// whose subject is the WebID, character by character, count: a document may
// speak of other people too.
func (v *Verifier) dereference(ctx context.Context, webid linkeddata.IRI) ([]linkeddata.IRI, error) {
	doc, err := v.conf.Fetch.Get(ctx, webid.WithoutFragment(), "text/turtle, application/ld+json;q=0.9", maxWebID)
	if err != nil {
		return nil, fmt.Errorf("WebID document: %w", err)
	}
	mt, err := linkeddata.ParseMediaType(doc.MediaType)
	if err != nil || mt.Bare() != linkeddata.Turtle && mt.Bare() != linkeddata.JSONLD {
		return nil, fmt.Errorf("%w: neither Turtle nor JSON-LD", errWebID)
	}
	g, err := linkeddata.Decode(bytes.NewReader(doc.Body), mt, doc.IRI, webIDLimits)
	if err != nil {
		return nil, errWebID // the parser's error repeats the document
	}
	var issuers []linkeddata.IRI
	for o := range g.Objects(webid.Term(), linkeddata.SolidOIDCIssuer.Term()) {
		if o.IsIRI() && !slices.Contains(issuers, o.IRI()) {
			issuers = append(issuers, o.IRI())
		}
	}
	return issuers, nil
}

// checkIssuer holds a token against its WebID's document and says how fresh
// that is. A document that does not list the issuer may have changed since we
// read it, so it is read again, but not more often than every 30 seconds.
func (v *Verifier) checkIssuer(ctx context.Context, t *accessToken, now time.Time) (time.Time, *Refusal) {
	issuers, asOf, err := v.issuersOf(ctx, t.agent.WebID, now, now.Add(-believe))
	if err == nil && !slices.Contains(issuers, t.agent.Issuer) && asOf.Before(now.Add(-askAgain)) {
		issuers, asOf, err = v.issuersOf(ctx, t.agent.WebID, now, now.Add(-askAgain))
	}
	if err != nil {
		return asOf, elsewhere("the WebID document", err)
	}
	if !slices.Contains(issuers, t.agent.Issuer) {
		return asOf, refuse(ErrIssuer, "the WebID's document does not name the access token's issuer (solid:oidcIssuer)", nil)
	}
	return asOf, nil
}
