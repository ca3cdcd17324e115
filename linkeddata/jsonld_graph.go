package linkeddata

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// expandedReader makes quads of expanded JSON-LD (JSON-LD 1.1 API, sections 7
// and 8, in one walk). What names no IRI where RDF wants one is left out, as
// the specification says. Its depth is that of the JSON text.
type expandedReader struct {
	g      *Graph
	lim    Limits
	graph  Term
	quads  int
	blanks int
}

func graphOfExpanded(nodes []any, lim Limits) (*Graph, error) {
	r := &expandedReader{g: NewGraph(0), lim: lim}
	err := run(func() { r.nodes(nodes) })
	if err != nil {
		return nil, err
	}
	return r.g, nil
}

func (r *expandedReader) nodes(v any) {
	list, _ := v.([]any)
	for _, x := range list {
		if node, ok := x.(map[string]any); ok {
			r.node(node)
		}
	}
}

// node reads a node object and gives its term, zero when it has a name that is
// no IRI: what is said about it is then left out, what it contains is not.
func (r *expandedReader) node(node map[string]any) Term {
	self := r.identifier(node)
	for _, key := range slices.Sorted(maps.Keys(node)) {
		v := node[key]
		switch key {
		case "@type":
			r.types(self, v)
		case "@graph":
			r.named(self, v)
		case "@included":
			r.nodes(v)
		case "@reverse":
			r.reverse(self, v)
		default:
			if p := resourceTerm(key); p.IsIRI() {
				r.values(self, p, v)
			}
		}
	}
	return self
}

// identifier gives a node's name, a fresh blank node when it has none.
func (r *expandedReader) identifier(node map[string]any) Term {
	id, ok := node["@id"].(string)
	if !ok {
		return r.fresh()
	}
	return r.fits(resourceTerm(id))
}

// resourceTerm gives the term of an IRI or blank node, zero for anything else.
func resourceTerm(id string) Term {
	if label, ok := strings.CutPrefix(id, "_:"); ok {
		if label == "" || label[0] == '.' {
			label = "." + label + "." // fresh ones are a dot and digits
		}
		return Blank(label)
	}
	iri, err := ParseIRI(id)
	if err != nil {
		return Term{}
	}
	return iri.Term()
}

func (r *expandedReader) types(self Term, v any) {
	list, _ := v.([]any)
	for _, x := range list {
		name, _ := x.(string)
		r.emit(self, RDFType.Term(), r.fits(resourceTerm(name)))
	}
}

// named reads the nodes of a named graph. A graph whose name is no IRI is left out.
func (r *expandedReader) named(name Term, v any) {
	if name.IsZero() {
		return
	}
	outer := r.graph
	r.graph = name
	r.nodes(v)
	r.graph = outer
}

func (r *expandedReader) reverse(self Term, v any) {
	properties, _ := v.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		p := resourceTerm(key)
		list, _ := properties[key].([]any)
		for _, x := range list {
			if node, ok := x.(map[string]any); ok {
				if other := r.node(node); p.IsIRI() {
					r.emit(other, p, self)
				}
			}
		}
	}
}

func (r *expandedReader) values(self, p Term, v any) {
	list, _ := v.([]any)
	for _, x := range list {
		r.emit(self, p, r.value(x))
	}
}

// value reads a value, list or node object.
func (r *expandedReader) value(v any) Term {
	object, ok := v.(map[string]any)
	if !ok {
		return Term{}
	}
	if x, ok := object["@value"]; ok {
		t := literalOfJSON(x, object)
		if len(t.s) > r.lim.Literal {
			panic(stop{&LimitError{Limit: "literal", Max: int64(r.lim.Literal)}})
		}
		return t
	}
	if list, ok := object["@list"]; ok {
		items, _ := list.([]any)
		return r.list(items)
	}
	return r.node(object)
}

func (r *expandedReader) list(items []any) Term {
	if len(items) == 0 {
		return RDFNil.Term()
	}
	head := r.fresh()
	for i, cell := 0, head; i < len(items); i++ {
		r.emit(cell, RDFFirst.Term(), r.value(items[i]))
		rest := RDFNil.Term()
		if i+1 < len(items) {
			rest = r.fresh()
		}
		r.emit(cell, RDFRest.Term(), rest)
		cell = rest
	}
	return head
}

func (r *expandedReader) fresh() Term {
	r.blanks++
	return Blank("." + strconv.Itoa(r.blanks))
}

func (r *expandedReader) fits(t Term) Term {
	if len(t.s) > r.lim.IRI {
		panic(stop{&LimitError{Limit: "IRI", Max: int64(r.lim.IRI)}})
	}
	return t
}

func (r *expandedReader) emit(s, p, o Term) {
	if s.IsZero() || o.IsZero() {
		return
	}
	if r.quads++; r.quads > r.lim.Quads {
		panic(stop{&LimitError{Limit: "quads", Max: int64(r.lim.Quads)}})
	}
	r.g.AddQuad(Quad{Triple{s, p, o}, r.graph})
}

// literalOfJSON makes a literal of a value object (JSON-LD 1.1 API, section 8.2.2).
// A value with a language tag of impossible form is left out.
func literalOfJSON(v any, object map[string]any) Term {
	if tag, ok := object["@language"].(string); ok {
		text, isText := v.(string)
		if !isText || !validLanguage(tag) {
			return Term{}
		}
		return Lang(text, tag)
	}
	datatype, ok := object["@type"]
	if !ok {
		lexical, native := lexicalOfJSON(v, "")
		return Typed(lexical, native)
	}
	name, _ := datatype.(string)
	if name == "@json" {
		return Typed(string(appendCanonicalJSON(nil, v)), RDFJSON)
	}
	iri, err := ParseIRI(name)
	if err != nil {
		panic(stop{&SyntaxError{What: fmt.Sprintf("JSON-LD: the datatype %v is no IRI", datatype)}})
	}
	lexical, _ := lexicalOfJSON(v, name)
	return Typed(lexical, iri)
}

// lexicalOfJSON gives a scalar's lexical form and the datatype that it has of itself.
func lexicalOfJSON(v any, datatype string) (string, IRI) {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), XSDBoolean
	case json.Number:
		return lexicalOfNumber(string(v), datatype == XSDDouble.s)
	case float64:
		return lexicalOfNumber(strconv.FormatFloat(v, 'g', -1, 64), datatype == XSDDouble.s)
	case string:
		return v, XSDString
	}
	return "", XSDString
}

// validLanguage is the form of language tags that every syntax here can hold.
func validLanguage(tag string) bool {
	for i, part := range strings.Split(tag, "-") {
		if part == "" || len(tag) > 256 {
			return false
		}
		for j := 0; j < len(part); j++ {
			if c := class[part[j]]; c&isLetter == 0 && (i == 0 || c&isDigit == 0) {
				return false
			}
		}
	}
	return true
}
