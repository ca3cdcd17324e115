package identity

import (
	"testing"

	"skrin/linkeddata"
)

// Without TLS only what stands here is believed: our own issuer, and what stands on the hosts of a base URL without TLS.
func TestWithoutTLS(t *testing.T) {
	for _, c := range []struct {
		base, issuer, iri string
		want              bool
	}{
		{"http://localhost:8080/", "", "http://localhost:8080/maria/profile/card#me", true},
		{"http://localhost:8080/", "", "http://maria.localhost:8080/profile/card#me", true},
		{"http://pi.local/", "", "http://pi.local/maria/profile/card#me", true},
		{"http://localhost:8080/", "http://login.localhost:9090/", "http://login.localhost:9090/", true},
		{"http://localhost:8080/", "http://login.localhost:9090/", "http://login.localhost:9090/x", false},
		{"http://localhost:8080/", "", "http://localhost/maria/profile/card#me", false},
		{"http://localhost:8080/", "", "http://localhost:8081/", false},
		{"http://localhost:8080/", "", "http://127.0.0.1:8080/", false},
		{"http://localhost:8080/", "", "http://evillocalhost:8080/", false},
		{"http://localhost:8080/", "", "http://localhost:8080@evil.example/", false},
		{"http://localhost:8080/", "", "http://evil.example/", false},
		{"http://localhost:8080/", "", "https://evil.example/", true},
		{"https://pods.example/", "", "http://pods.example/maria/profile/card#me", false},
		{"https://pods.example/", "https://login.example/", "http://login.example/", false},
		{"https://pods.example/", "", "ftp://pods.example/", false},
	} {
		v := NewVerifier(Config{Base: linkeddata.MustIRI(c.base)})
		if c.issuer != "" {
			v.conf.Local.Issuer = linkeddata.MustIRI(c.issuer)
		}
		var iri linkeddata.IRI
		if got := v.webIRI(c.iri, &iri); got != c.want {
			t.Errorf("base %s, issuer %q: %s: %v", c.base, c.issuer, c.iri, got)
		}
	}
}
