// Package outbound is the one way out of the house: every URL that a stranger
// gave us (an issuer, its keys, a WebID document) is fetched here.
package outbound
