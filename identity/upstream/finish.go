package upstream

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"skrin/identity/account"
	"skrin/internal/jose"
)

// Answer is what came of a sign-in at an issuer.
type Answer struct {
	Identity account.Identity // for WithExternal or AddLink
	Level    string           // the acr that the issuer names, "" when none
	For      string           // as Wish had it
	Return   string           // as Wish had it
}

// Finish takes the query with which the browser came back to the redirect URI
// of an issuer, and the state that it held. For and Return are given with
// errors too, when the state was ours, so that the person can be led back.
// ErrUnknown, ErrState, ErrMixUp, ErrDeclined, ErrRefused, ErrUnreachable,
// ErrToken, ErrLevel, ErrStale, ErrBusy.
func (u *Issuers) Finish(ctx context.Context, id string, query url.Values, state account.Secret, binding string) (Answer, error) {
	p, err := u.find(id)
	if err != nil {
		return Answer{}, err
	}
	t, err := u.signer.open(state, p.ID, binding, u.now())
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{For: t.For, Return: t.Return}
	select {
	case p.room <- struct{}{}:
		defer func() { <-p.room }()
	default:
		return answer, ErrBusy
	}
	if err := u.answers(query, p, t); err != nil {
		return answer, err
	}
	found, err := u.ask(ctx, p, t, query)
	if err != nil {
		return answer, err
	}
	answer.Identity, answer.Level = found.identity(p.Issuer, t), found.acr
	return answer, nil
}

// maxCode bounds an authorization code; those met in use have up to two thousand characters.
const maxCode = 8 << 10

// answers says whether a query answers an attempt, for the only time: ErrState.
func (u *Issuers) answers(query url.Values, p *party, t attempt) error {
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(query[name]) > 1 || len(query.Get(name)) > maxCode {
			return ErrState
		}
	}
	want := u.signer.derive(ofParameter, p.ID, t)
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(want)) != 1 || !u.spent.take(t, u.now()) {
		return ErrState
	}
	return nil
}

// ask brings an answer to the issuer, and checks its word.
func (u *Issuers) ask(ctx context.Context, p *party, t attempt, query url.Values) (*claims, error) {
	m, err := p.metadata(ctx)
	if err != nil {
		return nil, err
	}
	if query.Has("iss") && query.Get("iss") != p.URL || !query.Has("iss") && m.sendsIss {
		return nil, ErrMixUp
	}
	if query.Has("error") || query.Get("code") == "" {
		return nil, refusal(query.Get("error"))
	}
	tokens, err := u.exchange(ctx, p, m, t, query.Get("code"))
	if err != nil {
		return nil, err
	}
	return u.check(ctx, p, m, t, tokens)
}

// exchange gives the code for tokens. An issuer that wants a proof of possession
// may want to be asked for a second time, with a word of its own in it.
func (u *Issuers) exchange(ctx context.Context, p *party, m *metadata, t attempt, code string) (*oauth2.Token, error) {
	if !p.DPoP {
		tokens, err := u.present(oidc.ClientContext(ctx, p.client), p, m, t, code)
		return tokens, refusedCode(err)
	}
	key, err := jose.GenerateKey(jose.ES256)
	if err != nil {
		return nil, err
	}
	tokens, err := u.present(oidc.ClientContext(ctx, p.proving(key, "")), p, m, t, code)
	if nonce := wantedNonce(err); nonce != "" {
		tokens, err = u.present(oidc.ClientContext(ctx, p.proving(key, nonce)), p, m, t, code)
	}
	return tokens, refusedCode(err)
}

// present brings the code to the token endpoint, once.
func (u *Issuers) present(ctx context.Context, p *party, m *metadata, t attempt, code string) (*oauth2.Token, error) {
	client := oauth2.Config{ClientID: p.ClientID, Endpoint: m.endpoint, RedirectURL: u.redirect(p.ID)}
	more := []oauth2.AuthCodeOption{oauth2.VerifierOption(u.signer.derive(ofVerifier, p.ID, t))}
	if client.Endpoint.AuthStyle = oauth2.AuthStyleInParams; m.method == byHeader {
		client.Endpoint.AuthStyle, client.ClientSecret = oauth2.AuthStyleInHeader, p.Secret.Reveal()
		return client.Exchange(ctx, code, more...)
	}
	form := url.Values{}
	if err := p.introduce(m, form); err != nil {
		return nil, err
	}
	for name := range form {
		more = append(more, oauth2.SetAuthURLParam(name, form.Get(name)))
	}
	return client.Exchange(ctx, code, more...)
}

// refusals are the error codes that may be repeated: those of RFC 6749, section
// 4.1.2.1 and 5.2, of OpenID Connect Core, section 3.1.2.6, and of its extension
// for levels that cannot be had.
var refusals = map[string]error{
	"access_denied":                     ErrDeclined,
	"login_required":                    ErrDeclined,
	"interaction_required":              ErrDeclined,
	"consent_required":                  ErrDeclined,
	"account_selection_required":        ErrDeclined,
	"unmet_authentication_requirements": ErrLevel,
	"server_error":                      ErrUnreachable,
	"temporarily_unavailable":           ErrUnreachable,
	"invalid_request":                   ErrRefused,
	"unauthorized_client":               ErrRefused,
	"unsupported_response_type":         ErrRefused,
	"invalid_scope":                     ErrRefused,
	"invalid_client":                    ErrRefused,
	"invalid_grant":                     ErrRefused,
	"unsupported_grant_type":            ErrRefused,
}

// refusal is the error for a code of the issuer, in our words.
func refusal(code string) error {
	kind, known := refusals[code]
	switch {
	case !known:
		return ErrRefused
	case kind == ErrDeclined, kind == ErrLevel:
		return kind
	}
	return fmt.Errorf("%w: %s", kind, code)
}

// refusedCode tells an issuer that refuses a code from one that cannot be
// asked. The causes themselves repeat what it wrote.
func refusedCode(err error) error {
	var e *oauth2.RetrieveError
	if err == nil {
		return nil
	}
	if !errors.As(err, &e) {
		return unreachable(err)
	}
	status := http.StatusOK
	if e.Response != nil {
		status = e.Response.StatusCode
	}
	return refused(status, e.ErrorCode)
}

// refused is the error for an answer that is none of success.
func refused(status int, code string) error {
	if status >= 500 || status == http.StatusTooManyRequests || status >= 300 && status < 400 {
		return fmt.Errorf("%w: status %d", ErrUnreachable, status)
	}
	return refusal(code)
}

// unreachable says in a few fixed words why an issuer cannot be asked.
func unreachable(err error) error {
	var timeout interface{ Timeout() bool }
	var other *oidc.IssuerMismatchError
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", ErrUnreachable, context.Canceled)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%w: no answer in time", ErrUnreachable)
	case errors.As(err, &other):
		return fmt.Errorf(`%w: it says that it is another issuer; "url" must be what its discovery document has under "issuer", to the last slash`, ErrUnreachable)
	}
	var dialled *url.Error
	if errors.As(err, &dialled) {
		return fmt.Errorf("%w: no connection", ErrUnreachable)
	}
	return fmt.Errorf("%w: it does not answer as an issuer does", ErrUnreachable)
}
