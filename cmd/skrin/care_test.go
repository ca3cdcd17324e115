package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// citizen makes a pod with records and a grant, and gives the file with its recovery key.
func (p *place) citizen(name string) (keyFile, grant string) {
	p.t.Helper()
	out, _ := p.skrin(exitDone, "", "pod", "create", name, "--no-confirm")
	keyFile = p.file("recovery.txt", []byte(out[strings.Index(out, "AGE-SECRET"):]))
	p.skrin(exitDone, `{"resourceType":"Basic","id":"x","code":{"text":"x"}}`, "import", name, "-")
	out, _ = p.skrin(exitDone, "", "grant", name, "--to", "https://ana.example/#me", "--container", "health/labs/", "--until", "14d")
	return keyFile, strings.TrimSpace(out)
}

func (p *place) backup(name string, more ...string) string {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), name+".skrin")
	_, said := p.skrin(exitDone, "", append([]string{"backup", name, file}, more...)...)
	if !strings.Contains(said, file) || !strings.Contains(said, "recovery key") {
		p.t.Errorf("the backup says %q", said)
	}
	return file
}

// A pod moves to a host with another key, address and name, and its grants count when its owner says so.
func TestMoveToAnotherHost(t *testing.T) {
	for _, served := range []bool{false, true} {
		t.Run(fmt.Sprintf("served=%v", served), func(t *testing.T) {
			here, there := newPlace(t), newPlace(t)
			keyFile, grant := here.citizen("maria")
			if served {
				here.serve()
				there.serve("--base-url", "https://elsewhere.example/")
			}
			file := here.backup("maria")
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the backup: %v %v", info, err)
			}
			_, said := there.skrin(exitFailed, "", "restore", file)
			if !strings.Contains(said, "Recovery key") {
				t.Errorf("without the key: %q", said)
			}
			out, _ := there.skrin(exitDone, "", "restore", file, "--name", "maria-2", "--recovery-key-file", keyFile, "--base-url", "https://elsewhere.example/")
			for _, want := range []string{"maria-2", "https://elsewhere.example/maria-2/profile/card#me", "localhost:8080/maria/", grant, "suspended", "skrin grants maria-2 --confirm"} {
				if !strings.Contains(out, want) {
					t.Errorf("the restore does not tell %q: %s", want, out)
				}
			}
			there.confirms(t, grant)
			there.refusesAgain(t, file, keyFile)
			there.cares(t, keyFile)
		})
	}
}

func (p *place) confirms(t *testing.T, grant string) {
	out, said := p.skrin(exitFailed, "no\n", "grants", "maria-2", "--confirm")
	if !strings.Contains(out, grant) || !strings.Contains(said, "nothing was confirmed") {
		t.Errorf("not confirmed: %q %q", out, said)
	}
	if out, said = p.skrin(exitDone, "", "grants", "maria-2"); !strings.Contains(out, "suspended") || !strings.Contains(said, "--confirm") {
		t.Errorf("still resting: %q %q", out, said)
	}
	p.skrin(exitDone, "Yes\n", "grants", "maria-2", "--confirm")
	if out, said = p.skrin(exitDone, "", "grants", "maria-2"); !strings.Contains(out, "active") || said != "" {
		t.Errorf("confirmed: %q %q", out, said)
	}
	if _, said = p.skrin(exitDone, "", "grants", "maria-2", "--confirm", "--yes"); !strings.Contains(said, "No grants rest") {
		t.Errorf("twice: %q", said)
	}
	out, _ = p.skrin(exitDone, "", "journal", "maria-2")
	if strings.Count(out, "confirm-grants") != 1 || !strings.Contains(out, "restore") {
		t.Errorf("the journal: %q", out)
	}
}

