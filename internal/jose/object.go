package jose

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of the JSON that we read. Discovery documents are the widest met in
// use, with about sixty members.
const (
	maxDepth   = 8
	maxMembers = 256
)

// Object is a JSON object that was read strictly: valid UTF-8, no member named
// twice at any depth, names compared exactly (encoding/json takes "ISS" for
// "iss", and the last of two). It borrows the bytes it was parsed from. The
// zero Object has no members.
type Object struct{ members []member }

type member struct {
	name string
	raw  []byte
}

// ParseObject reads data, which must be one JSON object. The error wraps
// ErrMalformed.
func ParseObject(data []byte) (Object, error) {
	if !utf8.Valid(data) || !json.Valid(data) {
		return Object{}, fmt.Errorf("%w: not JSON", ErrMalformed)
	}
	r := reader{data: data}
	if r.peek() != '{' {
		return Object{}, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	return r.object(1)
}

// Has says whether there is such a member, whatever its value.
func (o Object) Has(name string) bool { return o.raw(name) != nil }

// Names lists the members, in the order in which they stand.
func (o Object) Names() []string {
	var names []string
	for _, m := range o.members {
		names = append(names, m.name)
	}
	return names
}

// Text gives a string member, "" when there is none. A member of another type
// is an error.
func (o Object) Text(name string) (string, error) {
	raw := o.raw(name)
	if raw == nil {
		return "", nil
	}
	if raw[0] != '"' {
		return "", fmt.Errorf("%w: %q is not a string", ErrMalformed, name)
	}
	return unquote(raw)
}

// Texts gives a member that is a string or an array of strings, as "aud" may
// be; nil when there is none.
func (o Object) Texts(name string) ([]string, error) {
	raw := o.raw(name)
	if raw == nil {
		return nil, nil
	}
	if raw[0] == '"' {
		one, err := unquote(raw)
		return []string{one}, err
	}
	items, err := o.Items(name)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if item[0] != '"' {
			return nil, fmt.Errorf("%w: %q holds something else than strings", ErrMalformed, name)
		}
		if texts[i], err = unquote(item); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// Flag gives a member that is true or false, false when there is none.
func (o Object) Flag(name string) (bool, error) {
	switch raw := o.raw(name); string(raw) {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	}
	return false, fmt.Errorf("%w: %q is neither true nor false", ErrMalformed, name)
}

// Items gives the raw values of an array member, nil when there is none.
func (o Object) Items(name string) ([]json.RawMessage, error) {
	raw := o.raw(name)
	if raw == nil {
		return nil, nil
	}
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		return nil, fmt.Errorf("%w: %q is not an array", ErrMalformed, name)
	}
	return items, nil
}

// Instant gives a NumericDate member (RFC 7519 section 2) to the second below,
// the zero time when there is none.
func (o Object) Instant(name string) (time.Time, error) {
	raw := o.raw(name)
	if raw == nil {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || raw[0] == '"' || seconds < 0 || seconds > 253402300799 { // the year 9999 ends
		return time.Time{}, fmt.Errorf("%w: %q is not a date in seconds", ErrMalformed, name)
	}
	return time.Unix(int64(math.Floor(seconds)), 0), nil
}

// Object gives an object member and whether there is one.
func (o Object) Object(name string) (Object, bool, error) {
	raw := o.raw(name)
	if raw == nil {
		return Object{}, false, nil
	}
	if raw[0] != '{' {
		return Object{}, true, fmt.Errorf("%w: %q is not an object", ErrMalformed, name)
	}
	r := reader{data: raw}
	inner, err := r.object(1)
	return inner, true, err
}

// raw gives the bytes of a member, nil when there is none.
func (o Object) raw(name string) []byte {
	for i := range o.members {
		if o.members[i].name == name {
			return o.members[i].raw
		}
	}
	return nil
}

// reader walks over JSON that json.Valid has passed, so it need not look for
// syntax errors; it looks for double names and depth.
type reader struct {
	data []byte
	at   int
}

func (r *reader) object(depth int) (Object, error) {
	o := Object{members: make([]member, 0, 8)} // few have more
	if depth > maxDepth {
		return o, fmt.Errorf("%w: nested too deeply", ErrMalformed)
	}
	r.at++ // {
	for r.peek() != '}' {
		name, err := unquote(r.text())
		if err != nil {
			return o, err
		}
		if o.Has(name) || len(o.members) == maxMembers {
			return o, fmt.Errorf("%w: a member named twice, or too many", ErrMalformed)
		}
		r.peek()
		r.at++ // :
		raw, err := r.value(depth)
		if err != nil {
			return o, err
		}
		o.members = append(o.members, member{name, raw})
		if r.peek() == ',' {
			r.at++
		}
	}
	r.at++ // }
	return o, nil
}

func (r *reader) value(depth int) ([]byte, error) {
	var err error
	first := r.peek()
	start := r.at
	switch first {
	case '{':
		_, err = r.object(depth + 1)
	case '[':
		err = r.array(depth + 1)
	case '"':
		r.text()
	default:
		for r.at < len(r.data) && !strings.ContainsRune(" \t\r\n,]}", rune(r.data[r.at])) {
			r.at++
		}
	}
	return r.data[start:r.at], err
}

func (r *reader) array(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: nested too deeply", ErrMalformed)
	}
	r.at++ // [
	for r.peek() != ']' {
		if _, err := r.value(depth); err != nil {
			return err
		}
		if r.peek() == ',' {
			r.at++
		}
	}
	r.at++ // ]
	return nil
}

// text takes a string with its quotes.
func (r *reader) text() []byte {
	r.peek()
	start := r.at
	for r.at++; r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	return r.data[start:r.at]
}

// peek skips white space and looks at what comes.
func (r *reader) peek() byte {
	for {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return c
		}
	}
}

func unquote(raw []byte) (string, error) {
	inner := raw[1 : len(raw)-1]
	plain := true
	for _, c := range inner {
		plain = plain && c != '\\'
	}
	if plain {
		return string(inner), nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fmt.Errorf("%w: not a string", ErrMalformed)
	}
	return s, nil
}
