package elements

import (
	_ "embed" // the table's text
	"fmt"
	"strings"
	"sync"

	"skrin/linkeddata"
)

//go:embed r4.txt
var r4 string

// R4 is the table of FHIR 4.0.1, read when first asked for.
var R4 = sync.OnceValue(func() *Table {
	table, err := read(r4)
	if err != nil {
		panic("embedded FHIR table: " + err.Error()) // a test reads it
	}
	return table
})

// vocabulary is the namespace of classes and predicates.
const vocabulary = "http://hl7.org/fhir/"

// structure is a part of the text: a type before its elements are put together.
type structure struct {
	parent string
	typ    *Type
	lines  []element
	done   bool
}

type element struct {
	name, min, max string
	types          []string
}

func read(text string) (*Table, error) {
	r := reader{structures: map[string]*structure{}, table: &Table{types: map[string]*Type{}}}
	var current *structure
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		var err error
		switch {
		case line == "" || line[0] == '#':
		case line[0] != '\t':
			current, err = r.begin(line)
		case current == nil:
			err = fmt.Errorf("element before any structure: %q", line)
		default:
			err = current.add(line[1:])
		}
		if err != nil {
			return nil, err
		}
	}
	return r.table, r.finishAll()
}

type reader struct {
	structures map[string]*structure
	table      *Table
}

func (r *reader) begin(line string) (*structure, error) {
	name, rest, _ := strings.Cut(line, " ")
	s := &structure{typ: &Type{field: map[string]*Field{}}}
	switch name[0] {
	case '*':
		name, s.typ.Resource = name[1:], true
	case '-':
		name = name[1:]
	case '@':
		s.typ.Plain = true
	}
	switch {
	case rest == "":
	case strings.HasPrefix(rest, ": "):
		s.parent = rest[2:]
	case strings.HasPrefix(rest, "! "):
		kind, ok := kinds[rest[2:]]
		if !ok {
			return nil, fmt.Errorf("no such kind: %q", line)
		}
		s.typ.Kind = kind
	default:
		return nil, fmt.Errorf("no structure: %q", line)
	}
	s.typ.Name = name
	s.typ.Term, s.typ.Modified = term(strings.TrimPrefix(name, "@")), term("_"+strings.TrimPrefix(name, "@"))
	r.structures[name], r.table.types[name] = s, s.typ
	return s, nil
}

var kinds = map[string]Kind{"boolean": Boolean, "integer": Integer, "number": Decimal, "string": Text, "markup": XHTML, "resource": AnyResource}

func (s *structure) add(line string) error {
	f := strings.Fields(line)
	if len(f) != 4 {
		return fmt.Errorf("no element: %q", line)
	}
	s.lines = append(s.lines, element{f[0], f[1], f[2], strings.Split(f[3], "|")})
	return nil
}

func (r *reader) finishAll() error {
	for _, s := range r.structures {
		if err := r.finish(s); err != nil {
			return err
		}
	}
	return nil
}

// finish puts the parent's elements and the own ones into the type.
func (r *reader) finish(s *structure) error {
	if s.done {
		return nil
	}
	s.done = true
	number := 0
	if s.parent != "" {
		p := r.structures[s.parent]
		if p == nil {
			return fmt.Errorf("%s builds on %s, which is missing", s.typ.Name, s.parent)
		}
		if err := r.finish(p); err != nil {
			return err
		}
		for _, f := range p.typ.Fields {
			s.typ.put(f)
			number = f.Number + 1
		}
	}
	for _, line := range s.lines {
		if err := r.element(s.typ, line, number); err != nil {
			return err
		}
		number++
	}
	if number > MaxFields {
		return fmt.Errorf("%s has %d elements", s.typ.Name, number)
	}
	return nil
}

// element adds one element to a type: a choice is added once for each type.
func (r *reader) element(owner *Type, e element, number int) error {
	stem, choice := strings.CutSuffix(e.name, "[x]")
	for _, name := range e.types {
		target := name
		switch {
		case name == ".":
			target = owner.Name + "." + e.name
		case name[0] == '#':
			target = name[1:]
		}
		typ := r.table.types[target]
		if typ == nil {
			return fmt.Errorf("%s.%s is of type %s, which is missing", owner.Name, e.name, target)
		}
		f := &Field{Name: e.name, Element: stem, Number: number, Many: e.max == "*", Never: e.max == "0", Type: typ}
		if e.min == "1" {
			f.Min = 1
		}
		if choice {
			f.Choice, f.Name = e.name, ChoiceName(stem, name)
		}
		f.Path = owner.Name + "." + f.Name
		f.Predicate, f.Plain, f.Modified = term(f.Path), term(stem), term("_"+stem)
		owner.put(f)
	}
	return nil
}

// put adds a field behind the others. Its place is the same in every type that
// builds on this one, because what is inherited comes first.
func (t *Type) put(f *Field) {
	f.Place = len(t.Fields)
	t.Fields = append(t.Fields, f)
	t.field[f.Name] = f
	if f.Min > 0 {
		t.Required |= 1 << f.Number
	}
}

func term(name string) linkeddata.Term { return linkeddata.MustIRI(vocabulary + name).Term() }
