package web_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

// A certificate is asked for where we answer, and nowhere else.
func TestHostPolicy(t *testing.T) {
	app := linkeddata.MustIRI("https://app.example/")
	for layout, want := range map[pod.Layout]string{
		pod.Paths:      "pods.example app.example",
		pod.Subdomains: "pods.example app.example maria.pods.example",
	} {
		w := podtest.NewBehind(t, "https://pods.example/", layout)
		w.Citizen("maria")
		allowed := web.HostPolicy(w.Vault, app)
		for _, host := range []string{"pods.example", "app.example", "maria.pods.example", "nobody.pods.example", "a.maria.pods.example",
			"www.pods.example", "MARIA.pods.example", "evil.example", "maria.pods.example.evil.example", "mariapods.example", "", ".pods.example"} {
			if got := allowed(context.Background(), host) == nil; got != strings.Contains(" "+want+" ", " "+host+" ") {
				t.Errorf("%v: %q allowed: %v", layout, host, got)
			}
		}
		if err := w.Vault.Delete(context.Background(), "maria"); err != nil {
			t.Fatal(err)
		}
		if allowed(context.Background(), "maria.pods.example") == nil {
			t.Errorf("%v: a certificate for a pod that is gone", layout)
		}
	}
}

// What is kept for certificates lies sealed beside the pods.
func TestCertificatesAreSealed(t *testing.T) {
	w := podtest.New(t)
	cache, ctx := web.CacheIn(w.Vault), context.Background()
	if _, err := cache.Get(ctx, "maria.pods.example"); !errors.Is(err, autocert.ErrCacheMiss) {
		t.Errorf("nothing kept: %v", err)
	}
	if err := cache.Put(ctx, "maria.pods.example", []byte("a private key")); err != nil {
		t.Fatal(err)
	}
	if got, err := cache.Get(ctx, "maria.pods.example"); err != nil || string(got) != "a private key" {
		t.Errorf("kept: %q, %v", got, err)
	}
	raw, err := os.ReadFile(filepath.Join(w.Dir, "host.db"))
	if err != nil || strings.Contains(string(raw), "private key") || strings.Contains(string(raw), "maria") {
		t.Errorf("the key lies open in host.db, or: %v", err)
	}
	if err := cache.Delete(ctx, "maria.pods.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := cache.Get(ctx, "maria.pods.example"); !errors.Is(err, autocert.ErrCacheMiss) {
		t.Errorf("deleted: %v", err)
	}
}

// A wildcard certificate from files serves every pod, and is read again when it
// has been renewed.
func TestCertificateFiles(t *testing.T) {
	w := podtest.NewBehind(t, "https://pods.example/", pod.Subdomains)
	twoPods(w)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if _, err := web.CertificateFiles(cert, key); err == nil {
		t.Error("no files, and no error")
	}
	first := renew(t, cert, key, time.Now().Add(-time.Hour))
	conf, err := web.CertificateFiles(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- w.Server.Serve(tls.NewListener(plain, conf)) }()
	ask := func(trusted *x509.CertPool, host, path string) (int, error) {
		c, err := tls.Dial("tcp", plain.Addr().String(), &tls.Config{RootCAs: trusted, ServerName: host, NextProtos: []string{"h2", "http/1.1"}})
		if err != nil {
			return 0, err
		}
		defer c.Close()
		req, _ := http.NewRequest("GET", "https://"+host+path, nil)
		if err := req.Write(c); err != nil {
			return 0, err
		}
		res, err := http.ReadResponse(bufio.NewReader(c), req)
		if err != nil {
			return 0, err
		}
		return res.StatusCode, res.Body.Close()
	}
	for host, want := range map[string]int{"maria.pods.example": 200, "eve.pods.example": 200, "nobody.pods.example": 404} {
		if status, err := ask(first, host, "/pub/x"); status != want {
			t.Errorf("%s: %d, %v; want %d", host, status, err, want)
		}
	}
	second := renew(t, cert, key, time.Now())
	if status, err := ask(second, "maria.pods.example", "/pub/x"); status != 200 {
		t.Errorf("renewed: %d, %v", status, err)
	}
	if _, err := ask(first, "maria.pods.example", "/pub/x"); err == nil {
		t.Error("the old certificate is still given")
	}
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	if status, err := ask(second, "maria.pods.example", "/pub/x"); status != 200 {
		t.Errorf("while the file is gone: %d, %v", status, err)
	}
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// renew writes a new wildcard certificate, as of a time, and gives who believes it.
func renew(t *testing.T, cert, key string, at time.Time) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(at.UnixNano()), Subject: pkix.Name{CommonName: "pods"}, DNSNames: []string{"pods.example", "*.pods.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{key: {Type: "EC PRIVATE KEY", Bytes: secret}, cert: {Type: "CERTIFICATE", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}
