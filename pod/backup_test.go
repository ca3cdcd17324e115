package pod

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

func (w *world) backup(p Created, opt BackupOptions) []byte {
	w.Helper()
	var out bytes.Buffer
	if err := w.vault.As(p.ID, owner(p)).Backup(ctx, &out, opt); err != nil {
		w.Fatalf("backup: %v", err)
	}
	return out.Bytes()
}

// TestBackupMovesToAnotherHost takes a backup under load and restores it on a
// host with another key, base URL and name.
func TestBackupMovesToAnotherHost(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	big := make([]byte, 300_000)
	rand.Read(big)
	w.put(maria, "/health/documents/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(big)})
	w.put(maria, "/health/labs/x", turtle(`<#a> <#b> <`+p.Root.String()+`health/labs/y>.`))
	w.put(maria, "/notes/a", text("a"))
	w.put(maria, "/notes/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <`+ana.WebID.String()+`>; acl:default <./>; acl:mode acl:Read.`))
	w.put(maria, "/notes/a", text("a"))
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)

	stop := make(chan struct{})
	var load sync.WaitGroup
	load.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				w.put(maria, fmt.Sprintf("/load/%d", i%50), text(strings.Repeat("x", i%5000)))
			}
		}
	})
	data := w.backup(p, BackupOptions{})
	close(stop)
	load.Wait()
	if err := maria.Delete(ctx, MustPath("/health/documents/scan"), Precondition{}); err != nil {
		t.Fatal(err)
	}

	key, err := newHostKey()
	if err != nil {
		t.Fatal(err)
	}
	other := &world{T: t, dir: t.TempDir(), key: key, clock: w.clock}
	other.opt = Options{Base: linkeddata.MustIRI("https://elsewhere.example/pods/"), Now: w.clock.now}
	other.start()
	t.Cleanup(other.finish)
	if _, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{}); !errors.Is(err, ErrBackup) {
		t.Fatalf("restored with nothing to open it: %v", err)
	}
	r, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Name: "maria-2", Recovery: p.Recovery})
	if err != nil {
		t.Fatal(err)
	}
	if r.Root.String() != "https://elsewhere.example/pods/maria-2/" || r.Owner.String() != r.Root.String()+"profile/card#me" || r.Grants != 1 {
		t.Errorf("restored: %+v", r)
	}
	if !slices.Contains(r.Links, "/health/labs/x") || slices.Contains(r.Links, "/notes/a") {
		t.Errorf("links: %q", r.Links)
	}
	moved := Created{Info: r.Info}
	if got := other.get(other.vault.As(r.ID, owner(moved)), "/health/documents/scan"); got != string(big) {
		t.Error("the scan is another")
	}
	drAna := other.vault.As(r.ID, ana)
	other.refused(drAna, "/health/labs/x", ErrDenied)
	other.get(drAna, "/notes/a") // a permanent rule with relative addresses moves along
	if err := other.vault.As(r.ID, owner(moved)).ConfirmGrants(ctx); err != nil {
		t.Fatal(err)
	}
	other.get(drAna, "/health/labs/x")
	if err := other.vault.As(r.ID, owner(moved)).Revoke(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Name: "again", Recovery: p.Recovery}); !errors.Is(err, ErrPodExists) {
		t.Errorf("the same pod twice: %v", err)
	}
}

func TestBrokenBackups(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/x", text("x"))
	data := w.backup(p, BackupOptions{HostSlot: true})
	if err := w.vault.Delete(ctx, "maria"); err != nil {
		t.Fatal(err)
	}
	broken := map[string][]byte{"empty": {}, "text": []byte("hello"), "magic alone": []byte(backupMagic)}
	for _, n := range []int{20, 1000, len(data) / 2, len(data) - 1, len(data) - 42} {
		broken[fmt.Sprintf("cut at %d", n)] = data[:n]
	}
	for n := 0; n < len(data); n += len(data)/60 + 1 {
		b := slices.Clone(data)
		b[n] ^= 4
		broken[fmt.Sprintf("byte %d flipped", n)] = b
	}
	for name, b := range broken {
		if _, err := w.vault.Restore(ctx, bytes.NewReader(b), RestoreOptions{}); !errors.Is(err, ErrBackup) {
			t.Errorf("%s: %v", name, err)
		}
	}
	left, _ := os.ReadDir(w.dir + "/pods")
	for _, d := range left {
		if strings.HasPrefix(d.Name(), ".") {
			t.Errorf("%s was left behind", d.Name())
		}
	}
	r, err := w.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.get(w.vault.As(r.ID, owner(Created{Info: r.Info})), "/x"); got != "x" {
		t.Error(got)
	}
}

// TestOlderCopyIsNoticed puts back a copy of the file from before a revocation.
func TestOlderCopyIsNoticed(t *testing.T) {
	for _, busy := range []bool{false, true} {
		w := newWorld(t)
		p := w.maria()
		maria := w.vault.As(p.ID, owner(p))
		w.put(maria, "/health/labs/x", text("x"))
		g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
		w.vault.Close()
		old, err := os.ReadFile(w.vault.podFile(p.ID))
		if err != nil {
			t.Fatal(err)
		}
		w.start()
		if err := w.vault.As(p.ID, owner(p)).Revoke(ctx, g.ID); err != nil {
			t.Fatal(err)
		}
		w.vault.Close()
		if err := os.WriteFile(w.vault.podFile(p.ID), old, 0o600); err != nil {
			t.Fatal(err)
		}
		w.start()
		maria = w.vault.As(p.ID, owner(p))
		if busy { // its journal grows past where the host has seen it
			for i := range 20 {
				w.put(maria, fmt.Sprintf("/%d", i), text("x"))
			}
			w.restart()
			maria = w.vault.As(p.ID, owner(p))
		}
		w.refused(w.vault.As(p.ID, ana), "/health/labs/x", ErrDenied)
		if resting, err := maria.Resting(ctx); err != nil || !resting {
			t.Fatal("the owner is not told", err)
		}
		notes := 0
		for _, e := range w.journal(p) {
			if e.Did == didNoteOlder {
				notes++
			}
		}
		if notes == 0 {
			t.Error("no line in the journal")
		}
		if err := maria.ConfirmGrants(ctx); err != nil {
			t.Fatal(err)
		}
		w.get(w.vault.As(p.ID, ana), "/health/labs/x")
		w.restart()
		w.get(w.vault.As(p.ID, ana), "/health/labs/x")
	}
}

func TestCompactWhileServing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for i := range 300 {
		w.put(maria, fmt.Sprintf("/bulk/%d", i), text(strings.Repeat("canary", 5000)))
	}
	for i := range 300 {
		if err := maria.Delete(ctx, MustPath(fmt.Sprintf("/bulk/%d", i)), Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	w.put(maria, "/kept", text("kept"))
	stop := make(chan struct{})
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					w.get(maria, "/kept")
					w.put(maria, fmt.Sprintf("/load/%d", i%20), text("x"))
				}
			}
		})
	}
	before, after, err := maria.Compact(ctx)
	close(stop)
	load.Wait()
	if err != nil || after > before/2 {
		t.Errorf("%d bytes became %d: %v", before, after, err)
	}
	w.restart()
	w.get(w.vault.As(p.ID, owner(p)), "/kept")
}
