package account

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Passkey is a WebAuthn credential of an account.
type Passkey struct {
	ID      string // ours, to name it by: 22 characters
	Label   string // what the person calls it
	Created time.Time
	Used    time.Time // zero: never since
	Synced  bool      // it may exist on several of the person's devices
	Cloned  bool      // its counter went back once: there may be a copy of it that there should not be
}

// storedKey is the credential record of WebAuthn level 3, section 4, without
// the attestation: we ask for none, and who made an authenticator is nothing
// that a host should know.
type storedKey struct {
	Credential []byte    `json:"credential"`
	Public     []byte    `json:"public"` // COSE
	Format     string    `json:"format"`
	Transports []string  `json:"transports,omitempty"`
	Synced     bool      `json:"synced,omitempty"` // backup eligible: never changes
	Verified   bool      `json:"verified,omitempty"`
	Count      uint32    `json:"count,omitempty"`
	Cloned     bool      `json:"cloned,omitempty"`
	Label      string    `json:"label"`
	Created    time.Time `json:"created"`
	Used       time.Time `json:"used,omitzero"`
}

func (k storedKey) public() Passkey {
	return Passkey{passkeyID(k.Credential), k.Label, k.Created, k.Used, k.Synced, k.Cloned}
}

// passkeyID names a credential, and is where it is looked up: credential ids
// are up to 1023 bytes long, and somebody else's choice.
func passkeyID(credential []byte) string {
	sum := sha256.Sum256(credential)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Bounds of what an authenticator may send.
const (
	maxCredential = 1023 // WebAuthn level 3, section 7.1, step 25
	maxPublic     = 4096
	maxTransports = 8
	maxResponse   = 64 << 10
)

// newStoredKey takes up a credential that the library has verified.
func newStoredKey(c *webauthn.Credential, label string, now time.Time) (storedKey, error) {
	if len(c.ID) == 0 || len(c.ID) > maxCredential || len(c.PublicKey) > maxPublic || len(c.Transport) > maxTransports {
		return storedKey{}, fmt.Errorf("%w: too large", ErrPasskey)
	}
	k := storedKey{Credential: c.ID, Public: c.PublicKey, Format: clip(c.AttestationFormat), Synced: c.Flags.BackupEligible,
		Verified: c.Flags.UserVerified, Count: c.Authenticator.SignCount, Label: label, Created: now}
	for _, t := range c.Transport {
		k.Transports = append(k.Transports, clip(string(t)))
	}
	return k, nil
}

func clip(s string) string { return s[:min(len(s), 32)] }

// credential is what the library must have of it.
func (k storedKey) credential() webauthn.Credential {
	c := webauthn.Credential{ID: k.Credential, PublicKey: k.Public, AttestationFormat: k.Format,
		Authenticator: webauthn.Authenticator{SignCount: k.Count}}
	c.Flags.BackupEligible, c.Flags.UserVerified = k.Synced, k.Verified
	for _, t := range k.Transports {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
	}
	return c
}

// used takes the counter of an assertion (WebAuthn level 3, section 7.2, step
// 22) and says whether it went back. That is a sign of a copy, and no proof:
// the person is let in, and told.
func (k *storedKey) used(counter uint32, now time.Time) (cloned bool) {
	k.Used = now
	if counter <= k.Count && (counter != 0 || k.Count != 0) {
		k.Cloned = true
		return true
	}
	k.Count = counter
	return false
}

// keyholder is an account as the library of passkeys wants to see it.
type keyholder struct{ stored }

func (k keyholder) WebAuthnID() []byte          { return k.Handle }
func (k keyholder) WebAuthnName() string        { return k.Name }
func (k keyholder) WebAuthnDisplayName() string { return k.Name }

func (k keyholder) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, p := range k.Passkeys {
		all = append(all, p.credential())
	}
	return all
}

// ceremonyLife is how long somebody has to find their key, from the beginning
// of a ceremony, and from the first factor to the second.
const ceremonyLife = 5 * time.Minute

// algorithms are those of passkeys, the liked first: what every authenticator
// has, and RS256 for Windows Hello on older machines.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// openParty sets the library up. A host at an IP address, or without a name,
// has no passkeys (WebAuthn level 3, section 5.1.2: an RP ID is a domain).
func (a *Accounts) openParty() error {
	if a.cfg.RP.ID == "" {
		return nil
	}
	limit := webauthn.TimeoutConfig{Timeout: ceremonyLife, TimeoutUVD: ceremonyLife} // ours are enforced by the ticket
	rp, err := webauthn.New(&webauthn.Config{
		RPID:          a.cfg.RP.ID,
		RPDisplayName: a.cfg.RP.name(),
		RPOrigins:     a.cfg.RP.Origins,
		Timeouts:      webauthn.TimeoutsConfig{Login: limit, Registration: limit},
		// Safari, for one, answers extensions that nobody asked for. We read none of them.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return fmt.Errorf("account: passkeys for %q: %w", a.cfg.RP.ID, err)
	}
	a.rp = rp
	return nil
}

func (p RelyingParty) name() string {
	if p.Name == "" {
		return p.ID
	}
	return p.Name
}

// refused is the error for an answer that the library did not like: its class
// in fixed words, without what the answer said.
func refused(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) && e.Type != "" {
		return fmt.Errorf("%w (%s)", ErrPasskey, e.Type)
	}
	return ErrPasskey
}
