package health

import (
	"io"
	"iter"
	"strconv"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
)

// ReadFHIR reads a FHIR R4 Bundle (of any type but history), a single resource,
// an array of resources, or newline-delimited resources, one resource at a
// time. Each step gives a Record, or a Problem and the zero Record. After a
// Problem the rest goes on, unless it says Ended: then the input is no JSON from
// that place on, or could not be read. Problem.Entry counts the entries of the
// Bundle (the items of the array, the resources) from 0.
//
// A resource goes in when Check finds nothing wrong with it. A Bundle inside a
// Bundle goes in as one record. Each record's Body is a copy of its own.
func ReadFHIR(r io.Reader, lim Limits) iter.Seq2[Record, *Problem] {
	return func(yield func(Record, *Problem) bool) {
		lim := lim.filled()
		in := fhirReader{reader: reader{stream: newStream(r, lim.Resource+envelope), lim: lim, yield: yield}, table: elements.R4()}
		in.run(in.top, in.one)
	}
}

// envelope is what may stand around a resource in its entry.
const envelope = 64 << 10

type fhirReader struct {
	reader
	table *elements.Table
}

// one takes a value that is a resource.
func (in *fhirReader) one(raw []byte) {
	if t := in.parse(raw); t != nil {
		in.record(t, tree.Root, "")
	}
}

// bundleEntry takes an entry of a Bundle.
func (in *fhirReader) bundleEntry(raw []byte) {
	t := in.parse(raw)
	if t == nil {
		return
	}
	resource := t.Member(tree.Root, "resource")
	if resource == 0 {
		in.problem(Problem{Where: "Bundle.entry", What: "has no resource, so there is nothing to file", Err: ErrInvalid})
		return
	}
	in.record(t, resource, t.TextOf(tree.Root, "fullUrl"))
}

// record checks the resource at n, files and names it.
func (in *fhirReader) record(t *tree.Tree, n tree.Node, fullURL string) {
	if found := check(t, n, in.table); len(found) > 0 {
		p := found[0]
		if more := len(found) - 1; more > 0 {
			p.What += " (and " + strconv.Itoa(more) + " more)"
		}
		in.problem(p)
		return
	}
	body := []byte(t.Raw(n))
	if len(body) > in.lim.Resource {
		in.tooLarge()
		return
	}
	typ, id := t.TextOf(n, "resourceType"), t.TextOf(n, "id")
	rec := Record{Type: typ, ID: id, Container: container(t, n, typ), Name: fileName(typ, id, body), MediaType: MediaTypeFHIR, Body: body}
	rec.NameIfTaken = nameIfTaken(rec.Name, body)
	if outward(fullURL) {
		rec.References = append(rec.References, fullURL)
	}
	if own := typ + "/" + id; id != "" && own != fullURL {
		rec.References = append(rec.References, own)
	}
	in.give(rec)
}
