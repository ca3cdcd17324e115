package pod

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"skrin/acl"
)

// Path names a resource inside a pod in the one canonical form that exists of
// it: what the ACL is asked for is what the store is asked for. Containers end
// with a slash. The zero Path names nothing.
type Path struct {
	s    string // canonical, percent-encoded, from the pod's root: "/health/labs/"
	kind acl.Kind
}

// Root is the pod's root container.
var Root = Path{s: "/"}

const (
	maxPath    = 2048 // bytes of a canonical path; like the others without the ending of an auxiliary
	maxSegment = 250  // bytes of one decoded name
	maxDepth   = 32   // names in a path

	aclSuffix  = ".acl"
	metaSuffix = ".meta"
)

// managed lists the first names that the server keeps for itself.
var managed = [...]string{".access", ".journal", ".notifications", ".well-known"}

// ParsePath takes a percent-encoded path as it came over the wire, beginning
// with the slash of the pod's root. Two spellings of one name give equal
// paths; what could be read in two ways is refused with ErrPath: encoded
// slashes, backslashes and zero bytes, empty and dot segments, control
// characters, names that are not UTF-8 in normal form C.
func ParsePath(raw string) (Path, error) {
	if raw == "/" {
		return Root, nil
	}
	if !strings.HasPrefix(raw, "/") {
		return Path{}, fmt.Errorf("%w: it does not begin with a slash", ErrPath)
	}
	if len(raw) > 3*(maxPath+len(metaSuffix)) {
		return Path{}, fmt.Errorf("%w: longer than %d bytes", ErrPath, maxPath)
	}
	body, container := strings.CutSuffix(raw[1:], "/")
	segments := strings.Split(body, "/")
	var b strings.Builder
	for i, segment := range segments {
		name, err := decodeSegment(segment)
		if err != nil {
			return Path{}, err
		}
		b.WriteByte('/')
		b.WriteString(encodeSegment(name))
		if aux := auxiliary(name); aux != acl.Ordinary && (container || i < len(segments)-1) {
			return Path{}, fmt.Errorf("%w: names ending in %s or %s belong to the server", ErrPath, aclSuffix, metaSuffix)
		}
	}
	if container {
		b.WriteByte('/')
	}
	p := newPath(b.String())
	switch s := p.Subject(); {
	case len(s.s) > maxPath:
		return Path{}, fmt.Errorf("%w: longer than %d bytes", ErrPath, maxPath)
	case strings.Count(strings.Trim(s.s, "/"), "/") >= maxDepth:
		return Path{}, fmt.Errorf("%w: more than %d names deep", ErrPath, maxDepth)
	case s != p && auxiliary(s.s) != acl.Ordinary:
		return Path{}, fmt.Errorf("%w: auxiliaries have no auxiliaries", ErrPath)
	}
	return p, nil
}

// MustPath is ParsePath for paths that stand in the program itself.
func MustPath(raw string) Path {
	p, err := ParsePath(raw)
	if err != nil {
		panic(err)
	}
	return p
}

// newPath takes a canonical text and finds out what kind of resource it names.
func newPath(s string) Path {
	p := Path{s: s, kind: auxiliary(s)}
	first, _, _ := strings.Cut(s[1:], "/")
	for _, m := range managed {
		if first == m {
			p.kind = acl.Managed
		}
	}
	return p
}

// auxiliary tells from the end of a name whether it is an ACL or a description.
func auxiliary(name string) acl.Kind {
	switch {
	case strings.HasSuffix(name, aclSuffix):
		return acl.ACLResource
	case strings.HasSuffix(name, metaSuffix):
		return acl.Auxiliary
	}
	return acl.Ordinary
}

// String gives the canonical form, as it stands in URLs after the pod's root.
func (p Path) String() string { return p.s }

// IsZero says whether the path names nothing.
func (p Path) IsZero() bool { return p.s == "" }

// IsRoot says whether the path is the pod's root container.
func (p Path) IsRoot() bool { return p.s == "/" }

// IsContainer says whether the path names a container.
func (p Path) IsContainer() bool { return strings.HasSuffix(p.s, "/") }

// Kind tells ordinary resources from ACLs, descriptions and what the server manages.
func (p Path) Kind() acl.Kind { return p.kind }

