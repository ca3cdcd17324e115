package outbound

import (
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// globalUnicast is the only part of IPv6 that is handed out to hosts; whatever
// stands outside (loopback, unique local, link-local, multicast, NAT64, mapped
// and compatible addresses, segment routing) is special by that alone.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// special lists what the IANA special-purpose registries take out of the
// addresses that public hosts have (RFC 6890 and its successors).
var special = [...]netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),         // this network
	netip.MustParsePrefix("10.0.0.0/8"),        // private
	netip.MustParsePrefix("100.64.0.0/10"),     // shared by carriers, and cloud metadata
	netip.MustParsePrefix("127.0.0.0/8"),       // loopback
	netip.MustParsePrefix("169.254.0.0/16"),    // link-local, and cloud metadata
	netip.MustParsePrefix("172.16.0.0/12"),     // private
	netip.MustParsePrefix("192.0.0.0/24"),      // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),      // documentation
	netip.MustParsePrefix("192.31.196.0/24"),   // AS112
	netip.MustParsePrefix("192.52.193.0/24"),   // AMT
	netip.MustParsePrefix("192.88.99.0/24"),    // 6to4 relays
	netip.MustParsePrefix("192.168.0.0/16"),    // private
	netip.MustParsePrefix("192.175.48.0/24"),   // AS112
	netip.MustParsePrefix("198.18.0.0/15"),     // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"),   // documentation
	netip.MustParsePrefix("203.0.113.0/24"),    // documentation
	netip.MustParsePrefix("224.0.0.0/4"),       // multicast
	netip.MustParsePrefix("240.0.0.0/4"),       // reserved, and broadcast
	netip.MustParsePrefix("2001::/23"),         // protocol assignments, Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),     // documentation
	netip.MustParsePrefix("2002::/16"),         // 6to4: an IPv4 address inside
	netip.MustParsePrefix("2620:4f:8000::/48"), // AS112
	netip.MustParsePrefix("3fff::/20"),         // documentation
}

// open says whether an address belongs to the public internet. An IPv4 address
// written as IPv6 (::ffff:127.0.0.1) is judged as what it is.
func open(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() && !globalUnicast.Contains(ip) {
		return false
	}
	return ip.IsValid() && !contains(special[:], ip)
}

func contains(nets []netip.Prefix, ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, net := range nets {
		if net.Contains(ip) {
			return true
		}
	}
	return false
}

// loopbackHost says whether a host can be nothing but this machine (RFC 6761, section 6.3). The
// address is still checked when it is dialled.
func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// canonical writes a URL the one way in which we compare: scheme and host in
// lower case, no default port, a path, no fragment (RFC 3986 section 6.2).
func canonical(from *url.URL) *url.URL {
	u := *from
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	port := ":" + u.Port()
	if u.Scheme == "https" && port == ":443" || u.Scheme == "http" && port == ":80" || port == ":" {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	return &u
}

// ours says whether a URL stands under the base or the app, however its path is spelled, or on a host below the base's
// that is this server's own, too.
func (c *Client) ours(u *url.URL) bool {
	if under(c.base, u) || c.app != nil && under(c.app, u) {
		return true
	}
	label, below := strings.CutSuffix(plainHost(u), "."+c.base.Hostname())
	return below && c.base.Host != "" && u.Port() == c.base.Port() && c.conf.Subdomains != nil && c.conf.Subdomains(label)
}

func under(base, u *url.URL) bool {
	return base.Host != "" && u.Port() == base.Port() && plainHost(u) == base.Hostname() && strings.HasPrefix(path.Clean(u.Path)+"/", base.Path)
}

func plainHost(u *url.URL) string { return strings.TrimSuffix(u.Hostname(), ".") }
