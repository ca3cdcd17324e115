// Package linkeddata is the project's vocabulary of linked data: IRIs, terms
// and graphs, the syntaxes they travel in, and the patches that change them.
// It imports nothing else of the project, opens no file and no connection,
// and has no clock.
//
// Start with [ParseIRI] for a name and [Decode] for a document:
//
//	g, err := linkeddata.Decode(body, linkeddata.Turtle, base, linkeddata.Limits{})
//	for o := range g.Objects(me.Term(), linkeddata.FOAFName.Term()) { ... }
//	err = g.Encode(w, linkeddata.JSONLD)
//
// [Parse] hands over quads one by one where a graph in memory is not wanted,
// [Negotiate] chooses among media types, [ParsePatch] reads what changes a
// document: an N3 patch or a SPARQL update, as one [Patch] value.
//
// Documents are foreign. Every reader takes [Limits], and the zero Limits are
// the default ones, never none at all: bytes, quads, nesting, IRI and literal
// lengths are bounded, and so is what short names may expand to. A document
// never makes this package load another: a JSON-LD context that does not stand
// in the document itself is [ErrRemoteContext].
//
// Literals keep their lexical form: what was "01"^^xsd:integer stays so. What
// is written can be read back and gives an isomorphic graph ([Isomorphic]).
package linkeddata
