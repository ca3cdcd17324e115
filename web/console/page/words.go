package page

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// words says things in one language.
type words struct{ in Language }

// Lang is the language, as HTML wants it.
func (w words) Lang() Language { return w.in }

// T is a text of the catalogue. Pairs give names and values of its placeholders;
// what stands for one is always text, and kept from what is around it.
func (w words) T(key string, pairs ...any) (template.HTML, error) {
	text, ok := catalogue[w.in][key]
	if !ok {
		return "", fmt.Errorf("page: no text %q in %s", key, w.in)
	}
	return fill(text, func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return fmt.Sprint(pairs[i+1]), true
			}
		}
		return "", false
	})
}

// N is a text about a number of things: KEY.none, KEY.one or KEY.more, with {n}.
func (w words) N(key string, n int, pairs ...any) (template.HTML, error) {
	form := ".more"
	switch n {
	case 0:
		form = ".none"
	case 1:
		form = ".one"
	}
	return w.T(key+form, append(pairs, "n", Number(w.in, n))...)
}

// Or is a text whose key comes from outside, or another one where there is none.
func (w words) Or(key, otherwise string, pairs ...any) (template.HTML, error) {
	if !Has(key) {
		key = otherwise
	}
	return w.T(key, pairs...)
}

// Why is a problem in words.
func (w words) Why(p Problem) template.HTML {
	text, err := w.Or(p.Key, "problem.other", "value", p.Value, "time", w.wait(p.Value))
	if err != nil {
		return ""
	}
	return text
}

// wait is a duration as Go writes it in words, and any other text as it is.
func (w words) wait(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return text
	}
	return Duration(w.in, d)
}

// Tongues are the languages to choose from.
func (w words) Tongues() []Language { return Languages() }

// fill puts values into a text, each as text of its own direction.
func fill(text string, value func(string) (string, bool)) (template.HTML, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(template.HTMLEscapeString(before))
		if !found {
			return template.HTML(b.String()), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		v, known := value(name)
		if !closed || !known {
			return "", fmt.Errorf("page: nothing stands for {%s} in %q", name, text)
		}
		b.WriteString("<bdi>" + template.HTMLEscapeString(Clean(v)) + "</bdi>")
		text = after
	}
}
