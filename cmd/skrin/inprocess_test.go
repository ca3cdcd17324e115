package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"skrin/web/admin"
)

// answering is a client of a handler that is a test's own.
func answering(h http.HandlerFunc) *client {
	return within(h, func() error { return nil })
}

func TestInProcessAnswersWhileItIsWritten(t *testing.T) {
	gate := make(chan struct{})
	c := answering(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q\n", body)
		<-gate // the second line is written only when the first has been read
		fmt.Fprintln(w, `"second"`)
	})
	var got []string
	err := c.follow(context.Background(), "POST", "/x", "text/plain", strings.NewReader("hello"), func(line json.RawMessage) error {
		if got = append(got, string(line)); len(got) == 1 {
			close(gate)
		}
		return nil
	})
	if err != nil || list(got) != `"hello" and "second"` {
		t.Errorf("%q %v", got, err)
	}
}

func TestInProcessEnds(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	c := answering(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	go stop()
	if err := c.ask(ctx, "GET", "/x", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted request gave %v", err)
	}
	empty := answering(func(http.ResponseWriter, *http.Request) {})
	if err := empty.ask(context.Background(), "GET", "/x", nil, nil); err != nil {
		t.Errorf("a handler that says nothing: %v", err)
	}
}

func TestRefusalsAreSaidInTheServersWords(t *testing.T) {
	for status, wantUsage := range map[int]bool{400: true, 404: false, 409: false, 422: true, 500: false} {
		c := answering(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(admin.Problem{Status: status, Detail: "that does not go"})
		})
		err := c.ask(context.Background(), "GET", "/x", nil, nil)
		if err == nil || err.Error() != "that does not go" || errors.Is(err, errUsage) != wantUsage {
			t.Errorf("%d: %v", status, err)
		}
	}
	c := answering(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) })
	if err := c.ask(context.Background(), "GET", "/x", nil, nil); err == nil || !strings.Contains(err.Error(), "502 Bad Gateway") {
		t.Errorf("no problem document: %v", err)
	}
}

func TestAnAnswerThatBreaksOff(t *testing.T) {
	term, _ := quiet(nil)
	c := answering(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"checked":3}`) })
	if _, err := c.check(context.Background(), term, "/x"); !errors.Is(err, errCut) {
		t.Errorf("%v", err)
	}
}
