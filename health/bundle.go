package health

import (
	"skrin/health/internal/tree"
)

// top reads the outermost object. It is held in the window as a resource until
// it turns out to be a Bundle; from then on only one entry at a time is.
func (in *fhirReader) top() {
	s := in.stream
	s.keep()
	s.pos++
	o := outermost{}
	for first := true; ; first = false {
		c, ok := s.peek()
		switch {
		case first && c == '}':
			s.pos++
		case !ok || c != '"':
			in.malformed("a name in quotes belongs here")
			return
		default:
			if !in.member(&o) {
				return
			}
			if c, _ = s.peek(); c != ',' && c != '}' {
				in.malformed("a comma or closing bracket belongs here")
				return
			}
			s.pos++
			if c == ',' {
				continue
			}
		}
		break
	}
	in.finish(o)
}

// outermost is what is known of the outermost object so far.
type outermost struct {
	typ      string
	bundle   bool
	kind     string // Bundle.type
	tooLarge bool
}

// member reads one member of the outermost object; false: it is over.
func (in *fhirReader) member(o *outermost) bool {
	s := in.stream
	key, ok := in.text(o)
	if !ok {
		return false
	}
	if c, _ := s.peek(); c != ':' {
		in.malformed("a colon belongs here")
		return false
	}
	s.pos++
	c, _ := s.peek()
	switch {
	case key == "entry" && c == '[' && (o.bundle || o.typ == ""):
		return in.entries(o)
	case key == "resourceType" && c == '"':
		o.typ, ok = in.text(o)
		if ok && o.typ == "Bundle" {
			in.isBundle(o)
		}
	case key == "type" && c == '"':
		o.kind, ok = in.text(o)
	default:
		ok = in.skip(o)
	}
	if ok && o.bundle && o.kind == "history" {
		in.problem(Problem{Entry: whole, Where: "Bundle.type", What: "a history holds several versions of one resource; send the newest ones as a collection", Ended: true, Err: ErrInvalid})
		return false
	}
	return ok
}

// isBundle lets go of the bytes: a Bundle is not kept as a whole.
func (in *fhirReader) isBundle(o *outermost) {
	o.bundle, o.tooLarge = true, false
	in.stream.kept, in.stream.lost = -1, false
}

// skip passes over a value. Once what is held has become too large, the
// object is passed over to its end.
func (in *fhirReader) skip(o *outermost) bool {
	_, err := in.stream.value()
	return in.survives(o, err)
}

func (in *fhirReader) survives(o *outermost, err error) bool {
	switch {
	case err == errTooLarge || in.stream.lost:
		in.stream.lost = false
		o.tooLarge = !o.bundle
	case err != nil:
		in.broken(err)
		return false
	}
	return true
}

// text reads a string; false: it is none, and the reading is over.
func (in *fhirReader) text(o *outermost) (string, bool) {
	raw, err := in.stream.value()
	if !in.survives(o, err) {
		return "", false
	}
	t, bad := tree.Parse(string(raw), 1)
	if bad != nil && err == nil {
		in.malformed("a text is not written as JSON wants")
		return "", false
	}
	if err != nil {
		return "", true // too large to be a name that means anything
	}
	return t.Text(tree.Root), true
}

// entries reads the list of a Bundle's entries; pos is at its bracket. Without
// a resourceType before it, the first entry tells whether this is a Bundle or a
// List, which has entries of another kind.
func (in *fhirReader) entries(o *outermost) bool {
	return in.list(func(raw []byte, err error) bool {
		if err != nil && !o.bundle {
			return in.survives(o, err)
		}
		if !o.bundle && looksLikeEntry(raw, in.lim.Depth) {
			in.isBundle(o)
		}
		if !o.bundle {
			return true
		}
		return in.take(raw, err, in.bundleEntry)
	})
}

func looksLikeEntry(raw []byte, depth int) bool {
	t, err := tree.Parse(string(raw), depth)
	if err != nil {
		return false
	}
	for _, name := range [...]string{"resource", "fullUrl", "request", "response"} {
		if t.Member(tree.Root, name) != 0 {
			return true
		}
	}
	return false
}

// finish ends the outermost object.
func (in *fhirReader) finish(o outermost) {
	switch {
	case o.bundle && o.typ != "Bundle":
		in.problem(Problem{Entry: whole, Where: "resourceType", What: "entries as in a Bundle, but the type is not Bundle", Err: ErrInvalid})
	case o.bundle:
	case o.tooLarge:
		in.take(nil, errTooLarge, in.one)
	default:
		raw, err := in.stream.taken()
		in.take(raw, err, in.one)
	}
	in.closed = o.bundle
}
