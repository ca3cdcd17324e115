package browser

import (
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// workshop is where this process keeps what its tests share.
var workshop = filepath.Join(os.TempDir(), fmt.Sprintf("browser-%d", os.Getpid()))

func TestMain(m *testing.M) { os.Exit(inWorkshop(m.Run)) }

// inWorkshop runs the tests. They believe the certificate of test servers, and so
// does what they start: apps are asked over TLS who they are.
func inWorkshop(run func() int) int {
	defer os.RemoveAll(workshop)
	server := httptest.NewTLSServer(nil)
	server.Close()
	file := filepath.Join(workshop, "certificate.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for _, step := range []func() error{
		func() error { return os.MkdirAll(workshop, 0o700) },
		func() error { return os.WriteFile(file, text, 0o600) },
		func() error { return os.Setenv("SSL_CERT_FILE", file) },
	} {
		if err := step(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return run()
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
