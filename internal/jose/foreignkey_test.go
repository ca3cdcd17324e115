package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func pemOf(t testing.TB, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func jwkOf(t testing.TB, k *PrivateKey, change map[string]any) string {
	t.Helper()
	text, err := k.MarshalPrivate()
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	for name, value := range change {
		if members[name] = value; value == nil {
			delete(members, name)
		}
	}
	if text, err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Keys as openssl, brokers and key services write them.
func TestImportPrivateKey(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, minRSA)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return pemOf(t, "PRIVATE KEY", der, err)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	ecPEM := pemOf(t, "EC PARAMETERS", []byte{6, 8}, nil) + pemOf(t, "EC PRIVATE KEY", sec1, err)
	own := key(t, RS256)
	for what, c := range map[string]struct {
		text string
		alg  Algorithm
		id   string
		want Algorithm // "": refused
		name string    // "": the thumbprint
	}{
		"P-256 as PKCS #8":            {pkcs8(ec), "", "", ES256, ""},
		"P-256 as openssl writes it":  {ecPEM, "", "", ES256, ""},
		"RSA as PKCS #8":              {pkcs8(big), "", "", RS256, ""},
		"RSA as PKCS #1":              {pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(big), nil), PS256, "mine", PS256, "mine"},
		"Ed25519":                     {pkcs8(ed), "", "", EdDSA, ""},
		"a JWK":                       {jwkOf(t, own, map[string]any{"kid": "of-the-broker"}), "", "", RS256, "of-the-broker"},
		"a JWK without an algorithm":  {jwkOf(t, own, map[string]any{"alg": nil, "kid": nil, "use": "sig"}), PS256, "ours", PS256, "ours"},
		"a JWK, with the same said":   {jwkOf(t, own, map[string]any{"kid": "k"}), RS256, "k", RS256, "k"},
		"a JWK, with another alg":     {jwkOf(t, own, nil), PS256, "", "", ""},
		"a JWK, with another id":      {jwkOf(t, own, map[string]any{"kid": "k"}), "", "l", "", ""},
		"a JWK for encryption":        {jwkOf(t, own, map[string]any{"use": "enc"}), "", "", "", ""},
		"a JWK of an alg of nobody":   {jwkOf(t, own, map[string]any{"alg": "RS1"}), "", "", "", ""},
		"a JWK of a symmetric alg":    {jwkOf(t, own, map[string]any{"alg": "HS256"}), "", "", "", ""},
		"a JWK whose kid is a number": {jwkOf(t, own, map[string]any{"kid": 7}), "", "", "", ""},
		"halves of two keys":          {halves(t, key(t, ES256), key(t, ES256)), "", "", "", ""},
		"halves of two RSA keys":      {halves(t, key(t, RS256), key(t, RS256)), "", "", "", ""},
		"a secret half of zero":       {jwkOf(t, key(t, ES256), map[string]any{"d": strings.Repeat("A", 43)}), "", "", "", ""},
		"a JWK with an endless id":    {jwkOf(t, own, map[string]any{"kid": strings.Repeat("k", maxID+1)}), "", "", "", ""},
		"a secret":                    {`{"kty":"oct","k":"Y2FuYXJ5"}`, "", "", "", ""},
		"a public JWK":                {string(advertised(t, own)), "", "", "", ""},
		"an EC key for RS256":         {pkcs8(ec), RS256, "", "", ""},
		"P-384":                       {pkcs8(wide), "", "", "", ""},
		"RSA of 1024 bits":            {pkcs8(weak), "", "", "", ""},
		"a public key":                {pemOf(t, "PUBLIC KEY", []byte("canary"), nil), "", "", "", ""},
		"sealed":                      {pemOf(t, "ENCRYPTED PRIVATE KEY", []byte("canary"), nil), "", "", "", ""},
		"broken":                      {pemOf(t, "PRIVATE KEY", []byte("canary"), nil), "", "", "", ""},
		"nothing":                     {" \n", "", "", "", ""},
		"a word":                      {"canary", "", "", "", ""},
		"a JWK twice":                 {`{"kty":"RSA","kty":"EC","d":"canary"}`, "", "", "", ""},
	} {
		k, err := ImportPrivateKey([]byte(c.text+"\n"), c.alg, c.id)
		if c.want == "" {
			if !errors.Is(err, ErrKey) || k != nil || strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("%s: %v, %v", what, k, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if c.name == "" {
			c.name = k.Public().Thumbprint()
		}
		token, err := k.Sign(Header{Type: "JWT"}, map[string]string{"sub": "x"})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := Parse(token)
		if err != nil || signed.Algorithm != c.want || signed.KeyID != c.name {
			t.Errorf("%s: %s by %q, %v", what, signed.Algorithm, signed.KeyID, err)
		}
		set, err := ParseKeySet([]byte(`{"keys":[` + string(advertised(t, k)) + `]}`))
		if err != nil || set.Verify(signed) != nil {
			t.Errorf("%s: whoever got the public half does not believe it: %v", what, err)
		}
	}
}

// halves are the secret half of one key and the public half of another.
func halves(t testing.TB, secret, public *PrivateKey) string {
	t.Helper()
	o, err := ParseObject([]byte(jwkOf(t, secret, nil)))
	if err != nil {
		t.Fatal(err)
	}
	d, err := o.Text("d")
	if err != nil {
		t.Fatal(err)
	}
	return jwkOf(t, public, map[string]any{"d": d})
}

// What is given away holds nothing of the secret half.
func advertised(t testing.TB, k *PrivateKey) []byte {
	t.Helper()
	text, err := k.Advertise()
	if err != nil {
		t.Fatal(err)
	}
	o, err := ParseObject(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
		if o.Has(name) {
			t.Errorf("%q is given away", name)
		}
	}
	if use, _ := o.Text("use"); use != "sig" || !o.Has("kid") || !o.Has("alg") {
		t.Errorf("it says %s", text)
	}
	return text
}

// FuzzImportPrivateKey holds a key that is taken to signing what its public half
// checks, and one that is not to an error that repeats nothing.
func FuzzImportPrivateKey(f *testing.F) {
	for _, a := range []Algorithm{ES256, EdDSA, RS256} {
		f.Add([]byte(jwkOf(f, key(f, a), nil)))
		f.Add([]byte(jwkOf(f, key(f, a), map[string]any{"alg": nil, "kid": "s3cret-canary"})))
	}
	ec, err := x509.MarshalPKCS8PrivateKey(key(f, ES256).raw)
	f.Add([]byte(pemOf(f, "PRIVATE KEY", ec, err)))
	for _, text := range []string{"", "{}", `{"kty":"EC","crv":"P-256","d":"AA","x":"AA","y":"AA"}`, `{"kty":"oct","k":"s3cret-canary"}`, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ImportPrivateKey(data, "", "")
		if err != nil {
			if !errors.Is(err, ErrKey) || k != nil || strings.Contains(err.Error(), "canary") {
				t.Fatalf("%v with %v", err, k)
			}
			return
		}
		token, err := k.Sign(Header{}, map[string]string{})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := Parse(token)
		if err != nil {
			t.Fatal(err)
		}
		if set, err := ParseKeySet([]byte(`{"keys":[` + string(advertised(t, k)) + `]}`)); err != nil || set.Verify(signed) != nil {
			t.Fatalf("what it signs is not believed: %v", err)
		}
	})
}
