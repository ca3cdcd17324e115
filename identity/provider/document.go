package provider

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"strings"
	"sync"
	"time"

	"skrin/internal/jose"
	"skrin/internal/outbound"
	"skrin/internal/strangers"
	"skrin/linkeddata"
)

// Bounds of client documents.
const (
	maxDocument  = 64 << 10
	maxDocuments = 1024 // remembered at once
	maxMemory    = 8 << 20
	fairMemory   = maxMemory / maxDocuments // of one; more while there is room
	maxFetches   = 60                       // from one host in a minute, whoever asks for them
	fairFetches  = maxFetches / 3           // of these for one class of addresses (strangers.Asking)
)

// How long a document is believed, and how soon somebody is asked again.
const (
	believe    = 5 * time.Minute
	askAgain   = 30 * time.Second // after an answer that was no good
	retryAfter = 5 * time.Second  // after no answer
	outage     = 24 * time.Hour   // how long the last good answer stands in for none: an app's tokens outlive its website's bad day
)

// documents remembers client documents.
type documents struct {
	fetch    *outbound.Client
	loopback bool
	hosts    *strangers.Rate
	parts    *strangers.Rate // of hosts, by class
	crowd    *crowd

	mu     sync.Mutex
	known  map[string]knownDocument // by client id
	flying map[string]chan struct{} // being fetched, by client id; closed when that is over
}

type knownDocument struct {
	client Client // zero with err
	read   time.Time
	err    error
	until  time.Time
	size   int // in memory, about
}

func newDocuments(fetch *outbound.Client, loopback bool) *documents {
	return &documents{fetch: fetch, loopback: loopback, hosts: strangers.NewRate(time.Minute, maxFetches, 50*maxFetches), parts: strangers.NewRate(time.Minute, fairFetches, 50*maxFetches),
		crowd: newCrowd(maxWaiting, maxWaitingAll),
		known: make(map[string]knownDocument), flying: make(map[string]chan struct{})}
}

// get gives the client that a document describes. Whoever asks for one that is
// being fetched waits for that, among so many: see crowd.
func (d *documents) get(ctx context.Context, id string, now time.Time) (Client, error) {
	if known := d.recall(id); known.fresh(now) {
		return known.answer()
	}
	address, host, ok := d.address(id)
	if !ok {
		return Client{}, refuse(InvalidClient, "there is no client of this name; a client_id is an https address, or was given at registration")
	}
	leave, ok := d.crowd.admit(ctx, now)
	if !ok {
		return d.recall(id).insteadOfNone(now)
	}
	defer leave()
	for admitted := false; ; {
		known, flight, first := d.board(id, now, admitted)
		switch {
		case known.fresh(now):
			return known.answer()
		case first:
			defer d.land(id, flight)
			return d.renew(ctx, id, known, now)
		case flight == nil: // that there is no way out for somebody is nobody else's trouble
			if !d.parts.Take(strangers.Asking(ctx)+" "+host, now) {
				return known.insteadOfNone(now)
			}
			out, leave, err := d.fetch.Admit(ctx, address)
			if err != nil {
				return known.insteadOfNone(now)
			}
			defer leave()
			ctx, admitted = out, true
			continue
		}
		select {
		case <-flight:
		case <-ctx.Done():
			return Client{}, &Error{Code: Unavailable, Description: "the client's document cannot be reached now", cause: ctx.Err()}
		}
	}
}

// board gives what is known of a document and, unless that will do, the flight for
// it: first says that the caller, who was admitted to the way out, is to fetch it, and
// to land then.
func (d *documents) board(id string, now time.Time, admitted bool) (known knownDocument, flight chan struct{}, first bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known = d.known[id]
	flight, flying := d.flying[id]
	if known.fresh(now) || flying || !admitted {
		return known, flight, false
	}
	flight = make(chan struct{})
	d.flying[id] = flight
	return known, flight, true
}

func (d *documents) land(id string, flight chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.flying, id)
	close(flight)
}

// renew fetches a document and remembers what came of it.
func (d *documents) renew(ctx context.Context, id string, known knownDocument, now time.Time) (Client, error) {
	client, patience, err := d.load(ctx, id, now)
	if ctx.Err() != nil {
		return client, err // who left must not decide for others
	}
	next := knownDocument{client: client, read: now, err: err, until: now.Add(patience)}
	var e *Error
	if errors.As(err, &e) && e.Code == Unavailable && known.stands(now) {
		next.client, next.read, next.err = known.client, known.read, nil
	}
	next.size = len(id) + next.client.size()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.makeRoom(next.size)
	d.known[id] = next
	return next.answer()
}

