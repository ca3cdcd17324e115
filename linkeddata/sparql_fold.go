package linkeddata

import (
	"slices"
	"strconv"
	"strings"
)

// fold is several operations as one patch.
type fold struct {
	patch Patch
	gone  map[TriplePattern]bool // the deletions that are plain triples
	come  map[TriplePattern]bool // the insertions that are plain triples
	loose []TriplePattern        // the insertions with variables or blank nodes
	work  int
}

// add folds the operation that was read into the patch, or stops where the one
// would not mean what the sequence does.
func (u *update) add() {
	f := &u.sum
	if u.count > 1 {
		u.op.rename("~" + strconv.Itoa(u.count))
		u.checkConditions(f)
		u.checkDeletions(f)
	}
	f.patch.Where = append(f.patch.Where, u.op.Where...)
	if len(f.patch.Where) > maxConditions {
		u.exceed("conditions", maxConditions)
	}
	for _, t := range u.op.Deletes {
		f.delete(t)
	}
	for _, t := range u.op.Inserts {
		f.insert(t)
	}
}

// checkConditions demands that the conditions cannot see what was changed before.
func (u *update) checkConditions(f *fold) {
	for _, w := range u.op.Where {
		for _, changes := range [...][]TriplePattern{f.patch.Deletes, f.patch.Inserts} {
			u.worked(f, len(changes))
			if slices.ContainsFunc(changes, w.mayBe) {
				panic(stop{u.op.because("operation %d has a condition on what an earlier one changes (%s): send them one by one", u.count, clip(w.String()))})
			}
		}
	}
}

// checkDeletions demands that nothing is deleted that was inserted before,
// unless it had been deleted before that: then the insertion is dropped.
func (u *update) checkDeletions(f *fold) {
	for _, d := range u.op.Deletes {
		inserted := f.come[d] && !f.gone[d]
		if d.plain() {
			u.worked(f, len(f.loose))
			inserted = inserted || slices.ContainsFunc(f.loose, d.mayBe)
		} else {
			u.worked(f, len(f.patch.Inserts))
			inserted = slices.ContainsFunc(f.patch.Inserts, d.mayBe)
		}
		if inserted {
			panic(stop{u.op.because("operation %d deletes what an earlier one inserts (%s): send them one by one", u.count, clip(d.String()))})
		}
	}
}

func (u *update) worked(f *fold, n int) {
	if f.work += n; f.work > patchWork {
		u.exceed("work", patchWork)
	}
}

func (f *fold) delete(t TriplePattern) {
	delete(f.come, t)
	if f.gone[t] {
		return
	}
	if t.plain() {
		f.gone[t] = true
	}
	f.patch.Deletes = append(f.patch.Deletes, t)
}

func (f *fold) insert(t TriplePattern) {
	if t.plain() {
		f.come[t] = true
	} else {
		f.loose = append(f.loose, t)
	}
	f.patch.Inserts = append(f.patch.Inserts, t)
}

// done gives the patch, with every insertion once and without those that were
// deleted later.
func (f *fold) done() Patch {
	f.patch.Inserts = slices.DeleteFunc(f.patch.Inserts, func(t TriplePattern) bool {
		if !t.plain() {
			return false
		}
		wanted := f.come[t]
		delete(f.come, t)
		return !wanted
	})
	return f.patch
}

// rename keeps the variables of an operation apart from those of others.
func (p *operation) rename(suffix string) {
	for _, patterns := range [...][]TriplePattern{p.Deletes, p.Inserts, p.Where} {
		for i := range patterns {
			for _, t := range [...]*PatternTerm{&patterns[i].S, &patterns[i].P, &patterns[i].O} {
				if t.Variable != "" {
					t.Variable += suffix
				}
			}
		}
	}
}

// plain says whether a pattern is a triple that stands for itself.
func (t TriplePattern) plain() bool {
	for _, p := range t.terms() {
		if p.Variable != "" || p.Term.IsBlank() {
			return false
		}
	}
	return true
}

// mayBe says whether two patterns of different operations can mean the same
// triple, as far as one sees without the graph.
func (t TriplePattern) mayBe(other TriplePattern) bool {
	a, b := t.terms(), other.terms()
	for i := range a {
		if a[i].Variable == "" && b[i].Variable == "" && a[i].Term != b[i].Term {
			return false
		}
	}
	return true
}

// String writes the pattern as SPARQL would.
func (t TriplePattern) String() string {
	w := linesWriter{}
	for i, p := range t.terms() {
		if i > 0 {
			w.byte(' ')
		}
		if p.Variable != "" {
			name, _, _ := strings.Cut(p.Variable, "~")
			w.text("?" + name)
		} else {
			w.term(p.Term)
		}
	}
	return string(w.buf)
}
