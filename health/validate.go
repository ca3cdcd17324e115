package health

import (
	"strings"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
)

// Validate tells everything that the definition of FHIR R4 has against a
// resource, as far as the structure goes: what Check tells, and warnings.
//
// The two are told apart by what follows. With an error the resource cannot be
// understood, so it is not taken and not shown as linked data. A warning is
// something that FHIR does not allow either, and that a server for hospitals
// may well refuse. Here it is taken, because the records are the citizen's and a
// missing display text is no reason to lose one: elements that must be present
// and are not, texts that are not written as their type wants (id, code, uri,
// base64...), numbers out of range, days that no month has, lists and objects
// with nothing in them, references that cannot lead anywhere, and a few rules
// of FHIR about references, extensions and contained resources.
//
// Problems stand in the order of the resource, at most a hundred errors and a
// hundred warnings. Outcome tells them to a FHIR client.
func Validate(body []byte) []Problem {
	t, err := tree.Parse(string(body), DefaultLimits.Depth)
	if err != nil {
		return []Problem{malformed(whole, err)}
	}
	c := checker{tree: t, table: elements.R4(), strict: &strict{}}
	c.resource(tree.Root)
	for i := range c.problems {
		c.problems[i].Entry = whole
	}
	return c.problems
}

// strict is what a checker needs for warnings.
type strict struct {
	warnings int
	local    map[string]bool // the ids of what the resource at hand contains
	inside   bool            // in a contained resource
}

// warn reports something that is taken nevertheless.
func (c *checker) warn(code, what string) {
	if c.strict.warnings++; c.strict.warnings <= maxProblems {
		c.problems = append(c.problems, Problem{Where: pathText(c.path), Expression: expression(c.path), What: what, Code: code, Err: ErrInvalid, Warning: true})
	}
}

// strictResource begins a resource; what it gives ends it.
func (c *checker) strictResource(n tree.Node) (end func()) {
	outer := *c.strict
	end = func() { c.strict.local, c.strict.inside = outer.local, outer.inside }
	list := c.tree.Member(n, "contained")
	if c.strict.inside = c.isContained(); c.strict.inside {
		if c.tree.TextOf(n, "id") == "" {
			c.warn(codeInvariant, "a contained resource without an id cannot be referred to")
		}
		if list != 0 {
			c.warn(codeInvariant, "a contained resource contains others (dom-2)")
		}
		return end
	}
	c.strict.local = map[string]bool{}
	if c.tree.Kind(list) != tree.Array {
		return end
	}
	for item := c.tree.First(list); item != 0; item = c.tree.Next(item) {
		if id := c.tree.TextOf(item, "id"); id != "" && c.strict.local[id] {
			c.warn(codeInvariant, "two contained resources have the same id")
		} else {
			c.strict.local[id] = true
		}
	}
	return end
}

// isContained says whether the path leads to an item of contained.
func (c *checker) isContained() bool {
	return len(c.path) > 1 && c.path[len(c.path)-2].element == "contained"
}

// strictMembers looks at an object as a whole; seen has the bits of the elements
// that it has.
func (c *checker) strictMembers(n tree.Node, typ *elements.Type, seen uint64) {
	if c.tree.First(n) == 0 {
		c.warn(codeStructure, "an empty object")
	}
	if missing := typ.Required &^ seen; missing != 0 {
		c.missing(typ, missing)
	}
	c.emptyPlaces(n, typ)
	switch typ.Name {
	case "Reference":
		c.strictReference(n)
	case "Extension":
		c.strictExtension(n, typ)
	}
}

// missing tells each element that must be present and is not.
func (c *checker) missing(typ *elements.Type, bits uint64) {
	for _, f := range typ.Fields {
		if bits&(1<<f.Number) == 0 {
			continue
		}
		bits &^= 1 << f.Number
		name := f.Name
		if f.Choice != "" {
			name = f.Choice
		}
		c.path = append(c.path, step{name: name, element: "-"})
		c.warn(codeRequired, "is missing, and "+typ.Name+" must have it")
		c.back()
	}
}

// emptyPlaces tells lists without items, and places in lists of primitives
// where neither a value stands nor anything beside it.
func (c *checker) emptyPlaces(n tree.Node, typ *elements.Type) {
	for m := c.tree.First(n); m != 0; m = c.tree.Next(m) {
		if c.tree.Kind(m) != tree.Array {
			continue
		}
		key := c.tree.Key(m)
		name, more := strings.CutPrefix(key, "_")
		f := typ.Field(name)
		if f == nil {
			continue // told as unknown
		}
		c.at(key, f)
		if c.tree.First(m) == 0 {
			c.warn(codeStructure, "an empty list")
		} else if !more && c.hasNull(m) && !c.filledBy(m, c.tree.Member(n, "_"+key)) {
			c.warn(codeStructure, "a place in the list holds nothing")
		}
		c.back()
	}
}

func (c *checker) hasNull(list tree.Node) bool {
	for item := c.tree.First(list); item != 0; item = c.tree.Next(item) {
		if c.tree.Kind(item) == tree.Null {
			return true
		}
	}
	return false
}

// filledBy says whether for each null of a list something stands in the other.
func (c *checker) filledBy(list, other tree.Node) bool {
	beside := c.tree.First(other)
	for item := c.tree.First(list); item != 0; item = c.tree.Next(item) {
		if c.tree.Kind(item) == tree.Null && c.tree.Kind(beside) == tree.Null {
			return false
		}
		if beside != 0 {
			beside = c.tree.Next(beside)
		}
	}
	return true
}

// strictExtension: an extension has a value or extensions of its own (ext-1).
func (c *checker) strictExtension(n tree.Node, typ *elements.Type) {
	value, nested := false, false
	for m := c.tree.First(n); m != 0; m = c.tree.Next(m) {
		if f := typ.Field(strings.TrimPrefix(c.tree.Key(m), "_")); f != nil {
			value = value || f.Element == "value"
			nested = nested || f.Element == "extension"
		}
	}
	if value == nested {
		c.warn(codeInvariant, "an extension must have either a value or extensions (ext-1)")
	}
}