// Parent names the container that p is a member of; the root's is the zero
// Path. An auxiliary's parent is that of its subject.
func (p Path) Parent() Path {
	if p.kind == acl.ACLResource || p.kind == acl.Auxiliary {
		return p.Subject().Parent()
	}
	if p.s == "" || p.s == "/" {
		return Path{}
	}
	return newPath(p.s[:strings.LastIndexByte(strings.TrimSuffix(p.s, "/"), '/')+1])
}

// Name gives the decoded last name of the path, "" for the root.
func (p Path) Name() string {
	s := strings.TrimSuffix(p.s, "/")
	name, _ := url.PathUnescape(s[strings.LastIndexByte(s, '/')+1:])
	return name
}

// Child names a member of the container p. The name is taken decoded; names
// that would be auxiliaries are refused.
func (p Path) Child(name string, container bool) (Path, error) {
	if !p.IsContainer() {
		return Path{}, fmt.Errorf("%w: only containers have members", ErrPath)
	}
	if err := checkName(name); err != nil {
		return Path{}, err
	}
	if auxiliary(name) != acl.Ordinary {
		return Path{}, fmt.Errorf("%w: names ending in %s or %s belong to the server", ErrPath, aclSuffix, metaSuffix)
	}
	s := p.s + encodeSegment(name)
	if container {
		s += "/"
	}
	return ParsePath(s)
}

// ACL names the access control document of p.
func (p Path) ACL() Path { return Path{s: p.Subject().s + aclSuffix, kind: acl.ACLResource} }

// Meta names the description of p.
func (p Path) Meta() Path { return Path{s: p.Subject().s + metaSuffix, kind: acl.Auxiliary} }

// Subject names the resource that an auxiliary belongs to; any other path is its own subject.
func (p Path) Subject() Path {
	switch p.kind {
	case acl.ACLResource:
		return newPath(strings.TrimSuffix(p.s, aclSuffix))
	case acl.Auxiliary:
		return newPath(strings.TrimSuffix(p.s, metaSuffix))
	}
	return p
}

// Within says whether p is the container c or lies below it.
func (p Path) Within(c Path) bool { return c.IsContainer() && strings.HasPrefix(p.s, c.s) }

// segments gives the decoded names from the root down to p's subject.
func (p Path) segments() []string {
	s := strings.Trim(p.Subject().s, "/")
	if s == "" {
		return nil
	}
	names := strings.Split(s, "/")
	for i, n := range names {
		if strings.IndexByte(n, '%') >= 0 {
			names[i], _ = url.PathUnescape(n)
		}
	}
	return names
}

func decodeSegment(segment string) (string, error) {
	for i := 0; i < len(segment); i++ {
		if c := segment[i]; c <= ' ' || c >= 0x7f || c == '\\' || c == '?' || c == '#' {
			return "", fmt.Errorf("%w: the character at byte %d of a name must be percent-encoded", ErrPath, i)
		}
	}
	name, err := url.PathUnescape(segment)
	if err != nil {
		return "", fmt.Errorf("%w: bad percent-encoding", ErrPath)
	}
	return name, checkName(name)
}

func checkName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: empty name", ErrPath)
	case name == "." || name == "..":
		return fmt.Errorf("%w: dot segment", ErrPath)
	case len(strings.TrimSuffix(strings.TrimSuffix(name, aclSuffix), metaSuffix)) > maxSegment:
		return fmt.Errorf("%w: a name is longer than %d bytes", ErrPath, maxSegment)
	case !utf8.ValidString(name):
		return fmt.Errorf("%w: a name is not UTF-8", ErrPath)
	case !norm.NFC.IsNormalString(name):
		return fmt.Errorf("%w: a name is not in Unicode normal form C", ErrPath)
	}
	for _, r := range name {
		if r == '/' || r == '\\' || unicode.IsControl(r) {
			return fmt.Errorf("%w: a name holds a slash, a backslash or a control character", ErrPath)
		}
	}
	return nil
}

// encodeSegment writes a name in the canonical form: unreserved characters,
// sub-delimiters, ":" and "@" as they are (RFC 3986 section 3.3), everything
// else as upper-case percent-encoding.
func encodeSegment(name string) string {
	const hex = "0123456789ABCDEF"
	plain := true
	for i := 0; i < len(name) && plain; i++ {
		plain = pathByte(name[i])
	}
	if plain {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if c := name[i]; pathByte(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

func pathByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0
}
