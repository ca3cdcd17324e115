package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"skrin/internal/jose"
	"skrin/internal/podtest/issuer"
)

type vector struct {
	name string
	want error
	make func(w *world) Proof
}

func TestRefused(t *testing.T) {
	count := 0
	for group, vectors := range map[string][]vector{
		"headers": headers, "forgeries": forgeries, "profiles": profiles, "claims": claims, "elsewhere": elsewheres, "proofs": proofs,
	} {
		count += len(vectors)
		for _, c := range vectors {
			t.Run(group+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, issuer.Options{})
				p := c.make(w)
				agent, err := w.v.Verify(t.Context(), p)
				if !errors.Is(err, c.want) || !errors.Is(err, ErrUnauthenticated) || !agent.IsPublic() {
					t.Fatalf("%v, %v; want %v", agent, err, c.want)
				}
				checkTellsNothing(t, p, err)
			})
		}
	}
	if count < 60 {
		t.Errorf("only %d vectors", count)
	}
}

// checkTellsNothing looks for what the request said in what we say about it.
func checkTellsNothing(t *testing.T, p Proof, err error) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%T", err)
	}
	for _, said := range []string{"127.0.0.1", "10.0.0.1", "people", "ana", "pod.example", app, "eyJ"} {
		for _, text := range []string{r.Error(), r.Description(), Challenge(err)} {
			if strings.Contains(text, said) {
				t.Errorf("%q repeats %q", text, said)
			}
		}
	}
	if strings.ContainsAny(r.Description(), `"\`) {
		t.Errorf("%q cannot stand in a header", r.Description())
	}
}

func (w *world) at(seconds int64) int64 { return w.clock.Now().Unix() + seconds }

// signedBy is a good token but for who signed it.
func signedBy(w *world, key *jose.PrivateKey, header issuer.Parts) string {
	parts := strings.Split(w.token(func(h, _ issuer.Parts) { alter(h, header) }), ".")
	token, err := key.SignBytes(unb64(w.t, parts[0]), unb64(w.t, parts[1]))
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// raw is a token of exactly this header and payload, signed by the issuer.
func raw(w *world, header, payload string) string {
	token, err := w.issuer.Key().SignBytes([]byte(header), []byte(payload))
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// mac is a good token but for its signature, an HMAC.
func mac(w *world, key []byte) string {
	return rebuild(w.token(func(h, _ issuer.Parts) { h["alg"] = "HS256" }), func(h, p, s *string) {
		sum := hmac.New(sha256.New, key)
		sum.Write([]byte(*h + "." + *p))
		*s = b64(string(sum.Sum(nil)))
	})
}

func inDER(t testing.TB, compact string) string {
	return rebuild(compact, func(_, _, s *string) {
		rs := unb64(t, *s)
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(rs[:32]), new(big.Int).SetBytes(rs[32:])})
		if err != nil {
			t.Fatal(err)
		}
		*s = b64(string(der))
	})
}

// Without InsecureLoopback neither issuers nor WebIDs may speak http.
func TestLoopbackIsForTests(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	w.v.conf.InsecureLoopback = false
	if err := w.verify(w.with(w.token(nil))); !errors.Is(err, ErrToken) {
		t.Errorf("%v, want ErrToken", err)
	}
}

func TestChallenge(t *testing.T) {
	plain := Challenge(nil)
	if want := `DPoP algs="ES256 EdDSA PS256 RS256", scope="openid webid"`; plain != want {
		t.Errorf("Challenge(nil) = %s", plain)
	}
	for kind, code := range map[error]string{
		ErrRequest: "invalid_request", ErrToken: "invalid_token", ErrIssuer: "invalid_token",
		ErrProof: "invalid_dpop_proof", ErrReplay: "invalid_dpop_proof", ErrUnreachable: "", ErrBusy: "",
	} {
		got := Challenge(fmt.Errorf("request: %w", refuse(kind, "a check", nil)))
		want := plain
		if code != "" {
			want += `, error="` + code + `", error_description="a check"`
		}
		if got != want {
			t.Errorf("%v: %s", kind, got)
		}
	}
}
