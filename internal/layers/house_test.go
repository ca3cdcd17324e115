package layers

import (
	"bytes"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// maxLines is how long a file may grow before it is probably two nouns.
const maxLines = 350

// long lists the files that may be longer, each with the reason.
var long = map[string]string{}

func TestEveryPackageOpensWithProse(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		said[s.room] = said[s.room] || s.ast.Doc != nil && len(s.ast.Doc.Text()) > 80
	}
	for room, ok := range said {
		if !ok {
			t.Errorf("package %s does not say what it is for (doc.go: what to call first, what it promises)", room)
		}
	}
}

func TestFilesAreOneNounLong(t *testing.T) {
	for _, s := range sources(t) {
		if _, listed := long[s.path]; s.test || listed {
			continue
		}
		if s.size > maxLines {
			t.Errorf("%s has %d lines: split it, or list it here with the reason", s.path, s.size)
		}
	}
	for path, why := range long {
		if _, err := os.Stat(filepath.Join(root(t), path)); err != nil || why == "" {
			t.Errorf("the list of long files names %s without need or reason", path)
		}
	}
}

// What happens before main happens behind everybody's back: in an order nobody chose, and in every test.
func TestNothingHappensInInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, decl := range s.ast.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: has a func init; call it where it is wanted", s.path)
			}
		}
	}
}

func TestNoDrawers(t *testing.T) {
	drawer := regexp.MustCompile(`(^|/)(utils?|helpers?|common|misc)(/|\.go$|_test\.go$|$)`)
	for _, s := range sources(t) {
		if drawer.MatchString(s.path) {
			t.Errorf("%s: a drawer; name the file or the package for the one thing it holds", s.path)
		}
	}
}

func TestDocumentsAreThere(t *testing.T) {
	documents := []string{"README.md", "DESIGN.md", "THREATS.md", "DIVERGENCES.md", "GLOSSARY.md", "CHANGELOG.md",
		"pod/FORMAT.md", "doc/decisions/README.md", "Makefile", "Dockerfile", "docker-compose.yml", ".ci/run"}
	for _, name := range documents {
		if info, err := os.Stat(filepath.Join(root(t), name)); err != nil || info.Size() == 0 {
			t.Errorf("%s is missing or empty", name)
		}
	}
	contains(t, ".ci/run", "make test")
	contains(t, "README.md", "make test")
	contains(t, "README.md", "go run ./cmd/skrin demo")
}

func contains(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), name))
	if err == nil && !bytes.Contains(text, []byte(want)) {
		t.Errorf("%s does not mention %q", name, want)
	}
}

// unwanted are words that no file of the project holds: places on one developer's machine, mirrors that others cannot
// reach, and promises to finish later. The patterns are written so that they do not find themselves.
var unwanted = map[string]*regexp.Regexp{
	"a folder of one machine": regexp.MustCompile(`/(wor[k]|roo[t]|User[s])/`),
	"a private mirror":        regexp.MustCompile(`pro[x]y\.gola|regi[s]try\.np`),
	"an unkept promise":       regexp.MustCompile(`\b(TO[D]O|FIX[M]E|XX[X])\b`),
}

func TestUnwantedWords(t *testing.T) {
	dir := root(t)
	for _, path := range texts(t, dir) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for what, pattern := range unwanted {
			if at := pattern.FindIndex(text); at != nil {
				rel, _ := filepath.Rel(dir, path)
				line := 1 + bytes.Count(text[:at[0]], []byte("\n"))
				t.Errorf("%s:%d holds %s: %q", rel, line, what, text[at[0]:at[1]])
			}
		}
	}
}

// texts are the files of the project that people write.
func texts(t *testing.T, dir string) []string {
	t.Helper()
	written := map[string]bool{".go": true, ".md": true, ".yml": true, ".yaml": true, ".mod": true, ".html": true,
		".css": true, ".js": true, "": true}
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && (name == ".git" || name == "testdata" || name == "node_modules") {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() && name != "skrin" && !strings.HasSuffix(name, ".test") && written[filepath.Ext(name)] {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
