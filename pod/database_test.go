package pod

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// TestRuinedWhileOpen ruins the file of a pod that is being read and written. All
// who ask are answered, nobody else notices, and when the file is put back the pod
// is verified and served again, without a new start.
func TestRuinedWhileOpen(t *testing.T) {
	for name, ruin := range map[string]func(string, []byte) error{
		"garbled": func(f string, b []byte) error { return overwrite(f, bytes.Repeat([]byte("garbage!"), len(b)/8)) },
		"zeroed":  func(f string, b []byte) error { return overwrite(f, make([]byte, len(b))) },
		"but its meta pages": func(f string, b []byte) error {
			return overwrite(f, append(bytes.Clone(b[:2*os.Getpagesize()]), make([]byte, len(b)-2*os.Getpagesize())...))
		},
		"its meta pages": func(f string, b []byte) error { return overwrite(f, make([]byte, 2*os.Getpagesize())) },
		"cut":            func(f string, _ []byte) error { return os.Truncate(f, 9000) },
		"emptied":        func(f string, _ []byte) error { return os.Truncate(f, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			other, err := w.vault.Create(ctx, NewPod{Name: "karin"})
			if err != nil {
				t.Fatal(err)
			}
			maria := w.vault.As(p.ID, owner(p))
			for i := range 40 {
				w.put(maria, fmt.Sprintf("/x/%d", i), text(fmt.Sprint(i)))
			}
			file := w.vault.podFile(p.ID)
			sound, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w.within("those who ask", func() { w.askWhile(maria, func() error { return ruin(file, sound) }) })
			w.put(w.vault.As(other.ID, owner(other)), "/x", text("fine"))
			for range 3 { // as long as it is not mended nobody is served, and each try gives back what it took
				if _, err := maria.Get(ctx, MustPath("/x/1")); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFenced) {
					t.Errorf("a ruined pod: %v", err)
				}
			}
			if err := os.WriteFile(file, sound, 0o600); err != nil {
				t.Fatal(err)
			}
			w.within("mended", func() {
				if got := w.get(maria, "/x/39"); got != "39" {
					t.Error(got)
				}
				w.put(maria, "/x/40", text("40"))
			})
			if report, err := w.vault.Verify(ctx, "maria", nil); err != nil || !report.Sound() {
				t.Error(err, report.Problems)
			}
			w.within("Close", w.finish)
			w.vault = nil
		})
	}
}

func overwrite(file string, with []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt(with, 0)
		err = errors.Join(err, f.Close())
	}
	return err
}

// askWhile lets many read and write while something happens, until all have been refused.
func (w *world) askWhile(s *Session, happens func() error) {
	var asking sync.WaitGroup
	begun := make(chan struct{}, 16)
	for i := range 16 {
		asking.Go(func() {
			begun <- struct{}{}
			for end := time.Now().Add(time.Minute); time.Now().Before(end); {
				var err error
				if i%4 == 0 {
					_, err = s.Put(ctx, MustPath(fmt.Sprintf("/x/%d", i)), text(fmt.Sprint(i)), Precondition{})
				} else {
					_, err = s.Get(ctx, MustPath(fmt.Sprintf("/x/%d", i)))
				}
				if err != nil {
					return
				}
			}
			w.Error("a ruined pod goes on serving")
		})
	}
	for range 16 {
		<-begun
	}
	refused := make(chan struct{})
	go func() { defer close(refused); asking.Wait() }()
	for { // a commit on its way may write a part of the file anew
		if err := happens(); err != nil {
			w.Error(err)
		}
		select {
		case <-refused:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// within fails the test when something that may hang does.
func (w *world) within(what string, fn func()) {
	w.Helper()
	done := make(chan struct{})
	go func() { defer close(done); fn() }()
	select {
	case <-done:
	case <-time.After(4 * time.Minute):
		panic(what + " does not end")
	}
}

// TestPanicWhileBeginning lets the database panic where it holds the lock that all
// others need: nobody is let in to wait for it.
func TestPanicWhileBeginning(t *testing.T) {
	db := &database{loss: make(chan struct{})}
	func() {
		defer func() { _ = recover() }()
		db.brief(func() error { panic("planted") })
	}()
	if err := db.brief(func() error { return nil }); !errors.Is(err, ErrFenced) {
		t.Errorf("let in: %v", err)
	}
}

// TestSuspectsAreVerified leaves a pod fenced whose file has meanwhile been put
// back with a body that was changed: it is not served, however often it is asked for.
func TestSuspectsAreVerified(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/kept", text("kept"))
	w.put(maria, "/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(make([]byte, 2*inlineLimit))})
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.view(func(*tx) error { panic("planted") }); !errors.Is(err, errPanic) {
		t.Fatal(err)
	}
	w.vault.release(h)
	w.withoutBodies(p, func() {
		for range 3 {
			if _, err := maria.Get(context.Background(), MustPath("/kept")); !errors.Is(err, ErrDamaged) {
				t.Errorf("unverified: %v", err)
			}
		}
	})
	w.get(maria, "/kept")
}
