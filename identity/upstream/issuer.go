package upstream

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"skrin/identity/account"
	"skrin/internal/jose"
)

// Issuer is an issuer outside, as the host configures it.
type Issuer struct {
	ID    string            // ours: a to z, 0 to 9 and "-"; part of the redirect URI
	Name  string            // what people call it
	Names map[string]string // by language ("nb"), where it has other ones

	URL      string // its issuer identifier, exactly as its discovery document says it
	ClientID string

	// Secret or Key says there who we are, and never both: the secret in the
	// header, or in the body (client_secret_post) when Post says so although the
	// issuer takes it in the header too; the key by signing (private_key_jwt).
	Secret account.Secret
	Post   bool
	Key    *jose.PrivateKey

	// Audience is for whom we sign, and AssertionType what the signed token calls
	// itself ("typ"), where the issuer does not take the usual: its own URL, and
	// "client-authentication+jwt".
	Audience      string
	AssertionType string

	// DPoP says that the issuer gives nothing to whoever does not prove the
	// possession of a key beside the code (RFC 9449).
	DPoP bool

	// Direct says that the request goes through the browser although the issuer
	// takes it from us (RFC 9126).
	Direct bool

	Scopes []string // besides "openid"

	// ACRValues is what is asked for, the liked first (acr_values). The answer
	// must name one of Levels; nil: one of ACRValues; empty: any, or none.
	ACRValues []string
	Levels    []string

	// Subject is the claim that names the person, "" for "sub". It must be one
	// that the issuer never gives to anybody else.
	Subject string

	Prompt string // "login", "consent", "select_account"; "": what the issuer likes

	// Locales are the languages that its pages speak, the liked first; nil: it is
	// told the person's, whatever that is; empty: it is told none.
	Locales []string
}

// Bounds of a configuration.
const (
	MaxIssuers = 16
	maxName    = 64 // characters
	maxURL     = 512
	maxText    = 256
	maxSecret  = 4096
	maxList    = 16
)

var (
	idPattern       = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)
	languagePattern = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)
	claimPattern    = regexp.MustCompile(`^[A-Za-z0-9_:/.#-]{1,64}$`)
)

// passing are claims that do not name one person for ever: what everybody's
// token says alike, and what a person may change or pass on.
var passing = []string{"iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "acr", "amr", "auth_time", "at_hash", "c_hash", "sid",
	"name", "given_name", "family_name", "nickname", "preferred_username", "upn", "unique_name", "email", "email_verified", "phone_number", "birthdate", "locale"}

// check says what is wrong with an issuer, in words for the host.
func (i Issuer) check() error {
	wrong := errors.New
	switch {
	case !idPattern.MatchString(i.ID):
		return wrong(`"id" must be letters a to z, digits and "-" between them, at most 32`)
	case !shown(i.Name):
		return wrong(`"name" must be a text of 1 to 64 characters that can be shown`)
	case !plain(i.ClientID, maxText):
		return wrong(`"client_id" is missing, too long or has characters that it cannot have`)
	case i.Subject != "" && !claimPattern.MatchString(i.Subject):
		return wrong(`"subject" must be the name of a claim`)
	case slices.Contains(passing, i.Subject):
		return wrong(`"subject" must be a claim that belongs to one person for ever; ` + i.Subject + ` does not`)
	case !slices.Contains([]string{"", "login", "consent", "select_account"}, i.Prompt):
		return wrong(`"prompt" must be login, consent or select_account`)
	case !words(i.Scopes) || !words(i.ACRValues) || !words(i.Levels):
		return wrong(`"scopes", "acr_values" and "levels" are lists of at most 16 words`)
	case len(i.Locales) > maxList || slices.ContainsFunc(i.Locales, func(tag string) bool { return !languagePattern.MatchString(tag) }):
		return wrong(`"ui_locales" is a list of at most 16 languages, as ["nb", "en"]`)
	}
	for language, name := range i.Names {
		if len(i.Names) > maxList || !languagePattern.MatchString(language) || !shown(name) {
			return wrong(`"names" must give names by language, as {"nb": "..."}`)
		}
	}
	if err := i.checkCredential(); err != nil {
		return err
	}
	return i.checkURL()
}

