package crypto

import (
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// HostKey is the key of whoever runs the server, an age identity. It opens the
// host slots of hosted pods and the host's own store (a Slot whose pod is the
// zero id).
type HostKey struct {
	secret
	keys func() *hostKeys // nil: destroyed
}

type hostKeys struct {
	identities []age.Identity
	recipient  age.Recipient // of the first
	lines      []string      // the identities as text
}

// GenerateHostKey makes a hybrid post-quantum identity.
func GenerateHostKey() (*HostKey, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("making a host key: %w", err)
	}
	return newHostKey([]age.Identity{id})
}

// ParseHostKey reads an age identity file: hybrid or X25519 identities, one a
// line, with comments. The first one seals; all of them open, so that a new key
// can be put before an old one. Errors wrap ErrKey and repeat nothing of the file.
func ParseHostKey(r io.Reader) (*HostKey, error) {
	ids, err := age.ParseIdentities(io.LimitReader(r, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("%w: the host key is no age identity file", ErrKey)
	}
	return newHostKey(ids)
}

func newHostKey(ids []age.Identity) (*HostKey, error) {
	h := &hostKeys{identities: ids}
	for i, id := range ids {
		line, to, err := describe(id)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			h.recipient = to
		}
		h.lines = append(h.lines, line)
	}
	return &HostKey{keys: hold(h)}, nil
}

// describe gives an identity's secret line and its recipient.
func describe(id age.Identity) (string, age.Recipient, error) {
	switch id := id.(type) {
	case *age.HybridIdentity:
		return id.String(), id.Recipient(), nil
	case *age.X25519Identity:
		return id.String(), id.Recipient(), nil
	}
	return "", nil, fmt.Errorf("%w: an identity of type %T", ErrKey, id)
}

// Recipient is the public half, in age's text form.
func (h *HostKey) Recipient() string {
	if h.keys == nil {
		return ""
	}
	return fmt.Sprint(h.keys().recipient)
}

// WriteTo writes the secret itself, as an identity file that ParseHostKey and
// the age tool read. Whoever calls it keeps the file from other eyes.
func (h *HostKey) WriteTo(w io.Writer) (int64, error) {
	if h.keys == nil {
		return 0, ErrDestroyed
	}
	n, err := fmt.Fprintf(w, "# public key: %s\n%s\n", h.Recipient(), strings.Join(h.keys().lines, "\n"))
	return int64(n), err
}

// Destroy lets go of the identities. They are age's own, and cannot be zeroed.
func (h *HostKey) Destroy() { h.keys = nil }
