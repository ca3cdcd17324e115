package upstream

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"skrin/internal/jose"
)

func set(name string, value any) func(*world, map[string]any) {
	return func(_ *world, c map[string]any) { c[name] = value }
}

func without(name string) func(*world, map[string]any) {
	return func(_ *world, c map[string]any) { delete(c, name) }
}

// What an ID token must say: OpenID Connect Core, section 3.1.3.7.
func TestClaimsThatAreRefused(t *testing.T) {
	for what, c := range map[string]struct {
		change func(w *world, claims map[string]any)
		want   error
	}{
		"another issuer":                    {func(w *world, c map[string]any) { c["iss"] = w.region.url() }, ErrToken},
		"the issuer with a slash":           {func(w *world, c map[string]any) { c["iss"] = w.bank.url() + "/" }, ErrToken},
		"no issuer":                         {without("iss"), ErrToken},
		"another audience":                  {set("aud", "another client"), ErrToken},
		"no audience":                       {without("aud"), ErrToken},
		"an audience that is a number":      {set("aud", 7), ErrToken},
		"our name in capitals":              {set("aud", strings.ToUpper(clientID)), ErrToken},
		"two audiences without azp":         {set("aud", []string{clientID, "another client"}), ErrToken},
		"two audiences, azp another":        {func(_ *world, c map[string]any) { c["aud"], c["azp"] = []string{clientID, "b"}, "b" }, ErrToken},
		"azp another":                       {set("azp", "another client"), ErrToken},
		"azp empty":                         {set("azp", ""), ErrToken},
		"azp no text":                       {set("azp", []string{clientID}), ErrToken},
		"expired":                           {func(w *world, c map[string]any) { c["exp"] = w.clock().Add(-time.Second).Unix() }, ErrToken},
		"no expiry":                         {without("exp"), ErrToken},
		"an expiry that is a text":          {set("exp", "tomorrow"), ErrToken},
		"not yet":                           {func(w *world, c map[string]any) { c["nbf"] = w.clock().Add(10 * time.Minute).Unix() }, ErrToken},
		"another nonce":                     {set("nonce", strings.Repeat("A", 43)), ErrToken},
		"no nonce":                          {without("nonce"), ErrToken},
		"an empty nonce":                    {set("nonce", ""), ErrToken},
		"a nonce that is a list":            {set("nonce", []string{"a"}), ErrToken},
		"no subject":                        {without("sub"), ErrToken},
		"an empty subject":                  {set("sub", ""), ErrToken},
		"a subject that is a number":        {set("sub", 7), ErrToken},
		"a subject that is null":            {set("sub", nil), ErrToken},
		"a subject too long":                {set("sub", strings.Repeat("m", maxSubject+1)), ErrToken},
		"a subject in capitals":             {func(_ *world, c map[string]any) { c["SUB"] = c["sub"]; delete(c, "sub") }, ErrToken},
		"an issuer in capitals beside it":   {func(w *world, c map[string]any) { c["ISS"] = w.bank.url(); c["iss"] = w.region.url() }, ErrToken},
		"at_hash of another":                {set("at_hash", atHash("another")), ErrToken},
		"an auth_time that is a text":       {set("auth_time", "now"), ErrToken},
		"an auth_time before all time":      {set("auth_time", -1), ErrToken},
		"a level that is a number":          {set("acr", 3), ErrToken},
		"a claim whose source is elsewhere": {set("_claim_names", map[string]string{"sub": "elsewhere"}), ErrToken},
	} {
		w := newWorld(t)
		w.bank.claims = func(claims map[string]any) { c.change(w, claims) }
		_, err := w.signIn(Wish{})
		is(t, what, err, c.want)
	}
}

// The claim that names the person is not replaced by another one.
func TestSubjectElsewhereIsMissed(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Issuers[0].Subject = "pid" })
	_, err := w.signIn(Wish{})
	is(t, "a token with sub alone", err, ErrToken)
}

func TestLevelsThatAreRefused(t *testing.T) {
	for what, acr := range map[string]any{"none": nil, "empty": "", "lower": "low", "two": "high low", "in capitals": "HIGH", "what was asked for and is not enough": "same-device"} {
		w := newWorld(t, func(c *Config) {
			c.Issuers[0].ACRValues, c.Issuers[0].Levels = []string{"same-device"}, []string{"substantial", "high"}
		})
		w.bank.claims = func(c map[string]any) {
			if c["acr"] = acr; acr == nil {
				delete(c, "acr")
			}
		}
		_, err := w.signIn(Wish{})
		is(t, what, err, ErrLevel)
	}
}

