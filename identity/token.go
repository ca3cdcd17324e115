package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"skrin/acl"
	"skrin/internal/jose"
	"skrin/linkeddata"
)

// maxTokenAge ends a token a day after iat, whatever its exp says. Some
// issuers in use give exp two weeks ahead; other servers stop after a day too.
const maxTokenAge = 24 * time.Hour

// ownClients begins the client ids that are made in this house only.
const ownClients = "urn:skrin:"

// BoundPrefix begins a client_id that becomes one of acl.BoundClients. Any issuer may
// use it: it only takes rights away.
const BoundPrefix = "bound-"

// accessToken is what a well-formed token claims. Nothing of it is proved
// until its signature is checked and its WebID names its issuer.
type accessToken struct {
	signed         *jose.Signed
	agent          acl.Agent
	jkt            string
	family         string // what it came of, in tokens of our own; see Local
	from, until    time.Time
	untypedProfile bool
}

// readToken makes every check that needs nobody else's word.
func (v *Verifier) readToken(text string, now time.Time) (*accessToken, *Refusal) {
	signed, err := jose.Parse(text)
	if err != nil {
		return nil, refuse(ErrToken, "the access token cannot be read", err)
	}
	t := &accessToken{signed: signed}
	for _, step := range [...]func(*accessToken) *Refusal{
		accessTokenType, readBinding, readTimes, v.readIssuer, v.readWebID, readClient, v.readAudience,
	} {
		if r := step(t); r != nil {
			return nil, r
		}
	}
	if r := t.at(now); r != nil {
		return nil, r
	}
	if t.agent.Issuer == v.conf.Local.Issuer {
		if t.family, err = signed.Claims.Text("family"); err != nil {
			return nil, refuse(ErrToken, "the access token does not say what it came of", err)
		}
	}
	return t, nil
}

// accessTokenType tells access tokens from every other JWT that an issuer
// signs with the same key. The rule:
//
// typ is "at+jwt" (RFC 9068; what Community Solid Server sends), or "JWT", or
// absent (Node Solid Server and the PHP servers leave it out). Without
// "at+jwt" the claims must show the profile: client_id is there, since an ID
// token names its client in azp, and aud does not hold the client, since an ID
// token's always does. With whatever typ, a token that carries nonce, at_hash,
// c_hash, s_hash (ID tokens) or events (logout tokens) is none. What all
// accepted tokens must have besides (webid, cnf.jkt, aud for us) an ID token
// of Solid-OIDC may have too, so it does not tell them apart.
func accessTokenType(t *accessToken) *Refusal {
	switch t.signed.Type {
	case "at+jwt":
	case "jwt", "":
		t.untypedProfile = true
	default:
		return refuse(ErrToken, "the token is not an access token (typ)", nil)
	}
	for _, foreign := range [...]string{"nonce", "at_hash", "c_hash", "s_hash", "events"} {
		if t.signed.Claims.Has(foreign) {
			return refuse(ErrToken, "the token is an ID token or another kind, not an access token", nil)
		}
	}
	return nil
}

// readBinding wants the key that the token is bound to (RFC 9449 section 6.1).
func readBinding(t *accessToken) *Refusal {
	cnf, _, err := t.signed.Claims.Object("cnf")
	if err == nil {
		t.jkt, err = cnf.Text("jkt")
	}
	sum, bad := base64.RawURLEncoding.Strict().DecodeString(t.jkt)
	if err != nil || bad != nil || len(sum) != sha256.Size {
		return refuse(ErrToken, "the access token is not bound to a key (cnf.jkt)", err)
	}
	return nil
}

func readTimes(t *accessToken) *Refusal {
	exp, err1 := t.signed.Claims.Instant("exp")
	iat, err2 := t.signed.Claims.Instant("iat")
	nbf, err3 := t.signed.Claims.Instant("nbf")
	if err1 != nil || err2 != nil || err3 != nil || exp.IsZero() || iat.IsZero() || !exp.After(iat) {
		return refuse(ErrToken, "the access token has no sound exp and iat", nil)
	}
	t.from, t.until = iat, exp
	if nbf.After(iat) {
		t.from = nbf
	}
	if latest := iat.Add(maxTokenAge); latest.Before(exp) {
		t.until = latest
	}
	return nil
}

