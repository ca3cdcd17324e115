// Command floor is the least that a server of this kind can do: the bare
// program that Skrin's speed is measured against.
//
//	floor -listen 127.0.0.1:4100 -base http://127.0.0.1:4100/ -data DIR \
//	      -keys http://127.0.0.1:4740/jwks -issuer http://127.0.0.1:4740/ -owner WEBID -reader WEBID -line
//
// It speaks HTTP with the same library, keeps values in the same database, seals
// them with the same cipher, and checks one ES256 signature for each request, that
// of the DPoP proof; the access token is checked once and remembered. Writes that
// wait at the same time share one commit. With -line a reading by anybody but the
// owner is answered only when a sealed line about it is durable, as in Skrin.
//
// It knows no RDF, no rules, no containers, no tree over its lines, and most of
// the checks that a real server makes are not here: nothing but a measurement may
// use it. GET, HEAD and PUT are all it has.
package main
