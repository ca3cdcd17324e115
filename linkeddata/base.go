package linkeddata

import "strings"

// baseIRI is a base with the parts that references are most often put behind.
type baseIRI struct {
	iri string
	doc string // without its fragment
	dir string // up to the last slash of its path; "" when simple joining would be wrong
}

func newBase(iri string) baseIRI {
	b := baseIRI{iri: iri, doc: iri}
	if n := strings.IndexByte(iri, '#'); n >= 0 {
		b.doc = iri[:n]
	}
	parts := splitIRI(b.doc)
	if strings.HasPrefix(parts.path, "/") && !strings.Contains(parts.path, "/.") {
		b.dir = parts.scheme + parts.authority + parts.path[:strings.LastIndexByte(parts.path, '/')+1]
	}
	return b
}

// relative gives the reference that resolves to the IRI, for IRIs that lie in
// the base's document or directory.
func (b baseIRI) relative(iri string) (string, bool) {
	if b.doc == "" {
		return "", false
	}
	if rest, ok := strings.CutPrefix(iri, b.doc); ok && (rest == "" || rest[0] == '#') {
		return rest, true
	}
	rest, ok := strings.CutPrefix(iri, b.dir)
	switch {
	case !ok || b.dir == "":
		return "", false
	case rest == "":
		return "./", true
	}
	return rest, plainSegment(rest)
}

// plainSegment says whether a reference is one or more path segments that only
// have to be put behind the base's directory.
func plainSegment[T string | []byte](ref T) bool {
	if len(ref) == 0 || ref[0] == '/' || ref[0] == '.' || ref[0] == '?' || ref[0] == '#' {
		return false
	}
	for i := range len(ref) {
		if c := ref[i]; c == ':' || c == '/' && i+1 < len(ref) && ref[i+1] == '.' {
			return false
		}
	}
	return true
}
