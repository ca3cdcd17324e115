package pod

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skrin/acl"
)

// TestDiskFilledByOthers fills the disk to the last byte from outside. The owner
// reads, revokes, ends rules and deletes; writes are told why; all goes on when there is room.
func TestDiskFilledByOthers(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=48m", "skrin-test", dir).CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("mount a small disk: %v: %s", err, out)
		}
		t.Skipf("skipped: it takes root to mount a small disk: %v: %s", err, out)
	}
	defer exec.Command("umount", "-l", dir).Run()
	w := newWorld(t)
	w.vault.Close()
	w.dir = filepath.Join(dir, "data")
	w.start()
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/health/labs/x", text("x"))
	w.put(maria, "/health/labs/.acl", rule(silvia, "acl:Read", "default"))
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	w.get(drAna, "/health/labs/x")

	fill := filepath.Join(dir, "fill")
	f, err := os.Create(fill)
	if err != nil {
		t.Fatal(err)
	}
	block := []byte(strings.Repeat("x", 4096))
	for err == nil {
		_, err = f.Write(block)
	}
	f.Close()
	time.Sleep(spaceMemory + 10*time.Millisecond)

	w.get(maria, "/health/labs/x")
	if _, err := maria.Put(ctx, MustPath("/y"), text("y"), Precondition{}); !errors.Is(err, ErrNoSpace) {
		t.Errorf("put on a full disk: %v", err)
	}
	if _, err := drAna.Get(ctx, MustPath("/health/labs/x")); !errors.Is(err, ErrNoSpace) {
		t.Errorf("a reading that cannot be written down: %v", err)
	}
	if err := maria.Revoke(ctx, g.ID); err != nil {
		t.Errorf("revoke on a full disk: %v", err)
	}
	if err := w.vault.As(p.ID, console(p)).EndRule(ctx, MustPath("/health/labs/"), person(silvia), ""); err != nil {
		t.Errorf("end a rule on a full disk: %v", err)
	}
	if err := maria.Delete(ctx, MustPath("/health/labs/x"), Precondition{}); err != nil {
		t.Errorf("delete on a full disk: %v", err)
	}
	os.Remove(fill)
	time.Sleep(spaceMemory + 10*time.Millisecond)
	w.put(maria, "/y", text("y"))
	w.vault.Close()
	w.vault = nil
}
