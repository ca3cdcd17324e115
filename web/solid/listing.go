package solid

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// pageSize is how many members one short transaction of the store gives.
const pageSize = 1000

// list answers with a container's description: itself and its direct members,
// each with type, time and size. The first page decides the status; a longer
// listing then flows page by page, so that it needs no more memory than a short
// one and holds nothing open in the store while a client reads.
func (h *Handler) list(ctx context.Context, r *request.Request, res *pod.Resource, f form, a *request.Answer) error {
	setForm(a, res, f)
	if r.Method == http.MethodHead {
		return nil
	}
	members, next, err := r.Session.List(ctx, r.Path, "", pageSize)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		l := listing{w: w, mt: f.mediaType, container: r.URL().Term(), at: r.At}
		if err := l.begin(res); err != nil {
			return err
		}
		for {
			if err := l.page(members); err != nil {
				return err
			}
			if next == "" {
				return l.end()
			}
			if members, next, err = r.Session.List(ctx, r.Path, next, pageSize); err != nil {
				return fmt.Errorf("list further: %w", err)
			}
		}
	}
	if next != "" {
		a.Stream, a.Done = request.Written(write), untilForbidden(ctx, r)
		return nil
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	a.Bytes, a.Size = b.Bytes(), int64(b.Len())
	return nil
}

// untilForbidden gives a channel that closes when the asker may no longer read the
// container. Each page asks again by itself; this is for a client that takes
// its time over one. It ends with ctx.
func untilForbidden(ctx context.Context, r *request.Request) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		often := time.NewTicker(400 * time.Millisecond)
		defer often.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-often.C:
			}
			standing, err := r.Session.Stand(ctx, r.Path)
			if ctx.Err() == nil && (err != nil || !standing.Decision.Allows(acl.Read)) {
				close(done)
				return
			}
		}
	}()
	return done
}

// listing writes the description of a container. Runs of Turtle, TriG, N-Triples
// and N-Quads may simply follow each other; JSON-LD is one array of node objects.
type listing struct {
	w         io.Writer
	mt        linkeddata.MediaType
	container linkeddata.Term
	at        func(pod.Path) linkeddata.IRI
	started   bool // a node object has been written
}

func (l *listing) begin(res *pod.Resource) error {
	if l.mt == linkeddata.JSONLD {
		if _, err := io.WriteString(l.w, "["); err != nil {
			return err
		}
	}
	g := linkeddata.NewGraph(8)
	types := []linkeddata.IRI{linkeddata.LDPResource, linkeddata.LDPContainer, linkeddata.LDPBasicContainer}
	if res.Path.IsRoot() {
		types = append(types, linkeddata.PIMStorageClass)
	}
	for _, t := range types {
		g.Add(l.container, linkeddata.RDFType.Term(), t.Term())
	}
	addTime(g, l.container, res.Modified)
	if res.Description != nil {
		for q := range res.Description.Quads() {
			g.AddQuad(q)
		}
	}
	return l.graph(g)
}

func (l *listing) page(members []pod.Member) error {
	g := linkeddata.NewGraph(7 * len(members))
	for _, m := range members {
		l.member(g, m)
	}
	return l.graph(g)
}

func (l *listing) end() error {
	if l.mt != linkeddata.JSONLD {
		return nil
	}
	_, err := io.WriteString(l.w, "]")
	return err
}

func (l *listing) member(g *linkeddata.Graph, m pod.Member) {
	s, kind := l.at(m.Path).Term(), linkeddata.RDFType.Term()
	g.Add(l.container, linkeddata.LDPContains.Term(), s)
	g.Add(s, kind, linkeddata.LDPResource.Term())
	if m.Path.IsContainer() {
		g.Add(s, kind, linkeddata.LDPContainer.Term())
		g.Add(s, kind, linkeddata.LDPBasicContainer.Term())
	} else {
		if class, ok := mediaClass(m.MediaType); ok {
			g.Add(s, kind, class.Term())
		}
		g.Add(s, linkeddata.POSIXSize.Term(), linkeddata.Typed(strconv.FormatInt(m.Size, 10), linkeddata.XSDInteger))
	}
	addTime(g, s, m.Modified)
}

func addTime(g *linkeddata.Graph, s linkeddata.Term, t time.Time) {
	g.Add(s, linkeddata.DCModified.Term(), linkeddata.Typed(t.UTC().Format(time.RFC3339), linkeddata.XSDDateTime))
	g.Add(s, linkeddata.POSIXMtime.Term(), linkeddata.Typed(strconv.FormatInt(t.Unix(), 10), linkeddata.XSDInteger))
}

// mediaClass is the class of resources of a media type, in the vocabulary that
// Solid servers use for it.
func mediaClass(mediaType string) (linkeddata.IRI, bool) {
	mt, err := linkeddata.ParseMediaType(mediaType)
	if err != nil {
		return linkeddata.IRI{}, false
	}
	iri, err := linkeddata.ParseIRI("http://www.w3.org/ns/iana/media-types/" + mt.Essence() + "#Resource")
	return iri, err == nil
}

// graph writes one run of triples. Blank nodes of two runs are never the same:
// only the first, of the container itself, may have any.
func (l *listing) graph(g *linkeddata.Graph) error {
	if l.mt != linkeddata.JSONLD {
		return g.Encode(l.w, l.mt)
	}
	var b bytes.Buffer
	if err := g.Encode(&b, expanded); err != nil {
		return err
	}
	nodes := bytes.TrimSpace(b.Bytes())
	nodes = bytes.TrimSpace(nodes[1 : len(nodes)-1]) // without the brackets of the array
	if len(nodes) == 0 {
		return nil
	}
	if l.started {
		nodes = append([]byte(",\n"), nodes...)
	}
	l.started = true
	_, err := l.w.Write(nodes)
	return err
}

// expanded is JSON-LD as an array of node objects.
var expanded = linkeddata.MustMediaType(`application/ld+json; profile="http://www.w3.org/ns/json-ld#expanded"`)
