package pod

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/linkeddata"
)

// world is a vault in a test, with a clock that the test turns and people who
// ask. The vault is verified and closed when the test ends.
type world struct {
	*testing.T
	dir   string
	key   *crypto.HostKey
	vault *Vault
	opt   Options
	clock *handClock
}

type handClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *handClock) set(t time.Time) {
	c.mu.Lock()
	c.t = t
	c.mu.Unlock()
}

func (c *handClock) add(d time.Duration) { c.set(c.now().Add(d)) }

var (
	hostKeyOnce = sync.OnceValues(crypto.GenerateHostKey)
	newHostKey  = crypto.GenerateHostKey
	testBase    = linkeddata.MustIRI("https://pods.example/")
	noon        = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

	ana    = acl.Agent{WebID: linkeddata.MustIRI("https://hospital.example/ana#me"), Client: linkeddata.MustIRI("https://clinic.example/app"), Issuer: linkeddata.MustIRI("https://id.example/")}
	silvia = acl.Agent{WebID: linkeddata.MustIRI("https://town.example/silvia#me"), Client: linkeddata.MustIRI("https://care.example/app"), Issuer: linkeddata.MustIRI("https://id.example/")}
	public = acl.Agent{}
)

func newWorld(t *testing.T) *world {
	t.Helper()
	key, err := hostKeyOnce()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: t.TempDir(), key: key, clock: &handClock{t: noon}}
	w.opt = Options{Base: testBase, Now: w.clock.now}
	w.start()
	t.Cleanup(w.finish)
	return w
}

func (w *world) start() {
	w.Helper()
	v, err := Open(w.dir, w.key, w.opt)
	if err != nil {
		w.Fatalf("open vault: %v", err)
	}
	w.vault = v
}

func (w *world) restart() {
	w.Helper()
	if err := w.vault.Close(); err != nil {
		w.Fatalf("close vault: %v", err)
	}
	w.start()
}

// finish verifies every pod, as every test's store is.
func (w *world) finish() {
	if w.vault == nil {
		return
	}
	pods, err := w.vault.Pods()
	if err != nil {
		w.Errorf("list pods: %v", err)
	}
	for _, p := range pods {
		report, err := w.vault.Verify(context.Background(), p.Name, nil)
		if err != nil || !report.Sound() {
			w.Errorf("verify %s: %v %q", p.Name, err, report.Problems)
		}
	}
	if err := w.vault.Close(); err != nil {
		w.Errorf("close vault: %v", err)
	}
}

// maria makes a pod that hosts its owner's WebID.
func (w *world) maria() Created {
	w.Helper()
	made, err := w.vault.Create(context.Background(), NewPod{Name: "maria", Issuers: []linkeddata.IRI{ana.Issuer}})
	if err != nil {
		w.Fatalf("create pod: %v", err)
	}
	return made
}

// owner is the pod's owner through some app of hers.
func owner(p Created) acl.Agent {
	return acl.Agent{WebID: p.Owner, Client: linkeddata.MustIRI("https://app.example/"), Issuer: ana.Issuer}
}

func text(s string) Draft { return Draft{MediaType: "text/plain", Body: strings.NewReader(s)} }

func turtle(s string) Draft { return Draft{MediaType: "text/turtle", Body: strings.NewReader(s)} }

func (w *world) put(s *Session, path string, d Draft) Receipt {
	w.Helper()
	r, err := s.Put(context.Background(), MustPath(path), d, Precondition{})
	if err != nil {
		w.Fatalf("put %s: %v", path, err)
	}
	return r
}

func (w *world) get(s *Session, path string) string {
	w.Helper()
	r, err := s.Get(context.Background(), MustPath(path))
	if err != nil {
		w.Fatalf("get %s: %v", path, err)
	}
	if r.Body == nil {
		return ""
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.Fatalf("read %s: %v", path, err)
	}
	return string(b)
}

// refused fails unless getting the path gives the error.
func (w *world) refused(s *Session, path string, want error) {
	w.Helper()
	r, err := s.Get(context.Background(), MustPath(path))
	if !errors.Is(err, want) {
		w.Fatalf("get %s: %v (%+v), want %v", path, err, r, want)
	}
}

// grant gives ana Read of a target until noon plus d.
func (w *world) grant(p Created, to acl.Agent, target string, modes acl.Mode, d time.Duration) acl.Grant {
	w.Helper()
	g, err := w.vault.As(p.ID, owner(p)).Grant(context.Background(), acl.Grant{
		To: to.WebID, Targets: []linkeddata.IRI{linkeddata.MustIRI(p.Root.String() + target[1:])},
		Modes: modes, Note: "treatment", Until: w.clock.now().Add(d),
	})
	if err != nil {
		w.Fatalf("grant: %v", err)
	}
	return g
}

func (w *world) journal(p Created) []Entry {
	w.Helper()
	page, err := w.vault.As(p.ID, owner(p)).Journal(context.Background(), 0, 10_000)
	if err != nil {
		w.Fatalf("journal: %v", err)
	}
	return page.Entries
}

// did counts the journal's lines about one kind of act.
func (w *world) did(p Created, act string) (lines int) {
	w.Helper()
	for _, e := range w.journal(p) {
		if e.Did == act {
			lines++
		}
	}
	return lines
}

// scan fails if any file of the data folder holds one of the words.
func (w *world) scan(canaries ...string) {
	w.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, c := range canaries {
			if strings.Contains(string(data), c) {
				w.Errorf("%s holds %q in the clear", path, c)
			}
			if strings.Contains(path[len(w.dir):], c) {
				w.Errorf("the name %s holds %q", path, c)
			}
		}
		return err
	})
	if err != nil {
		w.Error(err)
	}
}