func TestOldProofsAreRefused(t *testing.T) {
	for what, c := range map[string]struct {
		ago  time.Duration
		want error
	}{
		"now":                          {0, nil},
		"by a clock a minute behind":   {time.Minute, nil},
		"before it was asked for":      {slack + time.Second, ErrStale},
		"yesterday":                    {24 * time.Hour, ErrStale},
		"nobody says when":             {-1, ErrStale},
		"nobody says when, as null":    {-2, ErrToken},
		"nobody says when, in seconds": {-3, ErrStale},
	} {
		w := newWorld(t)
		w.bank.claims = func(claims map[string]any) {
			switch claims["auth_time"] = w.clock().Add(-c.ago).Unix(); c.ago {
			case -1:
				delete(claims, "auth_time")
			case -2:
				claims["auth_time"] = nil
			case -3:
				claims["auth_time"] = 0
			}
		}
		_, err := w.signIn(Wish{Fresh: true})
		is(t, what, err, c.want)
		if c.ago == -1 { // to link, it is enough that nothing speaks against it
			c.want = nil
		}
		_, err = w.signIn(Wish{For: "account-of-maria"})
		is(t, what+", to link", err, c.want)
		if c.want == ErrStale {
			c.want = nil
		}
		_, err = w.signIn(Wish{})
		is(t, what+", to sign in", err, c.want)
	}
}

func encode(v any) string {
	text, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(text)
}