func (p *place) refusesAgain(t *testing.T, file, keyFile string) {
	if _, said := p.skrin(exitFailed, "", "restore", file, "--name", "other", "--recovery-key-file", keyFile); !strings.Contains(said, `here as "maria-2"`) {
		t.Errorf("the same pod twice: %q", said)
	}
	another := newPlace(t)
	otherKey, _ := another.citizen("maria-2")
	other := another.backup("maria-2")
	if _, said := p.skrin(exitFailed, "", "restore", other, "--recovery-key-file", keyFile); !strings.Contains(said, "not the one that opens it") {
		t.Errorf("another pod's key: %q", said)
	}
	if _, said := p.skrin(exitFailed, "", "restore", other, "--recovery-key-file", otherKey); !strings.Contains(said, "under another name") {
		t.Errorf("the name is taken: %q", said)
	}
	p.skrin(exitUsage, "", "restore", other, "--recovery-key-file", otherKey, "--name", "App")
	out, said := p.skrin(exitUsage, "", "restore", other, "--recovery-key-file", otherKey, "--name", "third", "--account", "m")
	if !strings.Contains(said, "skrin account create NAME --pod third") || !strings.Contains(out, "skrin grants third --confirm") {
		t.Errorf("an account that cannot be: %q %q", out, said)
	}
}

func (p *place) cares(t *testing.T, keyFile string) {
	if out, _ := p.skrin(exitDone, "", "pod", "compact", "maria-2"); !strings.Contains(out, "before") {
		t.Errorf("compacted: %q", out)
	}
	p.skrin(exitDone, "", "pod", "rotate", "maria-2")
	text, err := os.ReadFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	p.skrin(exitDone, string(text), "pod", "recover", "maria-2")
	for _, input := range []string{"", "\n\n\n", "nonsense\n\n"} {
		p.skrin(exitFailed, input, "pod", "recover", "maria-2")
	}
	if _, said := p.skrin(exitFailed, "", "pod", "recover", "third", "--recovery-key-file", keyFile); !strings.Contains(said, "not the one") {
		t.Errorf("another pod's key: %q", said)
	}
	if out, _ := p.skrin(exitDone, "", "verify"); strings.Count(out, ": sound") != 2 {
		t.Errorf("verify: %q", out)
	}
}

// The host key is lost: each pod comes into a new folder, from its files or from a backup, by its recovery key.
func TestHostKeyLost(t *testing.T) {
	for _, served := range []bool{false, true} {
		p := newPlace(t)
		mariasKey, grant := p.citizen("maria")
		norasKey, _ := p.citizen("nora")
		file := p.backup("nora")
		old := p.env["SKRIN_DATA"]
		if err := os.RemoveAll(p.env["HOME"]); err != nil {
			t.Fatal(err)
		}
		if _, said := p.skrin(exitFailed, "", "pod", "list"); !strings.Contains(said, "skrin pod adopt") {
			t.Errorf("what to do: %q", said)
		}
		p.env["SKRIN_DATA"] = old + "-new"
		if served {
			p.serve()
		}
		if _, said := p.skrin(exitFailed, "", "pod", "adopt", old, "--recovery-key-file", p.file("none", []byte("nothing"))); strings.Contains(said, "maria") {
			t.Errorf("no key: %q", said)
		}
		out, _ := p.skrin(exitDone, "", "pod", "adopt", old, "--recovery-key-file", mariasKey)
		if !strings.Contains(out, grant) || !strings.Contains(out, "maria") {
			t.Errorf("adopted: %q", out)
		}
		p.skrin(exitFailed, "", "pod", "adopt", old, "--recovery-key-file", mariasKey, "--name", "again")
		p.skrin(exitDone, "", "grants", "maria", "--confirm", "--yes")
		p.skrin(exitDone, "", "restore", file, "--recovery-key-file", norasKey, "--name", "nora-2")
		if out, _ := p.skrin(exitDone, "", "verify"); strings.Count(out, ": sound") != 2 {
			t.Errorf("verify: %q", out)
		}
		p.skrin(exitFailed, "", "pod", "adopt", p.file("x.db", nil), "--recovery-key-file", mariasKey)
		p.skrin(exitFailed, "", "pod", "adopt", filepath.Join(old, "none"), "--recovery-key-file", mariasKey)
	}
}

