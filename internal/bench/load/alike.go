package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// patience is how long one answer may take before it counts as none.
const patience = time.Minute

// look asks once and reads the whole answer, to see what is in it.
func look(on *process, who *person, a ask) (*http.Response, []byte, error) {
	request, err := a.request(on.addr, who)
	if err != nil {
		return nil, nil, err
	}
	c, err := dial(on.addr)
	if err != nil {
		return nil, nil, err
	}
	defer c.close()
	c.conn.SetDeadline(time.Now().Add(patience))
	if _, err := c.conn.Write(request); err != nil {
		return nil, nil, err
	}
	res, err := http.ReadResponse(c.in, &http.Request{Method: a.method})
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(bufio.NewReader(res.Body))
	return res, body, err
}

// lay puts what is too large for the data folders into both servers.
func (p pair) lay() error {
	upload := uploads()
	for _, on := range []*process{p.skrin, p.css} {
		for n := range int64(largeN) {
			res, body, err := look(on, p.w.owner, upload(n))
			if err != nil || res.StatusCode/100 != 2 {
				return fmt.Errorf("filling %s: %v %.200s: %w", on.name, res, body, err)
			}
		}
	}
	return nil
}

// alike makes sure that both sides do the same: that they answer with the same
// kind of thing, and as much of it where it is bytes.
func (c comparison) alike() error {
	var kinds [2]string
	for i, one := range []*side{c.this, c.against} {
		a := one.ask(0)
		res, body, err := look(one.on, one.who, a)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", c.name, one.on.name, err)
		}
		if res.StatusCode/100 != 2 {
			return fmt.Errorf("%s: %s answers %s: %.200s", c.name, one.on.name, res.Status, body)
		}
		if a.method == http.MethodGet {
			mediaType, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
			kinds[i] = fmt.Sprint(res.StatusCode, " ", mediaType)
			if mediaType == "application/octet-stream" {
				kinds[i] += fmt.Sprint(", ", len(body), " bytes")
			}
		}
	}
	if kinds[0] != kinds[1] {
		return fmt.Errorf("%s: %s gives %s, and %s gives %s", c.name, c.this.on.name, kinds[0], c.against.on.name, kinds[1])
	}
	return nil
}

// sharedDocument lets eight clients patch one document of a megabyte.
func (t *table) sharedDocument(s settings, p pair) error {
	const name = "1 MB document patched by 8 clients"
	if !t.wants(s, []string{name}) {
		return nil
	}
	const path, clients = "/maria/shared/all.ttl", 8
	var text bytes.Buffer
	for k := 0; text.Len() < 1<<20; k++ {
		fmt.Fprintf(&text, "<#s%d> <http://example.org/health#at> \"2026-01-%02dT%02d:%02d:00Z\"; <http://example.org/health#bpm> %d .\n", k, k%28+1, k/60%24, k%60, 55+k%70)
	}
	var seen [2]window
	for i, on := range []*process{p.skrin, p.css} {
		res, body, err := look(on, p.w.owner, ask{method: "PUT", path: path, mediaType: turtle, body: text.Bytes()})
		if err != nil || res.StatusCode/100 != 2 {
			return fmt.Errorf("%s: %s: %.200s: %w", name, on.name, body, err)
		}
		all := &side{on: on, who: p.w.owner, ask: func(n int64) ask { return patch(path, n) }}
		if err := all.connect(clients); err != nil {
			return err
		}
		requests, err := all.prepare([]int{64, 16}[i])
		if err != nil {
			return err
		}
		seen[i], err = all.drive(requests)
		all.disconnect()
		if err != nil {
			return err
		}
	}
	t.fact(name, fmt.Sprintf("%s; CSS %s", patches(seen[0]), patches(seen[1])), "no error", seen[0].errors == 0)
	return nil
}

func patches(w window) string {
	text := fmt.Sprintf("%.1f/s, %d errors of %d", w.rate, w.errors, len(w.latencies))
	if w.fault != "" {
		text += " (" + w.fault + ")"
	}
	return text
}

// listings measures how long a whole container takes, once after the other.
func (t *table) listings(ctx context.Context, s settings, p pair) error {
	for _, n := range sizes(s) {
		name := fmt.Sprintf("listing of %d", n)
		if !t.wants(s, []string{name}) {
			continue
		}
		var took [2][]float64
		var fault [2]error
		for range min(s.rounds, 3) {
			for i, on := range []*process{p.skrin, p.css} {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if fault[i] != nil {
					continue
				}
				began := time.Now()
				fault[i] = listing(on, p.w.owner, n)
				took[i] = append(took[i], time.Since(began).Seconds())
			}
		}
		ours, theirs := median(took[0]), median(took[1])
		value := fmt.Sprintf("%.1f ms; CSS %.1f ms, %.0f times as long", 1000*ours, 1000*theirs, theirs/ours)
		if fault[1] != nil {
			value = fmt.Sprintf("%.1f ms; CSS fails after %.1f s: %v", 1000*ours, theirs, fault[1])
		}
		if fault[0] != nil {
			value = fault[0].Error()
		}
		t.fact(name, value, "whole", fault[0] == nil)
	}
	return nil
}

// listing reads a container to its end, and counts its members.
func listing(on *process, who *person, n int) error {
	res, body, err := look(on, who, ask{method: "GET", path: listName(n), header: "Accept: text/turtle\r\n"})
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %.120s", res.Status, bytes.Join(bytes.Fields(body), []byte(" ")))
	}
	if got := bytes.Count(body, []byte(".ttl>")); got < n {
		return fmt.Errorf("only %d of %d members", got, n)
	}
	return nil
}
