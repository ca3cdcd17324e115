package upstream

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"skrin/identity/account"
)

// Wish is what a sign-in at an issuer is for.
type Wish struct {
	// For is the account that the identity is to be linked to: of a session
	// that asked for it. "": to sign in. To link, the issuer is asked to have
	// the person prove themselves, whoever is signed in there.
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
// again with Finish. ErrUnknown, ErrUnreachable, ErrReturn; ErrState without a
// binding.
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
	return u.client(p, m).AuthCodeURL(u.signer.derive(ofParameter, p.ID, t), u.options(p, t, w)...), state, nil
}

// client is us, as the library wants to see it.
func (u *Issuers) client(p *party, m *metadata) *oauth2.Config {
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret.Reveal(), Endpoint: m.endpoint,
		RedirectURL: u.redirect(p.ID), Scopes: p.scopes()}
}

func (u *Issuers) options(p *party, t attempt, w Wish) []oauth2.AuthCodeOption {
	all := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(u.signer.derive(ofVerifier, p.ID, t)),
		oidc.Nonce(u.signer.derive(ofNonce, p.ID, t)),
	}
	add := func(name, value string) {
		if value != "" {
			all = append(all, oauth2.SetAuthURLParam(name, value))
		}
	}
	prompt := p.Prompt
	if w.Fresh || w.For != "" { // whom somebody else left signed in there is not to be linked
		prompt = "login"
	}
	if w.Fresh {
		add("max_age", "0") // which obliges the issuer to say when it was
	}
	add("prompt", prompt)
	add("acr_values", strings.Join(p.ACRValues, " "))
	if languagePattern.MatchString(w.Language) {
		add("ui_locales", w.Language)
	}
	return all
}

// randomID is 128 random bits in 22 characters.
func randomID() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
