// Package upstream lets citizens sign in with who they are elsewhere: it asks
// OpenID issuers outside, which the host configured (brokers of eIDAS and
// BankID, a region, a hospital), and checks their answers. What it finds out is
// an [account.Identity]; what that opens is for accounts to say. It knows
// nothing of pages and cookies.
//
// Make one [Issuers] with [New], from what [ParseConfig] read.
// [Issuers.List] names the issuers for the page of signing in.
//
// # The sequence
//
// To sign in:
//
//	accounts.BeforeLeaving(from)
//	to, state := issuers.Begin(ctx, id, Wish{Return: ticket}, browser)  // POST of a button
//	// state into a cookie (HttpOnly, SameSite=Lax, ten minutes); the browser goes to the address
//	... the person proves themselves there, and is sent to Config.Redirect(id) ...
//	accounts.BeforeExternal(from)
//	answer := issuers.Finish(ctx, id, query, state, browser)            // GET of the callback; the cookie goes
//	step := accounts.WithExternal(answer.Identity, from)
//	// on to answer.Return
//
// Send the browser there by a page that leads on (a Refresh header and a link):
// browsers hold a redirect after a form to the page's form-action, and where an
// issuer has its pages is known only when it has been asked.
//
// For a step-up it is the same, with Wish.Fresh, and with the session in from. An
// issuer that does not say when somebody proved themselves is no help there.
//
// To link, a citizen who is signed in (and stepped up) begins with
// Wish{For: session.Account}, and the callback ends with
//
//	link, token := accounts.AddLink(session, answer.Identity)
//
// The callback tells the two apart by Answer.For, which was signed into the
// state at the beginning: accounts refuse to sign in with what was asked for to
// be linked, and the other way round. Begin to link at the POST of a form with
// its token alone: whoever could make a browser begin could link themselves.
//
// # What it promises
//
// Beginning stores nothing. The state that the browser holds is signed by us,
// for one issuer, one browser and ten minutes; what must be hard to guess (the
// state parameter, the nonce, the PKCE verifier) is derived from it with a key
// of ours, so that the state holds no secret, and a restart in between loses
// nothing. A state is looked at once, as far as memory goes; after a restart it
// is the issuer that refuses a code for the second time.
//
// The authorization code with PKCE (S256) and a nonce is the only way. An issuer
// that takes the request from us (RFC 9126) is given it, and the browser brings
// its name alone. We say who we are with a secret, or sign it with a key
// (private_key_jwt), for the issuer that the host configured and for no other
// one. The answer must come from the issuer that was asked: each has a redirect URI of
// its own, and "iss" is compared whenever it is there, and missed where the
// issuer says that it sends it (RFC 9207). Of the ID token issuer, audience,
// authorized party, times, nonce, algorithm and signature are checked, the hash
// of the access token when it is there, and the level (acr) that the host
// demands. Access tokens are thrown away; user info is never asked for.
//
// An issuer that is down stops nothing else: what it says of itself is fetched
// when it is first needed, kept for an hour, and for a day while it cannot be
// reached. Answers are bounded, and redirects are never followed.
//
// Errors are few and say nothing of what the issuer wrote.
//
// # What is not offered
//
// Making accounts by the word of an issuer; logging out there; form_post;
// mutual TLS towards the issuer; signed requests; encrypted ID tokens.
package upstream
