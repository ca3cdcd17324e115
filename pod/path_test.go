package pod

import (
	"errors"
	"strings"
	"testing"

	"skrin/acl"
)

func TestPaths(t *testing.T) {
	for raw, want := range map[string]string{
		"/":                  "/",
		"/a":                 "/a",
		"/a/":                "/a/",
		"/a/b.ttl":           "/a/b.ttl",
		"/%61":               "/a",
		"/%7Eme":             "/~me",
		"/%c3%a5":            "/%C3%A5",
		"/a%20b":             "/a%20b",
		"/a%2520b":           "/a%2520b",
		"/a:b@c":             "/a:b@c",
		"/...":               "/...",
		"/.hidden":           "/.hidden",
		"/a/.acl":            "/a/.acl",
		"/a.acl":             "/a.acl",
		"/a%2Eacl":           "/a.acl",
		"/.access/grants/":   "/.access/grants/",
		"/%2Eaccess/grants/": "/.access/grants/",
	} {
		p, err := ParsePath(raw)
		if err != nil || p.String() != want {
			t.Errorf("%q: %q, %v; want %q", raw, p, err, want)
		}
	}
	for _, raw := range []string{
		"", "a", "//", "/a//b", "/a/", "/./a", "/a/..", "/%2e%2e/a", "/%2E/a", "/a%2Fb", "/a%2fb", "/a%5Cb", `/a\b`, "/a%00", "/%zz", "/%4", "/a b", "/å",
		"/%ff", "/a%0a", "/%CC%8A", "/a%CC%8A", "/x.acl/", "/x.acl/y", "/x.meta/y", "/x.acl.meta", "/x.meta.acl", "/.acl.acl", "/a?b", "/a#b", "/" + strings.Repeat("a", 256), strings.Repeat("/a", 40), "/" + strings.Repeat("%61", 300),
	} {
		p, err := ParsePath(raw)
		if raw == "/a/" || raw == "/%CC%8A" { // good ones, to see that the test can tell
			continue
		}
		if !errors.Is(err, ErrPath) {
			t.Errorf("%q is taken for %q (%v)", raw, p, err)
		}
	}
	kinds := map[string]acl.Kind{
		"/a": acl.Ordinary, "/a.acl": acl.ACLResource, "/.acl": acl.ACLResource, "/a/.acl": acl.ACLResource, "/a.meta": acl.Auxiliary,
		"/a%2Eacl": acl.ACLResource, "/.access/": acl.Managed, "/.journal/x": acl.Managed, "/.journal": acl.Managed, "/.journalx": acl.Ordinary, "/a/.journal/": acl.Ordinary, "/.well-known/solid": acl.Managed,
	}
	for raw, want := range kinds {
		if p := MustPath(raw); p.Kind() != want {
			t.Errorf("%q is of kind %v, want %v", raw, p.Kind(), want)
		}
	}
}

func TestPathParts(t *testing.T) {
	for _, c := range []struct{ path, parent, name, acl, subject string }{
		{"/", "", "", "/.acl", "/"},
		{"/a", "/", "a", "/a.acl", "/a"},
		{"/a/", "/", "a", "/a/.acl", "/a/"},
		{"/a/b%20c", "/a/", "b c", "/a/b%20c.acl", "/a/b%20c"},
		{"/a/b.acl", "/a/", "b.acl", "/a/b.acl", "/a/b"},
		{"/a/.meta", "/", ".meta", "/a/.acl", "/a/"},
	} {
		p := MustPath(c.path)
		if p.Parent().String() != c.parent || p.Name() != c.name || p.ACL().String() != c.acl || p.Subject().String() != c.subject {
			t.Errorf("%s: parent %q, name %q, acl %q, subject %q", c.path, p.Parent(), p.Name(), p.ACL(), p.Subject())
		}
	}
	if _, err := MustPath("/a/").Child("x.acl", false); err == nil {
		t.Error("a member can be named like an ACL")
	}
	if _, err := MustPath("/a/").Child("x/y", false); err == nil {
		t.Error("a name can hold a slash")
	}
}

// FuzzParsePath: whatever is taken has one form, which parses to itself, and
// the names it is made of lead back to it.
func FuzzParsePath(f *testing.F) {
	for _, s := range []string{"/", "/a/b", "/%7Ea/", "/a%2Fb", "/x.acl", "/.access/grants/", "/%c3%a5", "/a/../b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := ParsePath(raw)
		if err != nil {
			return
		}
		again, err := ParsePath(p.String())
		if err != nil || again != p {
			t.Fatalf("%q -> %q -> %q, %v", raw, p, again, err)
		}
		back := Root
		names := p.segments()
		for i, name := range names {
			back, err = back.Child(name, i < len(names)-1 || p.Subject().IsContainer())
			if err != nil {
				t.Fatalf("%q: %q is no name: %v", raw, name, err)
			}
		}
		if back != p.Subject() {
			t.Fatalf("%q: names lead to %q, not %q", raw, back, p.Subject())
		}
	})
}

// FuzzEntry: whatever parses writes back to the same bytes, but for the padding.
func FuzzEntry(f *testing.F) {
	e := entry{node: newNode(), name: "a", mediaType: "text/plain", size: 5, version: 3, created: noon, modified: noon, refs: []string{"Patient/1"}}
	f.Add(e.append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := parseEntry(b)
		if err != nil {
			return
		}
		again, err := parseEntry(e.append(nil))
		if err != nil || again.name != e.name || again.size != e.size || again.node != e.node || !again.modified.Equal(e.modified) {
			t.Fatalf("%+v -> %+v, %v", e, again, err)
		}
	})
}
