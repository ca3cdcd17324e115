package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/linkeddata"
	"skrin/pod"
)

// The script is this test binary, started again with these variables set.
const (
	envScript = "SKRIN_FAULTS_SCRIPT" // which: a name of scripts
	envFolder = "SKRIN_FAULTS_FOLDER"
	envKey    = "SKRIN_FAULTS_KEY"
)

var (
	ctx  = context.Background()
	base = linkeddata.MustIRI("https://pods.example/")
	ana  = acl.Agent{WebID: linkeddata.MustIRI("https://hospital.example/ana#me"), Client: linkeddata.MustIRI("https://clinic.example/app"), Issuer: linkeddata.MustIRI("https://id.example/")}
)

// scripts are what a child can be asked to do.
var scripts = map[string]func(*script) error{
	"everything":           func(s *script) error { return s.run(everything()) },
	"everything, hasty":    func(s *script) error { s.hasty = true; return s.run(everything()) },
	"fifty":                func(s *script) error { return s.run(fifty()) },
	"fifty, hasty":         func(s *script) error { s.hasty = true; return s.run(fifty()) },
	"everything, dogged":   func(s *script) error { return s.run(everything()) },
	"fifty, dogged":        func(s *script) error { return s.run(fifty()) },
	"after a kill, dogged": func(s *script) error { return s.run(afterwards()) },
	"full disk":            func(s *script) error { return s.fullDisk() },
	"seen":                 func(s *script) error { return s.seen() },
}

