package linkeddata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
)

const (
	jsonldSuite = "../../shared/data/json-ld-tests/"
	jsonldBase  = "https://w3c.github.io/json-ld-api/tests/"
)

// suiteLoader gives the suite's own contexts out of its files.
type suiteLoader struct{ loads int }

func (l *suiteLoader) err() error { return nil }

func (l *suiteLoader) LoadDocument(name string) (*ld.RemoteDocument, error) {
	path, ok := strings.CutPrefix(name, jsonldBase)
	if l.loads++; !ok || l.loads > 20 {
		return nil, ErrRemoteContext
	}
	text, err := os.ReadFile(filepath.Join(jsonldSuite, path))
	if err != nil {
		return nil, err
	}
	var document any
	err = json.Unmarshal(text, &document)
	return &ld.RemoteDocument{DocumentURL: name, Document: document}, err
}

// jsonldCase is one entry of a manifest of the suite.
type jsonldCase struct {
	ID                     string   `json:"@id"`
	Type                   []string `json:"@type"`
	Name                   string
	Input, Expect, Context string
	Option                 struct {
		SpecVersion, ProcessingMode, Base string
		CompactArrays                     *bool
	}
}

func (c jsonldCase) negative() bool { return slices.Contains(c.Type, "jld:NegativeEvaluationTest") }

// base is the name of the case's document.
func (c jsonldCase) base() IRI {
	if c.Option.Base != "" {
		return MustIRI(c.Option.Base)
	}
	return MustIRI(jsonldBase + c.Input)
}

func jsonldCases(t *testing.T, name string) []jsonldCase {
	t.Helper()
	manifest, err := os.ReadFile(jsonldSuite + name + "-manifest.jsonld")
	if errors.Is(err, os.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skipf("the W3C JSON-LD test suite is absent: %v", err)
	}
	var suite struct{ Sequence []jsonldCase }
	if err == nil {
		err = json.Unmarshal(manifest, &suite)
	}
	if err != nil {
		t.Fatal(err)
	}
	return suite.Sequence
}

func jsonldFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(jsonldSuite + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// runJSONLD runs each case of a suite. One that fails must be listed with the
// reason, and one that is listed must fail. It is an error of a case, not of
// the suite, when the code under test panics.
func runJSONLD(t *testing.T, suite string, count int, known map[string]string, run func(*testing.T, jsonldCase) error) {
	cases := jsonldCases(t, suite)
	if len(cases) != count {
		t.Errorf("%d cases, want %d", len(cases), count)
	}
	listed, passed := maps.Clone(known), 0
	for _, c := range cases {
		err := guarded(func() error { return run(t, c) })
		reason := listed[c.ID]
		switch delete(listed, c.ID); {
		case err != nil && reason == "":
			t.Errorf("%s %s: %v", c.ID, c.Name, err)
		case err == nil && reason != "":
			t.Errorf("%s %s passes now: take it off the list", c.ID, c.Name)
		case err == nil:
			passed++
		}
	}
	for id := range listed {
		t.Errorf("%s is listed, but no case", id)
	}
	t.Logf("%s: %d of %d pass, %d are known not to", suite, passed, len(cases), len(known))
}

func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// TestJSONLDToRDFSuite is Decode as it is, but for the contexts of the suite.
func TestJSONLDToRDFSuite(t *testing.T) {
	runJSONLD(t, "toRdf", 467, toRDFKnown, func(t *testing.T, c jsonldCase) error {
		got, err := decodeJSONLDWith(&suiteLoader{}, bytes.NewReader(jsonldFile(t, c.Input)), c.base(), Limits{})
		if c.negative() {
			return wantError(err)
		}
		if err != nil || c.Expect == "" {
			return err
		}
		want, err := Decode(bytes.NewReader(jsonldFile(t, c.Expect)), NQuads, IRI{}, Limits{})
		if err != nil {
			return fmt.Errorf("the expectation: %w", err)
		}
		if !Isomorphic(got, want) {
			return fmt.Errorf("got %v", got.quads)
		}
		return writesBackAsJSONLD(got)
	})
}

// TestJSONLDExpandSuite is the first half of Decode, which is json-gold's behind
// our bounds. Errors count as such, whatever they are called.
func TestJSONLDExpandSuite(t *testing.T) {
	runJSONLD(t, "expand", 385, expandKnown, func(t *testing.T, c jsonldCase) error {
		text, lim := jsonldFile(t, c.Input), DefaultLimits
		document, err := parseJSON(text, lim)
		if err == nil {
			err = boundContexts(document, len(text), c.base(), lim)
		}
		var expanded []any
		if err == nil {
			expanded, err = expand(document, &suiteLoader{}, c.base())
		}
		if c.negative() {
			return wantError(err)
		}
		if err != nil {
			return err
		}
		return sameJSON(expanded, jsonldFile(t, c.Expect))
	})
}

// TestJSONLDFromRDFSuite is Encode with the two profiles that give the form of
// the algorithm's result. Its options are not offered.
func TestJSONLDFromRDFSuite(t *testing.T) {
	form := MustMediaType(`application/ld+json; profile="` + expandedProfile + " " + flattenedProfile + `"`)
	runJSONLD(t, "fromRdf", 54, fromRDFKnown, func(t *testing.T, c jsonldCase) error {
		g, err := Decode(bytes.NewReader(jsonldFile(t, c.Input)), NQuads, IRI{}, Limits{})
		if err != nil {
			return err
		}
		if err := writesBackAsJSONLD(g); err != nil {
			return err
		}
		var out bytes.Buffer
		err = g.Encode(&out, form)
		if c.negative() {
			return wantError(err)
		}
		if err != nil {
			return err
		}
		return sameJSON(json.RawMessage(out.Bytes()), jsonldFile(t, c.Expect))
	})
}

// TestJSONLDCompactSuite: there is no compacting to somebody's context here, so
// two things stand for it. What the suite compacts and what comes of it must be
// the same dataset to Decode; and json-gold's own Compact, which nothing here
// calls, is kept an eye on.
func TestJSONLDCompactSuite(t *testing.T) {
	t.Run("read", func(t *testing.T) {
		runJSONLD(t, "compact", 246, compactReadKnown, func(t *testing.T, c jsonldCase) error {
			if c.negative() {
				return nil // about compacting only
			}
			from, err := decodeJSONLDWith(&suiteLoader{}, bytes.NewReader(jsonldFile(t, c.Input)), c.base(), Limits{})
			if err != nil {
				return err
			}
			to, err := decodeJSONLDWith(&suiteLoader{}, bytes.NewReader(jsonldFile(t, c.Expect)), c.base(), Limits{})
			if err != nil {
				return err
			}
			if !Isomorphic(from, to) {
				return fmt.Errorf("%v is not %v", from.quads, to.quads)
			}
			return writesBackAsJSONLD(from)
		})
	})
	t.Run("json-gold", func(t *testing.T) {
		runJSONLD(t, "compact", 246, compactKnown, func(t *testing.T, c jsonldCase) error {
			options := ld.NewJsonLdOptions(c.base().s)
			options.DocumentLoader = &suiteLoader{}
			if c.Option.ProcessingMode != "" {
				options.ProcessingMode = c.Option.ProcessingMode
			}
			if c.Option.CompactArrays != nil {
				options.CompactArrays = *c.Option.CompactArrays
			}
			var document, context any
			if err := errors.Join(json.Unmarshal(jsonldFile(t, c.Input), &document), json.Unmarshal(jsonldFile(t, c.Context), &context)); err != nil {
				t.Fatal(err)
			}
			got, err := ld.NewJsonLdProcessor().Compact(document, context, options)
			if c.negative() {
				return wantError(err)
			}
			if err != nil {
				return err
			}
			return sameJSON(got, jsonldFile(t, c.Expect))
		})
	})
}

func wantError(err error) error {
	if err == nil {
		return errors.New("accepted, but it is wrong")
	}
	return nil
}

// writesBackAsJSONLD writes a dataset in each form of JSON-LD and reads it again.
func writesBackAsJSONLD(g *Graph) error {
	if !allURLs(g) {
		return nil
	}
	for _, profile := range []string{"", expandedProfile, flattenedProfile, expandedProfile + " " + flattenedProfile} {
		mt := MustMediaType(`application/ld+json; profile="` + profile + `"`)
		var out bytes.Buffer
		if err := g.Encode(&out, mt); err != nil {
			return err
		}
		text := out.String()
		back, err := Decode(&out, mt, IRI{}, Limits{})
		if err != nil {
			return fmt.Errorf("%w in what was written:\n%s", err, text)
		}
		if !Isomorphic(g, back) {
			return fmt.Errorf("written, it is not the same: %v\n%s", g.quads, text)
		}
	}
	return nil
}

// sameJSON compares as the suite wants it: arrays but those of lists are sets.
func sameJSON(got any, want []byte) error {
	text, err := json.Marshal(got)
	if err != nil {
		return err
	}
	var a, b any
	if err := errors.Join(json.Unmarshal(text, &a), json.Unmarshal(want, &b)); err != nil {
		return err
	}
	if !equalJSON(a, b, false) {
		return fmt.Errorf("got %s", text)
	}
	return nil
}

func equalJSON(a, b any, ordered bool) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, func(x, y any) bool { return equalJSON(x, y, false) }) && orderedLists(a, b)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		if ordered {
			return slices.EqualFunc(a, b, func(x, y any) bool { return equalJSON(x, y, false) })
		}
		rest := slices.Clone(b)
		for _, x := range a {
			at := slices.IndexFunc(rest, func(y any) bool { return equalJSON(x, y, false) })
			if at < 0 {
				return false
			}
			rest = slices.Delete(rest, at, at+1)
		}
		return true
	}
	return reflect.DeepEqual(a, b)
}

func orderedLists(a, b map[string]any) bool {
	list, ok := a["@list"]
	return !ok || equalJSON(list, b["@list"], true)
}
