// Package jose is the house's only door to JSON Object Signing: it reads and
// makes compact signed tokens (RFC 7515, RFC 7519), keys (RFC 7517) and key
// thumbprints (RFC 7638), over the jwx library, which no other room imports.
//
// Call [Parse] first: it reads a compact token strictly and verifies nothing.
// [Signed.Verify] checks the signature with one [PublicKey]; a [KeySet] finds
// the keys that an issuer published for a header. [PrivateKey.Sign] makes
// tokens.
//
// What it promises: only the algorithms of [Algorithms] exist here. "none" and
// the HMAC family cannot be asked for, so a public key can never be taken for
// a shared secret. An algorithm is accepted only with the kind of key that it
// is made for. JSON is read once and strictly: a member named twice, at any
// depth, is an error, and names are compared exactly. Header parameters that
// point to keys elsewhere (jku, x5u, x5c) are never followed. A token that
// demands an extension (crit) is refused. Private keys do not print.
package jose
