package linkeddata

import (
	"encoding/json"
	"slices"
	"strings"
)

// Bounds of what contexts may cost. json-gold copies all terms whenever a
// context applies, expands terms by recursion, and puts whole namespaces before
// every name: each of the three is bounded before it is called.
const (
	maxContextEntries = 2_000
	maxContextBytes   = 128 << 10
	maxContextWork    = 1_000_000 // entries times contexts applied
	maxJSONExpansion  = 64 << 20  // bytes that names may expand to
)

// contexts is what is known of all contexts of a document together.
type contexts struct {
	entries int
	bytes   int
	applied int
	names   int // keys and texts of the document that may expand
	scoped  map[string]bool
	terms   map[string][]string // what a term may stand for: an IRI, a short form, "" for none
	vocab   int                 // longest absolute @vocab
	added   int                 // all relative @vocab and @base together
	base    int                 // longest absolute @base

	prefixes []string // of the absolute ones: they may turn out to be terms

	lengths map[string]int
	cyclic  bool

	opaque  bool      // there may be JSON literals, and they may look like contexts
	wrong   string    // what no context may define
	ignored []termKey // definitions that mean nothing
}

type termKey struct {
	context map[string]any
	term    string
}

// boundContexts refuses a document whose contexts could cost too much.
func boundContexts(document any, size int, base IRI, lim Limits) error {
	c := &contexts{scoped: map[string]bool{}, terms: map[string][]string{}, lengths: map[string]int{}}
	c.collect(document)
	if c.entries > maxContextEntries {
		return &LimitError{Limit: "context entries", Max: maxContextEntries}
	}
	if c.bytes > maxContextBytes {
		return &LimitError{Limit: "bytes of contexts", Max: maxContextBytes}
	}
	if err := c.correct(); err != nil {
		return err
	}
	c.apply(document, "")
	if c.applied*(c.entries+1) > maxContextWork {
		return &LimitError{Limit: "work", Max: maxContextWork}
	}
	longest := c.longest(base, lim.Depth)
	if c.entries > 0 && longest > lim.IRI {
		return &LimitError{Limit: "IRI", Max: int64(lim.IRI)}
	}
	if most := maxJSONExpansion + maxExpansion*size; c.names*longest > most {
		return &LimitError{Limit: "expansion", Max: int64(most)}
	}
	return nil
}

// collect looks for contexts in the document.
func (c *contexts) collect(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			c.collect(x)
		}
	case map[string]any:
		for key, x := range v {
			switch key {
			case "@context":
				c.context(x, false)
			case "@value": // data, if anything
			default:
				c.collect(x)
			}
		}
	}
}

// context takes note of one context, and of those that its terms bring along.
func (c *contexts) context(v any, scoped bool) {
	c.entries++
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			c.context(x, scoped)
		}
	case map[string]any:
		for key, x := range v {
			c.entries++
			c.bytes += len(key)
			c.entry(v, key, x, scoped)
		}
	case string:
		c.bytes += len(v)
	}
}

func (c *contexts) entry(in map[string]any, key string, v any, scoped bool) {
	text, isText := v.(string)
	c.bytes += len(text)
	c.check(in, key, v)
	switch definition, isMap := v.(map[string]any); {
	case key == "@version":
		if n, ok := v.(json.Number); ok {
			in[key], _ = n.Float64() // json-gold compares it with a float
		}
	case key == "@vocab" && isText:
		c.namespace(text, &c.vocab, scoped)
	case key == "@base" && isText:
		c.namespace(text, &c.base, scoped)
	case key == "@context":
		c.context(v, scoped)
	case isText:
		c.terms[key] = append(c.terms[key], text)
	case isMap:
		c.definition(key, definition)
	}
}

// definition takes note of an expanded term definition.
func (c *contexts) definition(term string, definition map[string]any) {
	names := false
	for key, v := range definition {
		c.entries++
		text, _ := v.(string)
		c.bytes += len(text)
		switch key {
		case "@id", "@reverse":
			names = true
			c.terms[term] = append(c.terms[term], text)
		case "@context":
			c.scoped[term] = true
			c.context(v, true)
		}
	}
	if !names {
		c.terms[term] = append(c.terms[term], "")
	}
}

// namespace takes note of a @vocab or @base: absolute ones replace each other,
// relative ones add up, and those of scoped contexts at every level.
func (c *contexts) namespace(text string, longest *int, scoped bool) {
	prefix, _, colon := strings.Cut(text, ":")
	switch {
	case !colon && scoped:
		c.added += len(text) * DefaultLimits.Depth
	case !colon:
		c.added += len(text)
	default:
		*longest = max(*longest, len(text))
		c.prefixes = append(c.prefixes, prefix)
	}
}

// apply counts how often contexts apply, and the names that may expand.
func (c *contexts) apply(v any, property string) {
	switch v := v.(type) {
	case string:
		c.names++
		if c.scoped[v] {
			c.applied++
		}
	case []any:
		for _, x := range v {
			c.apply(x, property)
		}
	case map[string]any:
		if c.scoped[property] {
			c.applied++
		}
		for key, x := range v {
			c.names++
			switch {
			case key == "@context":
				c.applied++
				continue
			case c.scoped[key]:
				c.applied++
			}
			c.apply(x, key)
		}
	}
}

// longest bounds the length of what any name can get put before it.
func (c *contexts) longest(base IRI, depth int) int {
	most := max(c.vocab, c.base, len(base.s)) + c.added
	for term := range c.terms {
		most = max(most, c.length(term))
	}
	chained := slices.ContainsFunc(c.prefixes, func(p string) bool { return c.terms[p] != nil })
	switch {
	case !c.cyclic && !chained:
		return most
	case len(c.scoped) > 0:
		return most + c.bytes*depth
	}
	return most + c.bytes
}

// length bounds what a term stands for. Terms that lead back to themselves are
// noted: over several contexts they may grow round by round.
func (c *contexts) length(term string) int {
	if n, known := c.lengths[term]; known {
		c.cyclic = c.cyclic || n < 0
		return n
	}
	c.lengths[term] = -1
	most := 0
	for _, stands := range c.terms[term] {
		if stands == "" || stands == term {
			stands = term
		}
		n := len(stands)
		prefix, _, colon := strings.Cut(stands, ":")
		switch {
		case colon && prefix != term && c.terms[prefix] != nil:
			n += c.length(prefix)
		case !colon && stands != term && c.terms[stands] != nil:
			n += c.length(stands)
		case !colon:
			n += c.vocab + c.added
		}
		most = max(most, n)
	}
	c.lengths[term] = most
	return most
}
