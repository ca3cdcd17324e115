package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"skrin/linkeddata"
)

// listen opens a port for a flag, and says what else can be done when that fails.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	var odd *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s %s: another program listens there; choose another port", flag, address)
	case errors.As(err, &odd):
		return nil, usage("%s %q: %s; write HOST:PORT, like localhost:8080, or :8080 for every network of this machine", flag, address, odd.Err)
	case err != nil:
		return nil, fmt.Errorf("%s %s: %w", flag, address, err)
	}
	return ln, nil
}

// A footing is how a house is reached: where it says that it stands, and where it listens.
type footing struct {
	base    linkeddata.IRI
	at      net.Addr
	secure  bool           // TLS is spoken here
	proxies []netip.Prefix // that may stand in front
}

// doubts are what may be otherwise than whoever starts the house believes, each as a sentence with what to do.
func (f footing) doubts() (all []string) {
	u, err := url.Parse(f.base.String())
	if err != nil {
		return nil
	}
	_, port, _ := net.SplitHostPort(f.at.String())
	home := loopback(u.Hostname())
	switch {
	case u.Scheme == "http" && home && cmp.Or(u.Port(), "80") != port:
		there := &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port), Path: u.Path}
		all = append(all, fmt.Sprintf("the pods and pages stand at %s, but this server listens at port %s: unless something leads from there to here, listen there, or move them with: skrin move --base-url %s", f.base, port, there))
	case u.Scheme == "http" && !home:
		all = append(all, fmt.Sprintf("with the base URL %s everything can be read on the way, and browsers make no passkeys; let it begin with https, behind a proxy that speaks TLS or with --tls-cert", f.base))
	case u.Scheme == "https" && !f.secure && len(f.proxies) == 0:
		all = append(all, "the base URL is https, and a proxy must be what speaks it: name it with --proxy, or all who come by it share the bounds of one address")
	}
	return all
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}
