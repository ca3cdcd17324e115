package web

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/valyala/fasthttp"

	"skrin/web/request"
)

// Every line arrives under its canonical name, and no value runs into another,
// whatever is added later.
func TestHeaderOf(t *testing.T) {
	var fctx fasthttp.RequestCtx
	for _, line := range [][2]string{{"DPoP", "one"}, {"Accept", "a/b"}, {"DPoP", "two"}, {"If-Match", ""}, {"accept", "c/d"}} {
		fctx.Request.Header.Add(line[0], line[1])
	}
	want := http.Header{"Dpop": {"one", "two"}, "Accept": {"a/b", "c/d"}, "If-Match": {""}}
	got := headerOf(&fctx)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	got.Add("If-Match", "x")
	fctx.Request.Header.Set("Accept", "overwritten")
	if got.Values("Accept")[1] != "c/d" || got.Values("Dpop")[1] != "two" {
		t.Errorf("values moved: %q", got)
	}
}

// What answers share stays as it is when one of them says more.
func TestAnswersShareNothingThatChanges(t *testing.T) {
	one, other := http.Header{}, http.Header{}
	dress(one, &request.Request{Header: http.Header{}})
	for _, f := range everywhere {
		one.Add(f.name, "more")
	}
	dress(other, &request.Request{Header: http.Header{}})
	for _, f := range everywhere {
		if len(other.Values(f.name)) != 1 || other.Get(f.name) == "more" {
			t.Errorf("%s: %q", f.name, other.Values(f.name))
		}
	}
}
