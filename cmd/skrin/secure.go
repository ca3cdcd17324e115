package main

import (
	"crypto/tls"
	"net"
	"strings"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

// secureFlags say how to speak TLS, where no proxy does it.
type secureFlags struct {
	TLSCert   string `name:"tls-cert" placeholder:"FILE" help:"Certificate for TLS, with its chain, as PEM; for pods at subdomains one for HOST and *.HOST. Read again when it changes (default: no TLS, a proxy speaks it)."`
	TLSKey    string `name:"tls-key" placeholder:"FILE" help:"Key of the certificate, as PEM."`
	ACME      bool   `name:"acme" help:"Get certificates from Let's Encrypt, whose terms you accept; for pods at subdomains one a pod, which publishes their names. The listener must be reached at port 443."`
	ACMEEmail string `name:"acme-email" placeholder:"ADDRESS" help:"Where Let's Encrypt writes to when something is wrong with them."`
}

// secure says whether TLS is spoken here.
func (f secureFlags) secure() bool { return f.TLSCert != "" || f.TLSKey != "" || f.ACME }

// check is what can be said before anything is touched.
func (f secureFlags) check() error {
	switch {
	case f.ACME && f.TLSCert+f.TLSKey != "":
		return usage("--acme gets certificates, --tls-cert has one: give one of them")
	case f.TLSCert == "" && f.TLSKey != "" || f.TLSCert != "" && f.TLSKey == "":
		return usage("--tls-cert and --tls-key belong together")
	}
	return nil
}

// wrap lets the listener speak TLS, if that was asked for.
func (f secureFlags) wrap(ln net.Listener, vault *pod.Vault, app linkeddata.IRI) (net.Listener, error) {
	switch {
	case !f.secure():
		return ln, nil
	case !strings.HasPrefix(vault.Base().String(), "https:"):
		return ln, usage("with TLS the base URL begins with https: it is %s", vault.Base())
	case f.ACME:
		return tls.NewListener(ln, web.Certificates(vault, app, f.ACMEEmail)), nil
	}
	conf, err := web.CertificateFiles(f.TLSCert, f.TLSKey)
	if err != nil {
		return ln, err
	}
	return tls.NewListener(ln, conf), nil
}
