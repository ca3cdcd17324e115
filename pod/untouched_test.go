package pod

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

func (w *world) untouched(p Created) bool {
	w.Helper()
	is, err := w.vault.As(p.ID, console(p)).Untouched(ctx)
	if err != nil {
		w.Error(err)
	}
	return is
}

// TestUntouchedPods: what is done in a pod touches it, each thing by itself; what is done
// around it does not.
func TestUntouchedPods(t *testing.T) {
	around := map[string]func(*world, Created, *Session) error{
		"nothing": func(*world, Created, *Session) error { return nil },
		"read":    func(w *world, p Created, s *Session) error { w.get(s, "/profile/card"); return nil },
		"read by all": func(w *world, p Created, s *Session) error {
			w.get(w.vault.As(p.ID, public), "/profile/card")
			return nil
		},
		"refused": func(w *world, p Created, s *Session) error {
			w.refused(w.vault.As(p.ID, ana), "/health/", ErrDenied)
			return nil
		},
		"a new recovery": func(w *world, p Created, s *Session) error { _, err := s.NewRecovery(ctx); return err },
		"rotated":        func(w *world, p Created, s *Session) error { return s.Rotate(ctx, nil) },
		"backed up":      func(w *world, p Created, s *Session) error { return s.Backup(ctx, &bytes.Buffer{}, BackupOptions{}) },
		"compacted":      func(w *world, p Created, s *Session) error { _, _, err := s.Compact(ctx); return err },
		"noted":          func(w *world, p Created, s *Session) error { return w.vault.Note(ctx, p.ID, Note{Did: ActSignIn}) },
		"a day later":    func(w *world, p Created, s *Session) error { w.clock.add(23 * time.Hour); w.restart(); return nil },
		"a write in vain": func(w *world, p Created, s *Session) error {
			s.Delete(ctx, MustPath("/health/"), Precondition{})
			return nil
		},
		"a larger allowed": func(w *world, p Created, s *Session) error { return w.vault.SetQuota("maria", 1<<30) },
	}
	within := map[string]func(*world, Created, *Session) error{
		"written":     func(w *world, p Created, s *Session) error { w.put(s, "/x", text("x")); return nil },
		"overwritten": func(w *world, p Created, s *Session) error { w.put(s, "/settings/prefs.ttl", turtle("")); return nil },
		"to the inbox": func(w *world, p Created, s *Session) error {
			_, err := w.vault.As(p.ID, ana).Append(ctx, MustPath("/inbox/"), text("x"))
			return err
		},
		"removed": func(w *world, p Created, s *Session) error {
			return s.Delete(ctx, MustPath("/settings/prefs.ttl"), Precondition{})
		},
		"described": func(w *world, p Created, s *Session) error {
			w.put(s, "/health/.meta", turtle("<> <#a> <#b>."))
			return nil
		},
		"a rule less": func(w *world, p Created, s *Session) error {
			return s.Delete(ctx, MustPath("/inbox/.acl"), Precondition{})
		},
		"another rule": func(w *world, p Created, s *Session) error {
			w.put(s, "/health/.acl", turtle(strings.ReplaceAll(ownerRule("<./>", p.Owner.String()), "  ", " ")))
			return nil
		},
		"granted": func(w *world, p Created, s *Session) error {
			w.grant(p, ana, "/health/", acl.Read, time.Hour)
			return nil
		},
		"other issuers": func(w *world, p Created, s *Session) error {
			return s.SetIssuers(ctx, []linkeddata.IRI{linkeddata.MustIRI("https://x.example/")})
		},
		"restored": func(w *world, p Created, s *Session) error {
			backup := w.backup(p, BackupOptions{})
			if err := w.vault.Delete(ctx, "maria"); err != nil {
				return err
			}
			_, err := w.vault.Restore(ctx, bytes.NewReader(backup), RestoreOptions{Recovery: p.Recovery})
			return err
		},
	}
	for want, acts := range map[bool]map[string]func(*world, Created, *Session) error{true: around, false: within} {
		for name, act := range acts {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				p := w.maria()
				if err := act(w, p, w.vault.As(p.ID, console(p))); err != nil {
					t.Fatal(err)
				}
				if w.untouched(p) != want {
					t.Errorf("untouched: %v", !want)
				}
				w.restart()
				if w.untouched(p) != want {
					t.Errorf("untouched, after it was opened anew: %v", !want)
				}
			})
		}
	}
}

func TestUntouchedIsTheOwnersToAsk(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	for _, who := range []acl.Agent{ana, public} {
		if _, err := w.vault.As(p.ID, who).Untouched(ctx); !errors.Is(err, ErrDenied) {
			t.Error(err)
		}
	}
}

// TestDeletingAnUnusedPod: what a registration left that nobody finished goes
// without a trace, whoever asks for it meanwhile, and the name can be had again.
func TestDeletingAnUnusedPod(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	if _, err := w.vault.As(p.ID, console(p)).NewRecovery(ctx); err != nil {
		t.Fatal(err)
	}
	w.clock.add(25 * time.Hour)
	asked := make(chan error)
	go func() {
		for range 50 {
			w.vault.Note(ctx, p.ID, Note{Did: ActSignIn, Addr: somewhere})
			if r, err := w.vault.As(p.ID, public).Head(ctx, MustPath("/profile/card")); err == nil {
				_ = r
			}
		}
		asked <- nil
	}()
	if !w.untouched(p) {
		t.Error("a pod that nobody used is touched")
	}
	if err := w.vault.Delete(ctx, p.Name); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := w.vault.Delete(ctx, p.Name); !errors.Is(err, ErrNoPod) {
		t.Error("deleted twice:", err)
	}
	if err := w.vault.Note(ctx, p.ID, Note{Did: ActSignIn, Allowed: true}); !errors.Is(err, ErrNoPod) {
		t.Error("a note for a pod that is gone:", err)
	}
	for _, path := range []string{w.vault.podFile(p.ID), w.vault.slotsFile(p.ID), w.vault.bodyDir(p.ID)} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is left", path)
		}
	}
	if again := w.maria(); again.ID == p.ID || !w.untouched(again) {
		t.Error("the pod that got the name")
	}
}
