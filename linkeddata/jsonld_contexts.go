package linkeddata

import (
	"github.com/piprate/json-gold/ld"
)

// check notes the definitions about which json-gold departs from JSON-LD 1.1
// (API, section 4.2.2): it takes some that are errors, and one that is to be
// ignored for an error.
func (c *contexts) check(in map[string]any, key string, v any) {
	definition, isMap := v.(map[string]any)
	reverse, _ := definition["@reverse"].(string)
	switch {
	case v == "@value", v == "@json", definition["@id"] == "@value", definition["@type"] == "@json":
		c.opaque = true
	case key == "":
		c.wrong = "a context defines the empty term"
	case key == "@context":
		c.wrong = "a context defines @context"
	case key == "@type" && isMap && len(definition) == 0:
		c.wrong = "a context defines @type as nothing"
	case looksLikeKeyword(reverse):
		c.ignored = append(c.ignored, termKey{in, key})
	}
}

// correct gives the error that was noted, and takes away what is to be ignored.
// It does neither where the context might be part of a JSON literal.
func (c *contexts) correct() error {
	switch {
	case c.opaque:
	case c.wrong != "":
		return &SyntaxError{What: "JSON-LD: " + c.wrong}
	default:
		for _, k := range c.ignored {
			delete(k.context, k.term)
		}
	}
	return nil
}

// looksLikeKeyword says whether a text has the form of a keyword but is none.
func looksLikeKeyword(s string) bool {
	if len(s) < 2 || s[0] != '@' || ld.IsKeyword(s) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if class[s[i]]&isLetter == 0 {
			return false
		}
	}
	return true
}
