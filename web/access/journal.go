package access

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// JournalPath is the journal of every pod.
var JournalPath = pod.MustPath("/.journal/")

const (
	pageLines = 500
	maxLines  = 1000
)

type journalPage struct {
	Head        string        `json:"head"`
	Next        string        `json:"next,omitempty"`
	Lines       []journalLine `json:"lines"`
	Consistency *consistency  `json:"consistency,omitempty"`
}

// journalLine is a line as it was written, and the proof of it. Who and path are
// absolute, whatever the record has.
type journalLine struct {
	pod.Line
	Proof proof `json:"proof"`
}

type proof struct {
	Record string `json:"record"`
	Salt   string `json:"salt"`
	Leaf   string `json:"leaf"`
}

type consistency struct {
	From   string   `json:"from"`
	Hashes []string `json:"hashes"`
}

// Journal serves the journal to the owner.
func Journal(ctx context.Context, r *request.Request) (*request.Answer, error) {
	if r.Path != JournalPath || !r.IsRead() {
		if r.Path != JournalPath {
			return nil, elsewhere(ctx, r)
		}
		return methods(ctx, r, "OPTIONS, HEAD, GET")
	}
	asked, err := parseQuery(r.Query)
	if err != nil {
		if _, denied := r.Session.Grants(ctx); denied != nil {
			return nil, denied
		}
		return nil, err
	}
	page, err := r.Session.Journal(ctx, asked.from, asked.limit)
	if err != nil {
		return nil, err
	}
	mt, ok := linkeddata.Negotiate(r.Header.Values("Accept"), plainJSON, linkeddata.Turtle, linkeddata.JSONLD, linkeddata.NTriples)
	if !ok {
		return nil, request.ErrNotAcceptable
	}
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET")
	next := ""
	if page.Next != 0 {
		next = r.URL().String() + "?from=" + strconv.FormatUint(page.Next, 10)
		a.Header.Add("Link", "<"+next+`>; rel="next"`)
	}
	if mt != plainJSON {
		var b bytes.Buffer
		if err := graph(r, page).Encode(&b, mt); err != nil {
			return nil, fmt.Errorf("write journal: %w", err)
		}
		a.Header.Set("Cache-Control", "private, no-store")
		return a.With(mt.String(), b.Bytes()), nil
	}
	doc := journalPage{Head: page.Head.String(), Next: next, Lines: make([]journalLine, 0, len(page.Entries))}
	for _, e := range page.Entries {
		doc.Lines = append(doc.Lines, lineOf(r, e))
	}
	if doc.Consistency, err = consistent(ctx, r, asked.since, page.Head); err != nil {
		return nil, err
	}
	return write(a, mt, doc)
}

func lineOf(r *request.Request, e pod.Entry) journalLine {
	l := journalLine{Line: e.Line, Proof: proof{Record: string(e.Record), Salt: encode(e.Salt), Leaf: encode(e.Leaf[:])}}
	l.Who = Absolute(r.Pod.Root, l.Who)
	return l
}

// Absolute gives the IRI of somebody whom the journal names from the pod's root.
func Absolute(root linkeddata.IRI, who string) string {
	if len(who) > 0 && who[0] == '/' {
		return root.String() + who[1:]
	}
	return who
}

// consistent proves that the journal still begins with what it was at a kept head.
func consistent(ctx context.Context, r *request.Request, since *pod.Head, now pod.Head) (*consistency, error) {
	if since == nil {
		return nil, nil
	}
	if since.Size > now.Size {
		return nil, fmt.Errorf("%w: the journal has %d lines, and had %d", pod.ErrConflict, now.Size, since.Size)
	}
	c := &consistency{From: since.String(), Hashes: []string{}}
	if since.Size == 0 {
		return c, nil
	}
	hashes, err := r.Session.Proof(ctx, since.Size, now.Size)
	for _, hash := range hashes {
		c.Hashes = append(c.Hashes, encode(hash[:]))
	}
	return c, err
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

type query struct {
	from  uint64
	limit int
	since *pod.Head
}

func parseQuery(text string) (query, error) {
	q := query{limit: pageLines}
	values, err := url.ParseQuery(text)
	if err != nil {
		return q, fmt.Errorf("%w: the query", request.ErrMalformed)
	}
	if s := values.Get("from"); s != "" {
		if q.from, err = strconv.ParseUint(s, 10, 63); err != nil {
			return q, fmt.Errorf("%w: from is the number of a line", request.ErrMalformed)
		}
	}
	if s := values.Get("limit"); s != "" {
		if q.limit, err = strconv.Atoi(s); err != nil || q.limit < 1 {
			return q, fmt.Errorf("%w: limit is a number of lines", request.ErrMalformed)
		}
		q.limit = min(q.limit, maxLines)
	}
	if s := values.Get("since"); s != "" {
		head, err := pod.ParseHead(s)
		if err != nil {
			return q, fmt.Errorf("%w: since: %w", request.ErrMalformed, err)
		}
		q.since = &head
	}
	return q, nil
}

// Terms of the journal as linked data: Activity Streams, and ours where it has none.
const (
	nsAS  = "https://www.w3.org/ns/activitystreams#"
	nsOwn = "urn:skrin:term:"
)

// graph tells the journal's lines as activities.
func graph(r *request.Request, page pod.JournalPage) *linkeddata.Graph {
	g := linkeddata.NewGraph(8 * len(page.Entries))
	journal := r.URL().Term()
	own := func(name string) linkeddata.Term { return linkeddata.MustIRI(nsOwn + name).Term() }
	as := func(name string) linkeddata.Term { return linkeddata.MustIRI(nsAS + name).Term() }
	g.Add(journal, own("head"), linkeddata.Text(page.Head.String()))
	for _, e := range page.Entries {
		s := linkeddata.MustIRI(r.URL().String() + "#" + strconv.FormatUint(e.N, 10)).Term()
		g.Add(s, linkeddata.RDFType.Term(), as("Activity"))
		g.Add(s, as("published"), linkeddata.Typed(e.At.UTC().Format(time.RFC3339Nano), linkeddata.XSDDateTime))
		g.Add(s, own("did"), linkeddata.Text(e.Did))
		g.Add(s, own("allowed"), linkeddata.Typed(strconv.FormatBool(e.Allowed), linkeddata.XSDBoolean))
		addIRI(g, s, as("actor"), Absolute(r.Pod.Root, e.Who))
		addIRI(g, s, as("instrument"), e.Client)
		addIRI(g, s, as("object"), Absolute(r.Pod.Root, e.Path))
		addIRI(g, s, own("issuer"), e.Issuer)
		addText(g, s, as("summary"), e.Because)
		addText(g, s, own("purpose"), e.Purpose)
		if e.Grant != "" {
			addIRI(g, s, own("grant"), r.At(GrantsPath).String()+e.Grant)
		}
		if e.Count > 1 {
			g.Add(s, as("totalItems"), linkeddata.Typed(strconv.Itoa(e.Count), linkeddata.XSDInteger))
		}
	}
	return g
}

func addIRI(g *linkeddata.Graph, s, p linkeddata.Term, text string) {
	if iri, err := linkeddata.ParseIRI(text); err == nil {
		g.Add(s, p, iri.Term())
	}
}

func addText(g *linkeddata.Graph, s, p linkeddata.Term, text string) {
	if text != "" {
		g.Add(s, p, linkeddata.Text(text))
	}
}
