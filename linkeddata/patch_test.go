package linkeddata

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const patchPrefixes = "@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n@prefix ex: <http://ex.example/>.\n"

var patchBase = MustIRI("https://pods.example/maria/notes")

// TestN3Patch is the table of Solid Protocol section 5.3.1.
func TestN3Patch(t *testing.T) {
	for _, c := range []struct {
		name, graph, patch, want string
		err                      error
	}{
		{name: "insert into nothing", patch: `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b "c" }.`, want: `<#a> ex:b "c".`},
		{name: "rename", graph: `<#a> ex:name "old"; ex:age 5.`,
			patch: `<> a solid:InsertDeletePatch; solid:where { ?x ex:name "old". }; solid:deletes { ?x ex:name "old". }; solid:inserts { ?x ex:name "new". }.`,
			want:  `<#a> ex:name "new"; ex:age 5.`},
		{name: "a blank node in brackets is the patch", patch: `[ a solid:InsertDeletePatch, solid:Patch; solid:inserts { <#a> ex:b ex:c, ex:d; ex:e 1 } ].`, want: `<#a> ex:b ex:c, ex:d; ex:e 1.`},
		{name: "nothing to do", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch.`, want: `<#a> ex:b 1.`},
		{name: "insert what is there", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b 1 }.`, want: `<#a> ex:b 1.`},
		{name: "delete and insert the same", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:b 1 }; solid:inserts { <#a> ex:b 1 }.`, want: `<#a> ex:b 1.`},
		{name: "a variable finds a blank node", graph: `<#a> ex:b [ ex:c 1 ].`, patch: `_:p a solid:InsertDeletePatch; solid:where { <#a> ex:b ?n }; solid:inserts { ?n ex:d 2 }.`, want: `<#a> ex:b [ ex:c 1; ex:d 2 ].`},
		{name: "a blank node of the conditions may match twice", graph: `<#a> ex:b 1, 2; ex:c "x".`, patch: `_:p a solid:InsertDeletePatch; solid:where { <#a> ex:b []; ex:c ?c }; solid:inserts { <#d> ex:c ?c }.`, want: `<#a> ex:b 1, 2; ex:c "x". <#d> ex:c "x".`},
		{name: "a variable may be a predicate", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:where { <#a> ?p 1 }; solid:deletes { <#a> ?p 1 }.`, want: ``},
		{name: "the same variable twice", graph: `<#a> ex:b <#a>, <#c>.`, patch: `_:p a solid:InsertDeletePatch; solid:where { ?x ex:b ?x }; solid:inserts { ?x ex:self true }.`, want: `<#a> ex:b <#a>, <#c>; ex:self true.`},

		{name: "blank node in inserts", graph: `_:x ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:inserts { _:x ex:b 1; ex:c _:x }.`, want: `_:x ex:b 1. _:y ex:b 1; ex:c _:y.`},
		{name: "brackets in inserts", graph: `<#a> ex:b [].`, patch: `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b [ ex:c (1 2) ] }.`, want: `<#a> ex:b [], [ ex:c (1 2) ].`},

		{name: "conditions do not match", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:where { ?x ex:b 2 }.`, err: ErrPatchConflict},
		{name: "conditions match twice", graph: `<#a> ex:b 1. <#b> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:where { ?x ex:b 1 }.`, err: ErrPatchConflict},
		{name: "a deletion is absent", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:b 1, 2 }.`, err: ErrPatchConflict},
		{name: "a literal would become a subject", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:where { <#a> ex:b ?x }; solid:inserts { ?x ex:c 1 }.`, err: ErrPatchConflict},
		{name: "a literal would become a predicate", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:where { <#a> ex:b ?x }; solid:inserts { <#a> ?x 1 }.`, err: ErrPatchConflict},

		{name: "empty document", patch: ``, err: ErrPatch},
		{name: "no type", patch: `_:p solid:inserts { <#a> ex:b 1 }.`, err: ErrPatch},
		{name: "another type", patch: `_:p a ex:Thing, solid:InsertDeletePatch.`, err: ErrPatch},
		{name: "two patches", patch: `_:p a solid:InsertDeletePatch. _:q a solid:InsertDeletePatch.`, err: ErrPatch},
		{name: "a triple about something else", patch: `_:p a solid:InsertDeletePatch. <#x> ex:b 1.`, err: ErrPatch},
		{name: "another property", patch: `_:p a solid:InsertDeletePatch; ex:comment "x".`, err: ErrPatch},
		{name: "inserts twice", patch: `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b 1 }, { <#a> ex:b 2 }.`, err: ErrPatch},
		{name: "no formula", patch: `_:p a solid:InsertDeletePatch; solid:inserts <#a>.`, err: ErrPatch},
		{name: "unbound variable", patch: `_:p a solid:InsertDeletePatch; solid:inserts { ?x ex:b 1 }.`, err: ErrPatch},
		{name: "blank node in deletes", patch: `_:p a solid:InsertDeletePatch; solid:deletes { _:x ex:b 1 }.`, err: ErrPatch},
		{name: "brackets in deletes", patch: `_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:b [] }.`, err: ErrPatch},
		{name: "blank node in where and inserts", graph: `<#a> ex:b 1.`, patch: `_:p a solid:InsertDeletePatch; solid:where { _:x ex:b 1 }; solid:inserts { _:x ex:c 1 }.`, err: ErrPatch},
		{name: "blank node in deletes and inserts", patch: `_:p a solid:InsertDeletePatch; solid:deletes { _:x ex:b 1 }; solid:inserts { _:x ex:c 1 }.`, err: ErrPatch},
		{name: "the patch in its own inserts", patch: `_:p a solid:InsertDeletePatch; solid:inserts { _:p ex:c 1 }.`, err: ErrPatch},
		{name: "list in deletes", patch: `_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:b (1) }.`, err: ErrPatch},
		{name: "nested formula", patch: `_:p a solid:InsertDeletePatch; solid:where { <#a> ex:b { <#c> ex:d 1 } }.`, err: ErrPatch},
		{name: "variable outside", patch: `?p a solid:InsertDeletePatch.`, err: ErrPatch},

		{name: "formula as subject", patch: `{ <#a> ex:b 1 } a solid:InsertDeletePatch.`, err: ErrSyntax},
		{name: "implication", patch: `_:p a solid:InsertDeletePatch; solid:where { ?x ex:b 1 } => { ?x ex:c 1 }.`, err: ErrSyntax},
		{name: "path", patch: `_:p a solid:InsertDeletePatch; solid:where { ?x!ex:b ex:c 1 }.`, err: ErrSyntax},
		{name: "quantifier", patch: `@forAll <#x>. _:p a solid:InsertDeletePatch.`, err: ErrSyntax},
		{name: "literal subject", patch: `_:p a solid:InsertDeletePatch; solid:where { "x" ex:b 1 }.`, err: ErrSyntax},
		{name: "open formula", patch: `_:p a solid:InsertDeletePatch; solid:where { ?x ex:b 1 `, err: ErrSyntax},
		{name: "undeclared prefix", patch: `_:p a solid:InsertDeletePatch; solid:where { ?x foo:b 1 }.`, err: ErrSyntax},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := patched(t, c.graph, c.patch)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err != nil {
				if !errors.Is(err, ErrPatchConflict) && !strings.Contains(err.Error(), "line ") {
					t.Errorf("%v tells no place", err)
				}
				return
			}
			want, err := Decode(strings.NewReader(patchPrefixes+c.want), Turtle, patchBase, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if !Isomorphic(got, want) {
				t.Errorf("got\n%v\nwant\n%v", got.quads, want.quads)
			}
		})
	}
}

func patched(t *testing.T, graph, patch string) (*Graph, error) {
	g, err := Decode(strings.NewReader(patchPrefixes+graph), Turtle, patchBase, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	before := g.Clone()
	p, err := ParseN3Patch(strings.NewReader(patchPrefixes+patch), patchBase, Limits{})
	if err != nil {
		return nil, err
	}
	after, err := p.Apply(g)
	if !Isomorphic(g, before) {
		t.Error("the graph itself was changed")
	}
	return after, err
}

func TestPatchTellsWhatItNeeds(t *testing.T) {
	for _, c := range []struct {
		patch                         string
		matching, deleting, inserting bool
	}{
		{`solid:inserts { <#a> ex:b 1 }`, false, false, true},
		{`solid:where { ?a ex:b 1 }; solid:inserts { ?a ex:b 2 }`, true, false, true},
		{`solid:deletes { <#a> ex:b 1 }`, false, true, false},
		{`solid:deletes {}; solid:inserts {}; solid:where {}`, false, false, false},
	} {
		p, err := ParseN3Patch(strings.NewReader(patchPrefixes+"_:p a solid:InsertDeletePatch; "+c.patch+"."), patchBase, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Matching() != c.matching || p.Deleting() != c.deleting || p.Inserting() != c.inserting {
			t.Errorf("%s: matching %v, deleting %v, inserting %v", c.patch, p.Matching(), p.Deleting(), p.Inserting())
		}
	}
}

// TestPatchWorkIsBounded asks for a join that has no end.
func TestPatchWorkIsBounded(t *testing.T) {
	g := NewGraph(0)
	for i := range 3000 {
		g.Add(Blank(string(rune('a'+i))), RDFValue.Term(), Text(string(rune('a'+i%7))))
	}
	var p Patch
	for _, v := range []string{"a", "b", "c", "d"} {
		p.Where = append(p.Where, TriplePattern{PatternTerm{Variable: "_:" + v}, PatternTerm{Term: RDFValue.Term()}, PatternTerm{Variable: "_:o" + v}})
	}
	p.Where = append(p.Where, TriplePattern{PatternTerm{Variable: "_:z"}, PatternTerm{Term: RDFType.Term()}, PatternTerm{Variable: "_:oz"}})
	if _, err := p.Apply(g); !errors.Is(err, ErrLimit) {
		t.Errorf("error %v, want ErrLimit", err)
	}
}

// TestManyConditionsAreBounded asks for few triples in very many ways.
func TestManyConditionsAreBounded(t *testing.T) {
	g := NewGraph(0)
	for i := range 4 {
		g.Add(Blank(itoa(i)), RDFValue.Term(), Blank(itoa(i)))
	}
	var p Patch
	for i := range maxConditions - 1 {
		p.Where = append(p.Where, TriplePattern{PatternTerm{Variable: "_:s" + itoa(i)}, PatternTerm{Variable: "_:p" + itoa(i)}, PatternTerm{Variable: "_:o" + itoa(i)}})
	}
	p.Where = append(p.Where, TriplePattern{PatternTerm{Variable: "_:s"}, PatternTerm{Variable: "_:s"}, PatternTerm{Variable: "_:s"}})
	start := time.Now()
	if _, err := p.Apply(g); !errors.Is(err, ErrLimit) {
		t.Errorf("error %v, want ErrLimit", err)
	}
	if took := time.Since(start); took > 5*time.Minute {
		t.Errorf("took %v", took)
	}
}