func TestMain(m *testing.M) {
	name := os.Getenv(envScript)
	if name == "" {
		code := m.Run()
		os.RemoveAll(serverFolder())
		os.Exit(code)
	}
	if err := playScript(name); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func playScript(name string) error {
	key, err := crypto.ParseHostKey(strings.NewReader(os.Getenv(envKey)))
	if err != nil {
		return err
	}
	s := &script{folder: os.Getenv(envFolder), key: key}
	s.dogged = strings.Contains(name, "dogged")
	if err := s.begin(); err != nil {
		return err
	}
	if err := scripts[name](s); err != nil {
		return err
	}
	if err := s.vault.Close(); err != nil && !s.dogged {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// hostKey is the key of all folders in these tests, as text for the script.
var hostKey = sync.OnceValues(func() (*crypto.HostKey, error) { return crypto.GenerateHostKey() })

func hostKeyText(t testing.TB) (*crypto.HostKey, string) {
	t.Helper()
	key, err := hostKey()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if _, err := key.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	return key, text.String()
}

// program is the script of that name, ready to be traced in a fresh folder.
func program(t testing.TB, name string) *Program {
	t.Helper()
	needTracer(t)
	_, key := hostKeyText(t)
	folder := quickFolder(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Program{Path: self, Args: []string{"-test.run=^$"}, Folder: folder, Env: append(os.Environ(),
		envScript+"="+name, envFolder+"="+folder, envKey+"="+key, "GODEBUG=asyncpreemptoff=1")}
}

var tracerWorks = sync.OnceValue(func() error {
	folder, err := os.MkdirTemp("", "faults-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	truth, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	r, err := (&Program{Path: truth, Folder: folder}).Run()
	if err == nil && r.Status != 0 {
		err = fmt.Errorf("true gave %d", r.Status)
	}
	return err
})

// needTracer skips where one's own children cannot be traced. In continuous integration that is a failure.
func needTracer(t testing.TB) {
	t.Helper()
	if err := tracerWorks(); err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("the tracer does not work here: %v", err)
	} else if err != nil {
		t.Skipf("the tracer does not work here: %v", err)
	}
}

// quickFolder is a temporary folder in memory where there is one: what is on the disk is never asked here, only what the
// program wrote.
func quickFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "faults-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// soak says whether the long form was asked for.
func soak() bool { return os.Getenv("SOAK") != "" || os.Getenv("SKRIN_SOAK") == "1" }

// script does a workload and says on standard output how far it is: "begin ID" before an operation, then "done ID",
// "refused ID", "unknown ID" (nobody knows until the pod was reopened), or "failed ID" (nothing was done).
type script struct {
	folder string
	key    *crypto.HostKey
	vault  *pod.Vault
	hasty  bool // says done before it is: a fault that must be found
	dogged bool // goes on after errors
	quiet  bool // says nothing
	said   sync.Mutex
}

func (s *script) open() (err error) {
	s.vault, err = pod.Open(s.folder, s.key, pod.Options{Base: base, FreeSpace: justEnough})
	return err
}

// justEnough is a disk on which the vault writes, and has no room to keep a large file in reserve: the images stay small.
func justEnough(string) (int64, error) { return 17 << 20, nil }

// begin opens the vault for the first time; the dogged try twice.
func (s *script) begin() error {
	err := s.open()
	if err != nil && s.dogged {
		s.say("failed open %v", err)
		err = s.open()
	}
	return err
}

func (s *script) say(format string, args ...any) {
	s.said.Lock()
	defer s.said.Unlock()
	if s.quiet {
		return
	}
	os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

func (s *script) run(w workload) error {
	if err := s.lane(w.first); err != nil {
		return err
	}
	errs := make([]error, len(w.lanes))
	var wg sync.WaitGroup
	for i, ops := range w.lanes {
		wg.Go(func() { errs[i] = s.lane(ops) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return s.lane(w.last)
}

// attempts is how often the dogged try an operation.
const attempts = 4

func (s *script) lane(ops []op) error {
	for _, o := range ops {
		for i := 1; ; i++ {
			s.say("begin %s", o.id())
			if s.hasty {
				s.say("done %s", o.id())
			}
			err := s.do(o)
			if i > 1 && s.stood(o, err) {
				err = nil
			}
			if done, err := s.answer(o, err); err != nil {
				return err
			} else if done {
				break
			}
			if i == attempts {
				return fmt.Errorf("operation %s, %s %s%s, was tried %d times", o.id(), o.kind, o.pod, o.path, i)
			}
		}
	}
	return nil
}

// answer says what became of an operation, and whether that was its end.
func (s *script) answer(o op, err error) (bool, error) {
	switch wanted := o.refused() && (errors.Is(err, pod.ErrPrecondition) || errors.Is(err, pod.ErrDenied)); {
	case wanted:
		s.say("refused %s", o.id())
	case err == nil && o.refused():
		return true, fmt.Errorf("%s %s was not refused", o.kind, o.path)
	case err == nil && !s.hasty:
		s.say("done %s", o.id())
	case err != nil && !s.dogged:
		return true, fmt.Errorf("operation %s, %s %s%s: %w", o.id(), o.kind, o.pod, o.path, err)
	case err != nil:
		how := "failed"
		if unsure(o, err) {
			how = "unknown"
		}
		s.say("%s %s %s %s%s: %v", how, o.id(), o.kind, o.pod, o.path, err)
		return false, nil
	}
	return true, nil
}

// stood says whether an operation that is tried again shows that the first try had done it.
func (s *script) stood(o op, err error) bool {
	switch o.kind {
	case "create-pod":
		return errors.Is(err, pod.ErrPodExists) // here, or in a program that was killed
	case "delete-pod":
		return errors.Is(err, pod.ErrNoPod)
	case "delete":
		return errors.Is(err, pod.ErrNotFound)
	}
	return false
}

// unsure says whether an error leaves open what was done.
func unsure(o op, err error) bool {
	switch o.kind {
	case "create-pod", "delete-pod", "keep", "reopen", "compact", "rotate", "recovery":
		return true
	}
	return errors.Is(err, pod.ErrFenced)
}

// reopen closes the vault and opens it again. The dogged try that more than once: a folder that did not open for a
// failing disk opens when the disk is well.
func (s *script) reopen() error {
	err := s.vault.Close()
	if err != nil && !s.dogged {
		return err
	}
	failed := s.open()
	for i := 0; failed != nil && s.dogged && i < 3; i++ {
		err = errors.Join(err, failed)
		failed = s.open()
	}
	return errors.Join(err, failed)
}

func (s *script) session(name string, who acl.Agent) (*pod.Session, pod.Info, error) {
	info, err := s.vault.Lookup(name)
	if err != nil {
		return nil, info, err
	}
	if who.WebID.IsZero() {
		who = acl.Agent{WebID: info.Owner, Client: pod.CLI}
	}
	return s.vault.As(info.ID, who), info, nil
}

// do does one operation.
func (s *script) do(o op) error {
	switch o.kind {
	case "create-pod":
		_, err := s.vault.Create(ctx, pod.NewPod{Name: o.pod})
		return err
	case "delete-pod":
		return s.vault.Delete(ctx, o.pod)
	case "keep":
		return s.vault.Keep(o.path, []byte(o.note()))
	case "reopen":
		return s.reopen()
	case "read", "deny":
		return s.read(o)
	}
	owner, info, err := s.session(o.pod, acl.Agent{})
	if err != nil {
		return err
	}
	return s.asOwner(o, owner, info)
}

func (s *script) asOwner(o op, owner *pod.Session, info pod.Info) (err error) {
	draft := pod.Draft{MediaType: "text/plain", Body: strings.NewReader(o.body())}
	switch o.kind {
	case "put", "refer":
		if o.kind == "refer" {
			draft.References = []string{"Observation/" + o.note()}
		}
		_, err = owner.Put(ctx, pod.MustPath(o.path), draft, pod.Precondition{})
	case "clash":
		_, err = owner.Put(ctx, pod.MustPath(o.path), draft, pod.Precondition{IfNoneMatch: []string{"*"}})
	case "delete":
		err = owner.Delete(ctx, pod.MustPath(o.path), pod.Precondition{})
	case "append":
		var drafts []pod.Draft
		for _, m := range o.members() {
			drafts = append(drafts, pod.Draft{Name: pod.MustPath(m.path).Name(), Exact: true, MediaType: "text/plain", Body: strings.NewReader(m.body())})
		}
		_, err = owner.Append(ctx, pod.MustPath(o.path), drafts...)
	case "patch":
		err = s.patch(o, owner, info)
	case "acl":
		draft = pod.Draft{MediaType: "text/turtle", Body: strings.NewReader("# " + o.note() + aclText(info))}
		_, err = owner.Put(ctx, pod.MustPath(o.path).ACL(), draft, pod.Precondition{})
	case "open":
		draft = pod.Draft{MediaType: "text/turtle", Body: strings.NewReader("# " + o.note() + aclText(info) + openText)}
		_, err = owner.Put(ctx, pod.MustPath(o.path).ACL(), draft, pod.Precondition{})
	case "grant":
		var g acl.Grant
		if g, err = standing(owner, below(info, o.path)); err != nil || !g.ID.IsZero() {
			break // a try that was not answered has given it
		}
		g, err = owner.Grant(ctx, acl.Grant{To: ana.WebID, Targets: []linkeddata.IRI{below(info, o.path)}, Modes: acl.Read,
			Note: "treatment", Until: time.Now().Add(time.Hour)})
	case "revoke":
		var g acl.Grant
		if g, err = standing(owner, below(info, o.path)); err == nil && !g.ID.IsZero() {
			err = owner.Revoke(ctx, g.ID)
		}
	case "compact":
		_, _, err = owner.Compact(ctx)
	case "rotate":
		err = owner.Rotate(ctx, nil)
	case "recovery":
		var key *pod.RecoveryKey
		if key, err = owner.NewRecovery(ctx); err == nil && !s.hasty {
			s.say("key %s %s", o.id(), key.Line())
		}
	default:
		err = fmt.Errorf("no such kind of operation: %s", o.kind)
	}
	return err
}

// standing is the grant of a target that is not revoked.
func standing(owner *pod.Session, target linkeddata.IRI) (acl.Grant, error) {
	list, err := owner.Grants(ctx)
	for _, g := range list {
		if g.Targets[0] == target && g.Revoked.IsZero() {
			return g, err
		}
	}
	return acl.Grant{}, err
}

func aclText(info pod.Info) string {
	return fmt.Sprintf("\n<#owner> a <http://www.w3.org/ns/auth/acl#Authorization>; <http://www.w3.org/ns/auth/acl#agent> <%s>;"+
		" <http://www.w3.org/ns/auth/acl#accessTo> <./>; <http://www.w3.org/ns/auth/acl#default> <./>;"+
		" <http://www.w3.org/ns/auth/acl#mode> <http://www.w3.org/ns/auth/acl#Read>, <http://www.w3.org/ns/auth/acl#Control>.\n", info.Owner)
}

// openText lets everybody read.
const openText = "<#all> a <http://www.w3.org/ns/auth/acl#Authorization>; <http://www.w3.org/ns/auth/acl#agentClass> <http://xmlns.com/foaf/0.1/Agent>;" +
	" <http://www.w3.org/ns/auth/acl#accessTo> <./>; <http://www.w3.org/ns/auth/acl#default> <./>; <http://www.w3.org/ns/auth/acl#mode> <http://www.w3.org/ns/auth/acl#Read>.\n"

func below(info pod.Info, path string) linkeddata.IRI {
	return linkeddata.MustIRI(info.Root.String() + strings.TrimPrefix(path, "/"))
}

func (s *script) patch(o op, owner *pod.Session, info pod.Info) error {
	text := fmt.Sprintf(`@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; solid:inserts { <#it> <http://www.w3.org/2000/01/rdf-schema#comment> "%s". }.`, o.note())
	patch, err := linkeddata.ParseN3Patch(strings.NewReader(text), below(info, o.path), linkeddata.Limits{})
	if err != nil {
		return err
	}
	_, err = owner.Patch(ctx, pod.MustPath(o.path), patch, pod.Precondition{})
	return err
}

// read reads as Ana does: the journal has a line of it before she has the answer.
func (s *script) read(o op) error {
	session, _, err := s.session(o.pod, ana)
	if err != nil {
		return err
	}
	r, err := session.Get(ctx, pod.MustPath(o.path))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return err
}

// seen lets one ask for a resource again and again, and says what was seen, while another writes it.
func (s *script) seen() error {
	if _, err := s.vault.Create(ctx, pod.NewPod{Name: "maria"}); err != nil {
		return err
	}
	owner, _, err := s.session("maria", acl.Agent{})
	if err != nil {
		return err
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				s.saw(owner)
			}
		}
	}()
	for i := range 12 {
		s.say("begin %d", i)
		_, err := owner.Put(ctx, pod.MustPath("/x"), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(fmt.Sprint(i))}, pod.Precondition{})
		s.say("end %d %v", i, err)
		time.Sleep(5 * time.Millisecond)
	}
	close(stop)
	<-stopped
	s.saw(owner) // the last one too, however busy the machine is
	return nil
}

func (s *script) saw(owner *pod.Session) {
	r, err := owner.Get(ctx, pod.MustPath("/x"))
	if err != nil {
		s.say("saw nothing %v", err)
		return
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	s.say("saw %s", body)
}
