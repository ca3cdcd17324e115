package oidc

import (
	"net/http"
	"strings"
	"testing"

	"skrin/web/request"
)

// Whatever is read as a form is text, bounded, and means the same when it is written again.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "a=b", "a=b&a=c", "a=%zz", "a;b=c", "%ff=x", "a=%00", "a=b&", "&&&", "a=+%2B%20", strings.Repeat("a=b&", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &request.Request{Method: http.MethodPost, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
			Body: request.NewBody(strings.NewReader(text), -1, 1<<20)}
		form, err := readForm(r)
		if err != nil {
			return
		}
		n := 0
		for name, values := range form {
			n += len(values)
			for _, v := range values {
				if strings.ToValidUTF8(name+v, "") != name+v || strings.ContainsRune(name+v, 0) {
					t.Errorf("%q is read as %q", text, form)
				}
			}
		}
		again, err := parseForm(form.Encode())
		if n > maxParameters || err != nil || again.Encode() != form.Encode() {
			t.Errorf("%q: %q, then %q (%v)", text, form, again, err)
		}
	})
}
