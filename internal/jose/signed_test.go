package jose

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func key(t testing.TB, a Algorithm) *PrivateKey {
	t.Helper()
	k, err := GenerateKey(a)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSignAndVerify(t *testing.T) {
	for _, a := range Algorithms() {
		k := key(t, a)
		for _, embed := range []bool{false, true} {
			text, err := k.Sign(Header{Type: "Application/AT+JWT", Embed: embed}, map[string]string{"sub": "x"})
			if err != nil {
				t.Fatalf("%s: %v", a, err)
			}
			s, err := Parse(text)
			if err != nil {
				t.Fatalf("%s: %v", a, err)
			}
			if s.Algorithm != a || s.Type != "at+jwt" {
				t.Errorf("%s: header read as %q, %q", a, s.Algorithm, s.Type)
			}
			public := k.Public()
			if embed {
				if public, err = s.EmbeddedKey(nil); err != nil {
					t.Fatalf("%s: %v", a, err)
				}
			}
			if public.Thumbprint() != k.Public().Thumbprint() {
				t.Errorf("%s: thumbprint changed on the way", a)
			}
			if err := s.Verify(public); err != nil {
				t.Errorf("%s: %v", a, err)
			}
			if err := s.Verify(key(t, a).Public()); !errors.Is(err, ErrSignature) {
				t.Errorf("%s: another key: %v, want ErrSignature", a, err)
			}
		}
	}
}

// The example of RFC 7638 section 3.1.
func TestThumbprintOfRFC7638(t *testing.T) {
	k, err := ParsePublicKey([]byte(`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := k.Thumbprint(); got != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("thumbprint %s", got)
	}
}

func TestParseRefuses(t *testing.T) {
	good, err := key(t, ES256).Sign(Header{}, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	part := strings.Split(good, ".")
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":                 {"", ErrMalformed},
		"two parts":             {part[0] + "." + part[1], ErrMalformed},
		"four parts":            {good + ".x", ErrMalformed},
		"five parts, as a JWE":  {good + ".x.y", ErrMalformed},
		"padding":               {part[0] + "=." + part[1] + "." + part[2], ErrMalformed},
		"line end in a part":    {part[0] + "." + part[1] + "\n." + part[2], ErrMalformed},
		"standard alphabet":     {b64(`{"alg":"ES256"}`) + "." + part[1] + "." + strings.Repeat("+", 86), ErrMalformed},
		"bits left over":        {part[0] + "." + part[1] + "." + part[2][:85] + "B", ErrMalformed},
		"huge":                  {strings.Repeat("a", MaxToken+1), ErrMalformed},
		"header is no object":   {b64(`[]`) + "." + part[1] + "." + part[2], ErrMalformed},
		"payload is no object":  {part[0] + "." + b64(`"x"`) + "." + part[2], ErrMalformed},
		"payload is a token":    {part[0] + "." + b64(good) + "." + part[2], ErrMalformed},
		"no alg":                {b64(`{}`) + "." + part[1] + "." + part[2], ErrAlgorithm},
		"alg none":              {b64(`{"alg":"none"}`) + "." + part[1] + ".", ErrAlgorithm},
		"alg None":              {b64(`{"alg":"None"}`) + "." + part[1] + ".", ErrAlgorithm},
		"alg HS256":             {b64(`{"alg":"HS256"}`) + "." + part[1] + "." + part[2], ErrAlgorithm},
		"alg unknown":           {b64(`{"alg":"XY1"}`) + "." + part[1] + "." + part[2], ErrAlgorithm},
		"alg in lower case":     {b64(`{"alg":"es256"}`) + "." + part[1] + "." + part[2], ErrAlgorithm},
		"alg is a number":       {b64(`{"alg":1}`) + "." + part[1] + "." + part[2], ErrMalformed},
		"alg twice":             {b64(`{"alg":"ES256","alg":"none"}`) + "." + part[1] + "." + part[2], ErrMalformed},
		"kid is a number":       {b64(`{"alg":"ES256","kid":7}`) + "." + part[1] + "." + part[2], ErrMalformed},
		"crit":                  {b64(`{"alg":"ES256","crit":["exp"]}`) + "." + part[1] + "." + part[2], ErrMalformed},
		"unencoded payload":     {b64(`{"alg":"ES256","b64":false}`) + "." + part[1] + "." + part[2], ErrMalformed},
		"claims named twice":    {part[0] + "." + b64(`{"a":1,"a":2}`) + "." + part[2], ErrMalformed},
		"header in the payload": {"." + part[0] + "." + part[2], ErrMalformed},
	} {
		if _, err := Parse(c.text); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestKnownKey(t *testing.T) {
	read := func(k *PrivateKey) *Signed {
		text, err := k.Sign(Header{Embed: true}, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, b := key(t, ES256), key(t, ES256)
	known, err := read(a).EmbeddedKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := read(a).EmbeddedKey(known); again != known || err != nil {
		t.Errorf("the same key was parsed again: %v", err)
	}
	for _, other := range []*PublicKey{known, a.Public()} {
		if got, err := read(b).EmbeddedKey(other); err != nil || got.Thumbprint() != b.Public().Thumbprint() {
			t.Errorf("another key was taken for a known one: %v", err)
		}
	}
}

func TestVerifyRefusesForgeries(t *testing.T) {
	k, other := key(t, ES256), key(t, RS256)
	good, err := k.Sign(Header{}, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	r, q := new(big.Int).SetBytes(s.signature[:32]), new(big.Int).SetBytes(s.signature[32:])
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, q})
	if err != nil {
		t.Fatal(err)
	}
	n := elliptic.P256().Params().N
	for name, signature := range map[string][]byte{
		"none":        {},
		"DER":         der,
		"zero":        make([]byte, 64),
		"r is zero":   append(make([]byte, 32), s.signature[32:]...),
		"s is zero":   append(append([]byte{}, s.signature[:32]...), make([]byte, 32)...),
		"r is order":  append(n.FillBytes(make([]byte, 32)), s.signature[32:]...),
		"one byte on": append(append([]byte{}, s.signature...), 0),
		"all ones":    []byte(strings.Repeat("\xff", 64)),
	} {
		forged := *s
		forged.signature = signature
		if err := forged.Verify(k.Public()); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v, want ErrSignature", name, err)
		}
	}
	if err := s.Verify(other.Public()); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("ES256 with an RSA key: %v, want ErrAlgorithm", err)
	}
	public, _ := json.Marshal(k.Public())
	mac := hmac.New(sha256.New, public)
	input := b64(`{"alg":"HS256"}`) + "." + b64(`{}`)
	mac.Write([]byte(input))
	if _, err := Parse(input + "." + b64(string(mac.Sum(nil)))); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("HS256 with the public key: %v, want ErrAlgorithm", err)
	}
}

func TestParsePublicKeyRefuses(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	private, err := key(t, ES256).MarshalPrivate()
	if err != nil {
		t.Fatal(err)
	}
	public, _ := json.Marshal(key(t, ES256).Public())
	with := func(members string) string { return strings.Replace(string(public), "{", "{"+members+",", 1) }
	point := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	for name, text := range map[string]string{
		"private":            string(private),
		"private, null":      with(`"d":null`),
		"symmetric":          `{"kty":"oct","k":"c2VjcmV0"}`,
		"symmetric, no k":    `{"kty":"oct"}`,
		"unknown kind":       `{"kty":"XX"}`,
		"no kind":            `{}`,
		"encryption":         with(`"use":"enc"`),
		"key_ops without it": with(`"key_ops":["encrypt"]`),
		"named twice":        with(`"x":"AAAA"`),
		"P-384":              fmt.Sprintf(`{"kty":"EC","crv":"P-384","x":%q,"y":%q}`, point(ec.X.Bytes()), point(ec.Y.Bytes())),
		"off the curve":      fmt.Sprintf(`{"kty":"EC","crv":"P-256","x":%q,"y":%q}`, point(make([]byte, 32)), point(make([]byte, 32))),
		"short coordinate":   `{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}`,
		"RSA of 1024 bits":   fmt.Sprintf(`{"kty":"RSA","e":"AQAB","n":%q}`, point(weak.N.Bytes())),
		"RSA, e of one":      fmt.Sprintf(`{"kty":"RSA","e":"AQ","n":%q}`, point([]byte(strings.Repeat("\xff", 256)))),
		"RSA, alg of EC":     `{"kty":"RSA","alg":"ES256","e":"AQAB","n":"` + point([]byte(strings.Repeat("\xff", 256))) + `"}`,
		"X25519":             `{"kty":"OKP","crv":"X25519","x":"` + point(make([]byte, 32)) + `"}`,
		"short Ed25519":      `{"kty":"OKP","crv":"Ed25519","x":"AQ"}`,
		"not JSON":           `x`,
	} {
		if _, err := ParsePublicKey([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v, want ErrKey", name, err)
		}
	}
}

func TestKeySet(t *testing.T) {
	a, b, c := key(t, ES256), key(t, RS256), key(t, ES256)
	data, err := json.Marshal(NewKeySet(a.Public(), b.Public()))
	if err != nil {
		t.Fatal(err)
	}
	// A key that we cannot use beside good ones does no harm.
	data = []byte(strings.Replace(string(data), `"keys":[`, `"keys":[{"kty":"oct","k":"AAAA"},{"kty":"new"},`, 1))
	set, err := ParseKeySet(data)
	if err != nil || set.Len() != 2 {
		t.Fatalf("%d keys, %v", set.Len(), err)
	}
	token := func(k *PrivateKey) *Signed {
		text, err := k.Sign(Header{}, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, c := range map[string]struct {
		token *Signed
		want  error
	}{"first": {token(a), nil}, "second": {token(b), nil}, "unknown id": {token(c), ErrNoKey}} {
		if err := set.Verify(c.token); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	anonymous := token(a)
	anonymous.KeyID = ""
	if err := set.Verify(anonymous); err != nil {
		t.Errorf("no kid, one key of that kind: %v", err)
	}
	if err := NewKeySet(a.Public(), c.Public()).Verify(anonymous); !errors.Is(err, ErrNoKey) {
		t.Errorf("no kid, two keys of that kind: %v, want ErrNoKey", err)
	}
	for _, bad := range []string{`[]`, `{}`, `{"keys":{}}`, `{"keys":[` + strings.Repeat(`{},`, maxKeys) + `{}]}`} {
		if _, err := ParseKeySet([]byte(bad)); !errors.Is(err, ErrKey) {
			t.Errorf("%.20s: %v, want ErrKey", bad, err)
		}
	}
}

func TestPrivateKeyKeepsItsSecret(t *testing.T) {
	k := key(t, ES256)
	data, err := k.MarshalPrivate()
	if err != nil {
		t.Fatal(err)
	}
	var parts struct{ D string }
	if err := json.Unmarshal(data, &parts); err != nil || parts.D == "" {
		t.Fatalf("no secret part in %v, %v", err, parts)
	}
	again, err := ParsePrivateKey(data)
	if err != nil || again.Public().Thumbprint() != k.Public().Thumbprint() || again.Public().ID() != k.Public().ID() {
		t.Fatalf("does not read back: %v", err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", k)
	slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", k)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		fmt.Fprintf(&log, verb, k)
	}
	d, err := k.raw.(*ecdsa.PrivateKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{parts.D, new(big.Int).SetBytes(d).String(), hex.EncodeToString(d)} {
		if strings.Contains(log.String(), shown) {
			t.Errorf("printed: %s", log.String())
		}
	}
	if _, err := json.Marshal(k); err == nil {
		t.Error("a private key was marshalled by accident")
	}
	for _, bad := range []string{"", "{}", `{"kty":"oct","k":"AAAA","alg":"HS256"}`, strings.Replace(string(data), `"alg":"ES256"`, `"alg":"RS256"`, 1)} {
		if _, err := ParsePrivateKey([]byte(bad)); !errors.Is(err, ErrKey) {
			t.Errorf("%.10s: %v, want ErrKey", bad, err)
		}
	}
	if _, err := GenerateKey("HS256"); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("HS256 key: %v", err)
	}
}

// FuzzParse: nothing panics, and whatever is read is made of the same parts.
func FuzzParse(f *testing.F) {
	k := key(f, ES256)
	good, _ := k.Sign(Header{Type: "at+jwt"}, map[string]any{"aud": []string{"solid"}})
	embedded, _ := k.Sign(Header{Embed: true}, map[string]any{"iat": 1})
	for _, seed := range []string{good, embedded, "..", b64(`{"alg":"none"}`) + ".e30."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if s.input+"."+base64.RawURLEncoding.EncodeToString(s.signature) != text {
			t.Fatalf("%q reads as %q", text, s.input)
		}
		if key, err := s.EmbeddedKey(nil); err == nil {
			_ = s.Verify(key)
		}
	})
}

func BenchmarkProof(b *testing.B) {
	text, err := key(b, ES256).Sign(Header{Type: "dpop+jwt", Embed: true}, map[string]any{
		"jti": "4f1c6f8a0c0e4c6d", "htm": "GET", "htu": "https://pod.example/maria/health/labs/2026-11", "iat": 1795000000, "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo",
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s, err := Parse(text)
			if err != nil {
				b.Fatal(err)
			}
			k, err := s.EmbeddedKey(nil)
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Verify(k); err != nil {
				b.Fatal(err)
			}
		}
	})
	s, _ := Parse(text)
	k, _ := s.EmbeddedKey(nil)
	b.Run("key known", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s, err := Parse(text)
			if err != nil {
				b.Fatal(err)
			}
			if k, err = s.EmbeddedKey(k); err != nil {
				b.Fatal(err)
			}
			if err := s.Verify(k); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("signature alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = s.Verify(k)
		}
	})
}
