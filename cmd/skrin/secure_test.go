package main

import (
	"strings"
	"testing"
)

func TestSecureFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--tls-cert", "cert.pem"}, "belong together"},
		{[]string{"--tls-key", "key.pem"}, "belong together"},
		{[]string{"--acme", "--tls-cert", "cert.pem", "--tls-key", "key.pem"}, "give one of them"},
		{[]string{"--acme", "--base-url", "http://pods.example/"}, "begins with https"},
	} {
		p := newPlace(t)
		_, said := p.skrin(exitUsage, "", append([]string{"serve", "--listen", "127.0.0.1:0"}, c.args...)...)
		if !strings.Contains(said, c.want) {
			t.Errorf("%v: %q", c.args, said)
		}
	}
	p := newPlace(t)
	if _, said := p.skrin(exitFailed, "", "serve", "--listen", "127.0.0.1:0", "--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"); !strings.Contains(said, "certificate") {
		t.Error(said)
	}
}
