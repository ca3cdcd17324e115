// Package oidc is the HTTP of the provider: its metadata and keys, and the
// endpoints that apps and their servers speak to (authorization, token,
// registration, revocation, logout, userinfo). What is decided there is decided in
// identity/provider; here it is read off the wire and answered.
//
// Make one Handler with [New]; [Handler.Serve] answers what [Handler.Takes]. It
// holds no cookies and shows no pages: whoever must see a citizen is sent on to
// the console, below app/, with a ticket.
//
// # What it promises
//
// A form is read once, from the body alone, and no parameter counts twice. Who
// sends credentials in an address is refused. Every origin may ask the endpoints
// that take no part in navigation, without cookies or other credentials that a
// browser adds by itself; nobody may read authorize and logout across origins.
// Nothing that was issued may be stored on the way.
//
// # Bounds
//
// Calls that have proofs remembered are bounded, per class of address and in all.
// Those that make us fetch a stranger's document the provider bounds. A class is an
// IPv4 address or a /56 of IPv6.
package oidc
