package solid

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// put answers PUT: the body becomes the resource.
func (h *Handler) put(ctx context.Context, r *request.Request) (*request.Answer, error) {
	d, err := draft(r)
	if err == nil && r.Header.Get("Content-Range") != "" {
		err = fmt.Errorf("%w: a part of a resource cannot be PUT", request.ErrMalformed)
	}
	if err != nil {
		return nil, refuse(ctx, r, err)
	}
	receipt, err := r.Session.Put(ctx, r.Path, d, preconditions(r))
	if err != nil {
		return withAllow(r.Path), outcome(r, err)
	}
	return written(r, receipt), nil
}

// post answers POST: the container gets a new member.
func (h *Handler) post(ctx context.Context, r *request.Request) (*request.Answer, error) {
	if !r.Path.IsContainer() {
		_, err := r.Session.Append(ctx, r.Path)
		return withAllow(r.Path), err
	}
	d, err := draft(r)
	if err != nil {
		return nil, refuse(ctx, r, err)
	}
	d.Name = wishedName(r.Header.Get("Slug"))
	if asksForContainer(r.Header.Values("Link")) {
		d.Container = true
		if !r.Body.HasContent() {
			d.Body = nil
		}
	}
	receipts, err := r.Session.Append(ctx, r.Path, d)
	if err != nil {
		return withAllow(r.Path), outcome(r, err)
	}
	return written(r, receipts[0]), nil
}

// delete answers DELETE.
func (h *Handler) delete(ctx context.Context, r *request.Request) (*request.Answer, error) {
	if r.Path.Subject().IsRoot() && r.Path.Kind() != acl.Auxiliary {
		return withAllow(r.Path), refuse(ctx, r, fmt.Errorf("%w: the root and its rules stay", request.ErrMethod))
	}
	remove, err := removal(r)
	if err != nil {
		return nil, refuse(ctx, r, err)
	}
	a := withAllow(r.Path)
	if err := remove(ctx, r.Path, preconditions(r)); err != nil {
		return a, err
	}
	a.Status = http.StatusNoContent
	return a, nil
}

// removal tells how much a DELETE is for: with "Depth: infinity" (RFC 4918,
// section 9.6.1) a container goes with all that is in it, without only when it is
// empty. Nobody loses a container's content by having forgotten a header field.
func removal(r *request.Request) (func(context.Context, pod.Path, pod.Precondition) error, error) {
	switch depth := strings.TrimSpace(r.Header.Get("Depth")); {
	case depth == "" || depth == "0":
		return r.Session.Delete, nil
	case strings.EqualFold(depth, "infinity"):
		return r.Session.DeleteAll, nil
	default:
		return nil, fmt.Errorf("%w: Depth is infinity or 0", request.ErrMalformed)
	}
}

// patchTypes lists what a patch may be.
const patchTypes = "text/n3, application/sparql-update"

// patch answers PATCH with an N3 Patch (Solid Protocol, section 5.3.1) or with
// SPARQL Update, as far as that changes one document.
func (h *Handler) patch(ctx context.Context, r *request.Request) (*request.Answer, error) {
	a := withAllow(r.Path)
	a.Header.Set("Accept-Patch", patchTypes)
	mt, err := patchType(r)
	if err != nil {
		return a, refuse(ctx, r, err)
	}
	if err := r.Session.Admit(ctx, r.Path, "patch"); err != nil { // a patch may be long
		return a, err
	}
	change, err := linkeddata.ParsePatch(r.Body, mt, r.URL(), h.limits)
	if err != nil {
		return a, refuse(ctx, r, outcome(r, err))
	}
	receipt, err := r.Session.Patch(ctx, r.Path, change, preconditions(r))
	if err != nil {
		return a, outcome(r, err)
	}
	return written(r, receipt), nil
}

