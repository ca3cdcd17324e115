// Command gen makes the compact element table of one FHIR version from the
// tables of its definitions: <version>-elements.tsv (path, base path, min, max,
// types) and <version>-types.tsv (name, kind, abstract).
//
//	go run ./gen FOLDER r4     # in health/internal/elements; writes r4.txt
//
// The format is described in the package above.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: gen FOLDER VERSION")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(folder, version string) error {
	types, err := rows(folder + "/" + version + "-types.tsv")
	if err != nil {
		return err
	}
	elements, err := rows(folder + "/" + version + "-elements.tsv")
	if err != nil {
		return err
	}
	text, err := compact(types, elements)
	if err != nil {
		return err
	}
	return os.WriteFile(version+".txt", text, 0o644)
}

// rows reads a table without its heading.
func rows(path string) ([][]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		out = append(out, strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
	}
	return out[1:], nil
}

type row struct{ path, base, min, max, types string }

// structures sorts the elements by the structure they stand in, in order.
func structures(elements [][]string) (names []string, of map[string][]row, backbone map[string]string) {
	of, backbone = map[string][]row{}, map[string]string{}
	for _, e := range elements {
		r := row{e[0], e[1], e[2], e[3], e[4]}
		owner := r.path[:strings.LastIndexByte(r.path, '.')]
		if _, there := of[owner]; !there {
			names = append(names, owner)
		}
		of[owner] = append(of[owner], r)
		if r.types == "BackboneElement" || r.types == "Element" {
			backbone[r.path] = r.types
		}
	}
	return names, of, backbone
}

func compact(types, elements [][]string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# FHIR element table, made by gen from the published definitions (CC0). The format is described in doc.go.\n")
	names, of, backbone := structures(elements)
	kind, abstract := map[string]string{}, map[string]bool{}
	for _, t := range types {
		kind[t[0]], abstract[t[0]] = t[1], t[2] == "True"
	}
	for _, p := range [...]string{"@String string", "@Boolean boolean", "@Integer integer", "@Decimal number", "@Date string", "@DateTime string", "@Time string"} {
		name, k, _ := strings.Cut(p, " ")
		fmt.Fprintf(&out, "%s ! %s\n", name, k)
	}
	for _, name := range names {
		switch {
		case kind[name] == "primitive-type":
			fmt.Fprintf(&out, "%s ! %s\n", name, primitive(name, of[name]))
			continue
		case name == "Resource": // wherever the type is named, any resource may stand
			out.WriteString("-Resource ! resource\n")
		default:
			parent := parentOf(name, of, backbone)
			fmt.Fprintf(&out, "%s%s%s\n", mark(name, kind, abstract), name, parent)
		}
		for _, r := range own(name, of[name]) {
			typ := r.types
			if backbone[r.path] != "" && of[r.path] != nil {
				typ = "."
			}
			fmt.Fprintf(&out, "\t%s %s %s %s\n", r.path[len(name)+1:], r.min, r.max, typ)
		}
		if err := check(name, of, backbone); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func mark(name string, kind map[string]string, abstract map[string]bool) string {
	switch {
	case abstract[name]:
		return "-"
	case kind[name] == "resource":
		return "*"
	}
	return ""
}

func primitive(name string, rows []row) string {
	switch name {
	case "xhtml":
		return "markup"
	case "integer64": // in JSON a string, because many readers round large numbers
		return "string"
	}
	for _, r := range rows {
		if strings.HasSuffix(r.path, ".value") {
			switch r.types {
			case "@Boolean":
				return "boolean"
			case "@Integer":
				return "integer"
			case "@Decimal":
				return "number"
			}
		}
	}
	if name == "positiveInt" || name == "unsignedInt" {
		return "integer" // the definitions give their value as a string
	}
	return "string"
}

// own are the elements that the structure itself defines.
func own(name string, rows []row) (out []row) {
	for _, r := range rows {
		if strings.HasPrefix(r.base, name+".") && !strings.Contains(r.base[len(name)+1:], ".") {
			out = append(out, r)
		}
	}
	return out
}

// parentOf is the structure that the last inherited element comes from.
func parentOf(name string, of map[string][]row, backbone map[string]string) string {
	parent := backbone[name]
	for _, r := range of[name] {
		if owner := r.base[:strings.LastIndexByte(r.base, '.')]; owner != name {
			parent = owner
		}
	}
	if parent == "" || parent == name {
		return ""
	}
	return " : " + parent
}

// check makes sure that nothing is lost: the parent's elements and the own ones
// are, in this order, the elements of the table.
func check(name string, of map[string][]row, backbone map[string]string) error {
	var whole func(name string) []string
	whole = func(name string) (list []string) {
		if p := parentOf(name, of, backbone); p != "" {
			list = whole(p[3:])
		}
		for _, r := range own(name, of[name]) {
			list = append(list, strings.Join([]string{r.base, r.min, r.max, r.types}, " "))
		}
		return list
	}
	var want []string
	for _, r := range of[name] {
		want = append(want, strings.Join([]string{r.base, r.min, r.max, r.types}, " "))
	}
	if got := whole(name); strings.Join(got, "\n") != strings.Join(want, "\n") {
		return fmt.Errorf("%s is not its parent and its own elements:\n%s\nbut\n%s", name, strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
	return nil
}
