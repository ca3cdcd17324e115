// Package outbound is the one way out of the house. Every URL that a stranger
// named (an issuer, its keys, a WebID document) is fetched here and nowhere
// else.
//
// Make one [Client] with [New] and call [Client.Get].
//
// What it promises: the URL is https, without user information. The address
// that a connection really goes to is checked when it is dialled, after the
// name was resolved, so that a name which answers differently the second time
// gains nothing: special-use ranges (loopback, private, link-local, shared,
// documentation, multicast, translation and tunnel prefixes) are never dialled
// unless Config.AllowNet names them. At most three redirects are followed,
// each on the same host and checked like a first request. A fetch takes five
// seconds at most (Config.Patience), a body one mebibyte after decompression. No proxy is taken
// from the environment; no cookie and no credential is sent or kept. IRIs
// under the base URL, and others that Config.Local knows, are answered inside
// the process. Whoever has us ask has a share of what we do at once, and of what we
// do in a minute, by the class of their address; those who share what they were given take it
// before ([Client.Admit]). What goes out bears a mark ([Client.Sent]): a request that comes
// back was meant for an address that this server does not know as its own, and is
// to be refused. Media types are for the caller to judge.
//
// Errors say what kind of thing went wrong and never name the URL, since a
// WebID or an issuer can tell who somebody is.
package outbound
