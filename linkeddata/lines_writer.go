package linkeddata

// linesWriter writes N-Triples and N-Quads, quad by quad.
type linesWriter struct {
	output
	labels labels
}

func (w *linesWriter) quad(q *Quad) {
	w.term(q.S)
	w.byte(' ')
	w.term(q.P)
	w.byte(' ')
	w.term(q.O)
	if !q.Graph.IsZero() {
		w.byte(' ')
		w.term(q.Graph)
	}
	w.text(" .\n")
}

func (w *linesWriter) term(t Term) {
	switch {
	case t.t == "":
		w.iri(t.s)
	case t.t == "_":
		w.text("_:")
		w.text(w.labels.of(t))
	default:
		w.quotedText(t.s)
		w.suffix(t)
	}
}

// suffix writes what stands behind a literal's closing quote.
func (w *linesWriter) suffix(t Term) {
	switch {
	case t.t[0] == '@':
		w.text(t.t)
	case t.t != xsdString:
		w.text("^^")
		w.iri(t.t)
	}
}
