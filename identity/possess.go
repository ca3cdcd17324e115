package identity

import (
	"time"
)

// Possess checks a DPoP proof that comes without an access token, as it does
// at a token endpoint (RFC 9449 section 5), and gives the thumbprint of the key
// that was shown to be held. Only p.DPoP, p.Method and p.URL count. A request
// without a proof gives "" and no error; the error for a bad one is a *Refusal.
// The proof is remembered like any other: it counts once.
func (v *Verifier) Possess(p Proof) (jkt string, err error) {
	if len(p.DPoP) == 0 {
		return "", nil
	}
	now := v.conf.Now()
	found, r := readBareProof(p, now)
	if r == nil {
		r = v.replay.record(found, now)
	}
	if r != nil {
		return "", r
	}
	return found.key.Thumbprint(), nil
}

// readBareProof makes every check but the last.
func readBareProof(p Proof, now time.Time) (possession, *Refusal) {
	if len(p.DPoP) != 1 {
		return possession{}, refuse(ErrProof, "exactly one DPoP header is needed", nil)
	}
	if len(p.DPoP[0]) > maxProof {
		return possession{}, refuse(ErrProof, "the DPoP header must carry one proof of at most 8 KiB", nil)
	}
	signed, found, r := openProof(p.DPoP[0], p, "", "")
	if r != nil {
		return possession{}, r
	}
	if r := found.at(now); r != nil {
		return possession{}, r
	}
	key, err := signed.EmbeddedKey(nil)
	if err != nil {
		return possession{}, refuse(ErrProof, "the DPoP proof carries no usable public key (jwk)", err)
	}
	found.key, r = checkKey(signed, key.Thumbprint(), nil)
	found.id = newProofID(key.Thumbprint(), found.jti)
	return found, r
}