// at says whether the token holds at an instant.
func (t *accessToken) at(now time.Time) *Refusal {
	if !now.Before(t.until) {
		return refuse(ErrToken, "the access token has expired", nil)
	}
	if now.Before(t.from.Add(-Skew)) {
		return refuse(ErrToken, "the access token is not valid yet", nil)
	}
	return nil
}

func (v *Verifier) readIssuer(t *accessToken) *Refusal {
	iss, err := t.signed.Claims.Text("iss")
	if err != nil || strings.ContainsAny(iss, "?#") || !v.webIRI(iss, &t.agent.Issuer) {
		return refuse(ErrToken, "the access token's issuer is not an https URL", nil)
	}
	return nil
}

func (v *Verifier) readWebID(t *accessToken) *Refusal {
	webid, err := t.signed.Claims.Text("webid")
	if err != nil || !v.webIRI(webid, &t.agent.WebID) {
		return refuse(ErrToken, "the access token's webid is not an https IRI", nil)
	}
	return nil
}

// webIRI parses an absolute https IRI with a host and no user information; http is
// accepted on loopback when the configuration says so, and for what stands here: our
// own issuer and our own pods are asked inside the process, so nobody on the
// way can answer for them.
func (v *Verifier) webIRI(s string, into *linkeddata.IRI) bool {
	iri, err := linkeddata.ParseIRI(s)
	if err != nil || len(s) > maxIRI {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	*into = iri
	return u.Scheme == "https" || u.Scheme == "http" && (v.conf.InsecureLoopback && loopback(u.Hostname()) || v.here(iri, u))
}

// here says whether an IRI is that of our own issuer, or stands on the base URL's
// host or one below it. Which of those hosts are ours the way out knows
// (outbound.Config): to others it does not go by http.
func (v *Verifier) here(iri linkeddata.IRI, u *url.URL) bool {
	base, err := url.Parse(v.conf.Base.String())
	if err != nil || base.Host == "" {
		return false
	}
	beside := u.Port() == base.Port() && (u.Hostname() == base.Hostname() || strings.HasSuffix(u.Hostname(), "."+base.Hostname()))
	return iri == v.conf.Local.Issuer || base.Scheme == "http" && beside
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// readClient wants client_id. azp stands in for it in typed access tokens
// only, and may never contradict it.
func readClient(t *accessToken) *Refusal {
	id, err1 := t.signed.Claims.Text("client_id")
	azp, err2 := t.signed.Claims.Text("azp")
	if id == "" && !t.untypedProfile {
		id = azp
	}
	if err1 != nil || err2 != nil || id == "" || len(id) > maxIRI || azp != "" && azp != id {
		return refuse(ErrToken, "the access token does not name its client (client_id)", nil)
	}
	if len(id) >= len(ownClients) && strings.EqualFold(id[:len(ownClients)], ownClients) {
		return refuse(ErrToken, "the access token's client_id is a name that only this server may use", nil)
	}
	t.agent.Client = ClientIRI(id, t.agent.Issuer)
	if t.untypedProfile {
		aud, _ := t.signed.Claims.Texts("aud")
		if slices.Contains(aud, id) {
			return refuse(ErrToken, "the token is an ID token, not an access token", nil)
		}
	}
	return nil
}

// ClientIRI gives the IRI that stands for a client id of an issuer: what
// acl.Agent and grants have as Client.
func ClientIRI(id string, issuer linkeddata.IRI) linkeddata.IRI {
	if iri, err := linkeddata.ParseIRI(id); err == nil {
		return iri
	}
	kind := ownClients + "client:"
	if strings.HasPrefix(id, BoundPrefix) {
		kind = acl.BoundClients
	}
	sum := sha256.Sum256([]byte(issuer.String() + "\x00" + id))
	return linkeddata.MustIRI(kind + base64.RawURLEncoding.EncodeToString(sum[:]))
}

// readAudience wants "solid", which all Solid servers share, or our own base
// URL, with or without its last slash.
func (v *Verifier) readAudience(t *accessToken) *Refusal {
	aud, err := t.signed.Claims.Texts("aud")
	base := v.conf.Base.String()
	for _, one := range aud {
		if one == "solid" || one != "" && (one == base || one+"/" == base) {
			return nil
		}
	}
	return refuse(ErrToken, "the access token is not meant for this server (aud)", err)
}
