package health

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

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
// SNOMED CT and LOINC only; there is no ontology header, because the graph is a
// resource of a vault and not of HL7's site.
//
// It is all or nothing: a body that has anything that Check reports gives no
// graph, because a graph that silently lacks an element could mislead whoever
// reads it. The error is then a *Problem. The graph keeps no hold on body.
func Graph(body []byte, subject linkeddata.IRI, resolve func(ref string) linkeddata.IRI) (*linkeddata.Graph, error) {
	if subject.IsZero() {
		return nil, errors.New("show a resource as linked data: it has no name")
	}
	t, err := tree.Parse(string(body), DefaultLimits.Depth)
	if err != nil {
		p := malformed(-1, err)
		return nil, fmt.Errorf("show a resource as linked data: %w", &p)
	}
	if found := check(t, tree.Root, elements.R4()); len(found) > 0 {
		found[0].Entry = -1
		return nil, fmt.Errorf("show a resource as linked data: %w", &found[0])
	}
	g := grapher{tree: t, table: elements.R4(), out: linkeddata.NewGraph(2 * t.Len()), resolve: resolve}
	g.out.Add(subject.Term(), fhirNodeRole, fhirTreeRoot)
	g.resource(tree.Root, subject.Term())
	return g.out, nil
}

// grapher writes one checked resource into a graph, in the R4 shape.
type grapher struct {
	tree    *tree.Tree
	table   *elements.Table
	out     *linkeddata.Graph
	resolve func(string) linkeddata.IRI
	blanks  int
	base    string // what relative references of a Bundle's entry stand below, with its slash
}

func (g *grapher) blank() linkeddata.Term {
	g.blanks++
	return linkeddata.Blank("b" + strconv.Itoa(g.blanks))
}

func (g *grapher) resource(n tree.Node, subject linkeddata.Term) {
	typ := g.table.Resource(g.tree.TextOf(n, "resourceType"))
	g.out.Add(subject, rdfType, typ.Term)
	g.members(n, typ, subject)
}

// members writes the elements of an object. A primitive's value and what
// stands beside it under "_name" make one element.
func (g *grapher) members(n tree.Node, typ *elements.Type, subject linkeddata.Term) {
	beside := g.hasBeside(n)
	for m := g.tree.First(n); m != 0; m = g.tree.Next(m) {
		key := g.tree.Key(m)
		if name, more := strings.CutPrefix(key, "_"); more {
			if g.tree.Member(n, name) == 0 {
				g.field(typ.Field(name), 0, m, n, subject)
			}
			continue
		}
		f := typ.Field(key)
		if f == nil {
			continue // resourceType: everything else was checked
		}
		var more tree.Node
		if beside {
			more = g.tree.Member(n, "_"+key)
		}
		g.field(f, m, more, n, subject)
	}
}

// hasBeside says whether any member's name begins with "_", so that most
// objects are spared the search for one.
func (g *grapher) hasBeside(n tree.Node) bool {
	for m := g.tree.First(n); m != 0; m = g.tree.Next(m) {
		if strings.HasPrefix(g.tree.Key(m), "_") {
			return true
		}
	}
	return false
}

// field writes every occurrence of an element: n has the values, more what
// stands beside them; either may be zero.
func (g *grapher) field(f *elements.Field, n, more, owner tree.Node, subject linkeddata.Term) {
	if !f.Many {
		g.element(f, n, more, -1, owner, subject)
		return
	}
	n, more = g.tree.First(n), g.tree.First(more)
	for i := 0; n != 0 || more != 0; i++ {
		g.element(f, n, more, i, owner, subject)
		n, more = g.next(n), g.next(more)
	}
}

func (g *grapher) next(n tree.Node) tree.Node {
	if n == 0 {
		return 0
	}
	return g.tree.Next(n)
}

// element writes one occurrence. index is its place in a list, -1: no list.
func (g *grapher) element(f *elements.Field, n, more tree.Node, index int, owner tree.Node, subject linkeddata.Term) {
	if f.Type.Kind == elements.XHTML {
		g.out.Add(subject, f.Predicate, linkeddata.Text(g.tree.Text(n)))
		return
	}
	empty := g.tree.Kind(n) == tree.Null && g.tree.Kind(more) == tree.Null
	if empty {
		return // a gap in a list: nothing but its place in the counting
	}
	if f.Type.Kind == elements.AnyResource && f.Path == "Bundle.entry.resource" {
		g.entry(f, n, owner, subject)
		return
	}
	node := g.blank()
	g.out.Add(subject, f.Predicate, node)
	if index >= 0 {
		g.out.Add(node, fhirIndex, linkeddata.Typed(strconv.Itoa(index), linkeddata.XSDInteger))
	}
	switch {
	case f.Type.Kind == elements.AnyResource:
		g.resource(n, node)
	case f.Type.Kind.Primitive():
		g.primitive(f, n, more, node)
	default:
		g.members(n, f.Type, node)
		g.decorate(f.Type, n, node)
	}
}

func (g *grapher) primitive(f *elements.Field, n, more tree.Node, node linkeddata.Term) {
	if g.tree.Kind(n) != tree.Null {
		lexical := g.tree.Raw(n)
		if g.tree.Kind(n) == tree.String {
			lexical = g.tree.Text(n)
		}
		g.out.Add(node, fhirValue, literal(lexical, f.Type.Name))
	}
	if g.tree.Kind(more) != tree.Null {
		g.members(more, g.table.Type("Element"), node)
	}
}

// entry writes the resource of a Bundle's entry: it is a node of its own, named
// by its fullUrl.
func (g *grapher) entry(f *elements.Field, n, owner tree.Node, subject linkeddata.Term) {
	full := g.tree.TextOf(owner, "fullUrl")
	node := g.blank()
	if iri, err := linkeddata.ParseIRI(full); err == nil {
		node = iri.Term()
	}
	g.out.Add(subject, f.Predicate, node)
	outer := g.base
	g.base = restBase(full)
	g.resource(n, node)
	g.base = outer
}
