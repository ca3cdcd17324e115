package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"path"
	"strings"
	"sync"
)

//go:embed templates/*.html templates/parts/*.html
var templateFiles embed.FS

// templates has the set of each page by its name: its own file, with "title" and
// "main", and the parts that all share. They are read when the first page is.
var templates = sync.OnceValues(readTemplates)

func readTemplates() (map[string]*template.Template, error) {
	parts, err := template.New("").Funcs(template.FuncMap{"clean": Clean, "choose": choose}).ParseFS(templateFiles, "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	all := map[string]*template.Template{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		set, err := parts.Clone()
		if err == nil {
			set, err = set.ParseFS(templateFiles, path.Join("templates", e.Name()))
		}
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		all[strings.TrimSuffix(e.Name(), ".html")] = set
	}
	return all, nil
}

// Render writes a page. The error is about the program itself: a template that
// does not fit its page. Nothing that somebody else wrote makes one.
func Render(f Frame, p Page) ([]byte, error) {
	all, err := templates()
	if err != nil {
		return nil, err
	}
	set, ok := all[p.name()]
	if !ok {
		return nil, fmt.Errorf("page: no template %q", p.name())
	}
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, "frame", newView(f, p)); err != nil {
		return nil, fmt.Errorf("page %s: %w", p.name(), err)
	}
	return b.Bytes(), nil
}

// choose is one of two texts: the first where something is there.
func choose(there, then, otherwise string) string {
	if there != "" {
		return then
	}
	return otherwise
}
