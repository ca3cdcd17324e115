package web

import (
	"net"
	"net/netip"

	"github.com/valyala/fasthttp"
	"golang.org/x/crypto/acme/autocert"

	"skrin/pod"
)

// AddressOf is addressOf for a request of a peer with these lines of X-Forwarded-For.
func AddressOf(proxies []netip.Prefix, peer netip.Addr, lines ...string) netip.Addr {
	var ctx fasthttp.RequestCtx
	ctx.Init(&fasthttp.Request{}, net.TCPAddrFromAddrPort(netip.AddrPortFrom(peer, 4321)), nil)
	for _, line := range lines {
		ctx.Request.Header.Add("X-Forwarded-For", line)
	}
	s := &Server{conf: Config{Proxies: proxies}}
	return s.addressOf(&ctx)
}

// HostPolicy is hostPolicy for the tests that need a whole server.
var HostPolicy = hostPolicy

// CacheIn is where certificates are kept.
func CacheIn(vault *pod.Vault) autocert.Cache { return sealedCache{vault} }
