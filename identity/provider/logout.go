package provider

import (
	"context"
	"net/url"
	"slices"

	"skrin/internal/jose"
	"skrin/linkeddata"
)

// Logout is an app's wish that the citizen be signed out (OpenID Connect
// RP-Initiated Logout 1.0). Unless WebID is who is signed in, ask first.
type Logout struct {
	Client   Client         // who asks; zero when it is not known
	WebID    linkeddata.IRI // who is to be signed out; zero when it is not known
	Redirect string         // where to send the browser then; "" for a page of ours
}

// BeginLogout reads a wish to sign out. The error is an *Error, to be shown:
// nobody is sent anywhere by a request that is not whole.
func (p *Provider) BeginLogout(ctx context.Context, q url.Values) (Logout, error) {
	for name := range q {
		if _, err := one(q, name); err != nil {
			return Logout{}, err
		}
	}
	var out Logout
	id := q.Get("client_id")
	if text := q.Get("id_token_hint"); text != "" {
		h, bad := p.readHint(text)
		if bad != nil {
			return Logout{}, bad
		}
		if id != "" && id != h.client {
			return Logout{}, refuse(InvalidRequest, "the id_token_hint was given to another client")
		}
		out.WebID, id = h.webid, h.client
	}
	after := q.Get("post_logout_redirect_uri")
	if id == "" {
		if after != "" {
			return Logout{}, refuse(InvalidRequest, "a post_logout_redirect_uri needs an id_token_hint or a client_id")
		}
		return out, nil
	}
	var err error
	if out.Client, err = p.Client(ctx, id); err != nil {
		return Logout{}, err
	}
	if after == "" {
		return out, nil
	}
	if !slices.Contains(out.Client.PostLogout, after) {
		return Logout{}, refuse(InvalidRequest, "the post_logout_redirect_uri is not one of the client's")
	}
	if len(q.Get("state")) > maxState {
		return Logout{}, refuse(InvalidRequest, "the state is too long")
	}
	if out.Redirect = after; q.Get("state") != "" {
		out.Redirect = withQuery(after, url.Values{"state": {q.Get("state")}})
	}
	return out, nil
}

// hint is what an ID token of ours says that came back. Its time does not
// matter: it was good once.
type hint struct {
	webid  linkeddata.IRI
	client string
}

func (p *Provider) readHint(text string) (hint, *Error) {
	bad := refuse(InvalidRequest, "the id_token_hint is not an ID token of ours")
	signed, err := jose.Parse(text)
	if err != nil || signed.Type != "jwt" || p.keys.published(p.conf.Now()).Verify(signed) != nil {
		return hint{}, bad
	}
	iss, err1 := signed.Claims.Text("iss")
	client, err2 := signed.Claims.Text("azp")
	sub, err3 := signed.Claims.Text("sub")
	webid, err4 := linkeddata.ParseIRI(sub)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || iss != p.conf.Issuer.String() || client == "" {
		return hint{}, bad
	}
	return hint{webid, client}, nil
}

// UserInfo is what the userinfo endpoint says of whom an access token speaks
// for, as JSON. The caller has verified the token, and that its issuer is ours.
type UserInfo struct {
	Subject string `json:"sub"`
	WebID   string `json:"webid"`
}

// About gives the UserInfo of a WebID.
func About(webid linkeddata.IRI) UserInfo { return UserInfo{webid.String(), webid.String()} }
