package linkeddata

import (
	"slices"
	"strings"
)

// jsonldWriter writes JSON-LD 1.1: compacted, with a context of the prefixes
// that are used, or expanded. Nodes are laid out as in Turtle or, flattened, one
// beside the other with only lists in place.
type jsonldWriter struct {
	output
	shape    *shape
	short    *shortener
	labels   labels
	quads    []*Quad // a stack of the groups being written
	terms    []Term  // a stack of the lists being written
	indent   int
	expanded bool
	flat     bool
	inside   map[Term][]*group // the named graphs that are written with what is said about them
}

// Profiles of application/ld+json (JSON-LD 1.1, section C).
const (
	expandedProfile  = "http://www.w3.org/ns/json-ld#expanded"
	flattenedProfile = "http://www.w3.org/ns/json-ld#flattened"
)

func encodeJSONLD(o output, g *Graph, st Style, profile string) error {
	w := &jsonldWriter{expanded: allWords(expandedProfile, profile), flat: allWords(flattenedProfile, profile)}
	w.shape = newShape(g)
	if w.flat {
		w.shape.flatten()
	}
	if w.expanded || !plainJSONBase(st.Base.s) {
		st.Base = IRI{}
	}
	w.short = newShortener(st, g.Len(), func(local string) bool { return !strings.HasPrefix(local, "//") })
	w.short.dropSchemes(g)
	names, groups := w.shape.graphs()
	names = w.putInside(names, groups)
	if !w.expanded {
		w.buf = o.buf
		w.document(names, groups) // a rehearsal, to know the prefixes
	}
	w.output, w.labels, w.indent = o, labels{}, 0
	w.document(names, groups)
	return w.flush()
}

func (w *jsonldWriter) document(names []Term, groups map[Term][]*group) {
	if w.expanded {
		w.array(func(next func()) { w.graphs(names, groups, next) })
		w.byte('\n')
		return
	}
	w.object(func(next func()) {
		w.context(next)
		if len(names) == 1 && names[0].IsZero() && len(groups[names[0]]) == 1 {
			gr := groups[names[0]][0]
			w.node(gr, next)
			return
		}
		next()
		w.text(`"@graph": `)
		w.array(func(next func()) { w.graphs(names, groups, next) })
	})
	w.byte('\n')
}

// putInside finds the named graphs whose names the default graph speaks of: the
// two become one object. It gives the names of the others.
func (w *jsonldWriter) putInside(names []Term, groups map[Term][]*group) []Term {
	w.inside = map[Term][]*group{}
	for _, gr := range groups[Term{}] {
		if named := groups[gr.subject()]; named != nil {
			w.inside[gr.subject()] = named
		}
	}
	return slices.DeleteFunc(names, func(name Term) bool { return w.inside[name] != nil })
}

// context writes the prefixes that are used.
func (w *jsonldWriter) context(next func()) {
	next()
	w.text(`"@context": `)
	w.object(func(next func()) {
		for i, p := range w.short.prefixes {
			if !w.short.used[i] {
				continue
			}
			next()
			w.string(p.Name)
			w.text(": ")
			if strings.IndexByte(":/?#[]@", p.Space[len(p.Space)-1]) >= 0 {
				w.string(p.Space)
				continue
			}
			w.text(`{ "@id": `)
			w.string(p.Space)
			w.text(`, "@prefix": true }`)
		}
	})
}

func (w *jsonldWriter) graphs(names []Term, groups map[Term][]*group, next func()) {
	for _, name := range names {
		if name.IsZero() {
			w.nodes(groups[name], next)
			continue
		}
		next()
		w.object(func(next func()) {
			next()
			w.text(`"@id": `)
			w.identifier(name)
			w.graph(groups[name], next)
		})
	}
}

func (w *jsonldWriter) graph(groups []*group, next func()) {
	next()
	w.text(`"@graph": `)
	w.array(func(next func()) { w.nodes(groups, next) })
}

func (w *jsonldWriter) nodes(groups []*group, next func()) {
	for _, gr := range groups {
		next()
		w.object(func(next func()) { w.node(gr, next) })
	}
}

// node writes the members of a node object, the graph of its name included.
func (w *jsonldWriter) node(gr *group, next func()) {
	w.identify(gr, next)
	w.properties(gr, next)
	if named := w.inside[gr.subject()]; named != nil && gr.graph().IsZero() {
		w.graph(named, next)
	}
}

// identify writes @id for a node that is not anonymous.
func (w *jsonldWriter) identify(gr *group, next func()) {
	if w.shape.isAnonymous(gr) || w.shape.isNested(gr) {
		return
	}
	next()
	w.text(`"@id": `)
	w.identifier(gr.subject())
}

// properties writes what is said about a subject.
func (w *jsonldWriter) properties(gr *group, next func()) {
	start := len(w.quads)
	w.quads = w.shape.quadsOf(gr, w.quads)
	end := len(w.quads)
	for i := start; i < end; {
		j := i + 1
		for j < end && w.quads[j].P == w.quads[i].P {
			j++
		}
		if w.quads[i].P == RDFType.Term() {
			w.types(i, j, next)
		} else {
			w.property(i, j, next)
		}
		i = j
	}
	w.quads = w.quads[:start]
}

// types writes @type for the types that are IRIs, and a property for others,
// which may have to be written in place.
func (w *jsonldWriter) types(i, j int, next func()) {
	n := i
	for k := i; k < j; k++ { // IRIs to the front, in order
		if o := w.quads[k].O; o.IsIRI() || w.flat && o.IsBlank() && !w.shape.nodes.find(o).list {
			q := w.quads[k]
			copy(w.quads[n+1:k+1], w.quads[n:k])
			w.quads[n] = q
			n++
		}
	}
	if n > i {
		next()
		w.text(`"@type": `)
		w.oneOrMore(n-i, func(k int) { w.class(w.quads[i+k].O) })
	}
	if j > n {
		w.property(n, j, next)
	}
}

func (w *jsonldWriter) property(i, j int, next func()) {
	next()
	w.name(w.quads[i].P.s, true)
	w.text(": ")
	w.oneOrMore(j-i, func(k int) { w.value(w.quads[i+k].O) })
}

// oneOrMore writes a single value bare where compacting allows it, more as an array.
func (w *jsonldWriter) oneOrMore(n int, each func(int)) {
	if n == 1 && !w.expanded {
		each(0)
		return
	}
	w.array(func(next func()) {
		for k := range n {
			next()
			each(k)
		}
	})
}

func (w *jsonldWriter) value(t Term) {
	n := w.shape.nodes.find(t)
	switch {
	case t.IsLiteral():
		w.literal(t)
	case t == RDFNil.Term(), n != nil && n.list:
		w.list(n)
	case n != nil && n.nested:
		w.object(func(next func()) {
			if n.group >= 0 {
				w.properties(&w.shape.groups[n.group], next)
			}
		})
	default:
		w.text(`{ "@id": `)
		w.identifier(t)
		w.text(" }")
	}
}

// list writes the list that begins with a node, an empty one for nil.
func (w *jsonldWriter) list(head *node) {
	start := len(w.terms)
	w.terms = w.shape.items(head, w.terms)
	end := len(w.terms)
	w.text(`{ "@list": `)
	w.array(func(next func()) {
		for i := start; i < end; i++ {
			next()
			w.value(w.terms[i])
		}
	})
	w.text(" }")
	w.terms = w.terms[:start]
}
