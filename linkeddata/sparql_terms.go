package linkeddata

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// variable reads ?name or $name (VAR1 and VAR2 of the grammar).
func (u *update) variable() Term {
	at := u.here()
	if !u.clause.variables {
		u.refuse("a variable may not stand in %s", u.clause.name)
	}
	u.pos++
	u.begin("IRI", u.lim.IRI)
	u.while(isName)
	if n := bytes.IndexAny(u.buf[u.mark:u.pos], "-."); n >= 0 { // a variable has neither
		u.pos = u.mark + n
	}
	b := u.token()
	switch {
	case len(b) > u.max:
		u.exceed(u.maxName, int64(u.max))
	case !validVariable(b):
		u.fail("%q is no name of a variable", clip(string(b)))
	}
	name := u.names.text(b)
	if _, known := u.op.uses[name]; u.clause.template && !known {
		u.op.uses[name] = at
	}
	return Term{s: name, t: variableKind}
}

func validVariable(b []byte) bool {
	r, _ := utf8.DecodeRune(b)
	if r >= 0x300 && r <= 0x36F || r == 0xB7 || r == 0x203F || r == 0x2040 {
		return false
	}
	return len(b) > 0 && validRunes(b, isNameRune)
}

// noPath refuses what makes a property path of a predicate: before it, or,
// with behind set, after it.
func (u *update) noPath(behind bool) {
	path := false
	switch c := u.peek(); {
	case !behind:
		path = c == '^' || c == '!' || c == '('
	case c == '/', c == '|', c == '*', c == '^':
		path = true
	case c == '+':
		next := u.peekAt(1)
		path = next != '.' && class[next]&isDigit == 0
	case c == '?':
		path = class[u.peekAt(1)]&isName == 0
	}
	if path {
		u.refuse("property paths are not read here, only predicates and variables")
	}
}

// isOutside tells the words with which SPARQL goes on where the subset does not.
func isOutside(word string) bool {
	switch word {
	case "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING",
		"GRAPH", "FILTER", "OPTIONAL", "UNION", "MINUS", "BIND", "VALUES", "SERVICE",
		"SELECT", "ASK", "CONSTRUCT", "DESCRIBE":
		return true
	}
	return false
}

// subset stops, with ErrPatch and a name, where SPARQL goes on but the subset does not.
func (u *update) subset() {
	switch word := strings.ToUpper(u.keywordAhead()); {
	case isOutside(word):
		u.refuse("%s is not read here; of SPARQL only INSERT, DELETE and WHERE with plain triples are", word)
	case u.peek() == '{':
		u.refuse("a group inside a group, as of UNION or a subquery, is not read here; only plain triples are")
	}
}

// outside stops where the document does not go on as it must.
func (u *update) outside(wanted string) {
	u.subset()
	u.unexpected(wanted)
}
