package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBackupFiles(t *testing.T) {
	p := newPlace(t)
	p.citizen("maria")
	file := p.backup("maria")
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, said := p.skrin(exitFailed, "", "backup", "maria", file); !strings.Contains(said, "--force") {
		t.Errorf("overwriting: %q", said)
	}
	if now, _ := os.ReadFile(file); !bytes.Equal(now, first) {
		t.Error("the first backup is another now")
	}
	p.skrin(exitDone, "", "backup", "maria", file, "--force", "--with-host-slot")
	out, _ := p.skrin(exitDone, "", "backup", "maria", "-")
	if !strings.HasPrefix(out, "skrin-backup 1\n") {
		t.Errorf("to standard output: %.40q", out)
	}
	p.skrin(exitFailed, "", "backup", "nobody", filepath.Join(t.TempDir(), "x"))
	p.skrin(exitFailed, "", "backup", "maria", filepath.Join(t.TempDir(), "none", "x"))
	if names := siblings(t, file); len(names) != 1 {
		t.Errorf("beside the backup: %q", names)
	}
	// With the host's slot nobody is asked for anything, also not on standard input.
	p.skrin(exitDone, "maria\n", "pod", "delete", "maria")
	whole, _ := os.ReadFile(file)
	out, said := p.skrin(exitDone, string(whole), "restore", "-", "--name", "again")
	if strings.Contains(said, "Recovery key") || strings.Contains(out, "Before") != true {
		t.Errorf("with the host's slot: %q %q", out, said)
	}
	if _, said := p.skrin(exitUsage, "", "restore", "-", "--recovery-key-file", "-"); !strings.Contains(said, "cannot both") {
		t.Errorf("%q", said)
	}
}

func siblings(t *testing.T, file string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What is not a whole backup makes no pod, and no data folder where it shows from the beginning.
func TestBrokenBackupsMakeNoPod(t *testing.T) {
	here, there := newPlace(t), newPlace(t)
	keyFile, _ := here.citizen("maria")
	whole, err := os.ReadFile(here.backup("maria"))
	if err != nil {
		t.Fatal(err)
	}
	flipped := func(at int) []byte {
		b := slices.Clone(whole)
		b[at] ^= 8
		return b
	}
	for name, b := range map[string][]byte{"empty": {}, "text": []byte("hello"), "cut in the head": whole[:100], "magic": flipped(3)} {
		p := newPlace(t)
		if _, said := p.skrin(exitFailed, "", "restore", p.file("x", b), "--recovery-key-file", keyFile); !strings.Contains(said, "cannot be restored") {
			t.Errorf("%s: %q", name, said)
		}
		if _, err := os.Stat(p.env["SKRIN_DATA"]); err == nil {
			t.Errorf("%s: a data folder was made", name)
		}
	}
	for name, b := range map[string][]byte{"cut": whole[:len(whole)/2], "its end is missing": whole[:len(whole)-1], "garbled": flipped(len(whole) / 2), "the hash": flipped(len(whole) - 3)} {
		if _, said := there.skrin(exitFailed, "", "restore", there.file("x", b), "--recovery-key-file", keyFile); !strings.Contains(said, "not a whole backup") {
			t.Errorf("%s: %q", name, said)
		}
		if out, _ := there.skrin(exitDone, "", "pod", "list"); strings.Contains(out, "maria") {
			t.Errorf("%s: there is a pod", name)
		}
	}
	there.skrin(exitDone, "", "restore", there.file("x", whole), "--recovery-key-file", keyFile)
}
