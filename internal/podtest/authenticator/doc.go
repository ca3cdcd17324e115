// Package authenticator is a passkey for tests, the browser around it included: it
// makes discoverable ES256 credentials without attestation and signs with them
// (WebAuthn level 3, sections 6.1, 6.3 and 6.5).
//
//	key := authenticator.New("https://pods.example")
//	response := key.Create(t, options) // navigator.credentials.create
//	response = key.Get(t, options)     // navigator.credentials.get
//
// Options is the JSON that a page gives its script, and what comes back is
// PublicKeyCredential.toJSON. A [Tweak] makes a liar of what is about to be sent.
package authenticator