// Damage is told with where it is and what to do, and does not keep other pods from being checked.
func TestVerifyAdvises(t *testing.T) {
	p := newPlace(t)
	p.citizen("maria")
	files, err := filepath.Glob(filepath.Join(p.env["SKRIN_DATA"], "pods", "*", "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	p.skrin(exitDone, "", "pod", "create", "zoe", "--no-confirm")
	if err := os.WriteFile(files[0], []byte("this was a pod"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, said := p.skrin(exitDamage, "", "verify")
	if !strings.Contains(out, "zoe: sound") || !strings.Contains(said, "maria cannot be opened") || !strings.Contains(said, "to do: ") {
		t.Errorf("%q %q", out, said)
	}
	p.skrin(exitDone, "", "pod", "delete", "maria", "--yes")
	p.skrin(exitDone, "", "verify")
	for name, again := range map[string]bool{"maria": true, "olof": false} {
		if _, said := p.skrin(exitDone, "", "pod", "create", name, "--no-confirm"); strings.Contains(said, "was deleted here before") != again {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// Whoever stops waiting for standard input is not kept, and the folder is given back.
func TestInterruptedRestore(t *testing.T) {
	p := newPlace(t)
	keyFile, _ := p.citizen("maria")
	whole, err := os.ReadFile(p.backup("maria"))
	if err != nil {
		t.Fatal(err)
	}
	p.skrin(exitDone, "", "pod", "delete", "maria", "--yes")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"restore", "-", "--recovery-key-file", keyFile}, p.getenv, r, &bytes.Buffer{}, &bytes.Buffer{})
	}()
	if _, err := w.Write(whole[:len(whole)-100]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	cancel()
	select {
	case code := <-ended:
		if code != exitInterrupted {
			t.Errorf("it ended with %d", code)
		}
	case <-time.After(time.Minute):
		t.Fatal("it goes on waiting")
	}
	if out, _ := p.skrin(exitDone, "", "pod", "list"); strings.Contains(out, "maria") {
		t.Error("half a backup became a pod")
	}
	if err := filepath.WalkDir(filepath.Join(p.env["SKRIN_DATA"], "pods"), func(path string, e fs.DirEntry, err error) error {
		if strings.HasPrefix(e.Name(), ".restore") {
			t.Errorf("%s is left behind", path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Who can sign in as the owner of a pod that comes from elsewhere is told, and settled on the way in if one likes.
func TestWhoSignsInAfterARestore(t *testing.T) {
	here := newPlace(t)
	here.env["SKRIN_BASE_URL"] = "https://old.example/"
	keyFile, _ := here.citizen("maria")
	file := here.backup("maria")
	for _, c := range []struct {
		args    []string
		tells   []string
		issuers string
	}{
		{nil, []string{"can sign in as the owner:\n  https://old.example/\n", "skrin account create NAME --pod maria"}, "https://old.example/\n"},
		{[]string{"--issuer", "own"}, []string{"Nobody here has an account", "skrin account create NAME --pod maria"}, "https://new.example/ (this host)\n"},
		{[]string{"--issuer", "https://login.example/"}, []string{"  https://login.example/\n"}, "https://login.example/\n"},
		{[]string{"--account", "maria"}, []string{"Account maria", "https://new.example/app/recover", "  https://old.example/\n"}, "https://new.example/ (this host)\nhttps://old.example/\n"},
		{[]string{"--account", "maria", "--issuer", "own"}, []string{"Account maria"}, "https://new.example/ (this host)\n"},
	} {
		there := newPlace(t)
		there.env["SKRIN_BASE_URL"] = "https://new.example/"
		out, _ := there.skrin(exitDone, "", append([]string{"restore", file, "--recovery-key-file", keyFile}, c.args...)...)
		for _, want := range c.tells {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not tell %q: %s", c.args, want, out)
			}
		}
		if out, _ := there.skrin(exitDone, "", "pod", "issuers", "maria"); out != c.issuers {
			t.Errorf("%v: %q", c.args, out)
		}
	}
	// A pod that is deleted to be restored keeps its account.
	here.skrin(exitDone, "", "pod", "delete", "maria", "--yes", "--keep-account")
	out, _ := here.skrin(exitDone, "", "restore", file, "--recovery-key-file", keyFile)
	if strings.Contains(out, "account create") || strings.Contains(out, "Whoever runs them") {
		t.Errorf("back where it was: %s", out)
	}
	there := newPlace(t)
	there.skrin(exitDone, "", "pod", "create", "nora", "--no-confirm")
	_, said := there.skrin(exitFailed, "", "restore", file, "--recovery-key-file", keyFile, "--account", "nora")
	if !strings.Contains(said, "the pod is here, but") || !strings.Contains(said, "the name is taken") {
		t.Errorf("a name that is taken: %q", said)
	}
}
