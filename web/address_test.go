package web_test

import (
	"fmt"
	"net/netip"
	"testing"

	"skrin/internal/podtest"
	"skrin/web"
)

// Whose address counts: that of the peer, or the last one that is no proxy of ours. What stands before it anybody can
// have written.
func TestAddresses(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("fe80::9/128")}
	for _, c := range []struct {
		peer  string
		lines []string
		want  string
	}{
		{"198.51.100.7", nil, "198.51.100.7"},
		{"198.51.100.7", []string{"203.0.113.9"}, "198.51.100.7"}, // no proxy of ours
		{"10.2.0.1", []string{"203.0.113.9"}, "10.2.0.1"},
		{"127.0.0.1", nil, "127.0.0.1"},
		{"127.0.0.1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"::ffff:127.0.0.1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"fd00::1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"fe80::9%eth0", []string{"2001:db8::7"}, "2001:db8::7"},
		{"127.0.0.1", []string{"192.0.2.1, 203.0.113.9"}, "203.0.113.9"},
		{"127.0.0.1", []string{"192.0.2.1", "203.0.113.9"}, "203.0.113.9"},
		{"127.0.0.1", []string{"192.0.2.1, 203.0.113.9, 10.1.2.3"}, "203.0.113.9"},
		{"127.0.0.1", []string{"192.0.2.1, 203.0.113.9", "10.1.2.3"}, "203.0.113.9"},
		{"127.0.0.1", []string{"10.1.2.3, 127.0.0.1"}, "10.1.2.3"},
		{"127.0.0.1", []string{" 203.0.113.9 "}, "203.0.113.9"},
		{"127.0.0.1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"127.0.0.1", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		{"127.0.0.1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"127.0.0.1", []string{"fe80::1%eth0"}, "fe80::1"},
		{"127.0.0.1", []string{"unknown"}, "127.0.0.1"},
		{"127.0.0.1", []string{"203.0.113.9, unknown"}, "127.0.0.1"},
		{"127.0.0.1", []string{"203.0.113.9, "}, "127.0.0.1"},
		{"127.0.0.1", []string{""}, "127.0.0.1"},
		{"127.0.0.1", []string{"203.0.113.9, x, 10.1.2.3"}, "10.1.2.3"},
		{"127.0.0.1", []string{"203.0.113.9; 192.0.2.1"}, "127.0.0.1"},
	} {
		if got := web.AddressOf(proxies, netip.MustParseAddr(c.peer), c.lines...); got != netip.MustParseAddr(c.want) {
			t.Errorf("%s with %q: %s, want %s", c.peer, c.lines, got, c.want)
		}
	}
	if got := web.AddressOf(nil, netip.MustParseAddr("127.0.0.1"), "203.0.113.9"); got != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("without proxies: %s", got)
	}
}

// What is counted by address is counted for each person behind a proxy, if the house knows it, and else for all.
func TestCountedBehindProxy(t *testing.T) {
	for _, known := range []bool{false, true} {
		w := podtest.NewHouse(t, podtest.House{}, func(c *web.Config) {
			if known {
				c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			}
		})
		register := func(from string) int {
			return w.Public().Post("/oidc/register", "application/json", `{"redirect_uris":["https://a.example/cb"]}`, "X-Forwarded-For", from).Status
		}
		for i := range 30 {
			if status := register(fmt.Sprintf("192.0.2.%d, 203.0.113.9", i)); status != 201 {
				t.Fatal(status)
			}
		}
		if status := register("203.0.113.9"); status != 429 {
			t.Errorf("one too many: %d", status)
		}
		if status := register("203.0.113.10"); status == 201 != known {
			t.Errorf("the proxy is known: %v; somebody else: %d", known, status)
		}
	}
}
