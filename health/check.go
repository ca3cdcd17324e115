package health

import (
	"errors"
	"strconv"
	"strings"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
)

// Check tells what is structurally wrong with a FHIR R4 resource: elements that
// the type does not have, values of the wrong JSON kind, lists where one value
// belongs and the other way round, two types of a choice, dates and whole
// numbers that are none. It does not look at what must be present, nor at
// terminologies and profiles; Validate sees more. An empty answer means that
// Graph can show the resource. Of very many problems only the first hundred are
// told.
func Check(body []byte) []Problem {
	t, err := tree.Parse(string(body), DefaultLimits.Depth)
	if err != nil {
		return []Problem{malformed(0, err)}
	}
	return check(t, tree.Root, elements.R4())
}

const maxProblems = 100

// malformed says in our words why a text could not be parsed.
func malformed(entry int, err error) Problem {
	p := Problem{Entry: entry, What: err.Error(), Err: ErrMalformed}
	var at *tree.Error
	if errors.As(err, &at) {
		p.Where, p.What = "byte "+strconv.Itoa(at.Offset), at.What
		if !errors.Is(err, tree.ErrSyntax) {
			p.Err = ErrLimit
		}
	}
	return p
}

// check looks at the resource at n. The problems are those of entry 0.
func check(t *tree.Tree, n tree.Node, table *elements.Table) []Problem {
	c := checker{tree: t, table: table}
	c.resource(n)
	return c.problems
}

type checker struct {
	tree     *tree.Tree
	table    *elements.Table
	strict   *strict // nil: only what keeps a resource out
	problems []Problem
	errors   int
	path     []step
}

func (c *checker) at(name string, f *elements.Field) {
	element := ""
	if f != nil {
		element = f.Element
	}
	c.path = append(c.path, step{name: name, element: element})
}

func (c *checker) item(i int) { c.path = append(c.path, step{index: i}) }
func (c *checker) back()      { c.path = c.path[:len(c.path)-1] }

func (c *checker) report(kind error, code, what string) {
	if c.errors++; c.errors <= maxProblems {
		c.problems = append(c.problems, Problem{Where: pathText(c.path), Expression: expression(c.path), What: what, Code: code, Err: kind})
	}
}

// resource looks at an object that must name its type.
func (c *checker) resource(n tree.Node) {
	if c.tree.Kind(n) != tree.Object {
		c.report(ErrInvalid, codeStructure, words(c.tree.Kind(n))+" where a resource belongs")
		return
	}
	name := c.tree.Member(n, "resourceType")
	switch {
	case name == 0:
		c.report(ErrInvalid, codeRequired, `resourceType is missing, so this is no FHIR resource`)
		return
	case c.tree.Kind(name) != tree.String:
		c.report(ErrInvalid, codeStructure, "resourceType must be a text")
		return
	}
	typ := c.table.Resource(c.tree.Text(name))
	if typ == nil {
		c.report(ErrUnknownType, codeNotSupported, quoted(c.tree.Text(name))+" is no FHIR R4 resource type")
		return
	}
	if len(c.path) == 0 {
		c.at(typ.Name, nil)
		defer c.back()
	}
	if c.strict != nil {
		defer c.strictResource(n)()
	}
	c.members(n, typ, true)
}

// members looks at the members of an object of the type.
func (c *checker) members(n tree.Node, typ *elements.Type, resource bool) {
	var seen, seenMore uint64 // by element; the second for "_name"
	for m := c.tree.First(n); m != 0; m = c.tree.Next(m) {
		key := c.tree.Key(m)
		if key == "resourceType" && resource {
			resource = false // a second one is no element
			continue
		}
		name, more := strings.CutPrefix(key, "_")
		f := typ.Field(name)
		if f == nil || f.Never || more && (f.Type.Plain || !f.Type.Kind.Primitive()) {
			c.unknown(key, typ)
			continue
		}
		set := &seen
		if more {
			set = &seenMore
		}
		c.at(key, f)
		if *set&(1<<f.Number) != 0 {
			c.report(ErrInvalid, codeStructure, "stands twice, or two types of a choice are given")
		}
		*set |= 1 << f.Number
		c.field(m, f, more)
		c.back()
	}
	if c.strict != nil {
		c.strictMembers(n, typ, seen|seenMore)
	}
}

func (c *checker) unknown(key string, typ *elements.Type) {
	c.path = append(c.path, step{name: quoted(key), element: "-"})
	c.report(ErrInvalid, codeStructure, "unknown element of "+typ.Name)
	c.back()
}

// field looks at the value of an element, or of what is written beside it ("_name").
func (c *checker) field(n tree.Node, f *elements.Field, more bool) {
	list := c.tree.Kind(n) == tree.Array
	switch {
	case f.Many && !list:
		c.report(ErrInvalid, codeStructure, "a single value where a list belongs")
	case !f.Many && list:
		c.report(ErrInvalid, codeStructure, "a list where a single value belongs")
	case !f.Many:
		c.value(n, f, more)
	default:
		i := 0
		for item := c.tree.First(n); item != 0; item = c.tree.Next(item) {
			if gap := c.tree.Kind(item) == tree.Null && f.Type.Kind.Primitive(); !gap {
				c.item(i)
				c.value(item, f, more)
				c.back()
			}
			i++
		}
	}
}

func (c *checker) value(n tree.Node, f *elements.Field, more bool) {
	kind, typ := c.tree.Kind(n), f.Type
	switch {
	case more:
		typ = c.table.Type("Element")
	case typ.Kind.Primitive():
		c.primitive(n, kind, f)
		return
	}
	if kind != tree.Object {
		c.report(ErrInvalid, codeStructure, words(kind)+" where an object belongs")
		return
	}
	if typ.Kind == elements.AnyResource {
		c.resource(n)
		return
	}
	c.members(n, typ, false)
}

// primitive looks at a single value.
func (c *checker) primitive(n tree.Node, kind tree.Kind, f *elements.Field) {
	typ, want := f.Type, tree.String
	switch typ.Kind {
	case elements.Boolean:
		want = tree.Bool
	case elements.Integer, elements.Decimal:
		want = tree.Number
	}
	switch {
	case kind != want:
		c.report(ErrInvalid, codeStructure, words(kind)+" where "+words(want)+" belongs")
	case typ.Kind == elements.Integer && !wholeNumber(c.tree.Raw(n), typ.Name):
		c.report(ErrInvalid, codeValue, "no value of type "+typ.Name)
	case typ.Kind == elements.Text && !temporal(c.tree.Text(n), typ.Name):
		c.report(ErrInvalid, codeValue, "not written as a FHIR "+typ.Name)
	case c.strict != nil:
		c.strictPrimitive(n, f)
	}
}

func wholeNumber(s, typ string) bool {
	switch {
	case strings.ContainsAny(s, ".eE"):
		return false
	case typ == "positiveInt":
		return s[0] != '-' && s != "0"
	case typ == "unsignedInt":
		return s[0] != '-'
	}
	return true
}

var kindWords = [...]string{tree.Null: "null", tree.Bool: "true or false", tree.Number: "a number", tree.String: "text", tree.Array: "a list", tree.Object: "an object"}

// words names a JSON kind: "text where a number belongs".
func words(k tree.Kind) string { return kindWords[k] }

// quoted makes a foreign name fit for a message: it is told as it stands only
// when it looks like a name, so that no message carries somebody's data.
func quoted(name string) string {
	if len(name) > 64 {
		return "(a long name)"
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !(c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			return "(a name with other characters)"
		}
	}
	if name == "" {
		return "(an empty name)"
	}
	return name
}
