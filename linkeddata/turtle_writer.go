package linkeddata

// turtleWriter writes Turtle and TriG for people: prefixes first, a subject
// once, lists and blank nodes in brackets where they belong.
type turtleWriter struct {
	output
	shape  *shape
	short  *shortener
	labels labels
	quads  []*Quad // a stack of the groups being written
	terms  []Term  // a stack of the lists being written
	indent int
}

// encodeTurtle rehearses, to find out which prefixes are used. Of a large graph
// the rehearsal is not kept: it is gone over twice.
func encodeTurtle(o output, g *Graph, st Style) error {
	w := &turtleWriter{shape: newShape(g), short: newShortener(st, g.Len(), turtleLocal)}
	w.output = rehearsal(48 * g.Len())
	names, groups := w.shape.graphs()
	w.graphs(names, groups)
	rehearsed := w.output
	w.output, w.labels, w.indent = o, labels{}, 0
	if w.header() && len(names) > 0 {
		w.byte('\n')
	}
	if rehearsed.whole() {
		return w.flushWith(rehearsed.buf)
	}
	w.graphs(names, groups)
	return w.flush()
}

// header writes the prefixes that are used and says whether there are any.
func (w *turtleWriter) header() (any bool) {
	for i, p := range w.short.prefixes {
		if w.short.used[i] {
			w.text("@prefix " + p.Name + ": <" + p.Space + "> .\n")
			any = true
		}
	}
	return any
}

func (w *turtleWriter) graphs(names []Term, groups map[Term][]*group) {
	for i, name := range names {
		if i > 0 {
			w.byte('\n')
		}
		if name.IsZero() {
			w.subjects(groups[name])
			continue
		}
		w.node(name)
		w.text(" {\n")
		w.indent++
		w.subjects(groups[name])
		w.indent--
		w.text("}\n")
	}
}

func (w *turtleWriter) subjects(groups []*group) {
	for i, gr := range groups {
		if i > 0 {
			w.byte('\n')
		}
		w.margin()
		if w.shape.isAnonymous(gr) {
			w.text("[]")
		} else {
			w.node(gr.subject())
		}
		w.indent++
		w.predicates(gr, " ")
		w.indent--
		w.text(" .\n")
	}
}

// predicates writes a subject's predicates and objects; before stands what
// separates the first from what was written.
func (w *turtleWriter) predicates(gr *group, before string) {
	start := len(w.quads)
	w.quads = w.shape.quadsOf(gr, w.quads)
	for i := start; i < len(w.quads); {
		j := i + 1
		for j < len(w.quads) && w.quads[j].P == w.quads[i].P {
			j++
		}
		if i > start {
			w.text(" ;")
			w.line()
		} else {
			w.text(before)
		}
		w.verb(w.quads[i].P)
		w.objects(i, j)
		i = j
	}
	w.quads = w.quads[:start]
}

// objects writes the objects of the quads from i to j on one line when they
// are few, else one a line.
func (w *turtleWriter) objects(i, j int) {
	const few = 4
	many := j-i > few
	if many {
		w.indent++
		defer func() { w.indent-- }()
	}
	for n := i; n < j; n++ {
		if n > i {
			w.byte(',')
		}
		if many {
			w.line()
		} else {
			w.byte(' ')
		}
		w.object(w.quads[n].O)
	}
}

func (w *turtleWriter) verb(t Term) {
	if t.s == RDFType.s {
		w.byte('a')
		return
	}
	w.node(t)
}

func (w *turtleWriter) object(t Term) {
	switch {
	case t.IsLiteral():
		w.literal(t)
	case t == RDFNil.Term():
		w.text("()")
	case t.IsIRI():
		w.node(t)
	default:
		w.blank(w.shape.nodes.find(t))
	}
}

// blank writes a blank node that is an object.
func (w *turtleWriter) blank(n *node) {
	switch {
	case n.list:
		w.list(n)
	case n.nested:
		w.nested(n)
	default:
		w.node(Blank(n.label))
	}
}

// node writes an IRI or a blank node's label.
func (w *turtleWriter) node(t Term) {
	if t.IsBlank() {
		w.text("_:")
		w.text(w.labels.of(t))
		return
	}
	w.name(t.s)
}

func (w *turtleWriter) name(iri string) {
	switch f := w.short.form(iri); f.prefix {
	case noPrefix:
		w.iri(iri)
	case relativeForm:
		w.iri(f.rest)
	default:
		w.buf = append(w.buf, w.short.prefixes[f.prefix].Name...)
		w.byte(':')
		w.text(f.rest)
	}
}

// nested writes a blank node in brackets.
func (w *turtleWriter) nested(n *node) {
	if n.group < 0 {
		w.text("[]")
		return
	}
	gr := &w.shape.groups[n.group]
	if gr.size == 1 {
		w.text("[ ")
		w.predicates(gr, "")
		w.text(" ]")
		return
	}
	w.byte('[')
	w.indent++
	w.line()
	w.predicates(gr, "")
	w.indent--
	w.line()
	w.byte(']')
}

// list writes ( ), on one line when it is short and plain.
func (w *turtleWriter) list(head *node) {
	const short = 8
	start := len(w.terms)
	w.terms = w.shape.items(head, w.terms)
	end := len(w.terms)
	wrap := end-start > short
	for _, t := range w.terms[start:end] {
		n := w.shape.nodes.find(t)
		wrap = wrap || n != nil && n.nested
	}
	w.byte('(')
	w.indent++
	for i := start; i < end; i++ {
		if wrap {
			w.line()
		} else {
			w.byte(' ')
		}
		w.object(w.terms[i])
	}
	w.indent--
	if wrap {
		w.line()
	} else {
		w.byte(' ')
	}
	w.byte(')')
	w.terms = w.terms[:start]
}

// line starts a new line with the present margin.
func (w *turtleWriter) line() {
	w.byte('\n')
	w.margin()
}

func (w *turtleWriter) margin() {
	for range w.indent {
		w.text("    ")
	}
}
