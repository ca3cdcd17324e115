package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
)

// What both servers hold, under the same paths.
const (
	patched   = 4096     // documents that small patches go to, so that none grows far
	largeBody = 10 << 20 // bytes
	largeN    = 8        // bodies of that size
	rangeSize = 64 << 10
)

// listed are the sizes of the containers that are listed.
var listed = [...]int{10, 100, 1000, 10000, 100000}

// A pair is the two servers.
type pair struct {
	skrin, css *process
	w          *world
}

// compareCSS measures beside Community Solid Server: the same requests, over the
// same kind of connections, with tokens of the same issuer. Skrin encrypts, syncs
// and keeps its journal meanwhile, as it always does; the other does none of it.
func compareCSS(ctx context.Context, s settings, w *world, t *table) error {
	dir, err := installCSS(ctx)
	if err != nil {
		return err
	}
	p, err := w.both(ctx, s, dir)
	if err != nil {
		return err
	}
	defer p.skrin.stop()
	defer p.css.stop()
	if err := p.lay(); err != nil {
		return err
	}
	all := p.comparisons()
	for _, c := range all {
		if err := c.alike(); err != nil {
			return err
		}
	}
	if err := t.measure(ctx, s, all); err != nil {
		return err
	}
	if err := t.sharedDocument(s, p); err != nil {
		return err
	}
	return t.listings(ctx, s, p)
}

// both fills and starts the two.
func (w *world) both(ctx context.Context, s settings, dir string) (pair, error) {
	p := pair{w: w}
	addr, err := freeAddr()
	if err != nil {
		return p, err
	}
	data := filepath.Join(w.dir, "host")
	say("filling both servers: containers of up to %d members", s.members)
	if err := w.fill(data, addr, func(h host) error { return furnishPod(ctx, s, h) }); err != nil {
		return p, err
	}
	theirs := filepath.Join(w.dir, "css-data")
	if err := w.furnishFiles(s, files{theirs}); err != nil {
		return p, err
	}
	if p.css, err = startCSS(dir, theirs); err != nil {
		return p, err
	}
	if p.skrin, err = w.serve(data, addr); err != nil {
		p.css.stop()
	}
	return p, err
}

func named(i int) string { return fmt.Sprintf("r%d.ttl", i) }

func listName(n int) string { return fmt.Sprintf("/maria/list%d/", n) }

// sizes are those of the containers to list that the settings leave.
func sizes(s settings) []int {
	return slices.DeleteFunc(slices.Clone(listed[:]), func(n int) bool { return n > s.members })
}

// furnishPod fills ours.
func furnishPod(ctx context.Context, s settings, h host) error {
	maria, err := h.pod(ctx, "maria")
	if err != nil {
		return err
	}
	fills := map[string]int{"/hot/": hotRecords, "/patch/": patched}
	for _, n := range sizes(s) {
		fills[pathInPod(listName(n))] = n
	}
	for path, n := range fills {
		if err := container(ctx, maria, path); err != nil {
			return err
		}
		if err := members(ctx, maria, path, n, named); err != nil {
			return err
		}
	}
	for _, path := range []string{"/new/", "/bodies/", "/shared/"} {
		if err := container(ctx, maria, path); err != nil {
			return err
		}
	}
	return h.grant(ctx, maria)
}

func pathInPod(path string) string { return path[len("/maria"):] }

// furnishFiles fills theirs.
func (w *world) furnishFiles(s settings, f files) error {
	if err := f.rules("/maria/", w.owner.WebID); err != nil {
		return err
	}
	if err := f.rules("/maria/hot/", w.owner.WebID, w.reader.WebID); err != nil {
		return err
	}
	fills := map[string]int{"/maria/hot/": hotRecords, "/maria/patch/": patched}
	for _, n := range sizes(s) {
		fills[listName(n)] = n
	}
	for path, n := range fills {
		if err := f.records(path, n, named); err != nil {
			return err
		}
	}
	return nil
}

// comparisons are the scenarios, each the same on both sides.
func (p pair) comparisons() []comparison {
	get := func(n int64) ask { return ask{method: "GET", path: fmt.Sprintf("/maria/hot/r%d.ttl", n%hotRecords)} }
	with := func(header string, f func(int64) ask) func(int64) ask {
		return func(n int64) ask { a := f(n); a.header = header; return a }
	}
	put := func(path string, n int64) ask {
		return ask{method: "PUT", path: fmt.Sprintf(path, n), mediaType: turtle, body: record(n)}
	}
	large := func(n int64) ask { return ask{method: "GET", path: fmt.Sprintf("/maria/bodies/b%d.bin", n%largeN)} }
	upload := uploads()
	part := func(n int64) ask {
		from := n * 7919 * 64 % (largeBody - rangeSize)
		return with(fmt.Sprintf("Range: bytes=%d-%d\r\n", from, from+rangeSize-1), large)(n)
	}
	owner, reader := p.w.owner, p.w.reader
	return []comparison{
		p.compare("owner GET of 1 KB / CSS", 80, owner, with("Accept: text/turtle\r\n", get)),
		p.compare("granted GET of 1 KB / CSS", 45, reader, with("Accept: text/turtle\r\n", get)),
		p.compare("GET of Turtle as JSON-LD / CSS", 40, owner, with("Accept: application/ld+json\r\n", get)),
		p.compare("PUT, new / CSS", 30, owner, func(n int64) ask { return put("/maria/new/n%d.ttl", n) }),
		p.compare("PUT, overwriting / CSS", 30, owner, func(n int64) ask { return put("/maria/hot/r%d.ttl", n%hotRecords) }),
		p.compare("PATCH of 1 KB / CSS", 40, owner, func(n int64) ask { return patch(fmt.Sprintf("/maria/patch/r%d.ttl", n%patched), n) }),
		p.compare("PUT of 10 MB / CSS", 1, owner, upload),
		p.compare("GET of 10 MB / CSS", 1, owner, large),
		p.compare("GET of 64 KB out of 10 MB / CSS", 1, owner, part),
	}
}

func (p pair) compare(name string, least float64, who *person, of func(int64) ask) comparison {
	return comparison{name, goal{least: least}, &side{on: p.skrin, who: who, ask: of}, &side{on: p.css, who: who, ask: of}}
}

// uploads gives PUTs of large bodies.
func uploads() func(int64) ask {
	body := bytes.Repeat([]byte("0123456789abcdef"), largeBody/16)
	return func(n int64) ask {
		return ask{method: "PUT", path: fmt.Sprintf("/maria/bodies/b%d.bin", n%largeN), mediaType: "application/octet-stream", body: body}
	}
}

// patch inserts a triple, another one each time.
func patch(path string, n int64) ask {
	text := fmt.Sprintf("@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n@prefix ex: <http://example.org/health#>.\n"+
		"_:patch a solid:InsertDeletePatch; solid:inserts { <#n%d> ex:bpm %d. }.\n", n, n%200)
	return ask{method: "PATCH", path: path, mediaType: "text/n3", body: []byte(text)}
}
