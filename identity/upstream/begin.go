package upstream

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"skrin/identity/account"
)

// Wish is what a sign-in at an issuer is for.
type Wish struct {
	// For is the account that the identity is to be linked to: of a session
	// that asked for it. "": to sign in. To link, the issuer is asked to have
	// the person prove themselves, whoever is signed in there; an answer that
	// says they did not is none.
	For string
	// Return is what the caller will want to know when the person is back, a
	// ticket of the provider say. It is signed, not hidden.
	Return string
	// Fresh asks the issuer to have the person prove themselves anew, and
	// takes no answer that does not say they did: for a step-up.
	Fresh bool
	// Language is what the issuer's pages should speak, a BCP 47 tag.
	Language string
}

// Begin gives the address at the issuer that the browser is to go to, and the
// state that the browser must hold meanwhile, in a cookie of at most 4 KiB that
// scripts do not see. binding is what tells this browser from others, and comes
// again with Finish. Where the issuer takes the request from us it is asked before
// the browser is, and may refuse it then. ErrUnknown, ErrUnreachable, ErrReturn,
// ErrRefused, ErrLevel, ErrBusy; ErrState without a binding.
func (u *Issuers) Begin(ctx context.Context, id string, w Wish, binding string) (to string, state account.Secret, err error) {
	p, err := u.find(id)
	if err != nil {
		return "", account.Secret{}, err
	}
	t := attempt{ID: randomID(), Begun: u.now().Unix(), For: w.For, Return: w.Return, Fresh: w.Fresh}
	if state, err = u.signer.seal(t, p.ID, binding); err != nil {
		return "", account.Secret{}, err
	}
	m, err := p.metadata(ctx)
	if err != nil {
		return "", account.Secret{}, err
	}
	request := u.request(p, t, w)
	if m.push != "" && !p.Direct {
		if request, err = u.push(ctx, p, m, request); err != nil {
			return "", account.Secret{}, err
		}
	}
	join := "?"
	if strings.Contains(m.endpoint.AuthURL, "?") {
		join = "&"
	}
	return m.endpoint.AuthURL + join + request.Encode(), state, nil
}

// ordinaryAge is how many seconds ago somebody may have proved themselves there
// to sign in: half a day. To ask for any age obliges the issuer to say when it was
// (OpenID Connect Core, section 3.1.2.1), and many say it only then.
const ordinaryAge = "43200"

// request is what the issuer is asked for (OpenID Connect Core, section 3.1.2.1).
func (u *Issuers) request(p *party, t attempt, w Wish) url.Values {
	q := url.Values{
		"response_type":         {"code"},
		"client_id":             {p.ClientID},
		"redirect_uri":          {u.redirect(p.ID)},
		"scope":                 {strings.Join(p.scopes(), " ")},
		"state":                 {u.signer.derive(ofParameter, p.ID, t)},
		"nonce":                 {u.signer.derive(ofNonce, p.ID, t)},
		"code_challenge":        {oauth2.S256ChallengeFromVerifier(u.signer.derive(ofVerifier, p.ID, t))},
		"code_challenge_method": {"S256"},
	}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("max_age", ordinaryAge)
	prompt := p.Prompt
	if t.Fresh || t.For != "" { // whom somebody else left signed in there is not to be linked
		prompt = "login"
		set("max_age", "0")
	}
	set("prompt", prompt)
	set("acr_values", strings.Join(p.ACRValues, " "))
	set("ui_locales", p.locale(w.Language))
	return q
}

// randomID is 128 random bits in 22 characters.
func randomID() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
