package health

import (
	"strconv"

	"skrin/health/internal/elements"
	"skrin/health/internal/tree"
	"skrin/linkeddata"
)

// occurrence is one occurrence of an element that is not written out yet: n has
// its value, more what stands beside it.
type occurrence struct {
	field          *elements.Field
	n, more, owner tree.Node
	node           linkeddata.Term
	place          int // in a list of the R4 shape, -1: none
}

// field links to every occurrence of an element: n has the values, more what
// stands beside them; either may be zero.
func (g *grapher) field(f *elements.Field, n, more, owner tree.Node, subject linkeddata.Term) {
	switch {
	case f.Type.Kind == elements.XHTML && g.shape == ShapeR4:
		g.narrative(f, n, more, subject)
	case !f.Many:
		node := g.object(f, owner)
		g.out.Add(subject, g.predicate(f, n), node)
		g.later = append(g.later, occurrence{f, n, more, owner, node, -1})
	case g.shape == ShapeR5:
		g.list(f, n, more, owner, subject)
	default:
		i := 0
		for n, more = g.tree.First(n), g.tree.First(more); n != 0 || more != 0; n, more = g.next(n), g.next(more) {
			node := g.object(f, owner)
			g.out.Add(subject, f.Predicate, node)
			g.later = append(g.later, occurrence{f, n, more, owner, node, i})
			i++
		}
	}
}

// narrative writes the text of a narrative, in the R4 shape the literal itself.
// That has no room for what may stand beside it, which gets a node.
func (g *grapher) narrative(f *elements.Field, n, more tree.Node, subject linkeddata.Term) {
	if n != 0 {
		g.out.Add(subject, f.Predicate, linkeddata.Text(g.tree.Text(n)))
	}
	if more != 0 {
		node := g.blanks.next()
		g.out.Add(subject, f.Predicate, node)
		g.members(more, g.table.Type("Element"), node)
	}
}

// list writes the occurrences as an RDF list, also when there are none.
func (g *grapher) list(f *elements.Field, n, more, owner tree.Node, subject linkeddata.Term) {
	at, link := subject, g.predicate(f, n)
	for n, more = g.tree.First(n), g.tree.First(more); n != 0 || more != 0; n, more = g.next(n), g.next(more) {
		cell, node := g.blanks.next(), g.object(f, owner)
		g.out.Add(at, link, cell)
		g.out.Add(cell, rdfFirst, node)
		g.later = append(g.later, occurrence{f, n, more, owner, node, -1})
		at, link = cell, rdfRest
	}
	g.out.Add(at, link, rdfNil)
}

func (g *grapher) next(n tree.Node) tree.Node {
	if n == 0 {
		return 0
	}
	return g.tree.Next(n)
}

// predicate leads to an element. For a list with any modified item it is the
// warning one.
func (g *grapher) predicate(f *elements.Field, n tree.Node) linkeddata.Term {
	if g.shape == ShapeR4 {
		return f.Predicate
	}
	if f.Type.Kind.Primitive() {
		return f.Plain
	}
	if !f.Many {
		if g.modified(n) {
			return f.Modified
		}
		return f.Plain
	}
	for item := g.tree.First(n); item != 0; item = g.tree.Next(item) {
		if g.modified(item) {
			return f.Modified
		}
	}
	return f.Plain
}

// object makes what stands for an occurrence: a blank node, but for the
// resource of a Bundle's entry a node named by its fullUrl.
func (g *grapher) object(f *elements.Field, owner tree.Node) linkeddata.Term {
	if isEntry(f) {
		return g.entryName(owner)
	}
	return g.blanks.next()
}

func isEntry(f *elements.Field) bool {
	return f.Type.Kind == elements.AnyResource && f.Path == "Bundle.entry.resource"
}

// entryName names the resource of an entry by its fullUrl, unless that is taken:
// one node cannot be two resources.
func (g *grapher) entryName(entry tree.Node) linkeddata.Term {
	iri, err := linkeddata.ParseIRI(g.tree.TextOf(entry, "fullUrl"))
	if err != nil || g.named[iri.Term()] {
		return g.blanks.next()
	}
	g.named[iri.Term()] = true
	return iri.Term()
}

// element says what an occurrence consists of.
func (g *grapher) element(o occurrence) {
	f := o.field
	if o.place >= 0 {
		g.out.Add(o.node, fhirIndex, index(o.place))
	}
	if g.shape == ShapeR5 && f.Choice != "" {
		g.out.Add(o.node, rdfType, f.Type.Term)
	}
	switch {
	case isEntry(f):
		outer := g.base
		g.base = restBase(g.tree.TextOf(o.owner, "fullUrl"))
		g.resource(o.n, o.node)
		g.base = outer
	case f.Type.Kind == elements.AnyResource:
		g.resource(o.n, o.node)
	case f.Type.Kind.Primitive():
		g.primitive(f, o.n, o.more, o.node)
	default:
		g.members(o.n, f.Type, o.node)
	}
}

func (g *grapher) primitive(f *elements.Field, n, more tree.Node, node linkeddata.Term) {
	if g.tree.Kind(n) != tree.Null {
		lexical := g.tree.Raw(n)
		if g.tree.Kind(n) == tree.String {
			lexical = g.tree.Text(n)
		}
		g.out.Add(node, g.value, g.literal(lexical, f))
		if g.shape == ShapeR5 && f.Type.Name == "canonical" {
			g.canonical(lexical, node)
		}
	}
	if g.tree.Kind(more) != tree.Null {
		g.members(more, g.table.Type("Element"), node)
	}
}

// index is a place in a list.
func index(i int) linkeddata.Term {
	if i < len(smallIndexes) {
		return linkeddata.Typed(smallIndexes[i:i+1], linkeddata.XSDInteger)
	}
	return linkeddata.Typed(strconv.Itoa(i), linkeddata.XSDInteger)
}

const smallIndexes = "0123456789"

// blanks gives blank nodes, no two the same: b1, b2 and so on. The labels are
// made many at a time.
type blanks struct {
	made int
	text string // labels that are not given yet, one behind the other
	ends [128]int
	left int
}

func (b *blanks) next() linkeddata.Term {
	if b.left == 0 {
		b.more()
	}
	size := b.ends[len(b.ends)-b.left]
	b.left--
	label := b.text[:size]
	b.text = b.text[size:]
	return linkeddata.Blank(label)
}

func (b *blanks) more() {
	text := make([]byte, 0, 8*len(b.ends))
	for i := range b.ends {
		b.made++
		before := len(text)
		text = strconv.AppendInt(append(text, 'b'), int64(b.made), 10)
		b.ends[i] = len(text) - before
	}
	b.text, b.left = string(text), len(b.ends)
}
