package strangers

import (
	"context"
	"net/netip"
)

type askingKey struct{}

// From gives a context for what somebody asks who comes from an address: whom we
// have to ask for it, we ask on their account.
func From(ctx context.Context, addr netip.Addr) context.Context {
	return context.WithValue(ctx, askingKey{}, addr)
}

// Asking is the class of whoever asks. Those of whom nobody said where they come
// from are one class, "".
func Asking(ctx context.Context) string {
	addr, said := ctx.Value(askingKey{}).(netip.Addr)
	if !said {
		return ""
	}
	return Class(addr)
}
