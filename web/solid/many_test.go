package solid_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
)

// TestListingOfMany lists a container of 5,000 members.
func TestListingOfMany(t *testing.T) { listMany(t, 5_000, 10*time.Second) }

// TestSoakListing lists one of 310,000, whose first byte is there in 200 ms.
func TestSoakListing(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("skipped: SOAK says for how long to run, such as 10m")
	}
	listMany(t, 310_000, 200*time.Millisecond)
}

const listingMemory = 32 << 20 // how much more the process may hold while it lists

// listMany lists a container of n members in every syntax. The reader stops in
// the middle: others go on writing meanwhile, and nothing piles up.
func listMany(t *testing.T, n int, firstByte time.Duration) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	fillWith(t, w, n)
	for _, mt := range syntaxes {
		before := live()
		began := time.Now()
		res := maria.Open("GET", "/maria/many/", nil, "Accept", mt)
		body := bufio.NewReaderSize(res.Body, 16)
		if _, err := body.Peek(1); err != nil {
			t.Fatalf("%s: %v", mt, err)
		}
		took := time.Since(began)
		if took > firstByte {
			t.Errorf("%s: the first byte came after %v, want %v", mt, took, firstByte)
		}
		wrote := time.Now()
		maria.Put("/maria/many/while", "text/plain", mt)
		maria.Delete("/maria/many/while").Want(204)
		if d := time.Since(wrote); d > 10*time.Second {
			t.Errorf("%s: writing took %v while somebody was listing", mt, d)
		}
		counted := &counter{r: body}
		got := count(t, mt, w.Base+"maria/many/", counted)
		if got < n || got > n+1 { // what was written in between may be there
			t.Errorf("%s: %d members, want %d", mt, got, n)
		}
		res.Body.Close()
		if grown := counted.most - before; grown > listingMemory {
			t.Errorf("%s: %d bytes more were held while listing, want at most %d", mt, grown, int64(listingMemory))
		}
		t.Logf("%s: %d members, %d bytes, first after %v, all after %v, %d KiB more held", mt, got, counted.n, took, time.Since(began), (counted.most-before)>>10)
	}
}

// fillWith gives Maria a container of n small members.
func fillWith(t *testing.T, w *podtest.World, n int) {
	t.Helper()
	maria := w.Owner("maria")
	at := pod.MustPath("/many/")
	if _, err := maria.Put(context.Background(), at, pod.Draft{}, pod.Precondition{}); err != nil {
		t.Fatal(err)
	}
	for done := 0; done < n; {
		drafts := make([]pod.Draft, min(1000, n-done))
		for i := range drafts {
			drafts[i] = pod.Draft{Name: fmt.Sprintf("member-%d.ttl", done+i), Exact: true, MediaType: "text/turtle", Body: strings.NewReader("<#a> <#b> 1 .")}
		}
		if _, err := maria.Append(context.Background(), at, drafts...); err != nil {
			t.Fatal(err)
		}
		done += len(drafts)
	}
}

// live is what is held after everything else was given up.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// counter counts bytes, and notes every now and then how much is held.
type counter struct {
	r       io.Reader
	n, next int64
	most    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.n >= c.next {
		c.next = c.n + 8<<20
		c.most = max(c.most, live())
	}
	return n, err
}

// count reads a listing as it comes, and counts the members.
func count(t *testing.T, mt, container string, r io.Reader) (n int) {
	t.Helper()
	var err error
	if mt == "application/ld+json" {
		n, err = countJSON(r)
	} else {
		lim := linkeddata.Limits{Bytes: 1 << 32, Quads: 1 << 28}
		err = linkeddata.Parse(r, linkeddata.MustMediaType(mt), linkeddata.MustIRI(container), lim, func(q linkeddata.Quad) error {
			if q.P == linkeddata.LDPContains.Term() {
				n++
			}
			return nil
		})
	}
	if err != nil {
		t.Fatalf("%s: %v after %d members", mt, err, n)
	}
	return n
}

func countJSON(r io.Reader) (n int, err error) {
	d := json.NewDecoder(r)
	if _, err := d.Token(); err != nil { // the array begins
		return 0, err
	}
	for d.More() {
		var node map[string]json.RawMessage
		if err := d.Decode(&node); err != nil {
			return n, err
		}
		var members []json.RawMessage
		if text, ok := node[linkeddata.LDPContains.String()]; ok {
			if err := json.Unmarshal(text, &members); err != nil {
				return n, err
			}
		}
		n += len(members)
	}
	_, err = d.Token()
	return n, err
}
