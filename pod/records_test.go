package pod

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"testing"
)

// Records are there again after a restart, in their kinds, and nothing of them
// can be read in the file.
func TestRecords(t *testing.T) {
	w := newWorld(t)
	want := map[string]string{}
	r := w.vault.Records()
	err := r.Update(func(t *RecordTx) error {
		for i := range 300 {
			name := fmt.Sprintf("canary-name-%d", i)
			want[name] = fmt.Sprintf("canary-value-%d\x00\x00", i)
			if err := t.Put("account", name, []byte(want[name])); err != nil {
				return err
			}
		}
		return errors.Join(t.Put("session", "canary-name-1", nil), t.Delete("account", "canary-name-7"), t.Delete("account", "never"))
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(want, "canary-name-7")
	w.restart()
	err = w.vault.Records().View(func(tx *RecordTx) error {
		got := map[string]string{}
		err := tx.Each("account", func(name string, value []byte) (bool, error) {
			got[name] = string(value)
			return true, nil
		})
		if !maps.Equal(got, want) {
			t.Errorf("%d of %d records came back", len(got), len(want))
		}
		if v, _ := tx.Get("account", "canary-name-2"); string(v) != want["canary-name-2"] {
			t.Errorf("one record is %q", v)
		}
		if v, _ := tx.Get("session", "canary-name-2"); v != nil {
			t.Errorf("a record of another kind is %q", v)
		}
		if v, _ := tx.Get("session", "canary-name-1"); v == nil || len(v) != 0 {
			t.Errorf("an empty record is %v", v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.scan("canary", "account")
}

// An update that fails leaves everything as it was, and what cannot be kept is refused.
func TestRecordsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	r := w.vault.Records()
	put := func(kind, name string, value []byte) error {
		return r.Update(func(t *RecordTx) error { return t.Put(kind, name, value) })
	}
	if err := put("a", "b", []byte("first")); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no")
	err := r.Update(func(t *RecordTx) error {
		return errors.Join(t.Put("a", "b", []byte("second")), t.Put("a", "c", []byte("x")), failed)
	})
	if !errors.Is(err, failed) {
		t.Errorf("the error is %v", err)
	}
	_ = r.View(func(tx *RecordTx) error {
		if v, _ := tx.Get("a", "b"); string(v) != "first" {
			t.Errorf("it is %q", v)
		}
		if v, _ := tx.Get("a", "c"); v != nil {
			t.Errorf("it is %q", v)
		}
		return nil
	})
	for _, bad := range []struct {
		kind, name string
		value      []byte
	}{{"", "x", nil}, {"x", "", nil}, {"x", string(bytes.Repeat([]byte("n"), maxRecordName+1)), nil}, {"x", "y", make([]byte, maxRecordValue+1)}} {
		if err := put(bad.kind, bad.name, bad.value); !errors.Is(err, ErrRecord) {
			t.Errorf("%q %.10q %d: %v", bad.kind, bad.name, len(bad.value), err)
		}
	}
}

// A record that was changed in the file, or put in the place of another one, is counted as damaged; the others are not.
func TestRecordsCheck(t *testing.T) {
	w := newWorld(t)
	r := w.vault.Records()
	var keys [][]byte
	err := r.Update(func(t *RecordTx) error {
		for _, name := range []string{"a", "b", "c", "d"} {
			keys = append(keys, t.key("account", name))
			if err := t.Put("account", name, []byte("value of "+name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	before, _, err := r.Check()
	if err != nil {
		t.Fatal(err)
	}
	err = r.Update(func(t *RecordTx) error {
		garbled, moved := bytes.Clone(t.tx.get(bRecord, keys[0])), bytes.Clone(t.tx.get(bRecord, keys[2]))
		garbled[len(garbled)-1] ^= 1
		return errors.Join(t.tx.put(bRecord, keys[0], garbled), t.tx.put(bRecord, keys[1], moved))
	})
	if err != nil {
		t.Fatal(err)
	}
	if all, damaged, err := r.Check(); all != before || damaged != 2 || err != nil {
		t.Errorf("%d of %d are damaged (%v), want 2 of %d", damaged, all, err, before)
	}
}