// patchType reads what kind of patch the request has.
func patchType(r *request.Request) (linkeddata.MediaType, error) {
	d, err := draft(r)
	if err != nil {
		return linkeddata.MediaType{}, err
	}
	if d.MediaType == "" {
		return linkeddata.MediaType{}, request.ErrContentType
	}
	mt, err := linkeddata.ParseMediaType(d.MediaType)
	if err != nil || mt.Bare() != linkeddata.N3 && mt.Bare() != linkeddata.SPARQLUpdate {
		return mt, fmt.Errorf("%w: a patch must be one of %s", request.ErrUnsupported, patchTypes)
	}
	return mt, nil
}

// draft takes body and media type out of a request. Content without a type, or
// under an encoding, is refused before anything reads it.
func draft(r *request.Request) (pod.Draft, error) {
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(strings.TrimSpace(coding), "identity") {
			return pod.Draft{}, fmt.Errorf("%w: send the content without a Content-Encoding", request.ErrUnsupported)
		}
	}
	d := pod.Draft{Body: r.Body}
	declared := strings.TrimSpace(r.Header.Get("Content-Type"))
	if declared != "" {
		mt, err := linkeddata.ParseMediaType(declared)
		if err != nil {
			return pod.Draft{}, fmt.Errorf("%w: Content-Type: %w", request.ErrMalformed, err)
		}
		d.MediaType = mt.String()
	}
	if !r.Body.HasContent() {
		return empty(r, d), nil
	}
	if err := r.Body.Err(); err != nil {
		return pod.Draft{}, err
	}
	if declared == "" {
		return pod.Draft{}, request.ErrContentType
	}
	return d, nil
}

// empty is the draft of a request without content: a container, or a resource
// of no bytes, whose type then may be left out.
func empty(r *request.Request, d pod.Draft) pod.Draft {
	if r.Path.IsContainer() && r.Method == http.MethodPut {
		return pod.Draft{Container: true}
	}
	if d.MediaType == "" && r.Method != http.MethodPatch {
		d.MediaType = "application/octet-stream"
	}
	return d
}

// written answers a change that has been made. It tells nothing about the
// resource to whoever may not read it.
func written(r *request.Request, receipt pod.Receipt) *request.Answer {
	a := withAllow(r.Path)
	a.Status = http.StatusNoContent
	if receipt.Created {
		a.Status = http.StatusCreated
		a.Header.Set("Location", r.At(receipt.Path).String())
	}
	if receipt.Path.Kind() == acl.Ordinary {
		setAuxiliaries(a.Header, r, receipt.Path)
	}
	if receipt.Decision.Allows(acl.Read) && !receipt.Path.IsContainer() {
		a.Header.Set("ETag", tagOf(receipt.ETag, ""))
	}
	a.Size = 0
	return a
}

// wishedName decodes a Slug (RFC 5023, section 9.7: percent-encoded UTF-8). What
// makes no name of one piece is no wish.
func wishedName(slug string) string {
	name, err := url.PathUnescape(strings.TrimSpace(slug))
	if err != nil || !utf8.ValidString(name) {
		return ""
	}
	return strings.ReplaceAll(strings.TrimRight(name, "/"), "/", "-")
}

var linkValue = regexp.MustCompile(`<([^<>]*)>((?:\s*;\s*[^\s;,="<>]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"<>]*))?)*)`)

var typeRelation = regexp.MustCompile(`(?i);\s*rel\s*=\s*(?:"(?:[^"]*\s)?type(?:\s[^"]*)?"|type(?:\s|;|$))`)

// asksForContainer says whether a Link field types the new member as a container.
func asksForContainer(fields []string) bool {
	containers := []string{linkeddata.LDPContainer.String(), linkeddata.LDPBasicContainer.String(), lwsContainer}
	for _, field := range fields {
		for _, m := range linkValue.FindAllStringSubmatch(field, 32) {
			if slices.Contains(containers, m[1]) && typeRelation.MatchString(m[2]) {
				return true
			}
		}
	}
	return false
}
