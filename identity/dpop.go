package identity

import (
	"time"

	"skrin/internal/jose"
)

// A proof is accepted from iat - Skew to iat + ProofAge. The two minutes are
// for phones whose clocks are slow, the one for clocks that run ahead.
const (
	ProofAge = 2 * time.Minute
	Skew     = time.Minute
)

// Bounds of what a proof says.
const (
	maxProof = 8 << 10 // bytes; a proof with an RSA key of 4096 bits has 1.5 KiB
	maxJTI   = 256
	maxIRI   = 2 << 10
)

// possession is a DPoP proof that fits its request and its token. Whether it
// is new is for the replay memory to say.
type possession struct {
	id  proofID
	jti string
	iat time.Time
	key *jose.PublicKey // that it was made with
}

// readProof makes every check of RFC 9449 section 4.3 but the last, which is
// whether the proof was used before. jkt is the key that the token is bound to,
// known that key from an earlier proof, or nil.
func readProof(c credentials, p Proof, jkt string, known *jose.PublicKey, now time.Time) (possession, *Refusal) {
	signed, found, r := openProof(c.proof, p, c.ath(), jkt)
	if r != nil {
		return possession{}, r
	}
	if r := found.at(now); r != nil {
		return possession{}, r
	}
	key, r := checkKey(signed, jkt, known)
	found.key = key
	return found, r
}

// openProof reads what a proof says of its request. ath is what it may say of
// its token, jkt its key's thumbprint when that is known already.
func openProof(text string, p Proof, ath, jkt string) (*jose.Signed, possession, *Refusal) {
	signed, err := jose.Parse(text)
	if err != nil {
		return nil, possession{}, refuse(ErrProof, "the DPoP proof cannot be read", err)
	}
	if signed.Type != "dpop+jwt" {
		return nil, possession{}, refuse(ErrProof, "the DPoP proof has another typ than dpop+jwt", nil)
	}
	claims := signed.Claims
	htm, err1 := claims.Text("htm")
	htu, err2 := claims.Text("htu")
	said, err3 := claims.Text("ath")
	jti, err4 := claims.Text("jti")
	iat, err5 := claims.Instant("iat")
	switch {
	case err1 != nil || htm == "" || htm != p.Method:
		return nil, possession{}, refuse(ErrProof, "the DPoP proof is for another method (htm)", nil)
	case err2 != nil || !sameTarget(htu, p.URL):
		return nil, possession{}, refuse(ErrProof, "the DPoP proof is for another URL (htu)", nil)
	case err3 != nil || said != "" && said != ath: // libraries that most Solid apps sign in with leave it out
		return nil, possession{}, refuse(ErrProof, "the DPoP proof is for another access token (ath)", nil)
	case err4 != nil || jti == "" || len(jti) > maxJTI:
		return nil, possession{}, refuse(ErrProof, "the DPoP proof has no sound jti", nil)
	case err5 != nil || iat.IsZero():
		return nil, possession{}, refuse(ErrProof, "the DPoP proof has no sound iat", nil)
	}
	return signed, possession{id: newProofID(jkt, jti), jti: jti, iat: iat}, nil
}

// checkKey verifies the proof with the key that it carries, which must be the
// one that the token is bound to.
func checkKey(signed *jose.Signed, jkt string, known *jose.PublicKey) (*jose.PublicKey, *Refusal) {
	key, err := signed.EmbeddedKey(known)
	if err != nil {
		return nil, refuse(ErrProof, "the DPoP proof carries no usable public key (jwk)", err)
	}
	if key.Thumbprint() != jkt {
		return nil, refuse(ErrProof, "the DPoP proof is by another key than the access token is bound to", nil)
	}
	if err := signed.Verify(key); err != nil {
		return nil, refuse(ErrProof, "the DPoP proof's signature is not good", err)
	}
	return key, nil
}

// at says whether the proof is fresh at an instant.
func (p possession) at(now time.Time) *Refusal {
	if now.After(p.iat.Add(ProofAge)) {
		return refuse(ErrProof, "the DPoP proof is too old (iat)", nil)
	}
	if now.Before(p.iat.Add(-Skew)) {
		return refuse(ErrProof, "the DPoP proof is from the future (iat)", nil)
	}
	return nil
}
