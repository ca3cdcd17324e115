package outbound

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"skrin/internal/strangers"
	"skrin/linkeddata"
)

// Whoever has us fetch what takes its time keeps nobody else waiting, and is answered
// themselves when something of theirs is.
func TestShares(t *testing.T) {
	arrived, release := make(chan bool, maxFetches), make(chan bool)
	let := sync.OnceFunc(func() { close(release) })
	var hosts []string // few are asked of one at the same time
	for range maxFetches / 4 {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				arrived <- true
				<-release
			}
		}))
		defer server.Close()
		hosts = append(hosts, server.URL)
	}
	defer let() // or who fails waits for ever
	c := New(Config{InsecureLoopback: true, Patience: 10 * time.Second})
	defer c.Close()
	fetch := func(ctx context.Context, iri string) error {
		_, err := c.Get(ctx, linkeddata.MustIRI(iri), "text/turtle", 0)
		return err
	}
	here, there := at(t, "192.0.2.1"), at(t, "192.0.2.2")
	done := make(chan error, maxFetches)
	for i := range maxFetches {
		go func() { done <- fetch(here, hosts[i%len(hosts)]+"/slow") }()
	}
	for range maxShare {
		<-arrived
	}
	for c.shares.users(here) < maxFetches {
		time.Sleep(time.Millisecond)
	}
	if err := fetch(there, hosts[0]+"/"); err != nil {
		t.Error(err)
	}
	hasty, stop := context.WithTimeout(here, 10*time.Millisecond)
	defer stop()
	if err := fetch(hasty, hosts[0]+"/"); !errors.Is(err, ErrUnreachable) {
		t.Errorf("one more from the same place: %v", err)
	}
	let()
	for range maxFetches {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(c.shares.of) != 0 {
		t.Errorf("%d shares remain", len(c.shares.of))
	}
}

// Nobody has us ask on and on, and who does keeps nobody else from asking.
func TestAskedInAMinute(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	c := trusting(server, Config{AllowNet: loopback})
	c.shares.asked = strangers.NewRate(time.Hour, 2, 10)
	for i, from := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"} {
		_, err := c.Get(at(t, from), linkeddata.MustIRI(server.URL+"/"), "text/turtle", 0)
		if refused := errors.Is(err, errTooMuch); refused != (i == 2) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func at(t *testing.T, addr string) context.Context {
	return strangers.From(t.Context(), netip.MustParseAddr(addr))
}

func (s *shares) users(ctx context.Context) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of[strangers.Asking(ctx)].users
}
