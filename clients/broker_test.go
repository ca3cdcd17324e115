package clients

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"skrin/identity/upstream"
	"skrin/internal/desk"
	"skrin/internal/podtest"
)

// agreed is what a broker and the house have settled beforehand, as the broker
// is told: the fields of the second half are filled in by newHouseWith.
type agreed struct {
	Signs      string `json:"signs"`      // what the broker signs ID tokens with
	Alg        string `json:"alg"`        // what the house signs with; "": it has a secret
	Push       bool   `json:"push"`       // requests must be pushed; else they cannot be
	Possession bool   `json:"possession"` // a proof of possession with a nonce of the broker's in it is needed

	Redirect string `json:"redirect"`
	Secret   string `json:"secret"`
	Key      string `json:"key"` // public, PEM
	Level    string `json:"level"`

	stranger bool // the broker was told of another secret, or key, than the house has
}

const (
	level     = "urn:eid:high"
	brokerID  = "broker"
	atTheDoor = "app/external/" + brokerID
)

// broker is an issuer elsewhere that runs on Node: see elsewhere/broker.js.
type broker struct {
	t    testing.TB
	url  string
	cmd  *exec.Cmd
	life io.Closer // it ends when this is closed
	said bytes.Buffer
}

// newBroker starts one. It ends with the test at the latest.
func newBroker(t testing.TB, a agreed) *broker {
	t.Helper()
	told, err := json.Marshal(a)
	must(t, err)
	b := &broker{t: t, cmd: exec.CommandContext(t.Context(), "node", filepath.Join("elsewhere", "broker.js"))}
	b.cmd.Env = append(os.Environ(), "SKRIN_BROKER="+string(told), "NO_COLOR=1")
	b.cmd.Stderr = &b.said
	b.life, err = b.cmd.StdinPipe()
	must(t, err)
	out, err := b.cmd.StdoutPipe()
	must(t, err)
	must(t, b.cmd.Start())
	t.Cleanup(b.stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if b.url = strings.TrimSpace(line); err != nil {
		b.stop()
		t.Fatalf("no broker: %v: %s", err, b.said.String())
	}
	return b
}

// stop has it answer nobody any more.
func (b *broker) stop() {
	if b.life == nil {
		return
	}
	_ = b.life.Close()
	_ = b.cmd.Wait()
	b.life = nil
	if b.t.Failed() {
		b.t.Logf("the broker: %s", b.said.String())
	}
}

// newHouseWith is a house where people sign in with a broker, which is made for
// it. more stands in the file of the issuers besides what the two agreed on.
func newHouseWith(t testing.TB, a agreed, more map[string]any) (w *podtest.World, b *broker) {
	t.Helper()
	w = podtest.NewHouse(t, podtest.House{Change: func(c *desk.Config) {
		dir := t.TempDir()
		a.Redirect, a.Secret, a.Level = c.Issuer().String()+atTheDoor+"/callback", "hush, hush: and 100 % more", level
		file := map[string]any{"id": brokerID, "name": "The Broker", "client_id": "skrin", "scopes": []string{"profile"}, "acr_values": []string{level}, "dpop": a.Possession}
		if a.Alg == "" {
			must(t, os.WriteFile(filepath.Join(dir, "secret"), []byte(a.Secret+"\n"), 0o600))
			file["secret_file"] = "secret"
		} else {
			a.Key = newKey(t, a.Alg, filepath.Join(dir, "key.pem"))
			file["key_file"], file["key_alg"] = "key.pem", a.Alg
		}
		if a.stranger {
			a.Secret, a.Key = "another", newKey(t, a.Alg, filepath.Join(dir, "another.pem"))
		}
		maps.Copy(file, more)
		b = newBroker(t, a)
		file["url"] = b.url
		text, err := json.Marshal(map[string]any{"issuers": []any{file}})
		must(t, err)
		c.Upstream, err = upstream.ParseConfig(text, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, name)) })
		must(t, err)
	}})
	return w, b
}

// newKey makes a private key in a file, as openssl would, and gives its public half.
func newKey(t testing.TB, alg, file string) string {
	t.Helper()
	var key crypto.Signer
	var err error
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); alg != "ES256" {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	must(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
