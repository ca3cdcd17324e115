package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"skrin/internal/jose"
)

// What is printed for the issuer checks what the key signs, and says nothing more.
func TestClientKeys(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(t.TempDir(), "client.jwk")
	for _, alg := range []string{"RS256", "PS256", "ES256"} {
		_ = os.Remove(file)
		made, said := p.skrin(exitDone, "", "keys", "new", file, "--alg", alg)
		if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 || !strings.Contains(said, "key_file") {
			t.Errorf("%s: the file %v, %v, %q", alg, info, err, said)
		}
		shown, said := p.skrin(exitDone, "", "keys", "show", file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		key, err := jose.ImportPrivateKey(text, "", "")
		if err != nil {
			t.Fatal(err)
		}
		checks(t, shown, key, alg)
		if made != shown || said != "" {
			t.Errorf("%s: made %s, shown %s, %q", alg, made, shown, said)
		}
		p.skrin(exitFailed, "", "keys", "new", file) // it is there
	}
	if again, err := os.ReadFile(file); err != nil || !strings.Contains(string(again), "ES256") {
		t.Errorf("the key is another: %v", err)
	}
	p.skrin(exitUsage, "", "keys", "new", file, "--alg", "HS256")
	p.skrin(exitUsage, "", "keys", "show", "no-such-file")
	p.skrin(exitFailed, "", "keys", "show", p.file("word", []byte("canary")))
}

// A key that somebody else made is shown by the names that the configuration gives it.
func TestClientKeyOfOthers(t *testing.T) {
	p := newPlace(t)
	raw, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	file := p.file("client.pem", text)
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	shown, said := p.skrin(exitDone, "", "keys", "show", file, "--key-id", "autumn")
	key, err := jose.ImportPrivateKey(text, "", "autumn")
	if err != nil {
		t.Fatal(err)
	}
	checks(t, shown, key, "ES256")
	if runtime.GOOS != "windows" && !strings.Contains(said, "chmod 600 "+file) {
		t.Errorf("others can read it, and nobody is told: %q", said)
	}
	p.skrin(exitFailed, "", "keys", "show", file, "--key-alg", "RS256")
}

// checks holds what was printed to what the key signs.
func checks(t *testing.T, printed string, key *jose.PrivateKey, alg string) {
	t.Helper()
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal([]byte(printed), &set); err != nil || len(set.Keys) != 1 || set.Keys[0]["use"] != "sig" || set.Keys[0]["alg"] != alg || set.Keys[0]["d"] != nil {
		t.Fatalf("printed %s (%v)", printed, err)
	}
	token, err := key.Sign(jose.Header{}, map[string]string{"sub": "x"})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := jose.Parse(token)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := jose.ParseKeySet([]byte(printed)); err != nil || all.Verify(signed) != nil {
		t.Errorf("who gets %s does not believe the key: %v", printed, err)
	}
}
