// Package records says how the rooms behind signing in keep what they must
// keep: small values under a kind and a name, read and changed in
// transactions. The host's store does it (pod.Vault.Records, by way of a small
// adapter in cmd/skrin); [Memory] does the same for tests.
//
// Begin with a [Kind]: one for each shape that is kept, with the version of
// that shape. It writes and reads values as JSON in an envelope that names the
// version, so that a later program knows what it finds, and an older one
// refuses what it does not understand.
//
// A record is at most a mebibyte, a name 1024 bytes. Names and values lie
// sealed in the host's store; still, a secret that somebody else brings back
// (a password, the id of a session, a code) is kept as its hash alone, because
// whoever holds the host key must not be able to come back with it.
package records
