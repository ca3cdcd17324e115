package health

import (
	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
)

// References lists the references in a FHIR R4 resource to other resources, each
// once, in the order in which they stand; not those into the resource itself
// ("#..."). They are the texts that Graph hands to its resolve function. Of a
// body that is not what it should be, those are listed that can be found.
func References(body []byte) []string {
	t, err := tree.Parse(string(body), DefaultLimits.Depth)
	if err != nil {
		return nil
	}
	r := referrer{tree: t, table: elements.R4(), seen: map[string]bool{}}
	r.resource(tree.Root)
	return r.found
}

type referrer struct {
	tree  *tree.Tree
	table *elements.Table
	seen  map[string]bool
	found []string
}

func (r *referrer) resource(n tree.Node) {
	if typ := r.table.Resource(r.tree.TextOf(n, "resourceType")); typ != nil {
		r.members(n, typ)
	}
}

func (r *referrer) members(n tree.Node, typ *elements.Type) {
	if r.tree.Kind(n) != tree.Object {
		return
	}
	if typ.Name == "Reference" {
		r.add(r.tree.TextOf(n, "reference"))
	}
	for m := r.tree.First(n); m != 0; m = r.tree.Next(m) {
		key := r.tree.Key(m)
		f := typ.Field(key)
		switch {
		case f != nil && !f.Type.Kind.Primitive():
			r.values(m, f.Type)
		case f == nil && len(key) > 1 && key[0] == '_': // extensions beside a primitive
			r.values(m, r.table.Type("Element"))
		}
	}
}

// values looks at the value of an element, or each one of its list.
func (r *referrer) values(n tree.Node, typ *elements.Type) {
	switch {
	case r.tree.Kind(n) == tree.Array:
		for item := r.tree.First(n); item != 0; item = r.tree.Next(item) {
			r.value(item, typ)
		}
	default:
		r.value(n, typ)
	}
}

func (r *referrer) value(n tree.Node, typ *elements.Type) {
	if typ.Kind == elements.AnyResource {
		r.resource(n)
		return
	}
	r.members(n, typ)
}

func (r *referrer) add(ref string) {
	if outward(ref) && !r.seen[ref] {
		r.seen[ref] = true
		r.found = append(r.found, ref)
	}
}
