// Package issuer is a small OpenID provider and host of WebID documents, for
// tests and the demo. It signs whatever it is told to, on loopback, and must
// never run beside real pods; nothing but tests and the demo may import it.
//
// [New] starts one. [Issuer.Person] makes somebody whose WebID document it
// hosts; [Issuer.Vouch] somebody whose document stands elsewhere and names
// this issuer. A [Person] signs tokens and proofs, makes an HTTP client that
// asks as that person, and curl lines for people to try. TokenWith and
// ProofWith change what is signed, to make credentials that are wrong in one
// place. [Issuer.Handle] replaces any document.
//
// Servers that believe it need Config.InsecureLoopback, since it speaks http.
package issuer
