package provider

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"
)

// authenticate finds out which client asks at an endpoint, and has it prove
// that when it has a secret (RFC 6749 section 2.3). Who has one must bring it,
// in the header or in the body and not in both; who has none must not.
func (p *Provider) authenticate(ctx context.Context, form url.Values, authorization []string) (Client, error) {
	id, bad := one(form, "client_id")
	secret, bad2 := one(form, "client_secret")
	if bad != nil || bad2 != nil {
		return Client{}, refuse(InvalidRequest, "a parameter was sent more than once")
	}
	if len(authorization) > 0 {
		name, password, ok := basic(authorization)
		switch {
		case !ok:
			return Client{}, refuse(InvalidClient, "the Authorization header cannot be read")
		case secret != "" || id != "" && id != name:
			return Client{}, refuse(InvalidRequest, "the client was named, or authenticated, twice")
		}
		id, secret = name, password
	}
	if form.Get("client_assertion") != "" || form.Get("client_assertion_type") != "" {
		return Client{}, refuse(InvalidClient, "client assertions are not read")
	}
	cl, err := p.Client(ctx, id)
	if err != nil {
		return Client{}, err
	}
	if cl.secret == "" && secret != "" || cl.secret != "" && !isHashOf(cl.secret, secret) {
		return Client{}, refuse(InvalidClient, "the client's secret is not good")
	}
	return cl, nil
}

// basic reads one Authorization header of the Basic scheme, whose two parts are
// form-encoded before they are joined (RFC 6749 section 2.3.1).
func basic(lines []string) (name, password string, ok bool) {
	if len(lines) != 1 || len(lines[0]) > 8<<10 {
		return "", "", false
	}
	scheme, rest, _ := strings.Cut(lines[0], " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest))
	if err != nil {
		return "", "", false
	}
	before, after, found := strings.Cut(string(data), ":")
	name, err1 := url.QueryUnescape(before)
	password, err2 := url.QueryUnescape(after)
	return name, password, found && name != "" && err1 == nil && err2 == nil
}
