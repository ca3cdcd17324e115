package clients

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/clients/npm"
	"skrin/internal/podtest"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
	"skrin/pod"
)

// Every library of this folder, each with a server of its own.
func TestClients(t *testing.T) {
	npm.Install(t)
	scripts, err := filepath.Glob("*.test.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no clients here: %v", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(script, ".test.js"), func(t *testing.T) { run(t, script, newStage(t)) })
	}
}

// run lets a script use the server. Node's test runner reports each step of it.
func run(t *testing.T, script string, told any) {
	t.Helper()
	world, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "--test-reporter=spec", "--test-force-exit", script)
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(os.Environ(), "SKRIN_WORLD="+string(world), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v", script, err)
	}
	t.Logf("%s", out)
}

// stage is what a script is told of the server: see world.js.
type stage struct {
	Base   string            `json:"base"`   // ends with a slash
	Pod    string            `json:"pod"`    // of maria
	Grant  string            `json:"grant"`  // lets dr-ana read health/labs/ in it
	People map[string]player `json:"people"` // by name
}

type player struct {
	WebID  string `json:"webid"`
	Tokens string `json:"tokens"` // gives a token that is bound to the key of thumbprint "?jkt="
}

// newStage makes Maria's pod, with a grant for her doctor; Silvia may do nothing.
func newStage(t *testing.T) stage {
	t.Helper()
	w := podtest.New(t)
	maria, ana, silvia := citizen(t, w), w.As("dr-ana"), w.As("silvia")
	grant := w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
	s := stage{Base: w.Base, Pod: w.Base + "maria/", People: map[string]player{}}
	s.Grant = s.Pod + ".access/grants/" + grant.ID.String()
	for name, p := range map[string]*podtest.Person{"maria": maria, "dr-ana": ana, "silvia": silvia} {
		path := "/tokens/" + name
		w.Issuer.Handle(path, tokens(p.Signer))
		s.People[name] = player{WebID: p.WebID.String(), Tokens: w.Issuer.URL(path)}
	}
	return s
}

// citizen makes Maria's pod, with her WebID in it.
func citizen(t *testing.T, w *podtest.World) *podtest.Person {
	t.Helper()
	made, err := w.Vault.Create(context.Background(), pod.NewPod{Name: "maria", Issuers: []linkeddata.IRI{w.Issuer.IRI()}})
	if err != nil {
		t.Fatal(err)
	}
	made.Recovery.Destroy()
	return w.Person("maria", made.Owner)
}

// tokens gives whoever asks a token for the person, bound to a key of theirs.
func tokens(p *issuer.Person) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		jkt := r.URL.Query().Get("jkt")
		token, err := p.TokenWith(func(_, claims issuer.Parts) { claims["cnf"] = issuer.Parts{"jkt": jkt} })
		if err != nil || jkt == "" {
			http.Error(w, fmt.Sprintf("no token for the key %q: %v", jkt, err), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(token))
	})
}
