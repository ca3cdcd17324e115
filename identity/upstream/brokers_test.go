package upstream

import (
	"strings"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/internal/jose"
)

// The brokers that this was made for, as strict as their documents say they are.
// What a document leaves open is as strict here as it could be.
var brokers = map[string]struct {
	host func(i *Issuer, at string)             // what the host writes down
	is   func(f *fake, key *jose.PrivateKey)    // what it wants
	says func(now int64, claims map[string]any) // what its ID token says
	alg  jose.Algorithm                         // of both keys
	want Answer
	old  error // of a step-up
}{
	// ID-porten: docs.digdir.no, "/authorize", "/par", "/token", "ID token" and "PKCE".
	// It takes the issuer alone as the audience of an assertion, and no list.
	"ID-porten": {
		host: func(i *Issuer, _ string) {
			i.Scopes, i.ACRValues, i.Levels = []string{"profile"}, []string{"idporten-loa-substantial"}, []string{"idporten-loa-substantial", "idporten-loa-high"}
			i.Locales = []string{"nb", "nn", "en", "se"}
		},
		is: func(f *fake, key *jose.PrivateKey) {
			f.client = keyed(key)
			f.client.types, f.client.life = []string{"", "jwt", "client-authentication+jwt"}, 2*time.Minute
			f.about[par], f.must = f.url()+"/par", true
			f.about["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic", "client_secret_post", "private_key_jwt", "none"}
			f.wants = map[string][]string{"scope": {"openid profile"}, "prompt": {"", "login"}, "ui_locales": {"nb", "nn", "en", "se"}, "acr_values": {"idporten-loa-substantial", "idporten-loa-high"}}
		},
		says: func(now int64, c map[string]any) {
			c["acr"], c["amr"], c["sid"], c["jti"], c["locale"], c["pid"] = "idporten-loa-high", []string{"BankID"}, "dskgZMtx", "mR5RhSGm-ig", "nb", "canary"
			c["sub"], c["exp"], c["auth_time"] = "qD-kwgr3FcGA9zy4M7O_4Dco95Uobipd0RJeHSWypG5BL0VrsSND4Pppa2Zi", now+120, now
			delete(c, "name")
		},
		alg:  jose.RS256,
		want: Answer{Level: "idporten-loa-high", Identity: account.Identity{Subject: "qD-kwgr3FcGA9zy4M7O_4Dco95Uobipd0RJeHSWypG5BL0VrsSND4Pppa2Zi"}},
	},
	// HelseID: utviklerportal.nhn.no, "The PAR endpoint", "Using Client Assertions",
	// "The Authorization endpoint" and "Formatting DPoP proofs". It wants requests
	// pushed, and its discovery document does not say so.
	"HelseID": {
		host: func(i *Issuer, _ string) {
			i.Scopes, i.DPoP = []string{"helseid://scopes/identity/pid"}, true
		},
		is: func(f *fake, key *jose.PrivateKey) {
			f.client, f.dpop = keyed(key), proofs("of-the-server")
			f.about[par], f.about["require_pushed_authorization_requests"], f.must = f.url()+"/par", false, true
			f.about["token_endpoint_auth_signing_alg_values_supported"] = []string{"RS256", "PS256", "ES256"}
			f.wants = map[string][]string{"acr_values": {""}}
		},
		says: func(now int64, c map[string]any) {
			c["helseid://claims/identity/pid"], c["helseid://claims/identity/security_level"], c["amr"], c["idp"] = "canary", "4", []string{"pwd"}, "idporten-oidc"
			c["sub"] = "PIcPFx7z3y1+0mlXqlAPU+gY4xZKbN3GgBgSgKiVwmg="
			delete(c, "acr")
		},
		alg:  jose.ES256,
		want: Answer{Identity: account.Identity{Subject: "PIcPFx7z3y1+0mlXqlAPU+gY4xZKbN3GgBgSgKiVwmg=", Label: "Maria Lind"}},
	},
	// The Swedish OpenID Connect Profile 1.0 (oidc.se), sections 2 and 3: an issuer may
	// want its token endpoint as the audience, and say the number of the citizen in a claim.
	"the Swedish profile": {
		host: func(i *Issuer, at string) {
			i.Audience, i.AssertionType = at+"/token", "JWT"
			i.Scopes, i.Subject = []string{"https://id.oidc.se/scope/naturalPersonNumber"}, "https://id.oidc.se/claim/personalIdentityNumber"
			i.ACRValues = []string{"http://id.elegnamnden.se/loa/1.0/loa3"}
		},
		is: func(f *fake, key *jose.PrivateKey) {
			f.client = keyed(key)
			f.client.types, f.client.audience = []string{"", "jwt"}, f.url()+"/token"
			f.about["token_endpoint_auth_signing_alg_values_supported"] = []string{"RS256"}
			f.about["authorization_response_iss_parameter_supported"] = nil
		},
		says: func(now int64, c map[string]any) {
			c["https://id.oidc.se/claim/personalIdentityNumber"], c["sub"], c["exp"] = "195006262546", "public-and-different", now+300
			c["aud"] = []string{clientID}
		},
		alg: jose.RS256,
		want: Answer{Level: "http://id.elegnamnden.se/loa/1.0/loa3",
			Identity: account.Identity{Claim: "https://id.oidc.se/claim/personalIdentityNumber", Subject: "195006262546", Label: "Maria Lind"}},
	},
	// A broker of many eIDs (Signicat, Idura): acr_values choose one, and the answer
	// names no level; there is a secret; it need not say when somebody proved themselves.
	"a broker of many": {
		host: func(i *Issuer, _ string) {
			i.Key, i.Secret, i.Post = nil, account.NewSecret(secret), true
			i.ACRValues, i.Levels, i.Prompt, i.Locales = []string{"idp:sbid"}, []string{}, "login", []string{}
		},
		is: func(f *fake, _ *jose.PrivateKey) {
			f.about[par] = f.url() + "/par"
			f.wants = map[string][]string{"prompt": {"login"}, "acr_values": {"idp:sbid"}, "ui_locales": {""}}
		},
		says: func(_ int64, c map[string]any) {
			c["sub"] = "{1373c272-b61a-4cb5-88b2-9c44883fe62f}"
			delete(c, "acr")
			delete(c, "auth_time")
		},
		alg:  jose.RS256,
		want: Answer{Identity: account.Identity{Subject: "{1373c272-b61a-4cb5-88b2-9c44883fe62f}", Label: "Maria Lind"}},
		old:  ErrStale,
	},
}

