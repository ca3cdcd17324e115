package linkeddata

import (
	"strings"
	"testing"
)

// TestResolveIRI is RFC 3986 section 5.4, with a few cases beyond it.
func TestResolveIRI(t *testing.T) {
	const rfc = "http://a/b/c/d;p?q"
	for _, c := range []struct{ base, ref, want string }{
		{rfc, "g:h", "g:h"}, {rfc, "g", "http://a/b/c/g"}, {rfc, "./g", "http://a/b/c/g"}, {rfc, "g/", "http://a/b/c/g/"},
		{rfc, "/g", "http://a/g"}, {rfc, "//g", "http://g"}, {rfc, "?y", "http://a/b/c/d;p?y"}, {rfc, "g?y", "http://a/b/c/g?y"},
		{rfc, "#s", "http://a/b/c/d;p?q#s"}, {rfc, "g#s", "http://a/b/c/g#s"}, {rfc, "g?y#s", "http://a/b/c/g?y#s"}, {rfc, ";x", "http://a/b/c/;x"},
		{rfc, "g;x", "http://a/b/c/g;x"}, {rfc, "g;x?y#s", "http://a/b/c/g;x?y#s"}, {rfc, "", "http://a/b/c/d;p?q"}, {rfc, ".", "http://a/b/c/"},
		{rfc, "./", "http://a/b/c/"}, {rfc, "..", "http://a/b/"}, {rfc, "../", "http://a/b/"}, {rfc, "../g", "http://a/b/g"},
		{rfc, "../..", "http://a/"}, {rfc, "../../", "http://a/"}, {rfc, "../../g", "http://a/g"}, {rfc, "../../../g", "http://a/g"},
		{rfc, "../../../../g", "http://a/g"}, {rfc, "/./g", "http://a/g"}, {rfc, "/../g", "http://a/g"}, {rfc, "g.", "http://a/b/c/g."},
		{rfc, ".g", "http://a/b/c/.g"}, {rfc, "g..", "http://a/b/c/g.."}, {rfc, "..g", "http://a/b/c/..g"}, {rfc, "./../g", "http://a/b/g"},
		{rfc, "./g/.", "http://a/b/c/g/"}, {rfc, "g/./h", "http://a/b/c/g/h"}, {rfc, "g/../h", "http://a/b/c/h"}, {rfc, "g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{rfc, "g;x=1/../y", "http://a/b/c/y"}, {rfc, "g?y/./x", "http://a/b/c/g?y/./x"}, {rfc, "g?y/../x", "http://a/b/c/g?y/../x"},
		{rfc, "g#s/./x", "http://a/b/c/g#s/./x"}, {rfc, "g#s/../x", "http://a/b/c/g#s/../x"}, {rfc, "http:g", "http:g"},

		{"http://a", "b", "http://a/b"}, {"http://a?q", "b", "http://a/b"}, {"http://a#f", "", "http://a"}, {"http://a/b#f", "#g", "http://a/b#g"},
		{"http://a/b/./c/../d", "#g", "http://a/b/./c/../d#g"}, {"http://a/b/./c/../d", "e", "http://a/b/e"}, {"urn:x:y", "#z", "urn:x:y#z"},
		{"urn:x:y", "z", "urn:z"}, {"file:///a/b", "../../../c", "file:///c"}, {"http://a/é", "ü", "http://a/ü"}, {"", "a:b", "a:b"},
		{"", "http://a/b/../c", "http://a/c"}, {"http://a/b", "c%2Fd", "http://a/c%2Fd"}, {"http://a/b?x/y", "c", "http://a/c"},

		{"", "a", ""}, {"", "", ""}, {"http://a/", "a b", ""}, {"http://a/", "<", ""}, {"http://a/", "a\nb", ""},
	} {
		base := IRI{}
		if c.base != "" {
			base = MustIRI(c.base)
		}
		got, err := ResolveIRI(base, c.ref)
		if got.String() != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q and %q: %q, %v; want %q", c.base, c.ref, got, err, c.want)
		}
		checkShortCut(t, base, c.ref, c.want)
	}
}

// checkShortCut sees that the Turtle parser, which has a quicker way, comes to
// the same result, and that writing relative to the base leads back to it.
func checkShortCut(t *testing.T, base IRI, ref, want string) {
	t.Helper()
	if absolute([]byte(ref)) {
		return // Turtle leaves these as they stand
	}
	p := newTurtle(nil, base, Limits{}, nil)
	got := ""
	if err := run(func() { got = p.resolved([]byte(ref)) }); err == nil && want != "" && got != want {
		t.Errorf("the parser resolves %q and %q to %q, want %q", base, ref, got, want)
	}
	leadsBack := func(rel string, ok bool) {
		t.Helper()
		if back, err := ResolveIRI(base, rel); ok && (err != nil || back.s != want) {
			t.Errorf("%q relative to %q is written %q, which leads to %q, %v", want, base, rel, back, err)
		}
	}
	leadsBack(newBase(base.s).relative(want))
	for dir := base.s; dir != ""; dir = dir[:max(strings.LastIndexByte(dir, '/'), 0)] {
		s := newShortener(Style{Base: base, Within: IRI{dir}}, 1, turtleLocal)
		leadsBack(s.base.climbing(want, s.within))
	}
}

// What lies with a document, or within what moves with it, is named from there.
func TestRelative(t *testing.T) {
	const notes, root = "https://pods.example/maria/notes/.acl", "https://pods.example/maria/"
	for iri, want := range map[string]string{
		notes + "#owner":         "#owner",
		root + "notes/":          "./",
		root + "notes/x#y":       "x#y",
		root + "profile/card#me": "../profile/card#me",
		root:                     "../",
		root + "notes/.meta":     "",
		root + "profile/.meta":   "",
		root + "a:b":             "",
		"https://pods.example/olof/profile/card#me": "",
		"https://pods.example/maria":                "",
		"https://hospital.example/maria/ana#me":     "",
	} {
		got := ""
		s := newShortener(Style{Base: MustIRI(notes), Within: MustIRI(root)}, 1, turtleLocal)
		if f := s.find(iri); f.prefix == relativeForm {
			got = f.rest
		}
		if got != want {
			t.Errorf("%s: %q, want %q", iri, got, want)
		}
		if back, err := ResolveIRI(MustIRI(notes), want); want != "" && (err != nil || back.s != iri) {
			t.Errorf("%s leads to %q, %v", want, back, err)
		}
	}
}
