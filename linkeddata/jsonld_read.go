package linkeddata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/piprate/json-gold/ld"
)

// decodeJSONLD reads JSON-LD 1.1. The expansion, which is where contexts are
// understood, is json-gold's; what bounds it, and the quads, are ours.
func decodeJSONLD(r io.Reader, base IRI, lim Limits) (*Graph, error) {
	return decodeJSONLDWith(&noLoader{}, r, base, lim)
}

// contextLoader is what json-gold asks for documents that a document names.
type contextLoader interface {
	ld.DocumentLoader
	// err gives the refusal, if there was one: json-gold swallows some errors.
	err() error
}

func decodeJSONLDWith(loader contextLoader, r io.Reader, base IRI, lim Limits) (*Graph, error) {
	lim = lim.filled()
	text, err := io.ReadAll(io.LimitReader(r, lim.Bytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > lim.Bytes {
		return nil, &LimitError{Limit: "bytes", Max: lim.Bytes}
	}
	document, err := parseJSON(text, lim)
	if err != nil {
		return nil, err
	}
	if err := boundContexts(document, len(text), base, lim); err != nil {
		return nil, err
	}
	expanded, err := expand(document, loader, base)
	if err != nil {
		return nil, err
	}
	return graphOfExpanded(expanded, lim)
}

// parseJSON makes values of a text that was looked over before.
func parseJSON(text []byte, lim Limits) (any, error) {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	if err := scanJSON(text, lim); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var document any
	if err := d.Decode(&document); err != nil {
		return nil, jsonError(text, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, placeInText(text, int(d.InputOffset()), "more than one JSON value")
	}
	switch document.(type) {
	case map[string]any, []any:
		return document, nil
	}
	return nil, placeInText(text, 0, "a JSON-LD document is an object or an array")
}

// scanJSON bounds nesting and the number of values before any is made.
func scanJSON(text []byte, lim Limits) error {
	if !utf8.Valid(text) {
		return placeInText(text, 0, "the text is not UTF-8")
	}
	depth, values, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '{', c == '[':
			depth++
			values++
		case c == '}', c == ']':
			depth--
		case c == ',', c == ':':
			values++
		}
		if depth > lim.Depth {
			return limitInText(text, i, "depth", lim.Depth)
		}
		if values > lim.Quads {
			return limitInText(text, i, "JSON values", lim.Quads)
		}
	}
	return nil
}

// jsonError tells the place of an error of the JSON grammar.
func jsonError(text []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return placeInText(text, int(syntax.Offset)-1, syntax.Error())
	}
	return placeInText(text, len(text), "the JSON text ends too early")
}

func placeInText(text []byte, at int, what string) error {
	s := scanner{buf: text}
	line, column := s.place(min(max(at, 0), len(text)))
	return &SyntaxError{line, column, what}
}

func limitInText(text []byte, at int, limit string, most int) error {
	s := scanner{buf: text}
	line, column := s.place(at)
	return &LimitError{limit, int64(most), line, column}
}

// expand runs json-gold's expansion. It panics for some wrong documents, which
// is an error of the document here.
func expand(document any, loader contextLoader, base IRI) (expanded []any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &SyntaxError{What: fmt.Sprintf("JSON-LD: %v", p)}
		}
	}()
	options := ld.NewJsonLdOptions(base.s)
	options.DocumentLoader = loader
	options.ProcessingMode = ld.JsonLd_1_1
	expanded, err = ld.NewJsonLdProcessor().Expand(document, options)
	if refused := loader.err(); refused != nil {
		return nil, refused
	}
	if err != nil {
		return nil, &SyntaxError{What: "JSON-LD: " + clip(err.Error())}
	}
	return expanded, nil
}

// noLoader refuses every document that a document names. It opens nothing.
type noLoader struct{ refused error }

// LoadDocument always fails with ErrRemoteContext.
func (l *noLoader) LoadDocument(name string) (*ld.RemoteDocument, error) {
	l.refused = fmt.Errorf("%w: %q is not fetched; write the context into the document", ErrRemoteContext, clip(name))
	return nil, l.refused
}

func (l *noLoader) err() error { return l.refused }
