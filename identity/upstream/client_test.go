package upstream

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/internal/jose"
)

// clientRules is what an issuer wants of a client that has a key.
type clientRules struct {
	key      *jose.PublicKey
	types    []string      // of the assertion
	audience string        // "": the issuer, as one text
	life     time.Duration // at most
	seen     map[string]bool
}

func keyed(key *jose.PrivateKey) *clientRules {
	return &clientRules{key: key.Public(), types: []string{"client-authentication+jwt"}, life: time.Minute, seen: map[string]bool{}}
}

// knows says whether a request comes from us, by the method that was agreed on.
func (f *fake) knows(r *http.Request) bool {
	id, word, basic := r.BasicAuth()
	if f.client != nil {
		f.why = f.client.refuse(f, r)
		return f.why == "" && !basic && !r.PostForm.Has("client_secret")
	}
	if basic {
		id, _ = url.QueryUnescape(id)
		word, _ = url.QueryUnescape(word)
	} else {
		id, word = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	f.basic = basic
	return id == clientID && word == secret && !r.PostForm.Has("client_assertion")
}

// refuse says what is wrong with an assertion (RFC 7523, section 3), "" for
// nothing. It reads the audience as it was written: a list is none that it takes.
func (c *clientRules) refuse(f *fake, r *http.Request) string {
	form := r.PostForm
	if form.Get("client_id") != clientID || form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return "the form"
	}
	token, err := jose.Parse(form.Get("client_assertion"))
	if err != nil {
		return err.Error()
	}
	_, rest, _ := strings.Cut(form.Get("client_assertion"), ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, _ := base64.RawURLEncoding.DecodeString(payload)
	var said struct {
		Issuer, Subject, Audience, ID string
		Issued, NotBefore, Expires    int64
	}
	if err := json.Unmarshal(text, &struct {
		Issuer    *string `json:"iss"`
		Subject   *string `json:"sub"`
		Audience  *string `json:"aud"`
		ID        *string `json:"jti"`
		Issued    *int64  `json:"iat"`
		NotBefore *int64  `json:"nbf"`
		Expires   *int64  `json:"exp"`
	}{&said.Issuer, &said.Subject, &said.Audience, &said.ID, &said.Issued, &said.NotBefore, &said.Expires}); err != nil {
		return err.Error()
	}
	audience, now := c.audience, f.now().Unix()
	if audience == "" {
		audience = f.url()
	}
	switch {
	case token.Verify(c.key) != nil, token.KeyID != c.key.ID(), token.KeyID == "":
		return "the signature"
	case !slices.Contains(c.types, token.Type):
		return "the type " + token.Type
	case said.Issuer != clientID || said.Subject != clientID:
		return "whose it is"
	case said.Audience != audience:
		return "the audience " + said.Audience
	case len(said.ID) < 22 || c.seen[said.ID]:
		return "an id that was there before, or is soon guessed"
	case said.Expires <= now || said.Expires > now+int64(c.life.Seconds()) || said.Issued > now || said.NotBefore > now || said.NotBefore == 0:
		return fmt.Sprintf("the times %d %d %d at %d", said.Issued, said.NotBefore, said.Expires, now)
	}
	c.seen[said.ID] = true
	return ""
}

func withKey(key *jose.PrivateKey) func(*Config) {
	return func(c *Config) { c.Issuers[0].Secret, c.Issuers[0].Key = account.Secret{}, key }
}

// Who has a key signs, for the issuer that the host configured, and sends no secret.
func TestPrivateKeyJWT(t *testing.T) {
	for _, a := range jose.Algorithms() {
		key := cachedKeys()[a]
		w := newWorld(t, withKey(key))
		w.bank.client = keyed(key)
		w.bank.about["token_endpoint_auth_signing_alg_values_supported"] = []string{string(a)}
		for range 2 { // each with an assertion of its own
			if _, err := w.signIn(Wish{}); err != nil {
				t.Errorf("%s: %v: %s", a, err, w.bank.why)
			}
		}
		w.bank.client.key = cachedKeys()[jose.EdDSA].Public()
		if a != jose.EdDSA {
			_, err := w.signIn(Wish{})
			is(t, "with a key that is not registered", err, ErrRefused)
		}
	}
}

// Some issuers know assertions of older kinds alone.
func TestOlderAssertions(t *testing.T) {
	key := cachedKeys()[jose.RS256]
	w := newWorld(t, withKey(key), func(c *Config) { c.Issuers[0].Audience, c.Issuers[0].AssertionType = c.Issuers[0].URL+"/token", "JWT" })
	w.bank.client = keyed(key)
	w.bank.client.types, w.bank.client.audience = []string{"jwt"}, w.bank.url()+"/token"
	if _, err := w.signIn(Wish{}); err != nil {
		t.Errorf("%v: %s", err, w.bank.why)
	}
}

// An issuer that gives another one's token endpoint for its own is sent nothing
// that is good there: the audience does not follow what an issuer says of itself.
func TestAssertionsStayWhereTheyAreMeantFor(t *testing.T) {
	key := cachedKeys()[jose.ES256]
	w := newWorld(t, withKey(key), func(c *Config) { c.Issuers[1].Secret, c.Issuers[1].Key = account.Secret{}, key })
	w.bank.client, w.region.client = keyed(key), keyed(key)
	w.bank.about["token_endpoint"] = w.region.url() + "/token"
	w.bank.about["pushed_authorization_request_endpoint"] = w.region.url() + "/par"
	_, _, err := w.Begin(context.Background(), "bank", Wish{}, browser)
	is(t, "pushed", err, ErrRefused)
	delete(w.bank.about, "pushed_authorization_request_endpoint")
	w.restart()
	to, state := w.begin(Wish{})
	_, err = w.finish(w.bank.authorize(to), state)
	if is(t, "exchanged", err, ErrRefused); w.region.why != "the audience "+w.bank.url() {
		t.Errorf("the region says %q", w.region.why)
	}
}

// What an issuer says that it takes is compared with what the host has, and the
// host is told what to change.
func TestWhatSaysWhoWeAre(t *testing.T) {
	es, rs := cachedKeys()[jose.ES256], cachedKeys()[jose.RS256]
	for what, c := range map[string]struct {
		key     *jose.PrivateKey
		methods any
		algs    any
		says    string // "": it is taken
	}{
		"a key, and it says nothing":       {es, nil, nil, ""},
		"a key, and it takes that":         {es, []string{"private_key_jwt"}, []string{"RS256", "ES256"}, ""},
		"a key, of another algorithm":      {es, []string{"private_key_jwt"}, []string{"RS256"}, `no key that signs with ES256: see "key_alg"`},
		"a key, and it takes secrets":      {rs, []string{"client_secret_basic", "client_secret_post"}, nil, `it takes no key: give "secret_file"`},
		"a key, and the list is no list":   {rs, []string{"private_key_jwt"}, 7, "discovery document"},
		"a secret, and it takes keys":      {nil, []string{"private_key_jwt"}, nil, `it takes no secret, but a key: give "key_file"`},
		"a secret, and it takes neither":   {nil, []string{"tls_client_auth"}, nil, "does not take a secret"},
		"a secret, and it takes both ways": {nil, []string{"private_key_jwt", "client_secret_post"}, nil, ""},
	} {
		w := newWorld(t)
		if c.key != nil {
			w = newWorld(t, withKey(c.key))
		}
		w.bank.about["token_endpoint_auth_methods_supported"] = c.methods
		w.bank.about["token_endpoint_auth_signing_alg_values_supported"] = c.algs
		if err := w.beginning(); c.says == "" && err != nil || c.says != "" && !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v, want %q", what, err, c.says)
		}
	}
}
