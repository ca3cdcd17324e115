package upstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"skrin/identity/account"
	"skrin/identity/records"
	"skrin/internal/jose"
)

// files is what lies beside the configuration.
func files(name string) ([]byte, error) {
	switch name {
	case "bankid.secret":
		return []byte("  " + secret + "\n"), nil
	case "empty":
		return []byte("\n"), nil
	case "client.jwk":
		return cachedKeys()[jose.RS256].MarshalPrivate()
	case "word.pem":
		return []byte("s3cret-canary"), nil
	}
	return nil, os.ErrNotExist
}

const whole = `{"issuers": [{
	"id": "bankid", "name": "BankID", "names": {"es": "BankID sueco"}, "url": "https://login.broker.example/",
	"client_id": "skrin", "secret_file": "bankid.secret", "secret_in": "body", "scopes": ["profile"], "acr_values": ["urn:bankid:qr", "urn:bankid:same"],
	"levels": ["high"], "subject": "https://broker.example/pid", "prompt": "login"
}, {"id": "eidas-2", "name": "eID", "url": "http://localhost:8080", "client_id": "a", "client_secret": "b"}]}`

func TestParseConfig(t *testing.T) {
	all, err := ParseConfig([]byte(whole), files)
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if all[0].Secret.Reveal() != secret || all[1].Secret.Reveal() != "b" {
		t.Error("the secrets are others")
	}
	want := []Issuer{{ID: "bankid", Name: "BankID", Names: map[string]string{"es": "BankID sueco"}, URL: "https://login.broker.example/", ClientID: "skrin", Post: true,
		Scopes: []string{"profile"}, ACRValues: []string{"urn:bankid:qr", "urn:bankid:same"}, Levels: []string{"high"}, Subject: "https://broker.example/pid", Prompt: "login"},
		{ID: "eidas-2", Name: "eID", URL: "http://localhost:8080", ClientID: "a"}}
	for i := range all {
		all[i].Secret = account.Secret{}
	}
	if !reflect.DeepEqual(all, want) {
		t.Errorf("%+v", all)
	}
	keyed, err := ParseConfig([]byte(one(`"client_secret": `, `"key_file": "client.jwk"`, `"push": false`, `"dpop": true`, `"ui_locales": ["nb", "en"]`, `"audience": "https://a.example/token"`, `"assertion_type": "JWT"`)), files)
	if err != nil || keyed[0].Key == nil || keyed[0].Key.Public().Thumbprint() != cachedKeys()[jose.RS256].Public().Thumbprint() || !keyed[0].Direct || !keyed[0].DPoP ||
		len(keyed[0].Locales) != 2 || keyed[0].Audience != "https://a.example/token" || keyed[0].AssertionType != "JWT" {
		t.Errorf("%+v, %v", keyed, err)
	}
	if none, err := ParseConfig([]byte(`{"issuers":[]}`), files); err != nil || len(none) != 0 {
		t.Errorf("no issuers: %v, %v", none, err)
	}
	for levels, want := range map[string]int{`[]`: 0, `["a"]`: 1} { // none at all is not the same as not to say
		all, err := ParseConfig([]byte(one(`"levels": `+levels)), files)
		if err != nil || all[0].Levels == nil || len(all[0].Levels) != want {
			t.Errorf("levels %s: %v, %v", levels, all, err)
		}
	}
}

