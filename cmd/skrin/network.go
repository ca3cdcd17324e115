package main

import (
	"fmt"
	"net/netip"
)

// A network is one as people write it: 10.0.0.0/8, or the address of one machine.
type network struct{ netip.Prefix }

// UnmarshalText reads it.
func (n *network) UnmarshalText(text []byte) (err error) {
	if n.Prefix, err = netip.ParsePrefix(string(text)); err == nil {
		return nil
	}
	machine, err := netip.ParseAddr(string(text))
	if err != nil {
		return fmt.Errorf("%q is no network such as 10.0.0.0/8, and no address such as 10.0.0.1", text)
	}
	n.Prefix, err = machine.Prefix(machine.BitLen())
	return err
}

func prefixes(all []network) (bare []netip.Prefix) {
	for _, n := range all {
		bare = append(bare, n.Prefix)
	}
	return bare
}