func TestBrokers(t *testing.T) {
	for name, b := range brokers {
		key := cachedKeys()[b.alg]
		w := newWorld(t, withKey(key), func(c *Config) { b.host(&c.Issuers[0], c.Issuers[0].URL) })
		b.is(w.bank, key)
		w.bank.key = cachedKeys()[jose.PS256]
		w.bank.keys = []*jose.PublicKey{cachedKeys()[jose.RS256].Public(), w.bank.key.Public()} // one comes, one goes
		w.bank.claims = func(c map[string]any) { b.says(w.clock().Unix(), c) }
		for _, wish := range []Wish{{Language: "sv", Return: "back"}, {Language: "en", For: "account-of-maria"}, {Language: "nb-NO", Fresh: true}} {
			a, err := w.signIn(wish)
			if wish.Fresh && b.old != nil {
				is(t, name+", a step-up", err, b.old)
				continue
			}
			want := b.want
			want.For, want.Return, want.Identity.For, want.Identity.Issuer, want.Identity.Proved = wish.For, wish.Return, wish.For, w.bank.url(), a.Identity.Proved
			if want.Identity.Claim == "" {
				want.Identity.Claim = "sub"
			}
			if err != nil || a != want || (b.old == nil) == a.Identity.Proved.IsZero() || strings.Contains(a.Identity.Label, "canary") {
				t.Errorf("%s: %+v, %v (%s), want %+v", name, a, err, w.bank.why, want)
			}
		}
		// The host who writes down less, or something else, hears a no.
		if w.bank.client == nil {
			continue
		}
		w.cfg.Issuers[0].Key = cachedKeys()[jose.EdDSA]
		w.restart()
		if _, err := w.signInOrNot(); err == nil {
			t.Errorf("%s: with a key of nobody", name)
		}
	}
}
