package records

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

type thing struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

var things = Kind[thing]{Name: "thing", Version: 2}

func TestKindsComeBack(t *testing.T) {
	s := Memory()
	want := thing{"a", 3}
	err := s.Update(func(tx Tx) error {
		return errors.Join(things.Put(tx, "x", want), things.Put(tx, "y", thing{}), tx.Put("other", "x", []byte("no JSON")))
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.View(func(tx Tx) error {
		if got, there, err := things.Get(tx, "x"); got != want || !there || err != nil {
			t.Errorf("%v %v %v", got, there, err)
		}
		if _, there, err := things.Get(tx, "z"); there || err != nil {
			t.Errorf("%v %v", there, err)
		}
		n := 0
		if err := things.Each(tx, func(string, thing) (bool, error) { n++; return true, nil }); n != 2 || err != nil {
			t.Errorf("%d %v", n, err)
		}
		n = 0
		if err := things.Each(tx, func(string, thing) (bool, error) { n++; return false, nil }); n != 1 || err != nil {
			t.Errorf("%d %v after saying no", n, err)
		}
		return nil
	})
}

func TestWhatCannotBeUnderstood(t *testing.T) {
	for _, text := range []string{
		``, `null`, `{}`, `[]`, `{"v":2}`, `{"v":2,"is":null}`, `{"v":1,"is":{"name":"a"}}`, `{"v":3,"is":{"name":"a"}}`,
		`{"v":"2","is":{}}`, `{"v":2,"is":{"name":7}}`, `{"v":2,"is":{"name":"a","colour":"red"}}`, `{"v":2,"is":{},"and":1}`,
		`{"v":2,"is":{}}{}`, `{"v":2,"is":{}} x`,
	} {
		s := Memory()
		if err := s.Update(func(tx Tx) error { return tx.Put("thing", "x", []byte(text)) }); err != nil {
			t.Fatal(err)
		}
		_ = s.View(func(tx Tx) error {
			if _, _, err := things.Get(tx, "x"); !errors.Is(err, ErrShape) {
				t.Errorf("%s: %v", text, err)
			}
			if err := things.Each(tx, func(string, thing) (bool, error) { return true, nil }); !errors.Is(err, ErrShape) {
				t.Errorf("%s in a row: %v", text, err)
			}
			return nil
		})
	}
}

func TestAllOrNothing(t *testing.T) {
	s := Memory()
	put := func(kind, name string, value []byte) error {
		return s.Update(func(tx Tx) error { return tx.Put(kind, name, value) })
	}
	if err := put("a", "b", []byte("first")); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no")
	err := s.Update(func(tx Tx) error {
		return errors.Join(tx.Put("a", "b", []byte("second")), tx.Delete("a", "b"), tx.Put("a", "c", nil), failed)
	})
	if !errors.Is(err, failed) {
		t.Error(err)
	}
	_ = s.View(func(tx Tx) error {
		if v, _ := tx.Get("a", "b"); string(v) != "first" {
			t.Errorf("it is %q", v)
		}
		if v, _ := tx.Get("a", "c"); v != nil {
			t.Errorf("it is %q", v)
		}
		if err := errors.Join(tx.Put("a", "b", nil)); !errors.Is(err, ErrReadOnly) {
			t.Errorf("a view can write: %v", err)
		}
		if err := tx.Delete("a", "b"); !errors.Is(err, ErrReadOnly) {
			t.Errorf("a view can delete: %v", err)
		}
		return nil
	})
	for _, bad := range []struct {
		kind, name string
		value      []byte
	}{{"", "x", nil}, {"x", "", nil}, {"x", strings.Repeat("n", MaxName+1), nil}, {"x", "y", make([]byte, MaxValue+1)}} {
		if err := put(bad.kind, bad.name, bad.value); !errors.Is(err, ErrRecord) {
			t.Errorf("%q %.10q %d: %v", bad.kind, bad.name, len(bad.value), err)
		}
	}
}

// What was given out or taken in is nobody else's: changing it changes no record.
func TestBytesAreCopied(t *testing.T) {
	s := Memory()
	mine := []byte("value")
	_ = s.Update(func(tx Tx) error {
		err := tx.Put("a", "b", mine)
		mine[0] = 'X'
		got, _ := tx.Get("a", "b")
		got[1] = 'Y'
		again, _ := tx.Get("a", "b")
		if string(again) != "value" {
			t.Errorf("it is %q", again)
		}
		return err
	})
	_ = s.Update(func(tx Tx) error { return tx.Put("a", "empty", nil) })
	_ = s.View(func(tx Tx) error {
		if v, _ := tx.Get("a", "empty"); v == nil || len(v) != 0 {
			t.Errorf("an empty record is %v", v)
		}
		return nil
	})
}

func TestOneUpdateAtATime(t *testing.T) {
	s := Memory()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				err := s.Update(func(tx Tx) error {
					v, _, err := things.Get(tx, "n")
					v.Count++
					return errors.Join(err, things.Put(tx, "n", v), things.Put(tx, fmt.Sprint("n", v.Count), v))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	_ = s.View(func(tx Tx) error {
		if v, _, _ := things.Get(tx, "n"); v.Count != 400 {
			t.Errorf("counted %d", v.Count)
		}
		return nil
	})
}
