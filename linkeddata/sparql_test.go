package linkeddata

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const updatePrefixes = "PREFIX ex: <http://ex.example/>\n"

// TestSPARQLUpdate is what the subset means.
func TestSPARQLUpdate(t *testing.T) {
	for _, c := range []struct {
		name, graph, update, want string
	}{
		{"nothing", `<#a> ex:b 1.`, ``, `<#a> ex:b 1.`},
		{"insert", ``, `INSERT DATA { <#a> ex:b "c" }`, `<#a> ex:b "c".`},
		{"insert, as clients end it", ``, `INSERT DATA { <#a> ex:b "c" . };`, `<#a> ex:b "c".`},
		{"any case", ``, `insert Data{<#a> ex:b TRUE,false}`, `<#a> ex:b true, false.`},
		{"delete and insert, as clients write it", `<#a> ex:b 1; ex:c 2.`, `DELETE DATA {<#a> ex:b 1.}; INSERT DATA {<#a> ex:b 2.};`, `<#a> ex:b 2; ex:c 2.`},
		{"the same with line ends and a comment", `<#a> ex:b 1.`, "DELETE DATA { <#a> ex:b 1 . } \n ; # now\nINSERT DATA { <#a> ex:b 2 . }\n", `<#a> ex:b 2.`},
		{"a prologue for each", ``, `BASE <http://other.example/x> INSERT DATA { <y> ex:b 1 }; PREFIX ex: <http://new.example/> PREFIX : <#> INSERT DATA { :y ex:b 1 }`,
			`<http://other.example/y> ex:b 1. <http://other.example/x#y> <http://new.example/b> 1.`},
		{"delete where", `<#a> ex:b 1, 2; ex:c <#d>. <#d> ex:e 3.`, `DELETE WHERE { <#a> ex:c ?d . ?d ex:e ?e }`, `<#a> ex:b 1, 2.`},
		{"delete, insert, where", `<#a> ex:name "old"; ex:age 5.`, `DELETE { ?x ex:name ?n } INSERT { ?x ex:name "new" } WHERE { ?x ex:name ?n; ex:age 5 }`, `<#a> ex:name "new"; ex:age 5.`},
		{"delete where only", `<#a> ex:name "old"; ex:age 5.`, `DELETE { ?x ex:name ?n . } WHERE { ?x ex:name ?n . }`, `<#a> ex:age 5.`},
		{"insert where only", `<#a> ex:name "n".`, `INSERT { ?x ex:b $n } WHERE { $x ex:name ?n }`, `<#a> ex:name "n"; ex:b "n".`},
		{"empty conditions", ``, `DELETE {} INSERT { <#a> ex:b 1 } WHERE {}`, `<#a> ex:b 1.`},
		{"dots behind names and variables", `ex:a ex:p ex:b . ex:b ex:p ex:c.`, `DELETE{?x ex:p ex:c . ex:a ex:p ?x.}WHERE{ex:a ex:p ?x.?x ex:p ex:c.}`, ``},
		{"a new blank node", `_:a ex:b 1.`, `INSERT DATA { _:a ex:b 1; ex:c [ ex:d ( 1 _:a ) ] }`, `_:x ex:b 1. _:a ex:b 1; ex:c [ ex:d ( 1 _:a ) ].`},
		{"a blank node of the template is new", `[] ex:b 1.`, `INSERT { ?x ex:c _:n . _:n ex:d ?x } WHERE { ?x ex:b 1 }`, `_:x ex:b 1; ex:c _:n. _:n ex:d _:x.`},
		{"a blank node of the conditions", `<#a> ex:b [ ex:c 1 ], [ ex:c 1; ex:d 2 ].`, `INSERT { ?x ex:e 3 } WHERE { ?x ex:b [ ex:c 1 ] }`, `<#a> ex:b [ ex:c 1 ], [ ex:c 1; ex:d 2 ]; ex:e 3.`},
		{"a variable as predicate", `<#a> ex:b 1.`, `DELETE WHERE { <#a> ?p 1 }`, ``},
		{"signs and variables are no paths", `<#a> ex:b +1.`, `DELETE { <#a> ex:b +1 } INSERT { <#a> ex:b +.5,?p } WHERE { <#a> ?p +1; ?p ?v }`, `<#a> ex:b +.5, ex:b.`},
		{"duplicates", `<#a> ex:b 1.`, `DELETE DATA { <#a> ex:b 1, 1 }; DELETE DATA { <#a> ex:b 1 }; INSERT DATA { <#a> ex:c 1 }; INSERT DATA { <#a> ex:c 1 }`, `<#a> ex:c 1.`},
		{"there and back", `<#a> ex:b 1.`, `DELETE DATA { <#a> ex:b 1 }; INSERT DATA { <#a> ex:b 1 }`, `<#a> ex:b 1.`},
		{"there and back and there", `<#a> ex:b 1.`, `DELETE DATA { <#a> ex:b 1 }; INSERT DATA { <#a> ex:b 1 }; DELETE DATA { <#a> ex:b 1 }`, ``},
		{"and back again", `<#a> ex:b 1.`, `DELETE DATA { <#a> ex:b 1 }; INSERT DATA { <#a> ex:b 1 }; DELETE DATA { <#a> ex:b 1 }; INSERT DATA { <#a> ex:b 1 }`, `<#a> ex:b 1.`},
		{"conditions of several operations", `<#a> ex:b 1. <#c> ex:d 2.`,
			`DELETE { ?x ex:b ?v } INSERT { ?x ex:b 10 } WHERE { ?x ex:b ?v }; DELETE { ?x ex:d ?v } INSERT { ?x ex:d 20 } WHERE { ?x ex:d ?v }; INSERT DATA { <#e> ex:f 3 }`,
			`<#a> ex:b 10. <#c> ex:d 20. <#e> ex:f 3.`},
		{"a match, then an insertion of the same kind", `<#a> ex:b 1.`, `DELETE WHERE { <#a> ex:b ?old }; INSERT DATA { <#a> ex:b 2 }`, `<#a> ex:b 2.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := updated(t, c.graph, c.update)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Decode(strings.NewReader("@prefix ex: <http://ex.example/>.\n"+c.want), Turtle, patchBase, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if !Isomorphic(got, want) {
				t.Errorf("got\n%v\nwant\n%v", got.quads, want.quads)
			}
		})
	}
}

// TestSPARQLUpdateConflicts is where SPARQL would go on and a patch does not.
func TestSPARQLUpdateConflicts(t *testing.T) {
	const graph = `<#a> ex:b 1. <#c> ex:b 1; ex:d [].`
	for _, update := range []string{
		`DELETE DATA { <#a> ex:b 2 }`,
		`INSERT DATA { <#a> ex:b 2 }; DELETE DATA { <#a> ex:b 3 }`,
		`DELETE WHERE { ?x ex:b 1 }`,
		`DELETE WHERE { ?x ex:b 5 }`,
		`INSERT { <#c> ex:e ?x } WHERE { ?x ex:b ?y }`,
		`INSERT { ?x ex:e 1 } WHERE { <#a> ex:b ?x }`,
		`DELETE { <#a> ex:b 1; ex:b 2 } WHERE { <#a> ex:b ?x }`,
		`INSERT { <#x> ex:e 1 } WHERE { <#a> ex:b ?x }; INSERT { <#y> ex:e 1 } WHERE { ?x ex:b 1 }`,
	} {
		if _, err := updated(t, graph, update); !errors.Is(err, ErrPatchConflict) {
			t.Errorf("%s: error %v, want ErrPatchConflict", update, err)
		}
	}
}

// TestSPARQLUpdateRefusals: what is outside the subset is named with its place,
// and so is what is no SPARQL.
func TestSPARQLUpdateRefusals(t *testing.T) {
	const where = `DELETE { ?x ex:b 1 } WHERE { `
	for _, c := range []struct {
		update, what string
		column       int
		err          error
	}{
		{`LOAD <http://x.example/>`, "LOAD", 1, ErrPatch},
		{`CLEAR ALL`, "CLEAR", 1, ErrPatch},
		{`DROP SILENT DEFAULT`, "DROP", 1, ErrPatch},
		{`CREATE GRAPH <g>`, "CREATE", 1, ErrPatch},
		{`INSERT DATA {}; ADD <a> TO <b>`, "ADD", 17, ErrPatch},
		{`MOVE <a> TO <b>`, "MOVE", 1, ErrPatch},
		{`copy <a> TO <b>`, "COPY", 1, ErrPatch},
		{`WITH <g> DELETE {} WHERE {}`, "WITH", 1, ErrPatch},
		{`DELETE {} USING <g> WHERE {}`, "USING", 11, ErrPatch},
		{`SELECT * WHERE { ?x ?y ?z }`, "SELECT", 1, ErrPatch},
		{`CONSTRUCT { ?x ?y ?z } WHERE { ?x ?y ?z }`, "CONSTRUCT", 1, ErrPatch},
		{`INSERT DATA { GRAPH <g> { <a> <b> <c> } }`, "GRAPH", 15, ErrPatch},
		{`DELETE { GRAPH <g> { } } WHERE {}`, "GRAPH", 10, ErrPatch},
		{where + `?x ex:b ?y FILTER(?y > 1) }`, "FILTER", 41, ErrPatch},
		{where + `?x ex:b ?y . FILTER NOT EXISTS { } }`, "FILTER", 43, ErrPatch},
		{where + `OPTIONAL { ?x ex:b ?y } }`, "OPTIONAL", 30, ErrPatch},
		{where + `{ ?x ex:b ?y } UNION { ?x ex:b ?y } }`, "UNION", 30, ErrPatch},
		{where + `{ SELECT ?x WHERE { ?x ex:b ?y } } }`, "subquery", 30, ErrPatch},
		{where + `SELECT ?x { ?x ex:b ?y } }`, "SELECT", 30, ErrPatch},
		{where + `?x ex:b 1 MINUS { ?x ex:c 1 } }`, "MINUS", 40, ErrPatch},
		{where + `?x ex:b 1 BIND(1 AS ?y) }`, "BIND", 40, ErrPatch},
		{where + `VALUES ?x { <a> } }`, "VALUES", 30, ErrPatch},
		{where + `SERVICE <s> { } }`, "SERVICE", 30, ErrPatch},
		{where + `?x ex:b/ex:c ?y }`, "property paths", 37, ErrPatch},
		{where + `?x ex:b* ?y }`, "property paths", 37, ErrPatch},
		{where + `?x ex:b+ ?y }`, "property paths", 37, ErrPatch},
		{where + `?x ex:b ? ?y }`, "property paths", 38, ErrPatch},
		{where + `?x ex:b|ex:c ?y }`, "property paths", 37, ErrPatch},
		{where + `?x a/ex:c ?y }`, "property paths", 34, ErrPatch},
		{where + `?x ^ex:c ?y }`, "property paths", 33, ErrPatch},
		{where + `?x !ex:c ?y }`, "property paths", 33, ErrPatch},
		{where + `?x (ex:c) ?y }`, "property paths", 33, ErrPatch},
		{`DELETE DATA { _:x ex:b 1 }`, "a blank node may not stand in DELETE DATA", 25, ErrPatch},
		{`DELETE { <a> ex:b [] } WHERE { }`, "a blank node may not stand in DELETE", 21, ErrPatch},
		{`DELETE WHERE { <a> ex:b [] }`, "a blank node may not stand in DELETE WHERE", 27, ErrPatch},
		{`DELETE DATA { <a> ex:b (1) }`, "a blank node may not stand in DELETE DATA", 26, ErrPatch},
		{`INSERT DATA { ?x ex:b 1 }`, "a variable may not stand in INSERT DATA", 15, ErrPatch},
		{`DELETE DATA { <a> ex:b $x }`, "a variable may not stand in DELETE DATA", 24, ErrPatch},
		{`INSERT { <a> ex:b ?x, ?z } WHERE { <a> ex:c ?y }`, "the variable ?x does not occur in WHERE", 19, ErrPatch},
		{`INSERT DATA { _:x ex:b 1 }; INSERT DATA { _:x ex:b 2 }`, "_:x stands in two operations", 53, ErrPatch},
		{`INSERT DATA { <a> ex:b 1 }; DELETE DATA { <a> ex:b 1 }`, "operation 2 deletes what an earlier one inserts", 29, ErrPatch},
		{`INSERT DATA { <a> ex:b [] }; DELETE WHERE { <a> ex:b ?x }`, "operation 2 has a condition on what an earlier one changes", 30, ErrPatch},
		{`INSERT { ?x ex:b 1 } WHERE { ?x ex:c 1 }; DELETE DATA { <a> ex:b 1 }`, "operation 2 deletes what an earlier one inserts", 43, ErrPatch},
		{`INSERT DATA { <a> ex:b 1 }; DELETE { <a> ?p 1 } WHERE { <x> ex:c ?p }`, "operation 2 deletes what an earlier one inserts", 29, ErrPatch},
		{`DELETE DATA { <a> ex:b 1 }; INSERT DATA {}; INSERT { ?x ex:c 1 } WHERE { ?x ex:b 1 }`, "operation 3 has a condition", 45, ErrPatch},

		{`DELETE DATA { <a> ex:b 1 } INSERT DATA { <a> ex:b 2 }`, `'I' where ';' is expected`, 28, ErrSyntax},
		{`; INSERT DATA { }`, `';' where INSERT or DELETE is expected`, 1, ErrSyntax},
		{`INSERT DATA { };; INSERT DATA { }`, `';' where INSERT or DELETE is expected`, 17, ErrSyntax},
		{`INSERT { <a> ex:b 1 }`, `WHERE is expected`, 22, ErrSyntax},
		{`DELETE { } { }`, ``, 12, ErrPatch},
		{`INSERT DATA <a>`, `'<' where '{' is expected`, 13, ErrSyntax},
		{`INSERT DATA { <a> ex:b 1 `, `'.' or '}'`, 26, ErrSyntax},
		{`INSERT DATA { <a> foo:b 1 }`, `the prefix "foo" is not declared`, 19, ErrSyntax},
		{`INSERT DATA { "x" ex:b 1 }`, `a subject`, 15, ErrSyntax},
		{`INSERT DATA { <a> ex:b 1 . . }`, `a subject`, 28, ErrSyntax},
		{`INSERT { <a> ex:b ?-x } WHERE {}`, `no name of a variable`, 20, ErrSyntax},
		{`@prefix a: <b> .`, `INSERT or DELETE`, 1, ErrSyntax},
		{`hello`, `INSERT or DELETE`, 1, ErrSyntax},
		{`INSERT DATA { <a> _:x 1 }`, `blank node cannot be a predicate`, 22, ErrSyntax},
	} {
		_, err := ParseSPARQLUpdate(strings.NewReader(updatePrefixes+c.update), patchBase, Limits{})
		place := fmt.Sprintf("line 2, column %d: ", c.column)
		if !errors.Is(err, c.err) || !strings.Contains(fmt.Sprint(err), c.what) || !strings.Contains(fmt.Sprint(err), place) {
			t.Errorf("%s:\n\t%v\n\twant %v, %s%s", c.update, err, c.err, place, c.what)
		}
	}
}

func updated(t *testing.T, graph, update string) (*Graph, error) {
	t.Helper()
	g, err := Decode(strings.NewReader("@prefix ex: <http://ex.example/>.\n"+graph), Turtle, patchBase, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	before := g.Clone()
	p, err := ParseSPARQLUpdate(strings.NewReader(updatePrefixes+update), patchBase, Limits{})
	if err != nil {
		t.Fatalf("%s: %v", update, err)
	}
	after, err := p.Apply(g)
	if !Isomorphic(g, before) {
		t.Error("the graph itself was changed")
	}
	return after, err
}

func TestSPARQLUpdateTellsWhatItNeeds(t *testing.T) {
	for _, c := range []struct {
		update                        string
		matching, deleting, inserting bool
	}{
		{`INSERT DATA { <#a> ex:b 1 };`, false, false, true},
		{`DELETE DATA { <#a> ex:b 1 }; INSERT DATA { <#a> ex:b 2 };`, false, true, true},
		{`DELETE WHERE { <#a> ex:b ?x }`, true, true, false},
		{`INSERT { <#a> ex:b 1 } WHERE { ?x ex:b 2 }`, true, false, true},
		{`DELETE {} INSERT {} WHERE {}`, false, false, false},
	} {
		p, err := ParseSPARQLUpdate(strings.NewReader(updatePrefixes+c.update), patchBase, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Matching() != c.matching || p.Deleting() != c.deleting || p.Inserting() != c.inserting {
			t.Errorf("%s: matching %v, deleting %v, inserting %v", c.update, p.Matching(), p.Deleting(), p.Inserting())
		}
	}
}

// TestNewNodesAreNew applies a patch twice to a graph in memory.
func TestNewNodesAreNew(t *testing.T) {
	p, err := ParseSPARQLUpdate(strings.NewReader(`INSERT DATA { [] <p:p> [] }`), patchBase, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	g := NewGraph(0)
	for n := 1; n < 4; n++ {
		if g, err = p.Apply(g); err != nil || g.Len() != n {
			t.Fatalf("after %d times: %v, %v", n, g.quads, err)
		}
	}
}
