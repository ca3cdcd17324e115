package pod

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCommitIsGivenUp loses the database while a commit waits for a lock that is
// not given back: that of a reader who began and does not end. Nobody waits for
// it, the file can be opened again, and when it goes on after all it reaches no file.
func TestCommitIsGivenUp(t *testing.T) {
	s, err := openStore(filepath.Join(t.TempDir(), "x.db"), bIndex)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := s.db.begin(false)
	if err != nil {
		t.Fatal(err)
	}
	began, written := make(chan bool, 1), make(chan error, 1)
	go func() {
		_, err := s.update(func(t *tx) error {
			began <- true
			return t.put(bIndex, []byte("x"), make([]byte, 1<<20))
		})
		written <- err
	}()
	<-began
	s.db.lose()
	select {
	case err := <-written:
		if !errors.Is(err, errPanic) {
			t.Fatal(err)
		}
	case <-time.After(lossPatience + time.Minute):
		t.Fatal("it goes on waiting")
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	again, err := openStore(s.path, bIndex)
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if !leadsNowhere(s.db.file.f) {
		t.Error("the commit that was left still has a file")
	}
	before, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.db.left:
	case <-time.After(time.Minute):
		t.Fatal("the commit does not go on")
	}
	if after, err := os.ReadFile(s.path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the commit that was left has changed the file: %v", err)
	}
	if _, err := again.update(func(t *tx) error { return t.put(bIndex, []byte("y"), nil) }); err != nil {
		t.Error(err)
	}
	if err := again.check(); err != nil {
		t.Error(err)
	}
}

// TestLeftWriterReachesNoFile gives a file back while somebody goes on writing to
// its number: neither that file nor the next one to be opened is written to.
func TestLeftWriterReachesNoFile(t *testing.T) {
	folder, d := t.TempDir(), descriptor{}
	left, err := d.open(filepath.Join(folder, "old"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.giveBack(true); err != nil {
		t.Fatal(err)
	}
	next, err := os.Create(filepath.Join(folder, "next"))
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if _, err := left.WriteAt([]byte("late"), 0); err != nil {
		t.Errorf("a writer who was left hears of it: %v", err)
	}
	if !leadsNowhere(left) || left.Fd() == next.Fd() {
		t.Error("the number leads to a file")
	}
	for _, name := range []string{"old", "next"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || len(text) > 0 {
			t.Errorf("in the %s file: %q, %v", name, text, err)
		}
	}
}

// TestNobodyLeft gives a file back that nobody writes to: it does not stay open.
func TestNobodyLeft(t *testing.T) {
	d := descriptor{}
	if err := d.giveBack(false); err != nil {
		t.Errorf("a file that could not be opened: %v", err)
	}
	if _, err := d.open(filepath.Join(t.TempDir(), "x"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.giveBack(false); err != nil {
		t.Error(err)
	}
	if _, err := d.f.Stat(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("still open: %v", err)
	}
}

// leadsNowhere says whether an open file is that of what is thrown away.
func leadsNowhere(f *os.File) bool {
	nowhere, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	is, err := f.Stat()
	return err == nil && os.SameFile(is, nowhere)
}
