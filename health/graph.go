package health

import (
	"errors"
	"fmt"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
	"skrin/linkeddata"
)

// Graph shows a FHIR R4 resource as linked data, in the R4 shape of FHIR RDF
// (hl7.org/fhir/R4/rdf.html). subject names the resource. resolve turns a
// reference, exactly as References gives it, into the IRI it stands for, or the
// zero IRI when it is not known; nil knows none. A reference that is not known
// but is itself an absolute IRI is linked as it stands.
//
// Where the page leaves room: numbers with an exponent are xsd:double, because
// xsd:decimal has none; urn: references are links too; codes are classes for
// SNOMED CT and LOINC only; a place in a list that holds nothing is a node
// without a value; there is no ontology header, because the graph is a
// resource of a vault and not of HL7's site.
//
// It is all or nothing: a body that has anything that Check reports gives no
// graph, because a graph that silently lacks an element could mislead whoever
// reads it. The error is then a *Problem. FromGraph makes the resource of the
// graph again. The graph keeps no hold on body.
func Graph(body []byte, subject linkeddata.IRI, resolve func(ref string) linkeddata.IRI) (*linkeddata.Graph, error) {
	return ShapeR4.Graph(body, subject, resolve)
}

// Graph is the function Graph in this shape.
func (s Shape) Graph(body []byte, subject linkeddata.IRI, resolve func(ref string) linkeddata.IRI) (*linkeddata.Graph, error) {
	if subject.IsZero() {
		return nil, errors.New("show a resource as linked data: it has no name")
	}
	t, err := tree.Parse(string(body), DefaultLimits.Depth)
	if err != nil {
		p := malformed(whole, err)
		return nil, fmt.Errorf("show a resource as linked data: %w", &p)
	}
	if found := check(t, tree.Root, elements.R4()); len(found) > 0 {
		found[0].Entry = whole
		return nil, fmt.Errorf("show a resource as linked data: %w", &found[0])
	}
	g := grapher{tree: t, table: elements.R4(), shape: s, resolve: resolve, value: fhirValue,
		out: linkeddata.NewGraph(16 + 7*t.Len()/4), named: map[linkeddata.Term]bool{}}
	if s == ShapeR5 {
		g.value = fhirV
	}
	g.whole(subject.Term())
	return g.out, nil
}

// grapher writes one checked resource into a graph.
type grapher struct {
	tree    *tree.Tree
	table   *elements.Table
	shape   Shape
	value   linkeddata.Term // the predicate of a primitive's value
	resolve func(string) linkeddata.IRI

	out    *linkeddata.Graph
	blanks blanks
	named  map[linkeddata.Term]bool // the resources of the graph that have an IRI
	kinds  []kind                   // what references say of what they lead to
	later  []occurrence             // linked to, but not written out yet
	base   string                   // what relative references of a Bundle's entry stand below, with its slash
}

// kind says of what type something is.
type kind struct{ target, class linkeddata.Term }

// whole writes the resource, and behind it what is known of those it refers to.
// Of a resource that is in the graph itself nothing is said: it tells its own
// type, and a reference may be mistaken.
func (g *grapher) whole(subject linkeddata.Term) {
	g.named[subject] = true
	g.out.Add(subject, fhirNodeRole, fhirTreeRoot)
	g.resource(tree.Root, subject)
	for _, k := range g.kinds {
		if !g.named[k.target] {
			g.out.Add(k.target, rdfType, k.class)
		}
	}
}

func (g *grapher) resource(n tree.Node, subject linkeddata.Term) {
	typ := g.table.Resource(g.tree.TextOf(n, "resourceType"))
	class := typ.Term
	if g.modified(n) {
		class = typ.Modified
	}
	g.out.Add(subject, rdfType, class)
	g.members(n, typ, subject)
}

// modified says whether a thing has modifier extensions, in the shape that
// warns of them: they can turn its meaning round, so readers that do not know
// them must not find it under the usual names.
func (g *grapher) modified(n tree.Node) bool {
	return g.shape == ShapeR5 && g.tree.Member(n, "modifierExtension") != 0
}

// members writes the elements of an object. A primitive's value and what
// stands beside it under "_name" make one element. What is said of one node
// stands together in the graph, so the elements are written out at the end.
func (g *grapher) members(n tree.Node, typ *elements.Type, subject linkeddata.Term) {
	beside, first := g.hasBeside(n), len(g.later)
	for m := g.tree.First(n); m != 0; m = g.tree.Next(m) {
		key := g.tree.Key(m)
		f := typ.Field(key)
		switch {
		case f != nil && !beside:
			g.field(f, m, 0, n, subject)
		case f != nil:
			g.field(f, m, g.tree.Member(n, "_"+key), n, subject)
		case key[0] == '_' && g.tree.Member(n, key[1:]) == 0:
			g.field(typ.Field(key[1:]), 0, m, n, subject)
		} // else resourceType, or written with its value: everything else was checked
	}
	g.decorate(typ, n, subject)
	for i := first; i < len(g.later); i++ {
		g.element(g.later[i])
	}
	g.later = g.later[:first]
}

// hasBeside says whether any member's name begins with "_", so that most
// objects are spared the search for one.
func (g *grapher) hasBeside(n tree.Node) bool {
	for m := g.tree.First(n); m != 0; m = g.tree.Next(m) {
		if key := g.tree.Key(m); key[0] == '_' {
			return true
		}
	}
	return false
}
