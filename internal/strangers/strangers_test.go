package strangers

import (
	"context"
	"net/netip"
	"testing"
	"time"
)

func TestClass(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:0:100::1", "2001:db8:0:1ff::2", true},
		{"2001:db8:0:100::1", "2001:db8:0:200::1", false},
		{"fe80::1%eth0", "fe80::2", true},
	} {
		if got := Class(netip.MustParseAddr(c.a)) == Class(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
	if Class(netip.Addr{}) == "" {
		t.Error("no address has no class")
	}
}

// What is done counts within its window, for each and for all, and then is forgotten.
func TestRate(t *testing.T) {
	for _, window := range []time.Duration{time.Minute, time.Hour} {
		r, now := NewRate(window, 2, 3), time.Unix(1_800_000_000, 0).Truncate(window)
		for i, step := range []struct {
			who  string
			want bool
		}{{"a", true}, {"a", true}, {"a", false}, {"b", true}, {"c", false}} {
			if got := r.Take(step.who, now.Add(time.Duration(i)*time.Second)); got != step.want {
				t.Errorf("%v: %d: %s: %v", window, i, step.who, got)
			}
		}
		if r.Take("d", now.Add(window-time.Second)) {
			t.Errorf("%v: the window ends early", window)
		}
		if !r.Take("a", now.Add(window)) || len(r.counts) != 1 {
			t.Errorf("%v: a new window does not begin anew", window)
		}
	}
}

func TestAsking(t *testing.T) {
	ctx := From(t.Context(), netip.MustParseAddr("192.0.2.1"))
	if got := Asking(context.WithoutCancel(ctx)); got != Class(netip.MustParseAddr("192.0.2.1")) {
		t.Errorf("%q", got)
	}
	if got := Asking(t.Context()); got != "" {
		t.Errorf("nobody: %q", got)
	}
}