// makeRoom forgets what was no good, if it must: whoever floods us with that must
// not make us forget the honest ones. Then it forgets those that take more than
// their share. Of too many good ones it forgets all; they are back soon.
func (d *documents) makeRoom(size int) {
	for _, drop := range [...]func(knownDocument) bool{
		func(k knownDocument) bool { return k.err != nil },
		func(k knownDocument) bool { return k.size > fairMemory },
		func(knownDocument) bool { return true },
	} {
		if len(d.known) < maxDocuments && d.memory()+size <= maxMemory {
			return
		}
		maps.DeleteFunc(d.known, func(_ string, k knownDocument) bool { return drop(k) })
	}
}

func (d *documents) memory() (size int) {
	for _, k := range d.known {
		size += k.size
	}
	return size
}

// tend forgets what nobody is answered by any more.
func (d *documents) tend(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.known, func(_ string, k knownDocument) bool { return !k.fresh(now) && !k.stands(now) })
}

// recall gives what is known of a document.
func (d *documents) recall(id string) knownDocument {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[id]
}

// fresh says whether nobody need be asked again yet. A clock that was put back
// knows nothing.
func (k knownDocument) fresh(now time.Time) bool {
	return now.Before(k.until) && !now.Before(k.until.Add(-believe))
}

// stands says whether a good answer may stand in for none.
func (k knownDocument) stands(now time.Time) bool {
	return k.client.ID != "" && now.Sub(k.read) < outage
}

// insteadOfNone answers where nobody can be asked.
func (k knownDocument) insteadOfNone(now time.Time) (Client, error) {
	if k.stands(now) {
		return k.client, nil
	}
	return Client{}, refuse(Unavailable, "too many clients are being asked for at this moment; try again soon")
}

func (k knownDocument) answer() (Client, error) {
	if k.err != nil {
		return Client{}, k.err
	}
	return k.client, nil
}

// load fetches a document and says how long the answer may be believed.
func (d *documents) load(ctx context.Context, id string, now time.Time) (Client, time.Duration, error) {
	iri, host, _ := d.address(id) // get has looked
	if !d.hosts.Take(host, now) {
		return Client{}, retryAfter, refuse(Unavailable, "too many clients of this host were asked for; try again in a minute")
	}
	doc, err := d.fetch.Get(ctx, iri.WithoutFragment(), "application/ld+json, application/json;q=0.9", maxDocument)
	switch {
	case errors.Is(err, outbound.ErrUnreachable):
		return Client{}, retryAfter, &Error{Code: Unavailable, Description: "the client's document cannot be reached now", cause: err}
	case err != nil:
		return Client{}, askAgain, &Error{Code: InvalidClient, Description: "the client's document could not be fetched", cause: err}
	}
	client, bad := readDocument(id, iri, doc)
	if bad != nil {
		return Client{}, askAgain, bad
	}
	return client, believe, nil
}

// address says whether a client id can be the address of a document, and on
// which host: https with a path, no user information, no dot segments
// (draft-ietf-oauth-client-id-metadata-document section 3).
func (d *documents) address(id string) (iri linkeddata.IRI, host string, ok bool) {
	u, err := url.Parse(id)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" || !plain(id) || strings.Contains(id, "\\") {
		return linkeddata.IRI{}, "", false
	}
	for _, segment := range strings.Split(u.Path, "/") {
		if segment == "." || segment == ".." {
			return linkeddata.IRI{}, "", false
		}
	}
	local := d.loopback && u.Scheme == "http" && (isLoopback(u.Hostname()) || u.Hostname() == "localhost")
	iri, err = linkeddata.ParseIRI(id)
	return iri, u.Host, err == nil && u.Path != "" && (u.Scheme == "https" || local)
}

// readDocument holds a document against the client id that led to it. The
// document must name that id character by character, and must have been found
// at its very address: a host that sends on what others uploaded to it would
// else speak for them.
func readDocument(id string, iri linkeddata.IRI, doc outbound.Document) (Client, *Error) {
	if doc.IRI != iri.WithoutFragment() {
		return Client{}, refuse(InvalidClient, "the client's document is not at the address that is its client_id")
	}
	mt, err := linkeddata.ParseMediaType(doc.MediaType)
	if err != nil || mt.Essence() != "application/json" && !strings.HasSuffix(mt.Essence(), "+json") {
		return Client{}, refuse(InvalidClient, "the client's document is not JSON")
	}
	o, err := jose.ParseObject(doc.Body)
	if err != nil {
		return Client{}, refuse(InvalidClient, "the client's document cannot be read")
	}
	if said, err := o.Text("client_id"); err != nil || said != id {
		return Client{}, refuse(InvalidClient, "the client's document names another client_id")
	}
	d, bad := describe(o)
	if bad != nil {
		return Client{}, refuse(InvalidClient, "the client's document is not as it must be: "+bad.Description)
	}
	if d.method != "" && d.method != authNone || o.Has("client_secret") {
		return Client{}, refuse(InvalidClient, "a client with a document has no secret")
	}
	d.client.ID, d.client.Kind = id, Document
	if d.client.Algorithm == "" {
		d.client.Algorithm = jose.ES256
	}
	return d.client, nil
}
