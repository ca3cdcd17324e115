package authenticator

import (
	"encoding/json"
	"testing"
)

// Options are the parts of what a page gets that an authenticator looks at, or
// that a test does.
type Options struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Exclude []struct {
		ID string `json:"id"`
	} `json:"excludeCredentials"`
	Selection struct {
		ResidentKey      string `json:"residentKey"`
		UserVerification string `json:"userVerification"`
	} `json:"authenticatorSelection"`
	UserVerification string `json:"userVerification"`
	Attestation      string `json:"attestation"`
}

// Read reads the options of a ceremony.
func Read(t testing.TB, options []byte) Options {
	t.Helper()
	var o struct {
		PublicKey Options `json:"publicKey"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatalf("the options of a ceremony are no JSON: %v: %q", err, options)
	}
	return o.PublicKey
}
