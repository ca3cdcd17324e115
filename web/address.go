package web

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"
)

// addressOf says where a request comes from: the peer or, when that is one of our
// own proxies, who it says that it asks for. Everybody can write such a header,
// and each proxy adds the address that it saw, so only the last one that is no proxy
// of ours counts. Nothing else is ever believed of what proxies say.
func (s *Server) addressOf(fctx *fasthttp.RequestCtx) netip.Addr {
	tcp, ok := fctx.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	at := tcp.AddrPort().Addr().Unmap().WithZone("") // a prefix holds no address with a zone
	if !s.ownProxy(at) {
		return at
	}
	lines := fctx.Request.Header.PeekAll("X-Forwarded-For")
	for _, line := range slices.Backward(lines) {
		entries := strings.Split(string(line), ",")
		for _, entry := range slices.Backward(entries) {
			next, ok := parseForwarded(strings.TrimSpace(entry))
			if !ok {
				return at
			}
			if at = next; !s.ownProxy(at) {
				return at
			}
		}
	}
	return at
}

func (s *Server) ownProxy(addr netip.Addr) bool {
	return slices.ContainsFunc(s.conf.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseForwarded reads an address as proxies write it, some with a port.
func parseForwarded(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		pair, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = pair.Addr()
	}
	return addr.Unmap().WithZone(""), true
}
