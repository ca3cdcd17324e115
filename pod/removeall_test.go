package pod

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skrin/acl"
)

// A container of several pages goes whole, its files with it, and the journal
// tells in one line how much that was.
func TestDeleteAll(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	var drafts []Draft
	for i := range removePage + 50 {
		d := text("x")
		d.Name = fmt.Sprintf("day-%d", i)
		drafts = append(drafts, d)
	}
	w.put(maria, "/trip/days/deep/down", text("x"))
	if _, err := maria.Append(context.Background(), MustPath("/trip/days/"), drafts...); err != nil {
		t.Fatal(err)
	}
	w.put(maria, "/trip/film", Draft{MediaType: "video/mp4", Body: strings.NewReader(strings.Repeat("x", 2*inlineLimit))})
	if err := maria.DeleteAll(context.Background(), MustPath("/trip/"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	w.refused(maria, "/trip/", ErrNotFound)
	w.refused(maria, "/trip/days/deep/down", ErrNotFound)
	lines := w.journal(p)
	if last := lines[len(lines)-1]; last.Did != "delete" || last.Path != "/trip/" || last.Count != removePage+50+5 {
		t.Errorf("the journal says %+v", last.Line)
	}
	files, _ := filepath.Glob(filepath.Join(w.dir, "pods", "*", "*.blobs", "*"))
	if len(files) > 0 {
		t.Errorf("left over: %v", files)
	}
}

// What may not be deleted keeps everything, also what was looked at before it.
func TestDeleteAllIsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, silvias := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, silvia)
	for _, path := range []string{"/team/a/1", "/team/a/2", "/team/b", "/team/c/d/e"} {
		w.put(maria, path, text("x"))
	}
	rule := func(on, modes string) Draft {
		return turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <` + silvia.WebID.String() +
			`>; acl:accessTo <` + on + `>; acl:default <` + on + `>; acl:mode ` + modes + `.`)
	}
	w.put(maria, "/team/.acl", rule("./", "acl:Read, acl:Write"))
	for _, kept := range []string{"/team/a/2", "/team/b", "/team/c/d/e"} {
		name := kept[strings.LastIndexByte(kept, '/')+1:]
		w.put(maria, kept+".acl", rule(name, "acl:Read, acl:Append"))
		for _, under := range []string{"/team/a/", "/team/c/"} {
			err := silvias.DeleteAll(context.Background(), MustPath(under), Precondition{})
			if strings.HasPrefix(kept, under) != errors.Is(err, ErrDenied) || err != nil && !errors.Is(err, ErrDenied) {
				t.Errorf("%s kept: delete %s: %v", kept, under, err)
			}
			if err == nil {
				for _, path := range []string{"/team/a/1", "/team/a/2", "/team/c/d/e"} {
					w.put(maria, path, text("x"))
				}
			}
		}
		w.get(silvias, kept)
		if err := maria.Delete(context.Background(), MustPath(kept+".acl"), Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := maria.DeleteAll(context.Background(), Root, Precondition{}); !errors.Is(err, ErrManaged) {
		t.Errorf("delete the root: %v", err)
	}
	if err := w.vault.As(p.ID, acl.Agent{}).DeleteAll(context.Background(), MustPath("/team/"), Precondition{}); !errors.Is(err, ErrDenied) {
		t.Errorf("the public deletes: %v", err)
	}
	if _, err := os.Stat(w.vault.podFile(p.ID)); err != nil {
		t.Error(err)
	}
}
