package provider

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"skrin/internal/jose"
)

// ClientKind says how we came to know a client.
type ClientKind uint8

// Kinds of client.
const (
	Document   ClientKind = iota + 1 // its client_id is the address of a document about it
	Registered                       // anybody registered it, by anybody's name
	Script                           // a citizen's own: client credentials, no pages
)

// Client is an app that may ask.
type Client struct {
	ID         string
	Kind       ClientKind
	Name       string // what it calls itself: plain text, not believed; "" when it says nothing
	Page       string // https addresses that it names, to be shown as links and never fetched
	Policy     string
	Terms      string
	Redirects  []string
	PostLogout []string
	Refresh    bool           // may be given refresh tokens
	Algorithm  jose.Algorithm // of its ID tokens

	secret string // its hash; "" for clients that cannot keep one
}

// Origin is where a client that has a document comes from, "https://host[:port]":
// the one thing about it that is certain. It is "" for all others. Where many
// people publish on one origin, pods of this host among them, it says little:
// then show the whole of ID.
func (c Client) Origin() string {
	if c.Kind != Document {
		return ""
	}
	u, err := url.Parse(c.ID)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// size is about how many bytes it takes in memory.
func (c Client) size() int {
	const header = 16
	size := len(c.ID) + len(c.Name) + len(c.Page) + len(c.Policy) + len(c.Terms)
	for _, s := range slices.Concat(c.Redirects, c.PostLogout) {
		size += header + len(s)
	}
	return size
}

func (c Client) redirects(asked string) bool {
	for _, known := range c.Redirects {
		if sameRedirect(known, asked) {
			return true
		}
	}
	return false
}

// Bounds of what a client says about itself.
const (
	maxClientID = 2 << 10
	maxName     = 80 // characters
)

// Prefixes of the client ids that we hand out ourselves.
const (
	registeredPrefix = "client-"
	scriptPrefix     = "script-"
	boundPrefix      = "bound-script-" // see identity.BoundPrefix
)

// Client finds a client. The error is an *Error when there is no such client,
// or when its document is no good or cannot be had.
func (p *Provider) Client(ctx context.Context, id string) (Client, error) {
	switch {
	case id == "" || len(id) > maxClientID:
		return Client{}, refuse(InvalidClient, "the client_id is missing or too long")
	case strings.HasPrefix(id, registeredPrefix):
		return p.registered(id)
	case isScript(id):
		return p.scriptClient(id)
	}
	return p.documents.get(ctx, id, p.conf.Now())
}

// maxMarks is how many marks a letter of a name may bear; more of them are no name,
// and reach over what stands above and below.
const maxMarks = 4

// cleanName makes a name that can be shown: no line ends, nothing invisible,
// nothing that turns the direction of writing round or covers what is around it.
func cleanName(s string) string {
	marks := 0
	clean := strings.Map(func(r rune) rune {
		if marks++; !unicode.In(r, unicode.M) {
			marks = 0
		}
		switch {
		case unicode.IsSpace(r), r == '\u2800': // braille without a dot
			return ' '
		case !unicode.IsPrint(r), // what turns writing round is not printable either
			unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), marks > maxMarks:
			return -1
		}
		return r
	}, s)
	clean = strings.Join(strings.Fields(clean), " ")
	if runes := []rune(clean); len(runes) > maxName {
		clean = strings.TrimSpace(string(runes[:maxName])) + "…"
	}
	return strings.Clone(clean) // and not all that it was cut out of
}

// cleanLink keeps https addresses, for people to follow.
func cleanLink(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || len(s) > maxRedirectLen || !plain(s) {
		return ""
	}
	return s
}
