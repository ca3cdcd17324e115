package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "skrin"

// A source is one parsed Go file of the module.
type source struct {
	path string // relative to the root of the module
	room string // its package, relative to the module
	test bool
	ast  *ast.File
	size int // lines
}

// imports are the import paths of the file.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.ast.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, path)
	}
	return paths
}

// tool reports whether the file belongs to a program that makes source, and is no part of the house at run time.
func (s source) tool() bool { return s.ast.Name.Name == "main" && strings.HasSuffix(s.room, "/gen") }

// root finds the folder of go.mod above this package.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatalf("the root of the module is not at %s: %v", dir, err)
	}
	return dir
}

// sources reads every Go file of the module.
func sources(t *testing.T) []source {
	t.Helper()
	dir := root(t)
	var found []source
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != dir && (strings.HasPrefix(name, ".") || name == "testdata" || name == "vendor" || name == "node_modules") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		s, err := parse(dir, path)
		found = append(found, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func parse(dir, path string) (source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return source{}, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return source{}, err
	}
	rel = filepath.ToSlash(rel)
	return source{
		path: rel,
		room: filepath.ToSlash(filepath.Dir(rel)),
		test: strings.HasSuffix(rel, "_test.go"),
		ast:  file,
		size: strings.Count(string(text), "\n"),
	}, nil
}

func TestRoomsSeeOnlyWhomTheyMay(t *testing.T) {
	for _, s := range sources(t) {
		r, known := rooms[s.room]
		if !known {
			t.Errorf("%s: package %s has no line in the table of rooms; say whom it may see, and why", s.path, s.room)
			continue
		}
		for _, path := range s.imports() {
			other, own := strings.CutPrefix(path, module+"/")
			if !own || other == s.room || slices.Contains(r.may, other) || s.test && mayInTests(s.room, other) {
				continue
			}
			t.Errorf("%s: %s must not see %s: %s", s.path, s.room, other, r.why)
		}
	}
}

func mayInTests(room, other string) bool {
	return anyTest[other] || slices.Contains(inTests[room], other)
}

func TestForeignModulesHaveOneHome(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
				continue // the standard library and our own
			}
			checkHome(t, s, path)
		}
	}
}

func checkHome(t *testing.T, s source, path string) {
	t.Helper()
	for _, h := range homes {
		if path != h.module && !strings.HasPrefix(path, h.module+"/") {
			continue
		}
		if !slices.Contains(h.rooms, s.room) && !strings.HasPrefix(s.room, "internal/podtest") {
			t.Errorf("%s: %s lives in %s: %s", s.path, h.module, strings.Join(h.rooms, ", "), h.why)
		}
		return
	}
	t.Errorf("%s: %s has no home; a new dependency is a decision: give it one, and a page in doc/decisions", s.path, path)
}

func TestForbiddenPackages(t *testing.T) {
	for _, s := range sources(t) {
		for _, f := range forbidden {
			inside := s.room == f.room || strings.HasPrefix(s.room, f.room+"/")
			if !s.test && !s.tool() && inside && slices.Contains(s.imports(), f.pkg) {
				t.Errorf("%s: %s must not import %s: %s", s.path, f.room, f.pkg, f.why)
			}
		}
	}
}

// The picture has no circles and names no room that its neighbours could not know.
func TestThePictureIsSound(t *testing.T) {
	var visit func(name string, above []string)
	visit = func(name string, above []string) {
		if slices.Contains(above, name) {
			t.Fatalf("the rooms go in a circle: %s", strings.Join(append(above, name), " -> "))
		}
		for _, next := range rooms[name].may {
			if _, known := rooms[next]; !known {
				t.Errorf("%s may see %s, which has no line of its own", name, next)
				continue
			}
			visit(next, append(slices.Clone(above), name))
		}
	}
	for name, r := range rooms {
		if r.why == "" {
			t.Errorf("%s: a rule without a reason", name)
		}
		visit(name, nil)
	}
}
