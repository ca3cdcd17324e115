package solid

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"skrin/web/request"
)

func TestParseRange(t *testing.T) {
	const no, none = -1, -2 // no part is given; no byte exists
	for _, c := range []struct {
		field         string
		size          int64
		start, length int64
	}{
		{"bytes=0-0", 10, 0, 1},
		{"bytes=0-9", 10, 0, 10},
		{"bytes=0-", 10, 0, 10},
		{"bytes=5-", 10, 5, 5},
		{"bytes=5-100", 10, 5, 5},
		{"bytes=9-9", 10, 9, 1},
		{"bytes=-3", 10, 7, 3},
		{"bytes=-10", 10, 0, 10},
		{"bytes=-11", 10, 0, 10}, // a suffix longer than the body is the whole
		{"bytes=-99999999999999999999", 10, 0, 10},
		{"bytes=0-99999999999999999999", 10, 0, 10},
		{"BYTES=1-2", 10, 1, 2},
		{" bytes= 1-2 ", 10, 1, 2},
		{"bytes=10-", 10, none, 0},
		{"bytes=99999999999999999999-", 10, none, 0},
		{"bytes=-0", 10, none, 0},
		{"bytes=0-", 0, none, 0},
		{"bytes=-1", 0, none, 0},
		{"bytes=2-1", 10, no, 0},
		{"bytes=0-1,3-4", 10, no, 0},
		{"items=0-1", 10, no, 0},
		{"bytes=", 10, no, 0},
		{"bytes=-", 10, no, 0},
		{"bytes=a-b", 10, no, 0},
		{"bytes=+1-2", 10, no, 0},
		{"bytes=1", 10, no, 0},
		{"", 10, no, 0},
	} {
		got, given, err := parseRange(c.field, c.size)
		switch {
		case c.start == none:
			if !errors.Is(err, request.ErrRange) {
				t.Errorf("%q of %d: %v %v %v, want ErrRange", c.field, c.size, got, given, err)
			}
		case err != nil || given != (c.start != no):
			t.Errorf("%q of %d: %v %v %v", c.field, c.size, got, given, err)
		case given && (got.start != c.start || got.length != c.length):
			t.Errorf("%q of %d: %v, want %d+%d", c.field, c.size, got, c.start, c.length)
		}
	}
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"bytes=0-1", "bytes=-5", "bytes=5-", "bytes=18446744073709551616-"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, field string, size int64) {
		if size < 0 {
			return
		}
		if r, given, err := parseRange(field, size); given && err == nil && (r.start < 0 || r.length < 1 || r.start+r.length > size) {
			t.Errorf("%q of %d gives %v", field, size, r)
		}
	})
}

func TestParseTags(t *testing.T) {
	for _, c := range []struct {
		fields []string
		want   []entityTag
	}{
		{nil, nil},
		{[]string{`"a"`}, []entityTag{{"a", false}}},
		{[]string{`"a", "b"`, `W/"c"`}, []entityTag{{"a", false}, {"b", false}, {"c", true}}},
		{[]string{`"a,b" ,"c"`}, []entityTag{{"a,b", false}, {"c", false}}},
		{[]string{`*`}, []entityTag{{"*", false}}},
		{[]string{`a, "b"`}, []entityTag{{"b", false}}},
		{[]string{`"a`}, nil},
		{[]string{`W/a, ,, "b"`}, []entityTag{{"b", false}}},
		{[]string{`""`}, []entityTag{{"", false}}},
	} {
		if got, present := parseTags(c.fields); !slices.Equal(got, c.want) || present != (len(c.fields) > 0) {
			t.Errorf("%q: %v, want %v", c.fields, got, c.want)
		}
	}
}

func FuzzParseTags(f *testing.F) {
	for _, s := range []string{`"a", W/"b"`, `*`, `"`, `W/`, `,,`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { parseTags([]string{s}) })
}

