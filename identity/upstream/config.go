package upstream

import (
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
	issuerMembers = []string{"id", "name", "names", "url", "client_id", "client_secret", "secret_file", "secret_in", "scopes",
		"acr_values", "levels", "subject", "prompt"}
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
// "body". See [Issuer] for the others. A member that is not known, or named
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
			return nil, fmt.Errorf("%w: issuer %d: %w", ErrConfig, n+1, err)
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
		return jose.Object{}, fmt.Errorf("not JSON: see around byte %d", syntax.Offset)
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
	var place, inline, file string
	text(&i.ID, "id")
	text(&i.Name, "name")
	text(&i.URL, "url")
	text(&i.ClientID, "client_id")
	text(&i.Subject, "subject")
	text(&i.Prompt, "prompt")
	text(&place, "secret_in")
	text(&inline, "client_secret")
	text(&file, "secret_file")
	texts(&i.Scopes, "scopes")
	texts(&i.ACRValues, "acr_values")
	texts(&i.Levels, "levels")
	if err != nil {
		return i, err
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
	i.Secret, err = parseSecret(inline, file, read)
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

// parseSecret takes the secret from where it stands.
func parseSecret(inline, file string, read func(string) ([]byte, error)) (account.Secret, error) {
	if inline != "" && file != "" {
		return account.Secret{}, errors.New(`either "client_secret" or "secret_file"`)
	}
	if file == "" {
		return account.NewSecret(inline), nil
	}
	text, err := read(file)
	if err != nil {
		return account.Secret{}, fmt.Errorf(`"secret_file": %w`, err)
	}
	return account.NewSecret(strings.TrimSpace(string(text))), nil
}

// checkAll looks at each issuer, and at all together.
func checkAll(all []Issuer) error {
	if len(all) > MaxIssuers {
		return fmt.Errorf("%w: more than %d issuers", ErrConfig, MaxIssuers)
	}
	seen := map[string]bool{}
	for n, i := range all {
		if err := i.check(); err != nil {
			return fmt.Errorf("%w: issuer %d: %w", ErrConfig, n+1, err)
		}
		if seen[i.ID] {
			return fmt.Errorf("%w: issuer %d: its id is that of another one", ErrConfig, n+1)
		}
		seen[i.ID] = true
	}
	return nil
}
