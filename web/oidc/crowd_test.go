package oidc

import (
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
		if got := class(netip.MustParseAddr(c.a)) == class(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
	if class(netip.Addr{}) == "" {
		t.Error("no address has no class")
	}
}

// A class has its share and all have theirs; whoever leaves makes room, and leaves nothing behind.
func TestCrowd(t *testing.T) {
	c := newCrowd(2, 3)
	for i, step := range []struct {
		who  string
		want bool
	}{{"a", true}, {"a", true}, {"a", false}, {"b", true}, {"b", false}, {"c", false}} {
		if got := c.enter(step.who); got != step.want {
			t.Errorf("%d: %s enters: %v", i, step.who, got)
		}
	}
	c.leave("a")
	if !c.enter("c") || c.enter("a") {
		t.Error("who leaves makes room for one")
	}
	for _, who := range []string{"a", "b", "c"} {
		c.leave(who)
	}
	if len(c.inside) != 0 || c.total != 0 {
		t.Errorf("%v remain", c.inside)
	}
}

// Calls count within their minute.
func TestRate(t *testing.T) {
	r, now := newRate(2, 3), time.Unix(1_800_000_000, 0).Truncate(time.Minute)
	for i, step := range []struct {
		who  string
		want bool
	}{{"a", true}, {"a", true}, {"a", false}, {"b", true}, {"c", false}} {
		if got := r.take(step.who, now); got != step.want {
			t.Errorf("%d: %s: %v", i, step.who, got)
		}
	}
	if !r.take("a", now.Add(time.Minute)) || len(r.counts) != 1 {
		t.Error("a new minute begins anew")
	}
}