func TestJudge(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 500, time.UTC)
	date := func(d time.Duration) string { return at.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		name, field, value string
		form               string
		want               int
	}{
		{"nothing asked", "X", "y", "", 200},
		{"has it", "If-None-Match", `"v1"`, "", 304},
		{"has it, weakly", "If-None-Match", `W/"v1"`, "", 304},
		{"has it in this form", "If-None-Match", `"v1:ttl"`, "ttl", 304},
		{"has another form of it", "If-None-Match", `"v1"`, "ttl", 200},
		{"has an older one", "If-None-Match", `"v0", "v2"`, "", 200},
		{"has any", "If-None-Match", `*`, "", 304},
		{"wants it", "If-Match", `"v1"`, "", 200},
		{"wants any form of it", "If-Match", `"v1:ld"`, "ttl", 200},
		{"wants it, weakly", "If-Match", `W/"v1"`, "", 412},
		{"wants another", "If-Match", `"v2"`, "", 412},
		{"wants any", "If-Match", `*`, "", 200},
		{"not since then", "If-Modified-Since", date(0), "", 304},
		{"since before", "If-Modified-Since", date(-time.Second), "", 200},
		{"unmodified since then", "If-Unmodified-Since", date(0), "", 200},
		{"unmodified since before", "If-Unmodified-Since", date(-time.Second), "", 412},
		{"no date", "If-Modified-Since", "yesterday", "", 200},
	} {
		h := http.Header{}
		h.Set(c.field, c.value)
		if got := judge(h, "v1", c.form, at); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	h := http.Header{}
	h.Set("If-None-Match", `"v0"`)
	h.Set("If-Modified-Since", date(time.Hour))
	if got := judge(h, "v1", "", at); got != 200 {
		t.Errorf("If-Modified-Since beside If-None-Match: %d", got)
	}
}

func TestWishedName(t *testing.T) {
	for slug, want := range map[string]string{
		"note":         "note",
		"note.ttl":     "note.ttl",
		"a%20b":        "a b",
		"%C3%A5":       "å",
		"%zz":          "",
		"%ff":          "",
		"folder/":      "folder",
		"a/b":          "a-b",
		"../../etc":    "..-..-etc",
		"":             "",
		"  x ":         "x",
		"a%2Fb%2fc":    "a-b-c",
		"health/labs/": "health-labs",
	} {
		if got := wishedName(slug); got != want {
			t.Errorf("%q: %q, want %q", slug, got, want)
		}
	}
}

func TestAsksForContainer(t *testing.T) {
	for field, want := range map[string]bool{
		`<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`:                                            true,
		`<http://www.w3.org/ns/ldp#Container>; rel=type`:                                                   true,
		`<http://www.w3.org/ns/ldp#Resource>; rel="type", <http://www.w3.org/ns/ldp#Container>;rel="type"`: true,
		`<http://www.w3.org/ns/ldp#Container>; title="a, b"; rel="something type"`:                         true,
		`<https://www.w3.org/ns/lws#Container>; rel="type"`:                                                true,
		`<http://www.w3.org/ns/ldp#Resource>; rel="type"`:                                                  false,
		`<http://www.w3.org/ns/ldp#Container>; rel="describedby"`:                                          false,
		`<http://www.w3.org/ns/ldp#Container>; rel="typed"`:                                                false,
		`<http://www.w3.org/ns/ldp#Container>`:                                                             false,
		`rel="type"`:                                                                                       false,
		``:                                                                                                 false,
	} {
		if got := asksForContainer([]string{field}); got != want {
			t.Errorf("%s: %v", field, got)
		}
	}
}

// The forms that were worked out beforehand are those that would be.
func TestUsualForms(t *testing.T) {
	if len(usual) == 0 {
		t.Fatal("nothing is usual")
	}
	for mediaType := range usual {
		if !reflect.DeepEqual(formsOf(mediaType), workOutForms(mediaType)) {
			t.Errorf("%s: %v", mediaType, formsOf(mediaType))
		}
	}
}
