package health

import (
	"slices"
	"strconv"
	"strings"

	"skrin/health/internal/elements"
	"skrin/linkeddata"
)

// resource writes the resource that a node is.
func (r *restorer) resource(node linkeddata.Term) {
	typ := r.resourceType(node)
	if typ == nil {
		return
	}
	if len(r.path) == 0 {
		r.path = append(r.path, step{name: typ.Name})
	}
	th := r.look(node, typ, false)
	r.out = append(r.out, `{"resourceType":"`...)
	r.out = append(append(r.out, typ.Name...), '"')
	for len(th.parts) > 0 {
		r.out = append(r.out, ',')
		th.parts = r.member(th.parts)
	}
	r.out = append(r.out, '}')
}

// resourceType finds the one class of a node that is a type of resource.
func (r *restorer) resourceType(node linkeddata.Term) (found *elements.Type) {
	for class := range r.graph.Objects(node, rdfType) {
		name, _ := strings.CutPrefix(class.Value(), fhirSpace)
		typ := r.table.Resource(strings.TrimPrefix(name, "_"))
		if typ == nil || class != typ.Term && class != typ.Modified {
			continue
		}
		if found != nil && found != typ {
			r.fail(ErrInvalid, "two types of resource")
		}
		found = typ
	}
	if found == nil {
		r.fail(ErrUnknownType, "no FHIR R4 resource type")
	}
	return found
}

// object writes the elements of a thing.
func (r *restorer) object(th thing) {
	r.out = append(r.out, '{')
	for first := true; len(th.parts) > 0; first = false {
		if !first {
			r.out = append(r.out, ',')
		}
		th.parts = r.member(th.parts)
	}
	r.out = append(r.out, '}')
}

// member writes the first element of the parts and gives those of the others.
func (r *restorer) member(parts []part) (rest []part) {
	f := parts[0].field
	n := 1
	for n < len(parts) && parts[n].field == f {
		n++
	}
	r.path = append(r.path, step{name: f.Name})
	items := r.items(f, parts[:n])
	switch {
	case r.problem != nil:
	case f.Type.Kind.Primitive():
		r.primitives(f, items)
	case f.Many:
		r.name("", f)
		r.list(len(items), func(i int) {
			r.path = append(r.path, step{index: i})
			r.complex(f, items[i])
			r.path = r.path[:len(r.path)-1]
		})
	default:
		r.name("", f)
		r.complex(f, items[0])
	}
	r.path = r.path[:len(r.path)-1]
	return parts[n:]
}

func (r *restorer) complex(f *elements.Field, node linkeddata.Term) {
	switch {
	case node.IsLiteral():
		r.fail(ErrInvalid, "a text where a thing with elements belongs")
	case f.Type.Kind == elements.AnyResource:
		r.resource(node)
	default:
		th := r.look(node, f.Type, false)
		if f.Type.Name == "Reference" {
			th = linked(th, f.Type)
		}
		r.object(th)
	}
}

// linked gives a Reference that has nothing but its link the link as text.
func linked(th thing, typ *elements.Type) thing {
	f := typ.Field("reference")
	has := slices.ContainsFunc(th.parts, func(p part) bool { return p.field == f })
	if !has && th.link.IsIRI() {
		at, _ := slices.BinarySearchFunc(th.parts, f.Place, func(p part, place int) int { return p.field.Place - place })
		th.parts = slices.Insert(th.parts, at, part{f, linkeddata.Text(th.link.Value())})
	}
	return th
}

// items gives the occurrences of an element in their order.
func (r *restorer) items(f *elements.Field, parts []part) []linkeddata.Term {
	switch {
	case !f.Many && len(parts) > 1 && f.Type.Kind != elements.XHTML:
		r.fail(ErrInvalid, "stands twice")
	case f.Many && r.shape == ShapeR5:
		if len(parts) > 1 {
			r.fail(ErrInvalid, "has two lists")
		}
		return r.cells(parts[0].object)
	case f.Many:
		return r.indexed(parts)
	}
	items := make([]linkeddata.Term, len(parts))
	for i, p := range parts {
		items[i] = p.object
	}
	return items
}

// indexed puts occurrences in the order of their fhir:index, which must be 0, 1,
// 2 and so on; one alone needs none.
func (r *restorer) indexed(parts []part) []linkeddata.Term {
	items := make([]linkeddata.Term, len(parts))
	for _, p := range parts {
		at, found := 0, len(parts) == 1
		for place := range r.graph.Objects(p.object, fhirIndex) {
			n, err := strconv.Atoi(place.Value())
			if err != nil || found && len(parts) > 1 {
				n = -1
			}
			at, found = n, true
		}
		if !found || at < 0 || at >= len(items) || !items[at].IsZero() {
			r.fail(ErrInvalid, "the places in the list (fhir:index) must be 0, 1, 2 and so on")
			return nil
		}
		items[at] = p.object
	}
	return items
}

// cells gives the items of an RDF list.
func (r *restorer) cells(head linkeddata.Term) (items []linkeddata.Term) {
	for head != rdfNil && r.problem == nil {
		var first, rest linkeddata.Term
		n := 0
		for t := range r.graph.Match(head, linkeddata.Term{}, linkeddata.Term{}) {
			switch n++; t.P {
			case rdfFirst:
				first = t.O
			case rdfRest:
				rest = t.O
			}
		}
		if n != 2 || first.IsZero() || rest.IsZero() {
			r.fail(ErrInvalid, "not a list")
			return nil
		}
		if !first.IsLiteral() {
			r.take(first)
		}
		if rest != rdfNil {
			r.take(rest)
		}
		items = append(items, first)
		head = rest
	}
	return items
}