// hs256 is a token that whoever knows the secret can make.
func hs256(claims any, key []byte) string {
	input := encode(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + encode(claims)
	m := hmac.New(sha256.New, key)
	m.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// A token that the issuer did not sign with a key that it publishes is none.
func TestSignaturesThatAreRefused(t *testing.T) {
	other, err := jose.GenerateKey(jose.ES256)
	if err != nil {
		t.Fatal(err)
	}
	for what, forge := range map[string]func(f *fake, compact string, claims map[string]any) any{
		"no token at all": func(*fake, string, map[string]any) any { return nil },
		"an empty one":    func(*fake, string, map[string]any) any { return "" },
		"not a text":      func(*fake, string, map[string]any) any { return 7 },
		"not a token":     func(*fake, string, map[string]any) any { return "a.b.c" },
		"without its signature": func(_ *fake, compact string, _ map[string]any) any {
			return compact[:strings.LastIndexByte(compact, '.')+1]
		},
		"alg none": func(_ *fake, _ string, claims map[string]any) any {
			return encode(map[string]string{"alg": "none"}) + "." + encode(claims) + "."
		},
		"alg NONE": func(_ *fake, _ string, claims map[string]any) any {
			return encode(map[string]string{"alg": "NONE"}) + "." + encode(claims) + "."
		},
		"HS256 with our secret": func(_ *fake, _ string, claims map[string]any) any { return hs256(claims, []byte(secret)) },
		"HS256 with the public key": func(f *fake, _ string, claims map[string]any) any {
			key, _ := json.Marshal(f.key.Public())
			return hs256(claims, key)
		},
		"by a key of nobody, under its own name": func(_ *fake, _ string, claims map[string]any) any {
			compact, _ := other.Sign(jose.Header{}, claims)
			return compact
		},
		"by a key of nobody, under the issuer's": func(f *fake, _ string, claims map[string]any) any {
			compact, _ := other.SignBytes([]byte(`{"alg":"ES256","kid":"`+f.key.Public().ID()+`"}`), mustJSON(claims))
			return compact
		},
		"by a key of nobody, that it brings along": func(_ *fake, _ string, claims map[string]any) any {
			compact, _ := other.Sign(jose.Header{Embed: true}, claims)
			return compact
		},
		"another algorithm than the key's": func(f *fake, _ string, claims map[string]any) any {
			compact, _ := f.key.SignBytes([]byte(`{"alg":"ES384","kid":"`+f.key.Public().ID()+`"}`), mustJSON(claims))
			return compact
		},
		"an extension that must be understood": func(f *fake, _ string, claims map[string]any) any {
			compact, _ := f.key.SignBytes([]byte(`{"alg":"ES256","crit":["x"],"x":1}`), mustJSON(claims))
			return compact
		},
		"the subject twice": func(f *fake, _ string, claims map[string]any) any {
			text := string(mustJSON(claims))
			compact, _ := f.key.SignBytes([]byte(`{"alg":"ES256"}`), []byte(`{"sub":"somebody-else",`+text[1:]))
			return compact
		},
		"a list": func(f *fake, _ string, claims map[string]any) any {
			compact, _ := f.key.SignBytes([]byte(`{"alg":"ES256"}`), append(append([]byte("["), mustJSON(claims)...), ']'))
			return compact
		},
		"what it says, changed afterwards": func(_ *fake, compact string, claims map[string]any) any {
			parts := strings.Split(compact, ".")
			changed := maps.Clone(claims)
			changed["sub"] = "somebody-else"
			return parts[0] + "." + encode(changed) + "." + parts[2]
		},
		"its signature, changed":  func(_ *fake, compact string, _ map[string]any) any { return compact[:len(compact)-4] + "AAAA" },
		"in the form with a JSON": func(_ *fake, compact string, _ map[string]any) any { return flattened(compact) },
		"longer than a token may be": func(f *fake, _ string, claims map[string]any) any {
			claims["x"] = strings.Repeat("x", jose.MaxToken)
			compact, _ := f.key.Sign(jose.Header{}, claims)
			return compact
		},
	} {
		w := newWorld(t)
		w.bank.token = func(compact string, claims map[string]any) any { return forge(w.bank, compact, claims) }
		_, err := w.signIn(Wish{})
		is(t, what, err, ErrToken)
	}
}

func mustJSON(v any) []byte {
	text, _ := json.Marshal(v)
	return text
}

// flattened is the same token in the JSON form of RFC 7515, section 7.2.2.
func flattened(compact string) string {
	p := strings.Split(compact, ".")
	return string(mustJSON(map[string]string{"protected": p[0], "payload": p[1], "signature": p[2]}))
}

// A key that is too weak, or for something else, is none of the issuer's.
func TestKeysThatAreRefused(t *testing.T) {
	for what, keys := range map[string]string{
		"none":                 `{"keys":[]}`,
		"for encryption":       `{"keys":[` + withMember(cachedKeys()[jose.ES256], `"use":"enc"`) + `]}`,
		"a secret":             `{"keys":[{"kty":"oct","k":"` + base64.RawURLEncoding.EncodeToString([]byte(secret)) + `","alg":"HS256"}]}`,
		"of another algorithm": `{"keys":[` + withMember(cachedKeys()[jose.RS256], "") + `]}`,
	} {
		w := newWorld(t)
		w.bank.answer["/keys"] = text(200, keys)
		_, err := w.signIn(Wish{})
		is(t, what, err, ErrToken)
		if strings.HasPrefix(what, "a secret") {
			w.bank.token = func(_ string, claims map[string]any) any { return hs256(claims, []byte(secret)) }
			_, err = w.signIn(Wish{})
			is(t, "HS256 with a secret that is published", err, ErrToken)
		}
	}
}

func withMember(key *jose.PrivateKey, member string) string {
	text := string(mustJSON(key.Public()))
	if member == "" {
		return text
	}
	return `{` + member + `,` + text[1:]
}

// A token of one sign-in is no answer to another one, and none of another issuer's.
func TestTokensOfOthers(t *testing.T) {
	w := newWorld(t)
	var kept string
	w.bank.token = func(compact string, _ map[string]any) any { kept = compact; return compact }
	if _, err := w.signIn(Wish{}); err != nil {
		t.Fatal(err)
	}
	w.bank.token = func(string, map[string]any) any { return kept }
	_, err := w.signIn(Wish{})
	is(t, "the token of the last sign-in", err, ErrToken)
	w.bank.token = func(_ string, claims map[string]any) any { // signed well, by an issuer that is ours too
		claims["iss"] = w.region.url()
		compact, _ := w.bank.key.Sign(jose.Header{}, claims)
		return compact
	}
	_, err = w.signIn(Wish{})
	is(t, "the token of the other issuer", err, ErrToken)
}
