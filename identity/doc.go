// Package identity turns the credentials of a request into an acl.Agent:
// proof in, agent out. A request without credentials is the public; a request
// with bad ones is refused and never taken for the public.
//
// Make one [Verifier] with [NewVerifier], give it the memory of the last run
// with [Verifier.Restore], call [Verifier.Verify] for each request and
// [Verifier.Snapshot] at shutdown. [Challenge] writes WWW-Authenticate.
//
// # What is accepted
//
// Solid-OIDC access tokens bound to a key by DPoP (RFC 9449), with a fresh
// proof for each request. The access token is a JWT that says who (webid),
// through which client (client_id), vouched for by whom (iss), for whom (aud
// is "solid" or our base URL) and whose key (cnf.jkt). Its issuer must publish
// the key it is signed with, and the WebID's own document must name that
// issuer, character by character.
//
// ID tokens are not access tokens. See accessTokenType for the rule.
//
// [Config].Local names the issuer of this house. Its tokens are looked into like
// all others, and besides it is asked on each request whether what a token
// came of still stands. [Verifier.Possess] checks a proof that comes without a
// token, for that issuer's own endpoint.
//
// # Time
//
// A token is accepted from its nbf and iat (less [Skew], for clocks) until its
// exp, and for a day after iat at most. A proof is accepted from iat less
// [Skew] to iat plus [ProofAge]. Keys of issuers, WebID documents and verified
// tokens are each remembered for five minutes at most, and a verified token
// never longer than what it rests on. Proofs are never cached: each is
// verified, and remembered until no clock could accept it again.
//
// # Clients
//
// A client_id that is an absolute IRI is taken as it stands. Any other (the
// names that dynamic registration hands out) becomes urn:skrin:client: and a
// hash of issuer and name, so that the same app at the same issuer always has
// the same IRI, and two issuers cannot meet in one. A name that begins with
// [BoundPrefix] becomes urn:skrin:bound: and the hash. Tokens whose client_id
// begins with urn:skrin: are refused: such names are made in this house only.
//
// # Restarts
//
// No proof counts twice, also not over a restart. Before a proof is accepted
// that was issued after the last heartbeat, a new heartbeat is made durable
// (Config.Heartbeat), a little ahead of the clock and of the proof; so
// whatever was accepted was issued no later than the heartbeat on disk, and no
// timer is needed. After a crash, proofs that were issued no later than it are
// refused: for about [HeartbeatLease] after the crash, and at most for
// [Skew] more when some client's clock ran ahead. A snapshot that is older
// than the heartbeat shows by itself that it is. A fresh data folder has
// neither and refuses nobody.
package identity
