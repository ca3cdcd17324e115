package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

const base = "http://floor.example/"

// The floor must do the work that it is said to do, or nothing measured against it means anything.
func TestFloor(t *testing.T) {
	i, err := issuer.New(issuer.Options{})
	must(t, err)
	defer i.Close()
	key, err := issuerKey(i.URL(issuer.Keys))
	must(t, err)
	app := linkeddata.MustIRI("https://app.example/")
	owner, err := i.Person("maria", app)
	must(t, err)
	reader, err := i.Person("ana", app)
	must(t, err)
	other, err := i.Person("eve", app)
	must(t, err)
	s, err := openStore(filepath.Join(t.TempDir(), "floor.db"))
	must(t, err)
	defer s.close()
	f := &floor{base: base, issuer: i.IRI().String(), owner: owner.WebID.String(), reader: reader.WebID.String(), line: true, store: s}
	f.guard = newGuard(f.issuer, key)

	signed := func(who *issuer.Person, method, body string) *http.Request {
		r, err := http.NewRequest(method, base+"x", strings.NewReader(body))
		must(t, err)
		r.Header.Set("Content-Type", "text/plain")
		must(t, who.Sign(r))
		return r
	}
	ask := func(r *http.Request, status int, want string) {
		t.Helper()
		res, err := f.app().Test(r, -1)
		must(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		must(t, err)
		if res.StatusCode != status || status == 200 && string(body) != want {
			t.Errorf("%s: %d %q, want %d %q", r.Method, res.StatusCode, body, status, want)
		}
	}
	ask(signed(owner, "GET", ""), 404, "")
	ask(signed(owner, "PUT", "one"), 201, "")
	ask(signed(owner, "PUT", "two"), 204, "")
	ask(signed(owner, "GET", ""), 200, "two")
	if n := linesIn(t, s); n != 0 {
		t.Errorf("the owner left %d lines", n)
	}
	ask(signed(reader, "GET", ""), 200, "two")
	if n := linesIn(t, s); n != 1 {
		t.Errorf("the reader left %d lines", n)
	}
	ask(signed(reader, "PUT", "three"), 403, "")
	ask(signed(other, "GET", ""), 403, "")

	once := signed(owner, "GET", "")
	ask(once, 200, "two")
	ask(once, 401, "") // its proof was used
	foreign := signed(owner, "GET", "")
	foreign.Header.Set("DPoP", signed(reader, "GET", "").Header.Get("DPoP"))
	ask(foreign, 401, "")
	elsewhere := signed(owner, "GET", "")
	elsewhere.URL.Path = "/y"
	ask(elsewhere, 401, "")
	nobody, err := http.NewRequest("GET", base+"x", nil)
	must(t, err)
	ask(nobody, 401, "")

	must(t, s.db.View(func(tx *bolt.Tx) error {
		if plain := string(tx.Bucket(values).Get([]byte("/x"))); strings.Contains(plain, "two") {
			t.Error("values lie open")
		}
		return nil
	}))
}

func linesIn(t *testing.T, s *store) (n int) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) error {
		n = tx.Bucket(lines).Stats().KeyN
		return nil
	}))
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
