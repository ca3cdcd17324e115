// Package issuer is a small OpenID provider and WebID host for tests and the
// demo. It signs whatever it is told to and must never run beside real pods.
package issuer
