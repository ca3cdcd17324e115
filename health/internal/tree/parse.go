package tree

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// What Parse can find wrong.
var (
	ErrSyntax = errors.New("not JSON (RFC 8259)")
	ErrDepth  = errors.New("nested too deep")
	ErrSize   = errors.New("too many values")
)

// MaxNodes bounds how many values one text may have: 32 bytes of memory each
// here, and a multiple where they become something else.
const MaxNodes = 500_000

// Error says where in the text parsing ended. It wraps one of the Err values.
type Error struct {
	Offset int
	What   string
	Err    error
}

func (e *Error) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.What) }

// Unwrap gives the kind of error.
func (e *Error) Unwrap() error { return e.Err }

// Parse reads one JSON value, with nothing but white space around it. The
// nesting may be depth levels at most. Any error is an *Error.
func Parse(src string, depth int) (*Tree, error) {
	if bad := invalidUTF8(src); bad >= 0 {
		return nil, &Error{bad, "not UTF-8", ErrSyntax}
	}
	p := parser{src: src, depth: depth, nodes: make([]node, 1, 16+len(src)/24)}
	p.space()
	if err := p.value(0); err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(src) {
		return nil, p.fail("something stands behind the value")
	}
	return &Tree{src: src, nodes: p.nodes}, nil
}

type parser struct {
	src   string
	pos   int
	depth int
	nodes []node
}

func (p *parser) fail(what string) error { return &Error{p.pos, what, ErrSyntax} }

func (p *parser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\n', '\r', '\t':
			p.pos++
		default:
			return
		}
	}
}

// value reads the value at pos into a new node.
func (p *parser) value(level int) error {
	if p.pos >= len(p.src) {
		return p.fail("the text ends where a value belongs")
	}
	if len(p.nodes) > MaxNodes {
		return &Error{p.pos, "more values than are read in one piece", ErrSize}
	}
	me := Node(len(p.nodes))
	p.nodes = append(p.nodes, node{start: uint32(p.pos)})
	var err error
	switch c := p.src[p.pos]; {
	case c == '{':
		err = p.object(me, level+1)
	case c == '[':
		err = p.array(me, level+1)
	case c == '"':
		p.nodes[me].kind = String
		p.nodes[me].escaped, err = p.text()
	case c == '-' || c >= '0' && c <= '9':
		p.nodes[me].kind = Number
		err = p.number()
	default:
		err = p.word(me)
	}
	p.nodes[me].end = uint32(p.pos)
	return err
}

func (p *parser) word(me Node) error {
	for _, w := range [...]struct {
		text string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if end := p.pos + len(w.text); end <= len(p.src) && p.src[p.pos:end] == w.text {
			p.nodes[me].kind = w.kind
			p.pos = end
			return nil
		}
	}
	return p.fail("no value can begin like this")
}

func (p *parser) array(me Node, level int) error {
	p.nodes[me].kind = Array
	return p.list(me, level, ']')
}

func (p *parser) object(me Node, level int) error {
	p.nodes[me].kind = Object
	return p.list(me, level, '}')
}

// list reads what stands between brackets.
func (p *parser) list(me Node, level int, closing byte) error {
	if level > p.depth {
		return &Error{p.pos, "nested too deep", ErrDepth}
	}
	p.pos++
	var last Node
	for p.space(); ; p.space() {
		if p.pos < len(p.src) && p.src[p.pos] == closing && last == 0 {
			p.pos++
			return nil
		}
		n, err := p.item(level, closing == '}')
		if err != nil {
			return err
		}
		if last == 0 {
			p.nodes[me].first = n
		} else {
			p.nodes[last].next = n
		}
		last = n
		p.space()
		switch {
		case p.pos >= len(p.src):
			return p.fail("the text ends inside an object or array")
		case p.src[p.pos] == closing:
			p.pos++
			return nil
		case p.src[p.pos] != ',':
			return p.fail("a comma or closing bracket belongs here")
		}
		p.pos++
	}
}

// item reads a value and, in an object, the name before it.
func (p *parser) item(level int, named bool) (Node, error) {
	var from, to int
	var escaped bool
	if named {
		var err error
		if p.pos >= len(p.src) || p.src[p.pos] != '"' {
			return 0, p.fail("a name in quotes belongs here")
		}
		from = p.pos + 1
		if escaped, err = p.text(); err != nil {
			return 0, err
		}
		to = p.pos - 1
		if p.space(); p.pos >= len(p.src) || p.src[p.pos] != ':' {
			return 0, p.fail("a colon belongs here")
		}
		p.pos++
		p.space()
	}
	n := Node(len(p.nodes))
	if err := p.value(level); err != nil {
		return 0, err
	}
	d := &p.nodes[n]
	d.keyStart, d.keyEnd, d.keyEscaped = uint32(from), uint32(to), escaped
	return n, nil
}

func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}
