package identity

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"skrin/internal/podtest/issuer"
	"skrin/internal/strangers"
	"skrin/linkeddata"
)

// count runs f and says how often a page was asked for meanwhile.
func (w *world) count(path string, f func()) int {
	before := w.issuer.Hits(path)
	f()
	return w.issuer.Hits(path) - before
}

func TestOthersAreAskedOnce(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	n := w.count(issuer.Keys, func() {
		var group sync.WaitGroup
		for range 32 {
			p := w.with(w.token(nil)) // each another token
			group.Go(func() {
				if err := w.verify(p); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
	if n != 1 || w.issuer.Hits(issuer.Discovery) != 1 || w.issuer.Hits("/people/ana") != 1 {
		t.Errorf("asked for keys %d times, for the configuration %d, for the document %d", n, w.issuer.Hits(issuer.Discovery), w.issuer.Hits("/people/ana"))
	}
	n = w.count(issuer.Keys, func() {
		w.clock.move(believe + time.Second)
		if err := w.verify(w.with(w.token(nil))); err != nil {
			t.Error(err)
		}
	})
	if n != 1 {
		t.Errorf("after five minutes keys were asked for %d times", n)
	}
}

func TestNewKeyOfAnIssuer(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	old := w.token(nil)
	if err := w.verify(w.with(old)); err != nil {
		t.Fatal(err)
	}
	if err := w.issuer.Rotate(); err != nil {
		t.Fatal(err)
	}
	n := w.count(issuer.Keys, func() {
		for range 10 {
			if err := w.verify(w.with(w.token(nil))); !errors.Is(err, ErrToken) {
				t.Errorf("asked again within 30 seconds: %v", err)
			}
		}
		w.clock.move(askAgain + time.Second)
		for range 10 {
			if err := w.verify(w.with(w.token(nil))); err != nil {
				t.Errorf("new key: %v", err)
			}
		}
		for range 10 { // made-up key ids do not make us ask
			if err := w.verify(w.header(issuer.Parts{"kid": "x"})); !errors.Is(err, ErrToken) {
				t.Error(err)
			}
		}
	})
	if n != 1 {
		t.Errorf("asked for keys %d times", n)
	}
	// The old token is believed until five minutes after its key was seen.
	if err := w.verify(w.with(old)); err != nil {
		t.Errorf("old token, still remembered: %v", err)
	}
	w.clock.move(believe - askAgain)
	if err := w.verify(w.with(old)); !errors.Is(err, ErrToken) {
		t.Errorf("old token, old key: %v", err)
	}
}

func TestIssuerTakenFromTheList(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	token := w.token(nil)
	if err := w.verify(w.with(token)); err != nil {
		t.Fatal(err)
	}
	w.clock.move(4 * time.Minute)
	if err := w.verify(w.with(w.token(nil))); err != nil { // a second token rests on the same old answer
		t.Fatal(err)
	}
	w.card(``)
	w.clock.move(time.Minute + time.Second)
	for _, token := range []string{token, w.token(nil)} {
		if err := w.verify(w.with(token)); !errors.Is(err, ErrIssuer) {
			t.Errorf("five minutes after it was read: %v", err)
		}
	}
	if _, err := w.issuer.Person("ana", w.ana.Client); err != nil { // the document is put right
		t.Fatal(err)
	}
	if err := w.verify(w.with(token)); !errors.Is(err, ErrIssuer) {
		t.Errorf("read again within 30 seconds: %v", err)
	}
	w.clock.move(askAgain + time.Second)
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("30 seconds after the document was put right: %v", err)
	}
}

func TestForget(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	token := w.token(nil)
	if err := w.verify(w.with(token)); err != nil {
		t.Fatal(err)
	}
	w.card(``)
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("not forgotten yet: %v", err)
	}
	w.v.Forget(linkeddata.MustIRI("https://somebody.example/#me"))
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("somebody else forgotten: %v", err)
	}
	w.v.Forget(w.ana.WebID)
	if err := w.verify(w.with(token)); !errors.Is(err, ErrIssuer) {
		t.Errorf("forgotten: %v", err)
	}
}

// What was looked into before Forget is not remembered after it.
func TestForgetDuringVerify(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	asked, answer := make(chan struct{}), make(chan struct{})
	good := `<#me> <` + term + `> <` + w.issuer.IRI().String() + `> .`
	w.issuer.Handle("/people/ana", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-answer
		rw.Header().Set("Content-Type", "text/turtle")
		_, _ = rw.Write([]byte(good))
	}))
	token := w.token(nil)
	p := w.with(token)
	done := make(chan error)
	go func() { done <- w.verify(p) }()
	<-asked
	w.card(``)
	w.v.Forget(w.ana.WebID)
	close(answer)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := w.verify(w.with(token)); !errors.Is(err, ErrIssuer) {
		t.Errorf("%v, want ErrIssuer", err)
	}
}

