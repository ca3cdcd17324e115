// Package crypto seals what a pod keeps and wraps the keys that open it. It
// knows no paths, no people and no files: bytes in, bytes out, so that it can
// be audited alone. It imports nothing else of this module, and it is the only
// room that uses age.
//
// # Values
//
// A [PodKey] is 32 random bytes with an id. A [Keyring] is made of the pod's
// current key and its older ones; [Keyring.Seal] binds a value to its [Label]
// (pod, bucket, full key, version), so that a value which was moved, swapped or
// changed does not open. A sealed value is
//
//	0x01 | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag
//
// with the associated data
//
//	"skrin/v1" | pod id (16) | bucket (1) | length of key (8) | key | version (8)
//
// Numbers are big-endian. The encryption key is not the pod key itself but
// HKDF-SHA256(pod key, salt = pod id, info = "skrin/v1/value"). Nonces are
// random: a key must be replaced before it has sealed 2^32 values
// ([Keyring.Seals] counts).
//
// # Names
//
// [Keyring.Name], [Keyring.Index] and [Keyring.Tag] are HMAC-SHA256, cut to 16
// bytes, under subkeys of their own ("skrin/v1/name", "/index", "/tag"). They
// derive from the OLDEST key of the keyring, so that names outlive a rotation:
// the first key of a pod names its things for as long as the pod lives.
//
// # Slots
//
// A [Slot] is one way to open a pod: a small age file which holds
//
//	0x01 | kind (1) | slot id (8) | pod id (16) | key id (4) | pod key (32)
//
// The pod id stands inside what is wrapped, so that the slot of another pod is
// told apart ([ErrMisfiled]) from a key that does not fit ([ErrWrongKey]).
// Any slot opens with the age tool and the identity or passphrase it was made for.
// age does not say who made a file: a slot which opens is not thereby genuine,
// but the key in it is useless for values that another key sealed.
//
// # Bodies
//
// Large bodies are age files with a single stanza "skrin/body" that wraps
// nothing: the random file key, a [BodyKey], is given to the caller, who keeps
// it in a sealed value together with the body's name and size. That record is
// what binds a body to its place.
//
// # Secrets
//
// PodKey, BodyKey, HostKey, RecoveryKey and Passphrase print as "[secret]"
// under every verb and in every log, refuse to be marshalled, cannot be
// compared with ==, and have a Destroy method. Destroy zeroes the bytes that we
// hold; copies that the standard library or age keep inside (cipher schedules,
// identities) become unreachable and go with the next garbage collection.
package crypto
