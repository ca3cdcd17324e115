package browser

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"skrin/internal/podtest"
)

// Over TLS, which the program speaks by itself, cookies are for its host alone and
// for nothing that scripts see, and an app gets in as it does without.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	cert, key := certificate(t)
	p := serveAt(t, "https://localhost:"+podtest.FreePort(t)+"/", "--registration", "open", "--tls-cert", cert, "--tls-key", key)
	v := newVisitor(t)
	v.registers(p.Base, mine, herPod, v.withPassword)
	names := map[string]bool{}
	for _, c := range v.jar(p.Base + "app/home") {
		names[c.Name] = true
		if !strings.HasPrefix(c.Name, "__Host-skrin-") || !c.Secure || !c.HTTPOnly || c.Path != "/" || c.Domain != "localhost" || c.SameSite != network.CookieSameSiteLax {
			t.Errorf("the cookie %+v", c)
		}
	}
	if !names["__Host-skrin-session"] {
		t.Errorf("the cookies are %v", names)
	}
	v.finds(a, p.Base, herPod)
	v.content()
}

// certificate makes one for localhost, as files.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret)
}
