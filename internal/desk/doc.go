// Package desk puts together the rooms behind signing in, over an open vault: the
// verifier with its way out, the provider, the accounts, the provider's endpoints
// and the pages. The program and the tests that need a whole house (package
// podtest) both do it here, so that what is tested is what is served.
//
// [Open] makes a Desk; hand its Verifier, OIDC and Console to web.New. [Desk.Run]
// does what must be done every hour, until the house closes; then call
// [Desk.Close], before the vault is closed.
//
// What happens around an account (somebody signed in, or tried to) is written into
// the journals of its pods in the background, in order: whoever signs in does not
// wait for it, so that nobody learns from the time it takes whether a name exists.
package desk
