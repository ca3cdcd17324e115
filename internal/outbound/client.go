package outbound

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"skrin/linkeddata"
)

// Errors of a fetch.
var (
	ErrRefused     = errors.New("not a place that we fetch from")        // the URL, the address behind it, or a redirect
	ErrUnreachable = errors.New("cannot be reached")                     // network, time, or the server's own trouble (5xx, 429)
	ErrAnswer      = errors.New("did not answer with a document for us") // any other status than 200, a broken body
	ErrTooLarge    = errors.New("answered with a document too large")    // wraps ErrAnswer where it is returned
	errRedirects   = fmt.Errorf("%w: too many redirects", ErrAnswer)     // more than maxRedirects
	errNoDocument  = fmt.Errorf("%w: no such document here", ErrAnswer)  // under the base URL, and not there
	errNoHTTPS     = fmt.Errorf("%w: not an https URL", ErrRefused)      // or http where only loopback may be
	errAddress     = fmt.Errorf("%w: an address in no open network", ErrRefused)
	errOtherHost   = fmt.Errorf("%w: redirected to another host", ErrRefused)
	errNoUserInfo  = fmt.Errorf("%w: user information in the URL", ErrRefused)
	errUnderBase   = fmt.Errorf("%w: redirected to this server", ErrRefused)
	errNoLocation  = fmt.Errorf("%w: redirected to nowhere", ErrAnswer)
	errCoding      = fmt.Errorf("%w: a content coding that we did not ask for", ErrAnswer)
)

// Bounds of every fetch.
const (
	MaxBody      = 1 << 20 // bytes of a body, after decompression
	maxHeader    = 32 << 10
	maxRedirects = 3
	maxFetches   = 256 // at the same time: many times what one class of addresses has (maxShare)
	patience     = 5 * time.Second
)

// Config says where a Client may go. The zero Config goes to public https
// addresses only.
type Config struct {
	// Base is the server's own base URL, ending with "/". Nothing under it is
	// ever asked for over the network.
	Base linkeddata.IRI

	// App is another URL under which the server itself answers, ending with "/";
	// zero: there is none. Nothing under it is asked for over the network either.
	App linkeddata.IRI

	// Subdomains says whether a label before Base's host makes it a host of this
	// server's own, too. Nil: none does.
	Subdomains func(label string) bool

	// Local answers, inside the process, for IRIs that are this server's own;
	// false means that the IRI is not, or that there is nothing that anybody
	// may read. An error counts as unreachable. It is asked first for every IRI (a pod may have a host name of
	// its own), in canonical spelling and without fragment. It may be nil.
	Local func(context.Context, linkeddata.IRI) (Document, bool, error)

	// AllowNet names networks that may be dialled over https although they are
	// special-use: a hospital's inner network.
	AllowNet []netip.Prefix

	// InsecureLoopback allows loopback addresses, over http too: for tests and
	// demos.
	InsecureLoopback bool

	Patience  time.Duration // what a fetch may take; five seconds when zero
	UserAgent string        // "skrin" when empty
}

// Document is what an IRI gave.
type Document struct {
	IRI       linkeddata.IRI // where it stood in the end: the base of what it says
	Body      []byte         // the caller's own
	MediaType string         // Content-Type as it came
}

// Client fetches documents. It may be used by many goroutines at once.
type Client struct {
	conf   Config
	base   *url.URL
	app    *url.URL        // nil: there is none
	secure *http.Transport // https, to open and allowed networks
	plain  *http.Transport // http, to loopback; nil when not allowed
	dialer *net.Dialer     // shared by both, without its check; tests give it a resolver
	room   chan struct{}
	shares *shares
	mark   string // that all its requests bear
}

// New makes a Client. It panics when Config.Base or Config.App is no URL,
// because the program made it.
func New(conf Config) *Client {
	base, err := url.Parse(conf.Base.String())
	if err != nil {
		panic("outbound: base URL: " + err.Error())
	}
	if conf.UserAgent == "" {
		conf.UserAgent = "skrin"
	}
	if conf.Patience == 0 {
		conf.Patience = patience
	}
	c := &Client{conf: conf, base: canonical(base), dialer: &net.Dialer{}, room: make(chan struct{}, maxFetches), shares: newShares(), mark: "skrin-" + rand.Text()}
	if !conf.App.IsZero() {
		app, err := url.Parse(conf.App.String())
		if err != nil {
			panic("outbound: the app's URL: " + err.Error())
		}
		c.app = canonical(app)
	}
	c.secure = c.transport(func(ip netip.Addr) bool {
		return open(ip) || contains(conf.AllowNet, ip) || conf.InsecureLoopback && ip.IsLoopback()
	})
	if conf.InsecureLoopback {
		c.plain = c.transport(netip.Addr.IsLoopback)
	}
	return c
}

// Close drops the connections that are kept for a next fetch.
func (c *Client) Close() {
	c.secure.CloseIdleConnections()
	if c.plain != nil {
		c.plain.CloseIdleConnections()
	}
}

