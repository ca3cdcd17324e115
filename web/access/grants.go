package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// GrantsPath is the access grant endpoint of every pod.
var GrantsPath = pod.MustPath("/.access/grants/")

// ErrGone is returned for a grant that was revoked.
var ErrGone = errors.New("revoked")

// maxGrant bounds the document of a grant, in bytes.
const maxGrant = 64 << 10

var (
	lwsJSON    = linkeddata.MustMediaType("application/lws+json")
	lwsProfile = linkeddata.MustMediaType(`application/ld+json; profile="https://www.w3.org/ns/lws/v1"`)
	plainJSON  = linkeddata.MustMediaType("application/json")
	lwsTypes   = []linkeddata.MediaType{lwsJSON, lwsProfile, plainJSON}
)

// Grants serves the endpoint and the grants below it. now says which of them are over.
func Grants(ctx context.Context, r *request.Request, now time.Time) (*request.Answer, error) {
	if r.Path == GrantsPath {
		return endpoint(ctx, r, now)
	}
	id, err := acl.ParseGrantID(r.Path.Name())
	if err != nil || r.Path.IsContainer() || r.Path.Parent() != GrantsPath {
		return nil, elsewhere(ctx, r)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return show(ctx, r, id, now)
	case http.MethodDelete:
		if err := r.Session.Revoke(ctx, id); err != nil {
			return nil, err
		}
		return request.NewAnswer(http.StatusNoContent), nil
	}
	return methods(ctx, r, "OPTIONS, HEAD, GET, DELETE")
}

// elsewhere is the answer for names that no grant can have.
func elsewhere(ctx context.Context, r *request.Request) error {
	if _, err := r.Session.Grants(ctx); err != nil {
		return err
	}
	return fmt.Errorf("%w: no grant has this name", pod.ErrNotFound)
}

// methods answers OPTIONS, and every method that is not there.
func methods(ctx context.Context, r *request.Request, allow string) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusNoContent)
	a.Header.Set("Allow", allow)
	if r.Method == http.MethodOptions {
		return a, nil
	}
	if _, err := r.Session.Grants(ctx); err != nil {
		return nil, err
	}
	return a, fmt.Errorf("%w: %s", request.ErrMethod, r.Method)
}

func endpoint(ctx context.Context, r *request.Request, now time.Time) (*request.Answer, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return list(ctx, r, now)
	case http.MethodPost:
		return give(ctx, r)
	}
	a, err := methods(ctx, r, "OPTIONS, HEAD, GET, POST")
	if a != nil {
		a.Header.Set("Accept-Post", lwsJSON.String()+", application/ld+json, application/json")
	}
	return a, err
}

// give makes a grant of the document that was sent.
func give(ctx context.Context, r *request.Request) (*request.Answer, error) {
	g, err := read(r)
	if err != nil {
		if _, denied := r.Session.Grants(ctx); denied != nil {
			return nil, denied
		}
		return nil, err
	}
	g, err = r.Session.Grant(ctx, g)
	if err != nil {
		return nil, err
	}
	doc, err := document(r, g, g.Created)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusCreated)
	a.Header.Set("Location", r.At(place(g.ID)).String())
	return write(a, lwsJSON, doc)
}

// read takes the grant out of the body.
func read(r *request.Request) (acl.Grant, error) {
	mt, err := linkeddata.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Body.HasContent() && r.Header.Get("Content-Type") == "" {
		return acl.Grant{}, request.ErrContentType
	}
	known := slices.ContainsFunc(lwsTypes, func(t linkeddata.MediaType) bool { return t.Bare() == mt.Bare() })
	if err != nil || !known || r.Header.Get("Content-Encoding") != "" {
		return acl.Grant{}, fmt.Errorf("%w: a grant is %s", request.ErrUnsupported, lwsJSON)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxGrant+1))
	switch {
	case err != nil:
		return acl.Grant{}, err
	case len(body) > maxGrant:
		return acl.Grant{}, fmt.Errorf("%w: a grant has at most %d bytes", pod.ErrTooLarge, maxGrant)
	case !json.Valid(body):
		return acl.Grant{}, fmt.Errorf("%w: the grant is no JSON", request.ErrMalformed)
	}
	return acl.ParseGrantLWS(body, r.Pod.Root)
}

func show(ctx context.Context, r *request.Request, id acl.GrantID, now time.Time) (*request.Answer, error) {
	g, err := r.Session.GrantByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if !g.Revoked.IsZero() {
		return nil, ErrGone
	}
	mt, ok := linkeddata.Negotiate(r.Header.Values("Accept"), lwsTypes...)
	if !ok {
		return nil, request.ErrNotAcceptable
	}
	doc, err := document(r, g, now)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET, DELETE")
	return write(a, mt, doc)
}

// list answers with the container's representation (LWS, "Container
// Representation"), the grants themselves in it.
func list(ctx context.Context, r *request.Request, now time.Time) (*request.Answer, error) {
	grants, err := r.Session.Grants(ctx)
	if err != nil {
		return nil, err
	}
	mt, ok := linkeddata.Negotiate(r.Header.Values("Accept"), lwsTypes...)
	if !ok {
		return nil, request.ErrNotAcceptable
	}
	query, _ := url.ParseQuery(r.Query)
	items := []map[string]any{}
	for _, g := range grants {
		if !now.Before(g.Until) || !g.Revoked.IsZero() {
			if query.Get("status") != "all" {
				continue
			}
		}
		item, err := document(r, g, now)
		if err != nil {
			return nil, err
		}
		delete(item, "@context")
		item["type"] = []string{"DataResource", "AccessGrant"}
		item["mediaType"] = lwsJSON.String()
		item["modified"] = g.Created.UTC().Format(time.RFC3339)
		items = append(items, item)
	}
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET, POST")
	return write(a, mt, map[string]any{
		"@context": contexts(), "id": r.URL().String(), "type": "Container", "totalItems": len(items), "items": items,
	})
}

// place is where a grant stands.
func place(id acl.GrantID) pod.Path {
	p, err := GrantsPath.Child(id.String(), false)
	if err != nil {
		panic("access: hexadecimal digits make no name: " + err.Error())
	}
	return p
}
