package outbound

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"skrin/linkeddata"
)

// Config says where a Client may go.
type Config struct {
	Base             linkeddata.IRI // ends with "/"; nothing below it is ever asked over the network
	Local            func(context.Context, linkeddata.IRI) (Document, bool, error)
	AllowNet         []netip.Prefix
	InsecureLoopback bool
	UserAgent        string
}

// Document is what an IRI gave.
type Document struct {
	IRI       linkeddata.IRI // where it was in the end found: the base of what it says
	Body      []byte
	MediaType string
	MaxAge    time.Duration
}

// Client fetches documents. It may be used by many goroutines.
type Client struct{ conf Config }

// New makes a Client.
func New(conf Config) *Client { return &Client{conf: conf} }

// Get fetches a document.
func (c *Client) Get(ctx context.Context, iri linkeddata.IRI, accept string, limit int64) (Document, error) {
	return Document{}, errors.ErrUnsupported
}
