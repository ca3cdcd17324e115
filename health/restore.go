package health

import (
	"fmt"
	"slices"
	"strings"

	"skrin/health/internal/elements"
	"skrin/linkeddata"
)

// FromGraph makes the JSON of the FHIR R4 resource that root names, from FHIR
// RDF in either shape (which one, the predicates of root tell). Members stand in
// the order of the definition, without white space between them; numbers keep
// their digits. What a Graph was made of comes back, apart from four things that
// FHIR does not allow and that mean nothing:
//
//   - an empty list, which the R4 shape cannot say;
//   - an empty object beside a primitive's value ("_name": {});
//   - nulls that are more or fewer than needed to make the list of a repeating
//     primitive and the list beside it equally long;
//   - half a surrogate pair in a text, which is no character.
//
// Every statement about the resource and its parts must find its place, else
// there is an error, a *Problem that wraps ErrInvalid or ErrLimit: nothing is
// left out silently. Statements about other subjects are not looked at, nor is
// what only decorates: the classes of codes and links beside a reference. A
// Reference that has a link and nothing else that says where to gets the link.
// What comes out has passed Check.
func FromGraph(g *linkeddata.Graph, root linkeddata.IRI) ([]byte, error) {
	r := restorer{graph: g, table: elements.R4(), taken: map[linkeddata.Term]bool{}, value: fhirValue}
	if r.shape = shapeOf(g, root.Term()); r.shape == ShapeR5 {
		r.value = fhirV
	}
	r.take(root.Term())
	r.resource(root.Term())
	if r.problem == nil {
		if found := Check(r.out); len(found) > 0 {
			found[0].Entry = whole
			r.problem = &found[0]
		}
	}
	if r.problem != nil {
		return nil, fmt.Errorf("make a resource of linked data: %w", r.problem)
	}
	return r.out, nil
}

// shapeOf tells the shapes apart by how a resource's predicates are named: with
// the type before the element, or without.
func shapeOf(g *linkeddata.Graph, root linkeddata.Term) Shape {
	shape := ShapeR4
	for t := range g.Match(root, linkeddata.Term{}, linkeddata.Term{}) {
		name, ours := strings.CutPrefix(t.P.Value(), fhirSpace)
		switch {
		case !ours || t.P == fhirNodeRole:
		case strings.Contains(name, "."):
			return ShapeR4
		default:
			shape = ShapeR5
		}
	}
	return shape
}

// restorer writes the JSON of one resource. After the first problem it goes on
// without sense, but to an end.
type restorer struct {
	graph *linkeddata.Graph
	table *elements.Table
	shape Shape
	value linkeddata.Term // the predicate of a primitive's value

	taken   map[linkeddata.Term]bool // nodes that have their place
	out     []byte
	path    []step
	problem *Problem
}

func (r *restorer) fail(kind error, what string) {
	if r.problem == nil {
		r.problem = &Problem{Entry: whole, Where: pathText(r.path), What: what, Err: kind, Code: codeStructure}
	}
}

// take notes that a node has its place. A node that has two is no tree, and
// JSON cannot show it; that also keeps the work in proportion to the graph.
func (r *restorer) take(node linkeddata.Term) {
	if r.taken[node] {
		r.fail(ErrInvalid, "the same node stands in two places")
	}
	r.taken[node] = true
}

// part is one statement about a thing that is an element of it.
type part struct {
	field  *elements.Field
	object linkeddata.Term
}

// thing is what the graph says about a node.
type thing struct {
	parts   []part // in the order of the definition
	value   linkeddata.Term
	link    linkeddata.Term
	classes []linkeddata.Term
}

// look reads the statements about a node that is of the type; primitives are of
// the type Element, and have a value.
func (r *restorer) look(node linkeddata.Term, typ *elements.Type, primitive bool) (th thing) {
	if len(r.path) > 2*DefaultLimits.Depth {
		r.fail(ErrLimit, "nested too deep")
		return th
	}
	for t := range r.graph.Match(node, linkeddata.Term{}, linkeddata.Term{}) {
		switch {
		case t.P == rdfType:
			th.classes = append(th.classes, t.O)
		case t.P == fhirNodeRole, t.P == fhirIndex && r.shape == ShapeR4:
		case t.P == fhirLink && (primitive || typ.Name == "Reference"): // in the R5 shape an element can have that name
			th.link = t.O
		case t.P == r.value && primitive:
			if !th.value.IsZero() {
				r.fail(ErrInvalid, "has two values")
			}
			th.value = t.O
		default:
			th.parts = append(th.parts, r.part(typ, t))
		}
	}
	if r.problem != nil {
		return thing{}
	}
	slices.SortStableFunc(th.parts, func(a, b part) int { return a.field.Place - b.field.Place })
	return th
}

// part finds the element that a statement is about. Its object has its place now.
func (r *restorer) part(typ *elements.Type, t linkeddata.Triple) part {
	if !t.O.IsLiteral() && t.O != rdfNil {
		r.take(t.O)
	}
	name, ours := strings.CutPrefix(t.P.Value(), fhirSpace)
	var f *elements.Field
	switch {
	case !ours || r.problem != nil:
	case r.shape == ShapeR4:
		if f = typ.Field(name[strings.LastIndexByte(name, '.')+1:]); f != nil && f.Predicate != t.P {
			f = nil
		}
	default:
		f = r.shortNamed(typ, strings.TrimPrefix(name, "_"), t.O)
	}
	if f == nil {
		what := "in another vocabulary"
		if ours {
			what = quoted(name[strings.LastIndexByte(name, '.')+1:])
		}
		r.fail(ErrInvalid, "a statement that "+typ.Name+" has no element for: "+what)
	}
	return part{f, t.O}
}

// shortNamed finds an element by its name in the R5 shape. If it is a choice,
// the value tells which.
func (r *restorer) shortNamed(typ *elements.Type, name string, object linkeddata.Term) *elements.Field {
	if f := typ.Field(name); f != nil && f.Choice == "" {
		return f
	}
	for class := range r.graph.Objects(object, rdfType) {
		kind, ours := strings.CutPrefix(class.Value(), fhirSpace)
		if !ours || kind == "" {
			continue
		}
		if f := typ.Field(elements.ChoiceName(name, kind)); f != nil && f.Element == name {
			return f
		}
	}
	return nil
}