// checkCredential takes a secret or a key.
func (i Issuer) checkCredential() error {
	wrong := errors.New
	keyed := i.Key != nil
	switch secret := i.Secret.Reveal(); {
	case keyed && secret != "":
		return wrong(`a secret and "key_file": the issuer knows you by one of them, take the other out`)
	case keyed && i.Post:
		return wrong(`"secret_in" is for a secret, and there is a "key_file": take it out`)
	case !keyed && secret == "":
		return wrong(`nothing says who you are there: give "secret_file" (a file with the secret that the issuer gave you) or "key_file" (your private key)`)
	case !keyed && !plain(secret, maxSecret):
		return wrong(`the secret is too long or has characters that it cannot have`)
	case !keyed && i.Audience+i.AssertionType != "":
		return wrong(`"audience" and "assertion_type" are for a "key_file", and there is none`)
	case !slices.Contains([]string{"", usualType, "JWT"}, i.AssertionType):
		return wrong(`"assertion_type" must be ` + usualType + ` or JWT`)
	}
	if i.Audience == "" {
		return nil
	}
	if u, err := url.Parse(i.Audience); err != nil || len(i.Audience) > maxURL || !secure(u, true) {
		return wrong(`"audience" must be an https URL: that of the token endpoint, mostly`)
	}
	return nil
}

// checkURL takes https URLs, and http on this machine for tests and demos.
func (i Issuer) checkURL() error {
	if strings.HasSuffix(i.URL, wellKnownPath) {
		return errors.New(`"url" must be the issuer itself: what its discovery document says under "issuer", without ` + wellKnownPath)
	}
	u, err := url.Parse(i.URL)
	if err != nil || len(i.URL) > maxURL || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(i.URL, "#") || !secure(u, true) {
		return errors.New(`"url" must be the https URL of the issuer, without query or fragment`)
	}
	return nil
}

// wellKnownPath is where an issuer says what it is, after its URL.
const wellKnownPath = "/.well-known/openid-configuration"

// secure says whether a URL may be asked: over https, or on this machine where
// that is allowed.
func secure(u *url.URL, loopback bool) bool {
	host := u.Hostname()
	local := host == "localhost" || host == "127.0.0.1" || host == "::1"
	return u.Scheme == "https" && host != "" || u.Scheme == "http" && loopback && local
}

// shown says whether a text can stand on a button.
func shown(text string) bool {
	return text != "" && strings.TrimSpace(text) == text && utf8.ValidString(text) && utf8.RuneCountInString(text) <= maxName &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// plain says whether a text is of visible ASCII characters and spaces (RFC 6749, appendix A.1 and A.2).
func plain(text string, most int) bool {
	return text != "" && len(text) <= most && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

func words(all []string) bool {
	return len(all) <= maxList && !slices.ContainsFunc(all, func(w string) bool { return !plain(w, maxText) || strings.Contains(w, " ") })
}

// subject is the claim that names the person.
func (i Issuer) subject() string {
	if i.Subject == "" {
		return "sub"
	}
	return i.Subject
}

// levels is what the answer must name one of; empty: nothing.
func (i Issuer) levels() []string {
	if i.Levels == nil {
		return i.ACRValues
	}
	return i.Levels
}

// locale is the language that the issuer is told for a person's; "": none.
func (i Issuer) locale(language string) string {
	if !languagePattern.MatchString(language) {
		language = ""
	}
	switch {
	case i.Locales == nil:
		return language
	case len(i.Locales) == 0:
		return ""
	}
	primary, _, _ := strings.Cut(language, "-")
	for _, wanted := range []string{language, primary} {
		for _, tag := range i.Locales {
			if strings.EqualFold(tag, wanted) {
				return tag
			}
		}
	}
	return i.Locales[0]
}

func (i Issuer) scopes() []string {
	all := []string{"openid"}
	for _, s := range i.Scopes {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
