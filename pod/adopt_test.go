package pod

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
)

// elsewhere is a vault on another host, with another key.
func (w *world) elsewhere() *world {
	w.Helper()
	key, err := newHostKey()
	if err != nil {
		w.Fatal(err)
	}
	other := &world{T: w.T, dir: w.TempDir(), key: key, clock: w.clock, opt: w.opt}
	other.start()
	w.Cleanup(other.finish)
	return other
}

// TestAdopt takes a pod out of a data folder whose host key is lost.
func TestAdopt(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	big := make([]byte, 200_000)
	rand.Read(big)
	w.put(maria, "/big", Draft{MediaType: "image/tiff", Body: bytes.NewReader(big)})
	w.put(maria, "/health/labs/x", text("x"))
	w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	nora, err := w.vault.Create(ctx, NewPod{Name: "nora"})
	if err != nil {
		t.Fatal(err)
	}
	other := w.elsewhere()
	take := RestoreOptions{Name: "maria-2", Recovery: p.Recovery}
	file := w.vault.podFile(p.ID)
	if _, err := other.vault.Adopt(ctx, file, take); !errors.Is(err, ErrInUse) {
		t.Errorf("out of a vault that is open: %v", err)
	}
	if err := w.vault.Close(); err != nil {
		t.Fatal(err)
	}
	before := w.folder()
	unknown, err := crypto.GenerateRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		opt  RestoreOptions
		want error
	}{
		"no key":                 {file, RestoreOptions{}, ErrBackup},
		"an unknown key":         {file, RestoreOptions{Recovery: unknown}, ErrBackup},
		"another pod's key":      {file, RestoreOptions{Recovery: nora.Recovery}, ErrBackup},
		"an unknown key, at all": {w.dir, RestoreOptions{Recovery: unknown}, ErrBackup},
		"no key, at all":         {w.dir, RestoreOptions{}, ErrBackup},
		"no pods":                {t.TempDir(), take, ErrBackup},
		"nothing there":          {filepath.Join(w.dir, "none"), take, ErrBackup},
		"not a pod":              {filepath.Join(w.dir, "host.db"), take, ErrBackup},
		"a name that cannot be":  {file, RestoreOptions{Name: "App", Recovery: p.Recovery}, ErrPodName},
	} {
		if _, err := other.vault.Adopt(ctx, c.file, c.opt); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	r, err := other.vault.Adopt(ctx, w.dir, take)
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != "maria-2" || r.Grants != 1 || r.OldRoot != p.Root || r.Owner.String() != r.Root.String()+"profile/card#me" {
		t.Errorf("%+v", r)
	}
	if _, err := other.vault.Adopt(ctx, file, RestoreOptions{Name: "again", Recovery: p.Recovery}); !errors.Is(err, ErrPodExists) {
		t.Errorf("twice: %v", err)
	}
	if _, err := other.vault.Adopt(ctx, w.vault.podFile(nora.ID), RestoreOptions{Name: "maria-2", Recovery: nora.Recovery}); !errors.Is(err, ErrPodExists) {
		t.Errorf("a name that is taken: %v", err)
	}
	moved := Created{Info: r.Info}
	if other.get(other.vault.As(r.ID, owner(moved)), "/big") != string(big) {
		t.Error("the large body is another")
	}
	other.refused(other.vault.As(r.ID, ana), "/health/labs/x", ErrDenied)
	if err := other.vault.As(r.ID, owner(moved)).ConfirmGrants(ctx); err != nil {
		t.Fatal(err)
	}
	other.get(other.vault.As(r.ID, ana), "/health/labs/x")
	if after := w.folder(); after != before {
		t.Error("the old folder was changed")
	}
	if left, _ := filepath.Glob(filepath.Join(other.dir, "pods", restoring)); len(left) > 0 {
		t.Errorf("%q is left behind", left)
	}
	w.start()
}

// folder is what a data folder holds, as a text.
func (w *world) folder() string {
	w.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(w.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all.WriteString(path)
		all.Write(content)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return all.String()
}

// TestAdoptDamaged tries files that are not whole: each is an error, and no pod.
func TestAdoptDamaged(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/big", text(string(make([]byte, 100_000))))
	if err := w.vault.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.start)
	other := w.elsewhere()
	file := w.vault.podFile(p.ID)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(dir string) error{
		"no slots": func(dir string) error { return os.Remove(filepath.Join(dir, p.ID.String()+".slots")) },
		"garbled slots": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, p.ID.String()+".slots"), []byte("x"), 0o600)
		},
		"no bodies": func(dir string) error { return os.RemoveAll(filepath.Join(dir, p.ID.String()+".blobs")) },
		"a truncated file": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, p.ID.String()+".db"), whole[:len(whole)/2], 0o600)
		},
		"an empty file": func(dir string) error { return os.WriteFile(filepath.Join(dir, p.ID.String()+".db"), nil, 0o600) },
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Dir(file))); err != nil {
			t.Fatal(err)
		}
		if err := damage(dir); err != nil {
			t.Fatal(err)
		}
		_, err := other.vault.Adopt(ctx, filepath.Join(dir, p.ID.String()+".db"), RestoreOptions{Recovery: p.Recovery})
		if !errors.Is(err, ErrBackup) && !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if pods, err := other.vault.Pods(); err != nil || len(pods) > 0 {
		t.Errorf("%+v %v", pods, err)
	}
}

func TestAdoptNotFromItself(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	if _, err := w.vault.Adopt(ctx, w.vault.podFile(p.ID), RestoreOptions{Name: "again"}); !errors.Is(err, ErrPodExists) {
		t.Errorf("%v", err)
	}
}

func TestBackupHead(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	other := w.elsewhere()
	for _, host := range []bool{false, true} {
		data := w.backup(p, BackupOptions{HostSlot: host})
		head, err := ReadBackupHead(bytes.NewReader(data))
		if err != nil || head.ID != p.ID {
			t.Fatalf("%+v %v", head, err)
		}
		for name, c := range map[string]struct{ got, want bool }{
			"this host":                       {w.vault.Opens(head, nil), host},
			"this host with the recovery key": {w.vault.Opens(head, p.Recovery), true},
			"another host":                    {other.vault.Opens(head, nil), false},
			"another, with the recovery key":  {other.vault.Opens(head, p.Recovery), true},
		} {
			if c.got != c.want {
				t.Errorf("host slot %v: %s opens it: %v", host, name, c.got)
			}
		}
		for n := range 300 {
			if _, err := ReadBackupHead(bytes.NewReader(data[:n])); !errors.Is(err, ErrBackup) {
				t.Errorf("cut at %d: %v", n, err)
			}
		}
	}
	for name, text := range map[string]string{
		"no sections": backupMagic + "d\x00\x00\x00\x00\x00\x00\x00\x01x",
		"endless":     backupMagic + "s\xff\xff\xff\xff\xff\xff\xff\xff",
		"no slots":    backupMagic + "s\x00\x00\x00\x00\x00\x00\x00\x01x",
	} {
		if _, err := ReadBackupHead(bytes.NewReader([]byte(text))); !errors.Is(err, ErrBackup) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