// one is a good issuer with members that are different, or more.
func one(different ...string) string {
	members := map[string]json.RawMessage{"id": []byte(`"a"`), "name": []byte(`"A"`), "url": []byte(`"https://a.example"`), "client_id": []byte(`"c"`), "client_secret": []byte(`"s3cret-canary"`)}
	for _, text := range different {
		name, value, _ := strings.Cut(text, ": ")
		if members[strings.Trim(name, `"`)] = []byte(value); value == "" {
			delete(members, strings.Trim(name, `"`))
		}
	}
	text, err := json.Marshal(map[string]any{"issuers": []any{members}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestConfigsThatAreRefused(t *testing.T) {
	if _, err := ParseConfig([]byte(one()), files); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 600)
	for text, says := range map[string]string{
		``:                                    "not JSON",
		`{"issuers": [}`:                      "around byte 14",
		`[]`:                                  "not one JSON object",
		`{}`:                                  "must be a list",
		`null`:                                "not one JSON object",
		`{"issuers": {}}`:                     "must be a list",
		`{"issuers": null}`:                   "must be a list",
		`{"issuers": [], "issuers": []}`:      "twice",
		`{"issuers": [], "Issuers": []}`:      `no member "Issuers"`,
		`{"issuers": ["a"]}`:                  "issuer 1: not one JSON object",
		`{"issuers": []} {}`:                  "not JSON",
		one(`"clientid": "x"`):                `issuer 1: there is no member "clientid"; there are id, name`,
		one(`"ID": "x"`):                      `no member "ID"`,
		one(`"id": `):                         `"id" must be`,
		one(`"id": "A"`):                      `"id" must be`,
		one(`"id": "-a"`):                     `"id" must be`,
		one(`"id": "a/b"`):                    `"id" must be`,
		one(`"id": ".."`):                     `"id" must be`,
		one(`"id": "` + long + `"`):           `"id" must be`,
		one(`"id": 7`):                        `"id" is not a string`,
		one(`"name": `):                       `"name" must be`,
		one(`"name": " A"`):                   `"name" must be`,
		one(`"name": "A\u0000"`):              `"name" must be`,
		one(`"name": "` + long + `"`):         `"name" must be`,
		one(`"names": {"sv": ""}`):            `"names" must`,
		one(`"names": {"?": "A"}`):            `"names" must`,
		one(`"names": {"sv": 7}`):             `"sv" is not a string`,
		one(`"names": []`):                    `"names" is not an object`,
		one(`"url": `):                        `"url" must be`,
		one(`"url": "http://a.example"`):      `"url" must be`,
		one(`"url": "https://a.example?x=y"`): `"url" must be`,
		one(`"url": "https://a.example?"`):    `"url" must be`,
		one(`"url": "https://a.example#"`):    `"url" must be`,
		one(`"url": "https://a:b@a.example"`): `"url" must be`,
		one(`"url": "https:a.example"`):       `"url" must be`,
		one(`"url": "https://"`):              `"url" must be`,
		one(`"url": "https://a.example/` + long + `"`):                              `"url" must be`,
		one(`"url": "ftp://a.example"`):                                             `"url" must be`,
		one(`"client_id": `):                                                        `"client_id" is missing`,
		one(`"client_id": "å"`):                                                     `"client_id" is missing`,
		one(`"client_secret": `):                                                    `give "secret_file"`,
		one(`"client_secret": ""`):                                                  `or "key_file" (your private key)`,
		one(`"client_secret": "s3cret-canary\n"`):                                   `the secret is too long or has characters`,
		one(`"client_secret": ["s3cret-canary"]`):                                   `"client_secret" is not a string`,
		one(`"secret_file": "bankid.secret"`):                                       "either",
		one(`"client_secret": `, `"secret_file": "missing"`):                        `"secret_file": file does not exist`,
		one(`"client_secret": `, `"secret_file": "empty"`):                          `"secret_file": there is nothing in it`,
		one(`"secret_in": "query"`):                                                 `"secret_in" must be`,
		one(`"key_file": "client.jwk"`):                                             `a secret and "key_file"`,
		one(`"client_secret": `, `"key_file": "missing"`):                           `"key_file": file does not exist`,
		one(`"client_secret": `, `"key_file": "word.pem"`):                          `"key_file" (with "key_alg" and "key_id"): unusable key: neither a JWK nor PEM`,
		one(`"client_secret": `, `"key_file": "empty"`):                             `nothing in it`,
		one(`"client_secret": `, `"key_file": "client.jwk"`, `"key_alg": "PS256"`):  `its own "alg" says something else`,
		one(`"client_secret": `, `"key_file": "client.jwk"`, `"key_id": "mine"`):    `its own "kid" says something else`,
		one(`"client_secret": `, `"key_file": "client.jwk"`, `"secret_in": "body"`): `"secret_in" is for a secret`,
		one(`"client_secret": `, `"key_file": "client.jwk"`, `"audience": "token"`): `"audience" must be an https URL`,
		one(`"client_secret": `, `"key_file": "client.jwk"`, `"assertion_type": ""`, `"audience": "http://a.example/token"`): `"audience" must be an https URL`,
		one(`"client_secret": `, `"key_file": "client.jwk"`, `"assertion_type": "jwt"`):                                      `"assertion_type" must be`,
		one(`"key_id": "mine"`):                      `are for a "key_file"`,
		one(`"key_alg": "ES256"`):                    `are for a "key_file"`,
		one(`"audience": "https://a.example/token"`): `are for a "key_file"`,
		one(`"push": "no"`):                          `"push" is`,
		one(`"dpop": "no"`):                          `"dpop" is`,
		one(`"ui_locales": ["nb NO"]`):               `"ui_locales" is a list`,
		one(`"url": "https://a.example/.well-known/openid-configuration"`): `without /.well-known/openid-configuration`,
		one(`"scopes": ["a b"]`): `"scopes", "acr_values" and "levels"`,
		one(`"scopes": [""]`):    `"scopes", "acr_values" and "levels"`,
		one(`"scopes": [7]`):     `"scopes" holds something else`,
		one(`"acr_values": ["` + strings.Repeat(`a","`, maxList) + `b"]`): `"scopes", "acr_values" and "levels"`,
		one(`"levels": ["a b"]`):                       `"scopes", "acr_values" and "levels"`,
		one(`"prompt": "none"`):                        `"prompt" must be`,
		one(`"subject": "a b"`):                        `"subject" must be the name`,
		one(`"subject": "email"`):                      `belongs to one person for ever; email does not`,
		one(`"subject": "iss"`):                        `belongs to one person for ever; iss does not`,
		one(`"subject": "preferred_username"`):         `belongs to one person`,
		strings.Replace(whole, "eidas-2", "bankid", 1): `issuer 2 ("bankid"): its id is that of another one`,
		`{"issuers": [` + strings.Repeat(`{"id":"a"},`, MaxIssuers) + `{"id":"a"}]}`: "more than 16",
		strings.Repeat(" ", maxConfig) + `{}`:                                        "more than",
	} {
		all, err := ParseConfig([]byte(text), files)
		if !errors.Is(err, ErrConfig) || !strings.Contains(fmt.Sprint(err), says) || all != nil {
			t.Errorf("%.120s: %v, want %q", text, err, says)
		}
		if strings.Contains(fmt.Sprint(err), "canary") {
			t.Errorf("%.80s: the error says %q", text, err)
		}
	}
}

// What a configuration would not be read from is not taken from a program either.
func TestNewLooksAgain(t *testing.T) {
	good := Config{Records: records.Memory(), Redirect: func(string) string { return "" }, Issuers: []Issuer{issuer("a", "https://a.example")}}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	bad := good
	bad.Issuers = []Issuer{issuer("a", "http://a.example")}
	_, err := New(bad)
	is(t, "an issuer in the open", err, ErrConfig)
	bad.Issuers = []Issuer{good.Issuers[0], good.Issuers[0]}
	_, err = New(bad)
	is(t, "two with one id", err, ErrConfig)
	bad = good
	bad.Records = nil
	if _, err := New(bad); err == nil {
		t.Error("without records")
	}
	bad = good
	bad.Redirect = nil
	if _, err := New(bad); err == nil {
		t.Error("without redirect URIs")
	}
}

// FuzzParseConfig holds what is accepted to what New takes, and to saying no secret.
func FuzzParseConfig(f *testing.F) {
	for _, seed := range []string{whole, one(), one(`"client_secret": `, `"secret_file": "bankid.secret"`), one(`"names": {"sv": "Å"}`, `"levels": []`), one(`"client_secret": `, `"key_file": "client.jwk"`, `"push": true`, `"ui_locales": []`), `{"issuers":[]}`, `{"issuers":[{}]}`, `{"issuers":[{"client_secret":"s3cret-canary","x":1}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := ParseConfig(data, files)
		if err != nil {
			if !errors.Is(err, ErrConfig) || all != nil {
				t.Fatalf("%v with %v", err, all)
			}
			return
		}
		if _, err := New(Config{Records: records.Memory(), Redirect: func(string) string { return "" }, Issuers: all}); err != nil {
			t.Fatalf("it is read, and not taken: %v", err)
		}
		for _, i := range all {
			if text := fmt.Sprintf("%v %+v %#v", i, i, i); len(i.Secret.Reveal()) > 8 && strings.Contains(text, i.Secret.Reveal()) &&
				!strings.Contains(i.Name+i.URL+i.ClientID+fmt.Sprint(i.Names, i.Scopes, i.ACRValues, i.Levels)+i.Subject, i.Secret.Reveal()) {
				t.Fatalf("the secret is printed: %s", text)
			}
		}
	})
}
