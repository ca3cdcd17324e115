package linkeddata

import "testing"

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
	if rel, ok := newBase(base.s).relative(want); ok {
		if back, err := ResolveIRI(base, rel); err != nil || back.s != want {
			t.Errorf("%q relative to %q is written %q, which leads to %q, %v", want, base, rel, back, err)
		}
	}
}
