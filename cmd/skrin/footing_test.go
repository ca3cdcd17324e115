package main

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"skrin/linkeddata"
)

func TestDoubts(t *testing.T) {
	proxy := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		base   string
		port   int
		secure bool
		want   string // "": nothing is doubtful
	}{
		{"http://localhost:8080/", 8080, false, ""},
		{"http://localhost/", 80, false, ""},
		{"http://localhost:8080/", 9000, false, "skrin move --base-url http://localhost:9000/"},
		{"http://[::1]:8080/pods/", 9000, false, "skrin move --base-url http://[::1]:9000/pods/"},
		{"http://pods.localhost:8080/", 9000, false, "skrin move"},
		{"http://pods.example/", 80, false, "begin with https"},
		{"http://192.168.1.5:8080/", 8080, false, "begin with https"},
		{"https://pods.example/", 443, true, ""},
		{"https://pods.example/", 8080, false, "--proxy"},
	} {
		f := footing{linkeddata.MustIRI(c.base), &net.TCPAddr{IP: net.IPv4zero, Port: c.port}, c.secure, nil}
		if said := strings.Join(f.doubts(), "\n"); c.want == "" && said != "" || !strings.Contains(said, c.want) {
			t.Errorf("%s at port %d: %q, want %q", c.base, c.port, said, c.want)
		}
		if f.proxies = proxy; strings.Contains(strings.Join(f.doubts(), "\n"), "--proxy") {
			t.Errorf("%s: a proxy that is named is asked for", c.base)
		}
	}
}

// Whoever cannot begin hears what to do, and no data folder was made.
func TestNowhereToListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().String()
	for _, c := range []struct {
		code int
		args string
		want string
	}{
		{exitFailed, "--listen " + port, "choose another port"},
		{exitFailed, "--listen 127.0.0.1:0 --metrics-listen " + port, "--metrics-listen " + port},
		{exitUsage, "--listen localhost", "write HOST:PORT"},
		{exitUsage, "--listen 127.0.0.1:99999", "write HOST:PORT"},
		{exitUsage, "--proxy everywhere", "no network such as 10.0.0.0/8"},
		{exitUsage, "--allow-net 10.0.0.0/33", "no network"},
	} {
		p := newPlace(t)
		if _, said := p.skrin(c.code, "", append([]string{"serve"}, strings.Fields(c.args)...)...); !strings.Contains(said, c.want) {
			t.Errorf("%s: %q", c.args, said)
		}
		if inhabited(p.env["SKRIN_DATA"]) {
			t.Errorf("%s: a data folder was made", c.args)
		}
	}
}

func TestNetworks(t *testing.T) {
	for text, want := range map[string]string{"10.0.0.0/8": "10.0.0.0/8", "10.1.2.3": "10.1.2.3/32", "::1": "::1/128", "fd00::/8": "fd00::/8"} {
		var n network
		if err := n.UnmarshalText([]byte(text)); err != nil || n.String() != want {
			t.Errorf("%s: %v %v", text, n, err)
		}
	}
}