// Get fetches a document. accept is sent as the Accept header; limit bounds
// the body in bytes, at most MaxBody, which also stands for zero. ctx says on whose
// account it is (strangers.From): each class of addresses has its share. The error
// wraps ErrRefused, ErrUnreachable or ErrAnswer.
func (c *Client) Get(ctx context.Context, iri linkeddata.IRI, accept string, limit int64) (Document, error) {
	if limit <= 0 || limit > MaxBody {
		limit = MaxBody
	}
	u, err := url.Parse(iri.String())
	if err != nil {
		return Document{}, errNoHTTPS // the parser's error repeats the URL
	}
	u = canonical(u)
	if doc, ok, err := c.local(ctx, u); ok || err != nil {
		return doc, err
	}
	ctx, leave, err := c.admit(ctx)
	if err != nil {
		return Document{}, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, c.conf.Patience)
	defer cancel()
	select {
	case c.room <- struct{}{}:
		defer func() { <-c.room }()
	case <-ctx.Done():
		return Document{}, unreachable(ctx.Err())
	}
	return c.follow(ctx, u, accept, limit)
}

// loopHeader is the field that every request bears, so that this server knows its
// own (RFC 8586).
const loopHeader = "CDN-Loop"

// Sent says whether a request with this header came from this Client, whoever
// passed it on.
func (c *Client) Sent(h http.Header) bool {
	return slices.ContainsFunc(h.Values(loopHeader), func(line string) bool { return strings.Contains(line, c.mark) })
}

// local answers for this server's own IRIs. ok says that the answer stands.
func (c *Client) local(ctx context.Context, u *url.URL) (doc Document, ok bool, err error) {
	iri, err := linkeddata.ParseIRI(u.String())
	if err != nil {
		return Document{}, false, errNoHTTPS
	}
	if c.conf.Local != nil {
		doc, ok, err = c.conf.Local(ctx, iri)
		if err != nil {
			return Document{}, false, localError{err}
		}
		if doc.IRI.IsZero() {
			doc.IRI = iri
		}
		if ok {
			return doc, true, nil
		}
	}
	if c.ours(u) {
		return Document{}, false, errNoDocument
	}
	return Document{}, false, nil
}

// localError is this server's own trouble with a document: it tells nothing of
// which, since pods are named after people.
type localError struct{ cause error }

func (localError) Error() string     { return ErrUnreachable.Error() + ": this server cannot read it now" }
func (e localError) Unwrap() []error { return []error{ErrUnreachable, e.cause} }

// follow asks, and asks again where it is sent on to.
func (c *Client) follow(ctx context.Context, u *url.URL, accept string, limit int64) (Document, error) {
	for range maxRedirects + 1 {
		doc, next, err := c.ask(ctx, u, accept, limit)
		if err != nil || next == nil {
			return doc, err
		}
		if next.Scheme != u.Scheme || next.Host != u.Host {
			return Document{}, errOtherHost
		}
		if c.ours(next) {
			return Document{}, errUnderBase
		}
		u = next
	}
	return Document{}, errRedirects
}

// ask makes one request. next is where the answer redirects to.
func (c *Client) ask(ctx context.Context, u *url.URL, accept string, limit int64) (doc Document, next *url.URL, err error) {
	via, err := c.way(u)
	if err != nil {
		return Document{}, nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Document{}, nil, errNoHTTPS
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("User-Agent", c.conf.UserAgent)
	request.Header.Set(loopHeader, c.mark)
	answer, err := via.RoundTrip(request)
	if err != nil {
		return Document{}, nil, unreachable(err)
	}
	defer answer.Body.Close()
	switch code := answer.StatusCode; {
	case code == http.StatusOK:
		doc, err = read(answer, u, limit)
		if err == nil && ctx.Err() != nil { // a server that sees us hang up may end its answer as if it were whole
			return Document{}, nil, unreachable(ctx.Err())
		}
		return doc, nil, err
	case code >= 300 && code < 400:
		next, err = answer.Location()
		if err != nil {
			return Document{}, nil, errNoLocation
		}
		return Document{}, canonical(next), nil
	case code >= 500 || code == http.StatusTooManyRequests:
		return Document{}, nil, fmt.Errorf("%w: status %d", ErrUnreachable, code)
	default:
		return Document{}, nil, fmt.Errorf("%w: status %d", ErrAnswer, code)
	}
}

// way finds the transport for a URL, or says why there is none.
func (c *Client) way(u *url.URL) (*http.Transport, error) {
	switch {
	case u.User != nil:
		return nil, errNoUserInfo
	case u.Hostname() == "":
		return nil, errNoHTTPS
	case u.Scheme == "https":
		return c.secure, nil
	case u.Scheme == "http" && c.plain != nil && loopbackHost(u.Hostname()):
		return c.plain, nil
	}
	return nil, errNoHTTPS
}
