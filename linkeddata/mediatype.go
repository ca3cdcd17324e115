package linkeddata

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// ErrMediaType is wrapped by every error about a text that is no media type.
var ErrMediaType = errors.New("not a media type")

// MediaType is a parsed media type (RFC 9110 section 8.3.1): type and subtype
// in lower case, parameters sorted by name, their names in lower case and
// their values as they were given. It is comparable. The zero MediaType is none.
type MediaType struct {
	essence string // "text/turtle"
	params  string // `; charset=utf-8; profile="x y"`
}

// The media types that this package reads or writes.
var (
	Turtle   = MediaType{essence: "text/turtle"}
	TriG     = MediaType{essence: "application/trig"}
	NTriples = MediaType{essence: "application/n-triples"}
	NQuads   = MediaType{essence: "application/n-quads"}
	JSONLD   = MediaType{essence: "application/ld+json"}
	N3       = MediaType{essence: "text/n3"} // of patches only

	SPARQLUpdate = MediaType{essence: "application/sparql-update"} // of patches only
)

// ParseMediaType reads the value of a Content-Type field.
func ParseMediaType(s string) (MediaType, error) {
	p := fieldParser{s: s}
	p.space()
	essence, ok := p.essence()
	if !ok || strings.IndexByte(essence, '*') >= 0 {
		return MediaType{}, fmt.Errorf("%w: %q", ErrMediaType, clip(s))
	}
	params, ok := p.params()
	if p.space(); !ok || p.at < len(s) {
		return MediaType{}, fmt.Errorf("%w: parameters of %q", ErrMediaType, clip(s))
	}
	m := MediaType{essence: essence}
	sort.SliceStable(params, func(i, j int) bool { return params[i].name < params[j].name })
	for i, q := range params {
		if i > 0 && params[i-1].name == q.name {
			return MediaType{}, fmt.Errorf("%w: %q has %s twice", ErrMediaType, clip(s), q.name)
		}
		m.params += q.text()
	}
	return m, nil
}

// MustMediaType is ParseMediaType for texts that stand in the program itself.
func MustMediaType(s string) MediaType {
	m, err := ParseMediaType(s)
	if err != nil {
		panic(err)
	}
	return m
}

// String writes the media type as a field value, "" for the zero one.
func (m MediaType) String() string { return m.essence + m.params }

// Essence is type and subtype without parameters, such as "text/turtle".
func (m MediaType) Essence() string { return m.essence }

// Bare is the media type without its parameters.
func (m MediaType) Bare() MediaType { return MediaType{essence: m.essence} }

// IsZero says whether the media type is none at all.
func (m MediaType) IsZero() bool { return m == MediaType{} }

// Param gives the value of a parameter, "" when it is absent.
func (m MediaType) Param(name string) string {
	p := fieldParser{s: m.params}
	params, _ := p.params()
	for _, q := range params {
		if q.name == lowerASCII(name) {
			return q.value
		}
	}
	return ""
}

// IsRDF says whether Decode reads this media type, whatever its parameters.
func (m MediaType) IsRDF() bool {
	switch m.Bare() {
	case Turtle, TriG, NTriples, NQuads, JSONLD:
		return true
	}
	return false
}
