package linkeddata

// Term is an IRI, a blank node or a literal (RDF 1.1 Concepts, section 3).
// It is comparable: literals are equal when lexical form, datatype and
// language tag are (term equality, so "1" and "01" differ). Language tags are
// kept in lower case. The zero Term is none of the three.
type Term struct {
	s string // IRI, blank node label, or lexical form
	t string // "" for an IRI, "_" for a blank node, "@tag" or the datatype IRI for a literal
}

// Triple is subject, predicate, object. Its zero value is no triple.
type Triple struct{ S, P, O Term }

// Quad is a triple in a graph: the zero Graph term means the default graph.
type Quad struct {
	Triple
	Graph Term
}

const (
	xsdString  = "http://www.w3.org/2001/XMLSchema#string"
	langString = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
)

// Term makes a term of an IRI.
func (i IRI) Term() Term { return Term{s: i.s} }

// Blank makes a blank node. The label means something inside one graph only.
func Blank(label string) Term { return Term{s: label, t: "_"} }

// Text makes a plain literal (xsd:string).
func Text(lexical string) Term { return Term{s: lexical, t: xsdString} }

// Typed makes a literal with a datatype and keeps the lexical form as it is.
func Typed(lexical string, datatype IRI) Term { return Term{s: lexical, t: datatype.s} }

// Lang makes a literal in a language (BCP 47 tag).
func Lang(lexical, tag string) Term { return Term{s: lexical, t: "@" + lowerASCII(tag)} }

// IsZero says whether the term is none at all.
func (t Term) IsZero() bool { return t == Term{} }

// IsIRI, IsBlank and IsLiteral tell the three kinds apart; the zero term is none of them.
func (t Term) IsIRI() bool     { return t.t == "" && t.s != "" }
func (t Term) IsBlank() bool   { return t.t == "_" }
func (t Term) IsLiteral() bool { return t.t != "" && t.t != "_" }

// IRI gives the IRI of an IRI term, the zero IRI for every other.
func (t Term) IRI() IRI {
	if t.t != "" {
		return IRI{}
	}
	return IRI{t.s}
}

// Value gives the IRI's text, the blank node's label or the literal's lexical form.
func (t Term) Value() string { return t.s }

// Datatype gives a literal's datatype, the zero IRI for other terms.
func (t Term) Datatype() IRI {
	switch {
	case !t.IsLiteral():
		return IRI{}
	case t.t[0] == '@':
		return IRI{langString}
	}
	return IRI{t.t}
}

// Language gives the tag of a language-tagged literal, "" for everything else.
func (t Term) Language() string {
	if t.IsLiteral() && t.t[0] == '@' {
		return t.t[1:]
	}
	return ""
}

func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i] >= 'A' && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}
