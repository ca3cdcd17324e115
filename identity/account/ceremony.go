package account

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"skrin/identity/records"
)

// Ceremony is what a page needs to ask an authenticator. Options goes to
// navigator.credentials.create or .get (its member publicKey by way of
// parseCreationOptionsFromJSON or parseRequestOptionsFromJSON), State comes
// back with the answer. Ceremonies last five minutes and are finished once.
type Ceremony struct {
	Options json.RawMessage
	State   Secret
	Expires time.Time
}

// Passkeys says whether this host has any.
func (a *Accounts) Passkeys() bool { return a.rp != nil }

// BeginPasskey begins a sign-in with a passkey. pending is that of a [Step]
// whose password was right, or the zero Secret. It stores nothing, so anybody
// may call it. The person need not say who they are: the passkey does.
func (a *Accounts) BeginPasskey(pending Secret) (Ceremony, error) {
	if a.rp == nil {
		return Ceremony{}, ErrPasskeys
	}
	t := ticket{}
	if !pending.IsZero() {
		first, err := a.signer.open(forSecond, pending.Reveal(), a.cfg.Now())
		if err != nil {
			return Ceremony{}, err
		}
		t = ticket{Account: first.Account, Done: first.Done, Before: first.ID, Change: first.Change}
	}
	options, session, err := a.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("beginning a passkey sign-in: %w", err)
	}
	return a.ceremony(forAssertion, t, options, session)
}

// BeginAddPasskey begins to give an account another passkey: ErrStepUp, ErrTooMany.
func (a *Accounts) BeginAddPasskey(s Session) (Ceremony, error) {
	if a.rp == nil {
		return Ceremony{}, ErrPasskeys
	}
	var acct stored
	err := a.cfg.Records.View(func(tx records.Tx) (err error) {
		acct, _, err = a.mayChange(tx, s)
		return err
	})
	if err != nil {
		return Ceremony{}, err
	}
	if len(acct.Passkeys) >= MaxPasskeys {
		return Ceremony{}, ErrTooMany
	}
	holder := keyholder{acct}
	options, session, err := a.rp.BeginRegistration(holder,
		webauthn.WithCredentialParameters(algorithms),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithExclusions(webauthn.Credentials(holder.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		}),
		// A security key can derive secrets for opening pods only if that was asked for when the passkey was made.
		webauthn.WithExtensions(webauthn.WithExtensionPRFSupport()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("beginning to add a passkey: %w", err)
	}
	return a.ceremony(forRegistration, ticket{Account: s.Account, Session: s.ID}, options, session)
}

func (a *Accounts) ceremony(p purpose, t ticket, options any, session *webauthn.SessionData) (Ceremony, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("writing the options of a ceremony: %w", err)
	}
	if t.Web, err = json.Marshal(session); err != nil {
		return Ceremony{}, fmt.Errorf("writing the state of a ceremony: %w", err)
	}
	expires := a.cfg.Now().Add(ceremonyLife)
	t.ID, t.Until = randomID(), expires.Unix()
	return Ceremony{text, a.signer.sign(p, t), expires}, nil
}

// finish takes the state of a ceremony back, for the only time.
func (a *Accounts) finish(p purpose, state Secret, response []byte) (t ticket, session webauthn.SessionData, err error) {
	if a.rp == nil {
		return t, session, ErrPasskeys
	}
	now := a.cfg.Now()
	if t, err = a.signer.open(p, state.Reveal(), now); err != nil {
		return t, session, err
	}
	if !a.spent.take(t, now) || json.Unmarshal(t.Web, &session) != nil {
		return t, session, ErrCeremony
	}
	if len(response) > maxResponse {
		return t, session, fmt.Errorf("%w: too large", ErrPasskey)
	}
	return t, session, nil
}

// assertion is an answer that holds.
type assertion struct {
	account    string
	credential []byte
	counter    uint32
}

// verify checks the answer to BeginPasskey. The account is known as soon as
// its handle is, even when the answer does not hold.
func (a *Accounts) verify(session webauthn.SessionData, response []byte) (as assertion, err error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return as, refused(err)
	}
	handler := func(_, handle []byte) (webauthn.User, error) {
		s, acct, err := a.look(byRef(handleKind, handleName(handle)))
		as.account = acct.ID
		return keyholder{s}, err
	}
	if _, _, err = a.rp.ValidatePasskeyLogin(handler, session, parsed); err != nil {
		return as, refused(err)
	}
	as.credential, as.counter = parsed.RawID, parsed.Response.AuthenticatorData.Counter
	return as, nil
}
