package solid

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"skrin/health"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// form is one way in which a resource can be sent.
type form struct {
	mediaType linkeddata.MediaType
	name      string // short, for the entity tag; "" is the body as it is stored
}

var (
	fhirJSON   = linkeddata.MustMediaType(health.MediaTypeFHIR)
	fhirTurtle = linkeddata.MustMediaType(health.MediaTypeFHIRTurtle)
	plainJSON  = linkeddata.MustMediaType("application/json")

	// graphForms are what a graph can be sent as.
	graphForms = []form{
		{linkeddata.Turtle, "ttl"}, {linkeddata.JSONLD, "ld"}, {linkeddata.NTriples, "nt"},
		{linkeddata.TriG, "trig"}, {linkeddata.NQuads, "nq"},
	}
	// datasetForms are those that have room for named graphs.
	datasetForms = []form{{linkeddata.TriG, "trig"}, {linkeddata.JSONLD, "ld"}, {linkeddata.NQuads, "nq"}}
)

// usual are the forms of what is stored most, worked out once. Nobody may change them.
var usual = func() map[string][]form {
	all := map[string][]form{}
	for _, mt := range []linkeddata.MediaType{linkeddata.Turtle, linkeddata.JSONLD, fhirJSON, plainJSON} {
		all[mt.String()] = workOutForms(mt.String())
	}
	return all
}()

// formsOf lists the forms of a stored body, the preferred first.
func formsOf(mediaType string) []form {
	if forms, known := usual[mediaType]; known {
		return forms
	}
	return workOutForms(mediaType)
}

func workOutForms(mediaType string) []form {
	mt, err := linkeddata.ParseMediaType(mediaType)
	if err != nil {
		mt = linkeddata.MustMediaType("application/octet-stream")
	}
	forms := []form{{mediaType: mt}}
	switch {
	case mt.Bare() == fhirJSON:
		forms = append(forms, form{plainJSON, "json"}, graphForms[0], form{fhirTurtle, "fttl"},
			form{health.ShapeR4.MediaType(), "fttl4"}, form{health.ShapeR5.MediaType(), "fttl5"})
		return append(forms, graphForms[1:]...)
	case mt.IsRDF():
		return append(forms, without(graphForms, mt)...)
	}
	return forms
}

func without(forms []form, mt linkeddata.MediaType) (rest []form) {
	for _, f := range forms {
		if f.mediaType.Bare() != mt.Bare() {
			rest = append(rest, f)
		}
	}
	return rest
}

// choose finds the form that Accept asks for.
func choose(accept []string, forms []form) (form, error) {
	if len(accept) == 0 {
		return forms[0], nil
	}
	offers := make([]linkeddata.MediaType, len(forms))
	for i, f := range forms {
		offers[i] = f.mediaType
	}
	chosen, ok := linkeddata.Negotiate(accept, offers...)
	for i, f := range forms {
		if ok && offers[i] == chosen {
			return f, nil
		}
	}
	return form{}, fmt.Errorf("%w: there is %s", request.ErrNotAcceptable, list(offers))
}

func list(types []linkeddata.MediaType) string {
	text := ""
	for i, t := range types {
		if i > 0 {
			text += ", "
		}
		text += t.String()
	}
	return text
}

// asStored says whether the form has the stored bytes.
func (f form) asStored() bool { return f.name == "" || f.name == "json" }

// convert makes another form of a stored body. When the body turns out to have
// named graphs and the form no room for them, another form that Accept allows
// takes its place.
func (h *Handler) convert(ctx context.Context, r *request.Request, res *pod.Resource, f form) (form, []byte, error) {
	select {
	case h.converting <- struct{}{}:
		defer func() { <-h.converting }()
	case <-ctx.Done():
		return f, nil, ctx.Err()
	}
	g, err := h.graph(ctx, r, res, f)
	if err != nil {
		return f, nil, err
	}
	body, err := encode(g, f)
	if errors.Is(err, linkeddata.ErrNamedGraphs) {
		if f, err = choose(r.Header.Values("Accept"), datasetForms); err == nil {
			body, err = encode(g, f)
		}
	}
	return f, body, err
}

func encode(g *linkeddata.Graph, f form) ([]byte, error) {
	mt := f.mediaType
	if mt.Bare() == fhirTurtle {
		mt = linkeddata.Turtle
	}
	var b bytes.Buffer
	err := g.Encode(&b, mt)
	return b.Bytes(), err
}

// graph reads a stored body as linked data for a form.
func (h *Handler) graph(ctx context.Context, r *request.Request, res *pod.Resource, f form) (*linkeddata.Graph, error) {
	mt, err := linkeddata.ParseMediaType(res.MediaType)
	if err != nil {
		return nil, request.ErrNotAcceptable
	}
	var g *linkeddata.Graph
	if mt.Bare() == fhirJSON {
		g, err = h.fhirGraph(ctx, r, res, f)
	} else {
		g, err = linkeddata.Decode(res.Body, mt, r.URL(), h.limits)
	}
	if errors.Is(err, linkeddata.ErrSyntax) || errors.Is(err, linkeddata.ErrLimit) || errors.Is(err, linkeddata.ErrRemoteContext) ||
		errors.Is(err, health.ErrMalformed) || errors.Is(err, health.ErrInvalid) || errors.Is(err, health.ErrUnknownType) ||
		errors.Is(err, health.ErrNotAccepted) || errors.Is(err, health.ErrLimit) {
		return nil, fmt.Errorf("%w: there is only %s, which cannot be converted: %w", request.ErrNotAcceptable, mt, err)
	}
	return g, err
}

// fhirGraph shows a health record as linked data, in the shape of FHIR RDF that
// the form asks for. References become the pod's own URLs where the asker may
// read what they lead to.
func (h *Handler) fhirGraph(ctx context.Context, r *request.Request, res *pod.Resource, f form) (*linkeddata.Graph, error) {
	limit := int64(health.DefaultLimits.Resource)
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, health.ErrLimit
	}
	places, err := r.Session.Resolve(ctx, health.References(body))
	if err != nil {
		return nil, err
	}
	shape, _ := health.ShapeOf(f.mediaType) // other forms have no version, and so the shape of R4
	return shape.Graph(body, r.URL(), func(ref string) linkeddata.IRI {
		if p, ok := places[ref]; ok {
			return r.At(p)
		}
		return linkeddata.IRI{}
	})
}
