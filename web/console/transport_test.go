package console

import (
	"net/http"
	"testing"
)

// Pages that came by https are asked for by nothing else from then on.
func TestStrictTransport(t *testing.T) {
	for secure, want := range map[bool]string{true: "max-age=31536000", false: ""} {
		header := http.Header{}
		(&visit{h: &Handler{secure: secure}}).protect(header)
		if got := header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("by https %v: %q", secure, got)
		}
	}
}
