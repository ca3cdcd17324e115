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
	dir := parts.path[:strings.LastIndexByte(parts.path, '/')+1]
	if strings.HasPrefix(dir, "/") && !strings.Contains(dir, "/./") && !strings.Contains(dir, "/../") {
		b.dir = parts.scheme + parts.authority + dir
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

// climbing is relative for IRIs that lie in another directory, where that and the
// base's are both within one.
func (b baseIRI) climbing(iri, within string) (string, bool) {
	if within == "" || !strings.HasPrefix(b.dir, within) {
		return "", false
	}
	up := ""
	for dir := b.dir; len(dir) >= len(within); dir = dir[:strings.LastIndexByte(dir[:len(dir)-1], '/')+1] {
		if rest, ok := strings.CutPrefix(iri, dir); ok {
			return up + rest, up != "" && (rest == "" || plainSegment(rest))
		}
		up += "../"
	}
	return "", false
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
