package linkeddata

import (
	"fmt"
	"strings"
)

// ResolveIRI resolves a reference against a base (RFC 3986 section 5.2, the
// strict algorithm). The result is absolute; nothing but dot segments is
// normalised. The base may be zero when the reference is absolute.
func ResolveIRI(base IRI, ref string) (IRI, error) {
	if i := badIRIByte(ref); i >= 0 {
		return IRI{}, fmt.Errorf("%w: %q has a character that must be escaped at byte %d", ErrIRI, clip(ref), i)
	}
	s, ok := resolve(base.s, ref)
	if !ok {
		return IRI{}, fmt.Errorf("%w: %q is relative and there is no base", ErrIRI, clip(ref))
	}
	return IRI{s}, nil
}

// iriParts are the five components of RFC 3986 appendix B, each with its
// delimiter ("http:", "//host", "/path", "?query", "#fragment"), so that absent and
// empty differ and concatenation recomposes.
type iriParts struct{ scheme, authority, path, query, fragment string }

func splitIRI(s string) (p iriParts) {
	if n := strings.IndexByte(s, '#'); n >= 0 {
		s, p.fragment = s[:n], s[n:]
	}
	if n := strings.IndexByte(s, '?'); n >= 0 {
		s, p.query = s[:n], s[n:]
	}
	if n := strings.IndexByte(s, ':'); n > 0 && validScheme(s[:n]) {
		p.scheme, s = s[:n+1], s[n+1:]
	}
	if strings.HasPrefix(s, "//") {
		n := strings.IndexByte(s[2:], '/')
		if n < 0 {
			n = len(s) - 2
		}
		p.authority, s = s[:n+2], s[n+2:]
	}
	p.path = s
	return p
}

func (p iriParts) join() string {
	return p.scheme + p.authority + p.path + p.query + p.fragment
}

// resolve is the algorithm of RFC 3986 section 5.2.2. It says false when there
// is nothing absolute to start from.
func resolve(base, ref string) (string, bool) {
	r := splitIRI(ref)
	if r.scheme != "" {
		r.path = removeDotSegments(r.path)
		return r.join(), true
	}
	if base == "" {
		return "", false
	}
	b := splitIRI(base)
	t := iriParts{scheme: b.scheme, authority: b.authority, query: r.query, fragment: r.fragment}
	switch {
	case r.authority != "":
		t.authority, t.path = r.authority, removeDotSegments(r.path)
	case r.path == "":
		t.path = b.path
		if r.query == "" {
			t.query = b.query
		}
	case r.path[0] == '/':
		t.path = removeDotSegments(r.path)
	default:
		t.path = removeDotSegments(merge(b, r.path))
	}
	return t.join(), true
}

// merge is section 5.2.3.
func merge(base iriParts, path string) string {
	if base.authority != "" && base.path == "" {
		return "/" + path
	}
	return base.path[:strings.LastIndexByte(base.path, '/')+1] + path
}

// removeDotSegments is section 5.2.4.
func removeDotSegments(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	out := make([]byte, 0, len(path))
	for in := path; in != ""; {
		switch {
		case strings.HasPrefix(in, "../"):
			in = in[3:]
		case strings.HasPrefix(in, "./"), strings.HasPrefix(in, "/./"):
			in = in[2:]
		case in == "/.":
			in = "/"
		case strings.HasPrefix(in, "/../"):
			in, out = in[3:], dropSegment(out)
		case in == "/..":
			in, out = "/", dropSegment(out)
		case in == ".", in == "..":
			in = ""
		default:
			n := strings.IndexByte(in[1:], '/') + 1
			if n == 0 {
				n = len(in)
			}
			out, in = append(out, in[:n]...), in[n:]
		}
	}
	return string(out)
}

// dropSegment takes the last segment and its slash away.
func dropSegment(out []byte) []byte {
	for len(out) > 0 {
		out = out[:len(out)-1]
		if len(out) == 0 || out[len(out):cap(out)][0] == '/' {
			break
		}
	}
	return out
}
