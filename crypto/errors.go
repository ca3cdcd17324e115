package crypto

import "errors"

var (
	// ErrFormat: the bytes are not in a layout that this program knows.
	ErrFormat = errors.New("crypto: unknown or damaged format")
	// ErrMisfiled: authentic bytes would belong to another place, or these are not authentic.
	ErrMisfiled = errors.New("crypto: changed, or not from this place")
	// ErrUnknownKey: sealed with a key that the keyring does not hold.
	ErrUnknownKey = errors.New("crypto: sealed with a key that is not in the keyring")
	// ErrWrongKey: this host key, recovery key or passphrase does not fit the slot.
	ErrWrongKey = errors.New("crypto: the key does not fit this slot")
	// ErrDestroyed: the secret was destroyed, or never made.
	ErrDestroyed = errors.New("crypto: the key was destroyed")
	// ErrKey: a text that should be a key is none. What was typed is never repeated.
	ErrKey = errors.New("crypto: not a valid key")
)
