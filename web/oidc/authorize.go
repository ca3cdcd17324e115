package oidc

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"skrin/identity/provider"
	"skrin/web/request"
)

// maxLogout bounds what is handed on from the logout endpoint, in an address.
const maxLogout = 16 << 10

// authorize takes up an authorization request and sends the browser to the pages,
// with a ticket. What is wrong is for the pages to tell, or to send to the client.
func (h *Handler) authorize(ctx context.Context, r *request.Request) (*request.Answer, error) {
	q, err := readNavigation(r)
	if err != nil {
		return h.troubled(r, err)
	}
	asked, err := h.conf.Provider.Begin(ctx, q)
	if err != nil {
		return h.troubled(r, err)
	}
	ticket, err := h.conf.Provider.Ticket(asked)
	if err != nil {
		return nil, err
	}
	return sendTo(h.page("authorize", url.Values{"request": {ticket}})), nil
}

// logout hands the wish of an app to the pages: who is signed in is known there
// alone (OpenID Connect RP-Initiated Logout 1.0).
func (h *Handler) logout(_ context.Context, r *request.Request) (*request.Answer, error) {
	q, err := readNavigation(r)
	if err != nil {
		return h.troubled(r, err)
	}
	wish := url.Values{}
	for _, name := range [...]string{"id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"} {
		if values, there := q[name]; there {
			wish[name] = values
		}
	}
	to := h.page("sign-out", wish)
	if len(to) > maxLogout {
		return h.troubled(r, invalid("the request is too long"))
	}
	return sendTo(to), nil
}

// page gives the address of a page of the console.
func (h *Handler) page(name string, q url.Values) string {
	to := h.conf.Provider.Issuer().String() + "app/" + name
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

// sendTo sends a browser on, with GET whatever it came with.
func sendTo(where string) *request.Answer {
	a := request.NewAnswer(http.StatusSeeOther)
	a.Header.Set("Location", where)
	a.Header.Set("Cache-Control", "no-store")
	a.Header.Set("Referrer-Policy", "no-referrer")
	return a
}

// troubled answers a browser that came with a request that is no good.
func (h *Handler) troubled(r *request.Request, err error) (*request.Answer, error) {
	var e *provider.Error
	if !errors.As(err, &e) {
		return nil, err
	}
	return h.conf.Trouble(r, e), nil
}
