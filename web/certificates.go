package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"skrin/linkeddata"
	"skrin/pod"
)

// Certificates gets certificates from an authority that speaks ACME (RFC 8555;
// by default Let's Encrypt), by the challenge of RFC 8737 on the very listener
// that they are for. It asks for hosts that this server answers for and for
// no others: that of the base URL, that of the app (which may be zero), and those
// of pods that exist. Keys are kept in the vault, sealed.
//
// A certificate for each pod publishes each pod's name in the public logs of
// certificates, and authorities give so many a week. Many pods want one wildcard
// certificate instead.
func Certificates(vault *pod.Vault, app linkeddata.IRI, email string) *tls.Config {
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: sealedCache{vault}, HostPolicy: hostPolicy(vault, app), Email: email}
	return speaking(m.GetCertificate, acme.ALPNProto)
}

// CertificateFiles gives a certificate and its key from PEM files, such as one for
// *.pods.example and pods.example. They are read again when they have changed.
func CertificateFiles(certificate, key string) (*tls.Config, error) {
	f := &certificateFiles{certificate: certificate, key: key}
	if _, err := f.get(nil); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return speaking(f.get), nil
}

// speaking is how we speak TLS: HTTP/1.1 alone is served inside.
func speaking(get func(*tls.ClientHelloInfo) (*tls.Certificate, error), more ...string) *tls.Config {
	return &tls.Config{GetCertificate: get, MinVersion: tls.VersionTLS12, NextProtos: append([]string{"http/1.1"}, more...)}
}

var errForeignHost = errors.New("not a host of this server")

// hostPolicy says for which hosts a certificate may be asked. Anybody can name any
// host when they connect; without this they could spend our share of
// certificates, or have one made for a name that somebody else points to us.
func hostPolicy(vault *pod.Vault, app linkeddata.IRI) autocert.HostPolicy {
	own := map[string]bool{hostname(vault.Base()): true, hostname(app): true}
	delete(own, "")
	return func(_ context.Context, host string) error {
		if own[host] {
			return nil
		}
		label, below := strings.CutSuffix(host, "."+hostname(vault.Base()))
		if !below || vault.Site().Layout() != pod.Subdomains {
			return errForeignHost
		}
		_, err := vault.Lookup(label)
		return err
	}
}

func hostname(iri linkeddata.IRI) string {
	u, err := url.Parse(iri.String())
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// sealedCache keeps what autocert has to remember beside the pods.
type sealedCache struct{ vault *pod.Vault }

const keptCertificates = "acme/" // and autocert's own name of the thing

// Get is for autocert.
func (c sealedCache) Get(_ context.Context, name string) ([]byte, error) {
	data, err := c.vault.Kept(keptCertificates + name)
	if err == nil && data == nil {
		err = autocert.ErrCacheMiss
	}
	return data, err
}

// Put is for autocert.
func (c sealedCache) Put(_ context.Context, name string, data []byte) error {
	return c.vault.Keep(keptCertificates+name, data)
}

// Delete is for autocert.
func (c sealedCache) Delete(_ context.Context, name string) error {
	return c.vault.Discard(keptCertificates + name)
}