func TestTroubleElsewherePasses(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	trouble := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(503) })
	w.issuer.Handle("/people/ana", trouble)
	token := w.token(nil)
	n := w.count("/people/ana", func() {
		for range 10 {
			if err := w.verify(w.with(token)); !errors.Is(err, ErrUnreachable) {
				t.Error(err)
			}
		}
	})
	if n != 1 {
		t.Errorf("asked %d times", n)
	}
	if _, err := w.issuer.Person("ana", w.ana.Client); err != nil {
		t.Fatal(err)
	}
	w.clock.move(retryAfter + time.Second)
	if err := w.verify(w.with(token)); err != nil {
		t.Error(err)
	}
}

// One caller who leaves does not spoil it for the others who wait.
func TestCallerLeaves(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	asked, answer := make(chan struct{}), make(chan struct{})
	card := `<#me> <` + term + `> <` + w.issuer.IRI().String() + `> .`
	w.issuer.Handle("/people/ana", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-answer
		rw.Header().Set("Content-Type", "text/turtle")
		_, _ = rw.Write([]byte(card))
	}))
	ctx, leave := context.WithCancel(context.Background())
	first, second := make(chan error), make(chan error)
	p1, p2 := w.with(w.token(nil)), w.with(w.token(nil))
	go func() { _, err := w.v.Verify(ctx, p1); first <- err }()
	<-asked
	go func() { second <- w.verify(p2) }()
	leave()
	if err := <-first; !errors.Is(err, ErrUnreachable) {
		t.Errorf("who left: %v", err)
	}
	close(answer)
	if err := <-second; err != nil {
		t.Errorf("who stayed: %v", err)
	}
}

// Whoever has used up what we ask for them hears so alone: who comes from elsewhere
// has the same issuer asked.
func TestSomebodyElsesShare(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	here, there := strangers.From(t.Context(), netip.MustParseAddr("192.0.2.1")), strangers.From(t.Context(), netip.MustParseAddr("192.0.2.2"))
	for range 2000 {
		w.v.conf.Fetch.Get(here, linkeddata.MustIRI("https://10.0.0.1/"), "", 0)
	}
	if _, err := w.v.Verify(here, w.with(w.token(nil))); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a share that is used up: %v", err)
	}
	if _, err := w.v.Verify(there, w.with(w.token(nil))); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	if _, err := w.v.Verify(here, w.with(w.token(nil))); err != nil {
		t.Errorf("what is known needs no share: %v", err)
	}
}

// Nobody waits behind somebody who has to wait for a share of their own.
func TestNobodyWaitsForSomebodyElsesShare(t *testing.T) {
	waiting := make(chan bool)
	here, leave := context.WithCancel(t.Context())
	c := newCache[int, int](3, func(ctx context.Context, _ int) (context.Context, func(), error) {
		if ctx == here {
			close(waiting)
			<-ctx.Done()
			return ctx, nil, ctx.Err()
		}
		return ctx, func() {}, nil
	})
	now := time.Now()
	get := func(ctx context.Context) (int, error) {
		v, _, err := c.get(ctx, 1, now, func(error) time.Time { return now }, func(context.Context) (int, error) { return 10, nil })
		return v, err
	}
	first := make(chan error)
	go func() {
		_, err := get(here)
		first <- err
	}()
	<-waiting
	if v, err := get(t.Context()); v != 10 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("who waited and left: %v", err)
	}
}

func TestCachesAreBounded(t *testing.T) {
	c := newCache[int, int](3, func(ctx context.Context, _ int) (context.Context, func(), error) { return ctx, func() {}, nil })
	now := time.Now()
	since := func(error) time.Time { return now }
	loads := 0
	get := func(k int) {
		t.Helper()
		v, _, err := c.get(context.Background(), k, now, since, func(context.Context) (int, error) { loads++; return 10 * k, nil })
		if v != 10*k || err != nil {
			t.Errorf("get(%d) = %d, %v", k, v, err)
		}
	}
	for _, k := range []int{1, 2, 3, 1, 4, 1, 2} { // 4 puts out 2, 2 puts out 3
		get(k)
	}
	if loads != 5 || c.order.Len() != 3 || len(c.items) != 3 {
		t.Errorf("%d loads, %d items", loads, c.order.Len())
	}
	m := newVerified()
	for i := range maxTokens + 10 {
		m.put([32]byte{byte(i), byte(i >> 8)}, verifiedToken{until: now.Add(time.Hour)}, 0, now)
	}
	if len(m.items) != maxTokens || m.order.Len() != maxTokens {
		t.Errorf("%d tokens", len(m.items))
	}
}
