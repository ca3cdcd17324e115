package outbound

import (
	"net/netip"
	"net/url"
	"testing"

	"skrin/linkeddata"
)

func TestOpen(t *testing.T) {
	for text, want := range map[string]bool{
		"127.0.0.1": false, "127.255.255.254": false, "0.0.0.0": false, "0.1.2.3": false,
		"10.0.0.1": false, "10.255.255.255": false, "100.64.0.1": false, "100.127.255.255": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"192.0.0.1": false, "192.0.2.1": false, "192.88.99.1": false, "198.18.0.1": false, "198.19.255.255": false,
		"198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "239.255.255.255": false,
		"240.0.0.1": false, "255.255.255.255": false, "192.31.196.1": false, "192.175.48.1": false,
		"::1": false, "::": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false,
		"fc00::1": false, "fdff::1": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "ff02::1": false,
		"64:ff9b::7f00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::1": false, "2001::1": false, "2001:db8::1": false,
		"3fff::1": false, "100::1": false, "5f00::1": false, "2620:4f:8000::1": false, "4000::1": false,

		"1.1.1.1": true, "9.255.255.255": true, "11.0.0.0": true, "100.63.255.255": true, "100.128.0.0": true,
		"172.15.255.255": true, "172.32.0.0": true, "169.253.255.255": true, "192.167.255.255": true, "198.17.255.255": true,
		"198.20.0.0": true, "223.255.255.255": true, "::ffff:1.1.1.1": true, "2606:4700::1111": true, "2a00::1": true,
	} {
		if got := open(netip.MustParseAddr(text)); got != want {
			t.Errorf("open(%s) = %v", text, got)
		}
	}
	if open(netip.Addr{}) {
		t.Error("no address is open")
	}
}

func TestOurs(t *testing.T) {
	c := New(Config{Base: linkeddata.MustIRI("https://pods.example/skrin/")})
	for text, want := range map[string]bool{
		"https://pods.example/skrin/maria/profile/card":    true,
		"https://pods.example/skrin":                       true,
		"HTTPS://PODS.Example:443/skrin/x":                 true,
		"https://pods.example./skrin/x":                    true,
		"https://pods.example/%73krin/x":                   true,
		"https://pods.example/other/../skrin/x":            true,
		"https://pods.example/other/%2e%2e/skrin/x":        true,
		"https://pods.example//skrin/x":                    true,
		"http://pods.example:443/skrin/x":                  false, // refused for its scheme
		"https://pods.example/idp":                         false,
		"https://pods.example/skrinx/":                     false,
		"https://pods.example:8443/skrin/x":                false,
		"https://pods.example.org/skrin/x":                 false,
		"https://elsewhere.example/skrin/?https://x/skrin": false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.ours(canonical(u)); got != want {
			t.Errorf("ours(%s) = %v", text, got)
		}
	}
}

// A host below the base's is ours when it says so, and whatever path it has.
func TestOurSubdomains(t *testing.T) {
	label := func(label string) bool { return label == "maria" || label == "nobody" }
	c := New(Config{Base: linkeddata.MustIRI("https://pods.example/"), Subdomains: label})
	for text, want := range map[string]bool{
		"https://pods.example/":                  true,
		"https://maria.pods.example/profile":     true,
		"https://nobody.pods.example/":           true,
		"HTTPS://MARIA.Pods.example:443/profile": true,
		"https://maria.pods.example./profile":    true,
		"https://login.pods.example/":            false,
		"https://a.maria.pods.example/":          false,
		"https://mariapods.example/":             false,
		"https://maria.pods.example:8443/":       false,
		"https://maria.pods.example.org/":        false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.ours(canonical(u)); got != want {
			t.Errorf("ours(%s) = %v", text, got)
		}
	}
	u, _ := url.Parse("https://maria.pods.example/")
	if New(Config{Base: linkeddata.MustIRI("https://pods.example/")}).ours(u) {
		t.Error("a host below the base's is ours although pods have paths")
	}
}

// The console's own address is ours too, and nothing else of its host.
func TestOurApp(t *testing.T) {
	c := New(Config{Base: linkeddata.MustIRI("https://pods.example/"), App: linkeddata.MustIRI("https://login.example/skrin/")})
	for text, want := range map[string]bool{
		"https://pods.example/maria/":                true,
		"https://login.example/skrin/oidc/authorize": true,
		"https://LOGIN.example./x/../skrin/":         true,
		"https://login.example/elsewhere":            false,
		"https://login.example:8443/skrin/":          false,
		"https://other.example/skrin/":               false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.ours(canonical(u)); got != want {
			t.Errorf("ours(%s) = %v", text, got)
		}
	}
}
