package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Whatever a secret is printed with, and whatever is around it, it is not seen.
func TestTextDoesNotPrint(t *testing.T) {
	s := New("canary")
	type inner struct{ s Text }
	open := struct {
		S Text
		P *Text
	}{s, &s}
	closed := struct {
		s     Text
		p     *Text
		inner inner
	}{s, &s, inner{s}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{s, &s, open, &open, closed, &closed, []Text{s}, map[string]Text{"a": s}} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, "canary") || strings.Contains(text, "63616e617279") {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
	for _, v := range []any{s, &s, open} {
		if text, err := json.Marshal(v); err == nil {
			t.Errorf("it is written: %s", text)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "a", s, "b", open, "c", closed)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "a", s, "b", open, "c", closed)
	if strings.Contains(log.String(), "canary") {
		t.Errorf("it is logged: %s", &log)
	}
}

func TestTextIsHandedOut(t *testing.T) {
	if s := New("canary"); s.Reveal() != "canary" || s.IsZero() {
		t.Error("it is not what came in")
	}
	for _, none := range []Text{{}, New("")} {
		if none.Reveal() != "" || !none.IsZero() {
			t.Error("none is something")
		}
	}
}
