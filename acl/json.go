package acl

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"skrin/linkeddata"
)

const (
	maxJSON      = 64 << 10 // bytes
	maxJSONDepth = 8
)

// readJSON reads one object. Unlike json.Unmarshal it refuses a name that is
// said twice, of which another reader might believe the other, and bytes that are
// no UTF-8.
func readJSON(body []byte) (map[string]any, error) {
	if len(body) > maxJSON {
		return nil, refuse("it is longer than %d KiB", maxJSON>>10)
	}
	if !utf8.Valid(body) {
		return nil, refuse("it is not in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	value, err := readValue(d, maxJSONDepth)
	if errors.Is(err, ErrGrant) {
		return nil, err
	}
	if _, end := d.Token(); err != nil || end != io.EOF {
		return nil, refuse("it is no JSON document")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, refuse("it is no JSON object")
	}
	return object, nil
}

func readValue(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	if depth == 0 {
		return nil, refuse("it is nested too deeply")
	}
	switch token {
	case json.Delim('{'):
		return readObject(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := readValue(d, depth-1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

func readObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		if _, there := object[name]; there {
			return nil, refuse("it says %q twice in one object", clip(name))
		}
		if object[name], err = readValue(d, depth-1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

// fields takes the members out of an object. It keeps the first thing that is
// wrong and gives zero values from then on.
type fields struct {
	of    map[string]any
	where string // for errors: "the access policy"
	err   error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = refuse(format, args...)
	}
}

func (f *fields) names() []string { return slices.Sorted(maps.Keys(f.of)) }

// text is a member that must be a string, and not an empty one.
func (f *fields) text(name string) string {
	s, _ := f.of[name].(string)
	if s == "" {
		f.fail("%s needs %q as a text", f.where, name)
	}
	return s
}

// iri is a member that must be an absolute IRI.
func (f *fields) iri(name string) linkeddata.IRI { return f.parse(name, f.text(name)) }

func (f *fields) optionalIRI(name string) linkeddata.IRI {
	if _, there := f.of[name]; !there {
		return linkeddata.IRI{}
	}
	return f.iri(name)
}

func (f *fields) parse(name, text string) linkeddata.IRI {
	iri, err := linkeddata.ParseIRI(text)
	if err != nil {
		f.fail("%s: %q must be an absolute IRI, and %q is none", f.where, name, clip(text))
	}
	return iri
}

// list is a member that must hold at least one value; JSON-LD lets a single
// value stand without brackets.
func (f *fields) list(name string) []any {
	value := f.of[name]
	list, ok := value.([]any)
	if !ok && value != nil {
		list = []any{value}
	}
	if len(list) == 0 {
		f.fail("%s needs %q", f.where, name)
	}
	return list
}

// strings is a list of texts.
func (f *fields) strings(name string) []string {
	var texts []string
	for _, value := range f.list(name) {
		text, ok := value.(string)
		if !ok || text == "" {
			f.fail("%s: %q must hold texts only", f.where, name)
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}
