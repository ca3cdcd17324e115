package identity

import (
	"testing"
)

func TestSameTarget(t *testing.T) {
	for _, c := range []struct {
		htu, target string
		want        bool
	}{
		{"https://a.example", "https://a.example/", true},
		{"https://a.example/", "https://a.example", true},
		{"https://a.example:/x", "https://a.example/x", true},
		{"https://a.example:443/x", "https://A.example/x?y#z", true},
		{"http://a.example:80/x", "http://a.example/x", true},
		{"http://a.example:443/x", "http://a.example/x", false},
		{"https://[::1]:443/", "https://[::1]/", true},
		{"https://a.example/%7euser", "https://a.example/~user", true},
		{"https://a.example/%c3%a5", "https://a.example/%C3%A5", true},
		{"https://a.example/å", "https://a.example/%C3%A5", true},
		{"https://a.example/a%2fb", "https://a.example/a/b", false},
		{"https://a.example/a%2fb", "https://a.example/a%2Fb", true},
		{"https://a.example/a/./b", "https://a.example/a/b", false},
		{"https://a.example/a/../b", "https://a.example/b", false},
		{"https://a.example?x", "https://a.example/", true},
		{"", "", false},
		{"x", "x", true}, // whoever calls gives an absolute URL
		{"https:a.example/x", "https://a.example/x", false},
		{"https://a.example/x ", "https://a.example/x", false},
	} {
		if got := sameTarget(c.htu, c.target); got != c.want {
			t.Errorf("sameTarget(%q, %q) = %v", c.htu, c.target, got)
		}
	}
}

func FuzzSameTarget(f *testing.F) {
	f.Add("https://pod.example/a%2fb")
	f.Add("HTTPS://Pod.example:443")
	f.Add("https://pod.example/%7E%41?x#y")
	f.Add("//0")
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := normalise(withoutQuery(s))
		if !ok {
			return
		}
		if twice, ok := normalise(once); !ok || twice != once {
			t.Errorf("%q becomes %q, then %q (%v)", s, once, twice, ok)
		}
		if !sameTarget(s, once) {
			t.Errorf("%q is not the same as %q", s, once)
		}
	})
}
