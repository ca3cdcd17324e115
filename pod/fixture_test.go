package pod

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/linkeddata"
)

// testdata/v1 is a data folder as version 1 of the format wrote it, with its
// host key, a backup and its recovery key. Every later version must open it:
// it is never made anew, only joined by folders of later formats.
// SKRIN_MAKE_FIXTURE=DIR makes one of the present format in DIR.
const fixture = "testdata/v1"

var fixtureTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// fixtureBodies are what its pod holds.
var fixtureBodies = map[string]string{
	"/health/labs/a":          "<#a> <#b> \"5.4\".",
	"/health/vitals/obs-1":    `{"resourceType":"Observation","id":"1"}`,
	"/health/documents/large": strings.Repeat("a large body ", 8000),
	"/notes/\u00e5 b":         "a name with an accent and a space",
	"/empty":                  "",
}

func TestFixtureOpens(t *testing.T) {
	if dir := os.Getenv("SKRIN_MAKE_FIXTURE"); dir != "" {
		makeFixture(t, dir)
	}
	w := fromFixture(t)
	if err := os.CopyFS(w.dir, os.DirFS(filepath.Join(fixture, "data"))); err != nil {
		t.Fatal(err)
	}
	w.start()
	p, err := w.vault.Lookup("maria")
	if err != nil {
		t.Fatal(err)
	}
	w.hasFixture(Created{Info: p})
	w.get(w.vault.As(p.ID, ana), "/health/labs/a") // by a grant
	w.get(w.vault.As(p.ID, silvia), "/notes/%C3%A5%20b")
	w.refused(w.vault.As(p.ID, silvia), "/health/labs/a", ErrDenied)
	found, err := w.vault.As(p.ID, owner(Created{Info: p})).Resolve(ctx, []string{"Observation/1"})
	if err != nil || found["Observation/1"] != MustPath("/health/vitals/obs-1") {
		t.Error(found, err)
	}
	head, err := os.ReadFile(filepath.Join(fixture, "head"))
	if err != nil {
		t.Fatal(err)
	}
	seen, err := ParseHead(string(head))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.vault.As(p.ID, owner(Created{Info: p})).VerifyJournal(ctx, &seen); err != nil {
		t.Error(err)
	}
	if err := w.vault.As(p.ID, owner(Created{Info: p})).Rotate(ctx, nil); err != nil {
		t.Error(err)
	}
}

func TestFixtureRestores(t *testing.T) {
	w := fromFixture(t)
	w.start()
	data, err := os.ReadFile(filepath.Join(fixture, "backup"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(fixture, "recovery"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseRecoveryKey(string(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: key})
	if err != nil {
		t.Fatal(err)
	}
	w.hasFixture(Created{Info: r.Info})
}

// fromFixture is a world with the fixture's host key, in which nothing was opened yet.
func fromFixture(t *testing.T) *world {
	t.Helper()
	f, err := os.Open(filepath.Join(fixture, "host-identity"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	key, err := crypto.ParseHostKey(f)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: t.TempDir(), key: key, clock: &handClock{t: fixtureTime.Add(time.Minute)}}
	w.opt = Options{Base: testBase, Now: w.clock.now}
	t.Cleanup(w.finish)
	return w
}

func (w *world) hasFixture(p Created) {
	w.Helper()
	for path, want := range fixtureBodies {
		if got := w.get(w.vault.As(p.ID, owner(p)), escaped(path)); got != want {
			w.Errorf("%s holds %d bytes, want %d", path, len(got), len(want))
		}
	}
}

func escaped(path string) string {
	names := strings.Split(path, "/")
	for i, n := range names {
		names[i] = encodeSegment(n)
	}
	return strings.Join(names, "/")
}

// makeFixture writes a data folder of the present format.
func makeFixture(t *testing.T, dir string) {
	key, err := crypto.GenerateHostKey()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: filepath.Join(dir, "data"), key: key, clock: &handClock{t: fixtureTime}}
	w.opt = Options{Base: testBase, Now: w.clock.now}
	w.start()
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for path, body := range fixtureBodies {
		d := text(body)
		switch {
		case strings.HasSuffix(path, "obs-1"):
			d.MediaType, d.References = "application/fhir+json", []string{"Observation/1"}
		case strings.HasSuffix(path, "labs/a"):
			d.MediaType = "text/turtle"
		}
		w.put(maria, escaped(path), d)
	}
	w.put(maria, "/notes/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <`+silvia.WebID.String()+`>; acl:default <./>; acl:mode acl:Read.`))
	if _, err := maria.Grant(ctx, acl.Grant{
		To: ana.WebID, Targets: []linkeddata.IRI{linkeddata.MustIRI(p.Root.String() + "health/")}, Modes: acl.Read,
		Note: "treatment", Until: fixtureTime.Add(300 * 24 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}
	if err := maria.Rotate(ctx, nil); err != nil { // so that there are older keys
		t.Fatal(err)
	}
	data := w.backup(p, BackupOptions{})
	head, err := maria.VerifyJournal(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Close(); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(w.dir, reserveName))
	var hostKey bytes.Buffer
	key.WriteTo(&hostKey)
	for name, content := range map[string][]byte{
		"host-identity": hostKey.Bytes(), "recovery": []byte(p.Recovery.Text()), "backup": data, "head": []byte(head.String()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
