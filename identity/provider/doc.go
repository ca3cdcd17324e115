// Package provider is this house's own OpenID provider: what it says of
// itself, what it checks, what it issues and what it remembers. It knows
// nothing of HTTP, of pages, of passwords or of pods.
//
// Make one [Provider] with [New]. An app begins with [Provider.Begin], which
// reads an authorization request; [Provider.Next] says what the citizen must do
// before it is answered; [Provider.Allow] and [Provider.Answer] give the
// address to send the browser to. [Provider.Token] exchanges what came of it.
// Call [Provider.Tend] about once an hour.
//
// # What is issued
//
// Access tokens as Solid-OIDC has them: JWTs of type at+jwt, for ten minutes,
// always bound to a key by DPoP; there are no bearer tokens here. ID tokens
// with the WebID. Refresh tokens, when an app asked for offline_access: each
// is good once, and the last of a family no longer than half a year after the
// citizen signed in.
//
// # Errors
//
// What the asker did wrong is an [*Error]. When its Redirect is set, the
// browser may be sent there; when it is not, the client or its redirect URI
// could not be believed, and the error must be shown on a page of ours. Every
// other error is the house's own trouble (the records cannot be read or
// written), and tells nothing about the request.
//
// # What can be taken back
//
// Everything that is issued belongs to a [Family], the family to a consent of the
// citizen (or to a script that they made) and to the session they signed in
// with. Whatever of these ends, the family ends in the same transaction, its
// refresh token with it; and its access tokens end too, because
// [Provider.Live], which the verifier asks on each request, no longer knows it.
//
// # Refresh tokens
//
// The successor of a refresh token is derived from it and from a salt in the
// record, so that asking twice gives the same answer: an answer that was lost
// on the way, or two windows that refresh at once, sign nobody out. This holds
// for two minutes after the first use, and only with the same key, or the same
// client secret. A token that comes back later, or from further back, was
// stolen from somebody: its whole family ends. Two minutes are less than an
// access token lives, so a thief and an owner who take turns are found out at
// the second turn.
//
// # Clients
//
// A client is an https URL whose document says who it is ([Document]), or a
// name that was registered by anybody a moment ago ([Registered]), or a script
// of the citizen's own ([Script]). Only the first has an origin that was
// verified. Documents are fetched by internal/outbound and remembered for five
// minutes; logos, policies and whatever else they point to are never fetched.
//
// # What is not offered
//
// Bearer tokens, implicit and hybrid flows, PKCE other than S256, request
// objects, pushed requests, form_post, the claims parameter (ignored), client
// assertions, introspection, device codes, session management in frames.
package provider
