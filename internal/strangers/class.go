package strangers

import "net/netip"

// household is how many bits of an IPv6 address name the network that one
// household, or one server, is given: whoever has one has all addresses in it.
const household = 56

// Class gives what an address is counted as: an IPv4 address, however it is
// written, or the network of an IPv6 address, without its zone. All addresses that
// are none are one class. It tells where somebody is: keep no more of it than a
// hash.
func Class(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if net, err := addr.Prefix(household); err == nil {
			return net.String()
		}
	}
	return addr.String()
}
