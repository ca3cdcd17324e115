package solid

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// read answers GET and HEAD. The journal has its line before anything of the
// answer is decided.
func (h *Handler) read(ctx context.Context, r *request.Request) (*request.Answer, error) {
	res, err := fetch(ctx, r)
	if err != nil {
		return missing(r, err), err
	}
	a := request.NewAnswer(http.StatusOK)
	describe(a.Header, r, res)
	err = h.fill(ctx, r, res, a)
	if res.Body != nil && (err != nil || a.Stream == nil) {
		res.Body.Close() // otherwise the stream closes it
	}
	return a, err
}

// missing begins the answer of a read that failed. Where nothing is, and the asker
// may know that, clients look here for how they can make it.
func missing(r *request.Request, err error) *request.Answer {
	a := withAllow(r.Path)
	if errors.Is(err, pod.ErrNotFound) {
		setMethods(a.Header, r.Path, "")
	}
	return a
}

// fetch gets the resource, for HEAD without its body.
func fetch(ctx context.Context, r *request.Request) (*pod.Resource, error) {
	if r.Method == http.MethodGet {
		return r.Session.Get(ctx, r.Path)
	}
	return r.Session.Head(ctx, r.Path)
}

// describe writes the fields that do not depend on the form.
func describe(h http.Header, r *request.Request, res *pod.Resource) {
	want := acl.Read
	if res.Path.Kind() == acl.ACLResource {
		want = acl.Control
	}
	setLinks(h, r, res.Path)
	setRights(h, res.Decision)
	setMethods(h, res.Path, res.MediaType)
	setCaching(h, res.Decision, want)
	if res.Path.IsRoot() && !r.Pod.Owner.IsZero() {
		addLink(h, r.Pod.Owner.String(), linkeddata.SolidOwner.String())
	}
	h.Set("Last-Modified", res.Modified.UTC().Format(http.TimeFormat))
}

// fill chooses the form and gives the answer its body.
func (h *Handler) fill(ctx context.Context, r *request.Request, res *pod.Resource, a *request.Answer) error {
	forms := graphForms
	if !res.Path.IsContainer() {
		forms = formsOf(res.MediaType)
	}
	f, err := choose(r.Header.Values("Accept"), forms)
	if err != nil {
		return err
	}
	switch judge(r.Header, res.ETag, f.name, res.Modified) {
	case http.StatusPreconditionFailed:
		return pod.ErrPrecondition
	case http.StatusNotModified:
		a.Status = http.StatusNotModified
		a.Header.Set("ETag", tagOf(res.ETag, f.name))
		return nil
	}
	switch {
	case res.Path.IsContainer():
		return h.list(ctx, r, res, f, a)
	case f.asStored():
		return send(r, res, f, a, res.Body, res.Size)
	case res.Body == nil && !mayHaveGraphs(res.MediaType):
		setForm(a, res, f)
		a.Header.Set("Accept-Ranges", "bytes")
		return nil
	}
	return h.sendConverted(ctx, r, res, f, a)
}

// sendConverted makes another form of what is stored, and sends that.
func (h *Handler) sendConverted(ctx context.Context, r *request.Request, res *pod.Resource, f form, a *request.Answer) error {
	source := res
	if res.Body == nil { // HEAD: only the body tells whether this form can be made
		whole, err := r.Session.Get(ctx, r.Path)
		if err != nil {
			return err
		}
		defer whole.Body.Close()
		source = whole
	}
	f, body, err := h.convert(ctx, r, source, f)
	if err != nil {
		return err
	}
	if res.Body == nil {
		setForm(a, source, f)
		a.Header.Set("Accept-Ranges", "bytes")
		a.Size = int64(len(body))
		return nil
	}
	return send(r, res, f, a, bytes.NewReader(body), int64(len(body)))
}

// mayHaveGraphs says whether a body of the media type can have named graphs.
func mayHaveGraphs(mediaType string) bool {
	mt, err := linkeddata.ParseMediaType(mediaType)
	return err == nil && mt.IsRDF() && mt.Bare() != linkeddata.Turtle && mt.Bare() != linkeddata.NTriples
}

func setForm(a *request.Answer, res *pod.Resource, f form) {
	a.Header.Set("Content-Type", f.mediaType.String())
	a.Header.Set("ETag", tagOf(res.ETag, f.name))
}

// send gives the answer a body of known size, or the part of it that Range asks for.
func send(r *request.Request, res *pod.Resource, f form, a *request.Answer, body io.ReadSeeker, size int64) error {
	setForm(a, res, f)
	a.Header.Set("Accept-Ranges", "bytes")
	a.Size = size
	if res.Body == nil { // HEAD
		return nil
	}
	part, partial := byteRange{0, size}, false
	if field := r.Header.Values("Range"); len(field) == 1 && ifRange(r.Header, tagOf(res.ETag, f.name), res.Modified) {
		var err error
		part, partial, err = parseRange(field[0], size)
		if err != nil {
			a.Header.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
			return err
		}
		if !partial {
			part = byteRange{0, size}
		}
	}
	if partial {
		a.Status = http.StatusPartialContent
		a.Header.Set("Content-Range", part.contentRange(size))
		if _, err := body.Seek(part.start, io.SeekStart); err != nil {
			return fmt.Errorf("seek in body: %w", err)
		}
	}
	return deliver(a, res, body, part.length)
}

// small is what is sent from memory at once: reading it takes less than
// arranging for a stream.
const small = 64 << 10

// deliver takes length bytes from where body stands. A stream keeps the stored
// body open, and with it the watch over the right to read it, until it is closed.
func deliver(a *request.Answer, res *pod.Resource, body io.Reader, length int64) error {
	a.Size = length
	if length > small || res.Done != nil {
		a.Stream, a.Done = part{io.LimitReader(body, length), res.Body}, res.Done
		return nil
	}
	a.Bytes = make([]byte, length)
	if _, err := io.ReadFull(body, a.Bytes); err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	return nil
}

// part is a run of a body that closes the whole.
type part struct {
	io.Reader
	whole io.Closer
}

func (p part) Close() error { return p.whole.Close() }
