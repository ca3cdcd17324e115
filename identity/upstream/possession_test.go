package upstream

import (
	"net/http"
	"strings"
	"testing"

	"skrin/internal/jose"
)

// possession is what an issuer wants of a proof (RFC 9449, section 4.3).
type possession struct {
	nonce string // that it wants to find, "" for none
	seen  map[string]bool
	keys  map[string]bool
}

func proofs(nonce string) *possession {
	return &possession{nonce: nonce, seen: map[string]bool{}, keys: map[string]bool{}}
}

// refuse gives an error code, "" for none.
func (d *possession) refuse(f *fake, w http.ResponseWriter, r *http.Request) string {
	const wrong = "invalid_dpop_proof"
	if len(r.Header.Values("DPoP")) != 1 {
		return wrong
	}
	token, err := jose.Parse(r.Header.Get("DPoP"))
	if err != nil {
		return wrong
	}
	key, err := token.EmbeddedKey(nil)
	if err != nil || token.Verify(key) != nil || token.Type != "dpop+jwt" {
		return wrong
	}
	text := func(name string) string { s, _ := token.Claims.Text(name); return s }
	at, err := token.Claims.Instant("iat")
	if err != nil || at.Unix() != f.now().Unix() || text("htm") != "POST" || text("htu") != f.url()+"/token" || len(text("jti")) < 22 || d.seen[text("jti")] {
		return wrong
	}
	d.seen[text("jti")], d.keys[key.Thumbprint()] = true, true
	if text("nonce") != d.nonce {
		w.Header().Set("DPoP-Nonce", d.nonce)
		return "use_dpop_nonce"
	}
	return ""
}

func TestProofOfPossession(t *testing.T) {
	key := cachedKeys()[jose.ES256]
	for what, c := range map[string]struct {
		proves bool
		nonce  string
		asked  int
		want   error
	}{
		"it wants one":                        {true, "", 1, nil},
		"it wants its own word in it":         {true, "eyJ7S_zG.eyJH0-Z.HX4w-7v", 2, nil},
		"its word is too long":                {true, strings.Repeat("n", maxNonce+1), 1, ErrRefused},
		"it wants one, and the host does not": {false, "", 1, ErrRefused},
	} {
		w := newWorld(t, withKey(key), func(cfg *Config) { cfg.Issuers[0].DPoP = c.proves })
		w.bank.client, w.bank.dpop = keyed(key), proofs(c.nonce)
		_, err := w.signIn(Wish{})
		if is(t, what, err, c.want); w.bank.count("/token") != c.asked || len(w.bank.dpop.keys) > 1 {
			t.Errorf("%s: asked %d times with %d keys", what, w.bank.count("/token"), len(w.bank.dpop.keys))
		}
		if c.want != nil {
			continue
		}
		if _, err := w.signIn(Wish{}); err != nil || len(w.bank.dpop.keys) != 2 {
			t.Errorf("%s, once more: %v, %d keys", what, err, len(w.bank.dpop.keys))
		}
	}
	// An issuer that never has enough is asked twice.
	w := newWorld(t, func(cfg *Config) { cfg.Issuers[0].DPoP = true })
	w.bank.answer["/token"] = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("DPoP-Nonce", "another")
		reply(rw, 400, map[string]string{"error": "use_dpop_nonce"})
	}
	_, err := w.signIn(Wish{})
	if is(t, "never enough", err, ErrRefused); w.bank.count("/token") != 2 {
		t.Errorf("asked %d times", w.bank.count("/token"))
	}
}
