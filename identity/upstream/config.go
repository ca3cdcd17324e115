package upstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skrin/identity/account"
	"skrin/internal/jose"
)

// maxConfig bounds the file, in bytes.
const maxConfig = 256 << 10

// The members of the file and of an issuer in it.
var (
	fileMembers   = []string{"issuers"}
	issuerMembers = []string{"id", "name", "names", "url", "client_id", "client_secret", "secret_file", "secret_in",
		"key_file", "key_id", "key_alg", "audience", "assertion_type", "push", "dpop", "scopes", "acr_values", "levels", "subject", "prompt", "ui_locales"}
)

// ParseConfig reads the file in which a host names the issuers:
//
//	{"issuers": [{
//		"id": "bankid", "name": "BankID", "names": {"es": "BankID sueco"},
//		"url": "https://login.broker.example/", "client_id": "skrin",
//		"secret_file": "bankid.secret", "scopes": ["profile"],
//		"acr_values": ["urn:bankid:qr"], "levels": ["urn:bankid:qr"],
//		"subject": "sub", "prompt": "login"
//	}]}
//
// The secret stands in the file as "client_secret", or in another one that
// "secret_file" names and read brings: white space around it is taken off.
// "secret_in" may be "header" (the default, where the issuer takes it) or
// "body". In the place of a secret "key_file" names a private key, which read
// brings too (see [jose.ImportPrivateKey], also for "key_id" and "key_alg").
// "push": false is [Issuer.Direct]. See [Issuer] for the others. A member that is not known, or named
// twice, is an error, as is whatever else [New] would not take. Errors wrap
// ErrConfig, say where it is wrong, and repeat no secret.
func ParseConfig(data []byte, read func(file string) ([]byte, error)) ([]Issuer, error) {
	if len(data) > maxConfig {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrConfig, maxConfig)
	}
	file, err := members(data, fileMembers)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	items, err := file.Items("issuers")
	if err != nil || items == nil {
		return nil, fmt.Errorf(`%w: "issuers" must be a list`, ErrConfig)
	}
	var all []Issuer
	for n, item := range items {
		i, err := parseIssuer(item, read)
		if err != nil {
			return nil, fmt.Errorf("%w: issuer %d%s: %w", ErrConfig, n+1, i.called(), err)
		}
		all = append(all, i)
	}
	if err := checkAll(all); err != nil {
		return nil, err
	}
	return all, nil
}

// members reads an object that has no others than the known ones.
func members(data []byte, known []string) (jose.Object, error) {
	var all json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(data, &all); errors.As(err, &syntax) {
		return jose.Object{}, fmt.Errorf("not JSON: see line %d, around byte %d", 1+bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n")), syntax.Offset)
	}
	o, err := jose.ParseObject(data)
	if err != nil {
		return jose.Object{}, errors.New("not one JSON object, or a member stands in it twice")
	}
	for _, name := range o.Names() {
		if !slices.Contains(known, name) {
			return jose.Object{}, fmt.Errorf("there is no member %.40q; there are %s", name, strings.Join(known, ", "))
		}
	}
	return o, nil
}

func parseIssuer(data []byte, read func(string) ([]byte, error)) (i Issuer, err error) {
	o, err := members(data, issuerMembers)
	if err != nil {
		return i, err
	}
	text := func(to *string, name string) {
		value, wrong := o.Text(name)
		*to, err = value, errors.Join(err, wrong)
	}
	texts := func(to *[]string, name string) {
		value, wrong := o.Texts(name)
		*to, err = value, errors.Join(err, wrong)
	}
	var place string
	var c credential
	text(&i.ID, "id")
	text(&i.Name, "name")
	text(&i.URL, "url")
	text(&i.ClientID, "client_id")
	text(&i.Subject, "subject")
	text(&i.Prompt, "prompt")
	text(&place, "secret_in")
	text(&c.secret, "client_secret")
	text(&c.secretFile, "secret_file")
	text(&c.keyFile, "key_file")
	text(&c.keyID, "key_id")
	text(&c.keyAlg, "key_alg")
	text(&i.Audience, "audience")
	text(&i.AssertionType, "assertion_type")
	texts(&i.Scopes, "scopes")
	texts(&i.ACRValues, "acr_values")
	texts(&i.Levels, "levels")
	texts(&i.Locales, "ui_locales")
	if err != nil {
		return i, err
	}
	if i.DPoP, err = o.Flag("dpop"); err != nil {
		return i, err
	}
	if o.Has("push") {
		push, err := o.Flag("push")
		if err != nil {
			return i, err
		}
		i.Direct = !push
	}
	if i.Names, err = parseNames(o); err != nil {
		return i, err
	}
	switch place {
	case "", "header":
	case "body":
		i.Post = true
	default:
		return i, errors.New(`"secret_in" must be header or body`)
	}
	i.Secret, i.Key, err = c.parse(read)
	return i, err
}

func parseNames(o jose.Object) (map[string]string, error) {
	inner, there, err := o.Object("names")
	if err != nil || !there {
		return nil, err
	}
	names := map[string]string{}
	for _, language := range inner.Names() {
		if names[language], err = inner.Text(language); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// credential is what says who we are, as it stands in the file.
type credential struct{ secret, secretFile, keyFile, keyID, keyAlg string }

// parse takes the secret, or the key, from where it stands.
func (c credential) parse(read func(string) ([]byte, error)) (s account.Secret, key *jose.PrivateKey, err error) {
	if c.secret != "" && c.secretFile != "" {
		return s, nil, errors.New(`either "client_secret" or "secret_file"`)
	}
	if c.keyFile == "" && c.keyID+c.keyAlg != "" {
		return s, nil, errors.New(`"key_id" and "key_alg" are for a "key_file", and there is none`)
	}
	if s = account.NewSecret(c.secret); c.secretFile != "" {
		text, err := read(c.secretFile)
		if err != nil {
			return s, nil, fmt.Errorf(`"secret_file": %w`, err)
		}
		word := strings.TrimSpace(string(text))
		if word == "" {
			return s, nil, errors.New(`"secret_file": there is nothing in it`)
		}
		s = account.NewSecret(word)
	}
	if c.keyFile != "" {
		text, err := read(c.keyFile)
		if err != nil {
			return s, nil, fmt.Errorf(`"key_file": %w`, err)
		}
		if key, err = jose.ImportPrivateKey(text, jose.Algorithm(c.keyAlg), c.keyID); err != nil {
			return s, nil, fmt.Errorf(`"key_file" (with "key_alg" and "key_id"): %w`, err)
		}
	}
	return s, key, nil
}

// called names an issuer in an error, where it has a name.
func (i Issuer) called() string {
	if !idPattern.MatchString(i.ID) {
		return ""
	}
	return fmt.Sprintf(" (%q)", i.ID)
}

// checkAll looks at each issuer, and at all together.
func checkAll(all []Issuer) error {
	if len(all) > MaxIssuers {
		return fmt.Errorf("%w: more than %d issuers", ErrConfig, MaxIssuers)
	}
	seen := map[string]bool{}
	for n, i := range all {
		if err := i.check(); err != nil {
			return fmt.Errorf("%w: issuer %d%s: %w", ErrConfig, n+1, i.called(), err)
		}
		if seen[i.ID] {
			return fmt.Errorf("%w: issuer %d%s: its id is that of another one", ErrConfig, n+1, i.called())
		}
		seen[i.ID] = true
	}
	return nil
}
