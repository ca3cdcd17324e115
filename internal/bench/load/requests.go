package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
)

const (
	hotRecords = 64  // behind a scenario about one kind of record
	fewMembers = 10  // of a small container
	containers = 500 // small ones, so that new members do not make them large
)

// hot is one of the records that are read and overwritten.
func hot(n int64) ask { return ask{method: "GET", path: fmt.Sprintf("/maria/hot/r%d", n%hotRecords)} }

// compareRequests measures one host with two pods, against the floor and against itself.
func compareRequests(ctx context.Context, s settings, w *world, t *table) error {
	if !t.wants(s, names(requests(s, w, nil, nil))) {
		return nil
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	data := filepath.Join(w.dir, "host")
	say("filling a host: a container of %d members", s.members)
	if err := w.fill(data, addr, func(h host) error { return furnish(ctx, s, h) }); err != nil {
		return err
	}
	bare, err := w.bare(filepath.Join(w.dir, "floor-data"))
	if err != nil {
		return err
	}
	defer bare.stop()
	skrin, err := w.serve(data, addr)
	if err != nil {
		return err
	}
	defer skrin.stop()
	return t.measure(ctx, s, requests(s, w, skrin, bare))
}

// furnish fills the pod of the hot records and the pod with the large container.
func furnish(ctx context.Context, s settings, h host) error {
	maria, err := h.pod(ctx, "maria")
	if err != nil {
		return err
	}
	for _, c := range []string{"/hot/", "/few/", "/near/", "/far/", "/new/"} {
		if err := container(ctx, maria, c); err != nil {
			return err
		}
	}
	record := func(i int) string { return fmt.Sprintf("r%d", i) }
	deep := func(i int) string { return fmt.Sprintf("a/b/c/d/e/r%d", i) }
	few := func(i int) string { return fmt.Sprintf("c%d/r%d", i/fewMembers, i%fewMembers) }
	for _, fill := range []func() error{
		func() error { return members(ctx, maria, "/hot/", hotRecords, record) },
		func() error { return members(ctx, maria, "/near/", hotRecords, record) },
		func() error { return members(ctx, maria, "/far/", hotRecords, deep) },
		func() error { return members(ctx, maria, "/few/", containers*fewMembers, few) },
		func() error { return document(ctx, maria, "/near/.acl", everybody(h.world.owner.WebID)) },
		func() error { return document(ctx, maria, "/far/.acl", everybody(h.world.owner.WebID)) },
		func() error { return h.grant(ctx, maria) },
		func() error { return h.large(ctx, s.members) },
	} {
		if err := fill(); err != nil {
			return err
		}
	}
	return nil
}

// grant lets the reader read the hot records.
func (h host) grant(ctx context.Context, maria *pod.Session) error {
	_, err := maria.Grant(ctx, acl.Grant{
		To: h.world.reader.WebID, Modes: acl.Read, Until: until(),
		Targets: []linkeddata.IRI{linkeddata.MustIRI(h.vault.Base().String() + "maria/hot/")},
	})
	return err
}

// large makes a pod with one container of many members.
func (h host) large(ctx context.Context, n int) error {
	s, err := h.pod(ctx, "large")
	if err != nil {
		return err
	}
	if err := container(ctx, s, "/many/"); err != nil {
		return err
	}
	return members(ctx, s, "/many/", n, func(i int) string { return fmt.Sprintf("r%d", i) })
}

// requests are the scenarios of one host.
func requests(s settings, w *world, skrin, bare *process) []comparison {
	at := func(path string, n int64) string { return fmt.Sprintf("%s%d", path, n) }
	get := func(path string) ask { return ask{method: "GET", path: path} }
	put := func(path string, n int64) ask {
		return ask{method: "PUT", path: path, mediaType: turtle, body: record(n)}
	}
	overwrite := func(n int64) ask { return put(hot(n).path, n) }
	fresh := func(n int64) ask { return put(at("/maria/new/n", n), n) }
	few := func(n int64) string { return fmt.Sprintf("/maria/few/c%d/", n%containers) }
	many := func(n int64) ask { return get(at("/large/many/r", rand.Int64N(int64(s.members)))) }
	ours := func(who *person, ask func(int64) ask) *side { return &side{on: skrin, who: who, ask: ask} }
	theirs := func(who *person, ask func(int64) ask) *side { return &side{on: bare, who: who, ask: ask} }
	return []comparison{
		{"owner GET of 1 KB / floor", goal{least: 0.65}, ours(w.owner, hot), theirs(w.owner, hot)},
		{"granted GET with its line / floor with line", goal{least: 0.65}, ours(w.reader, hot), theirs(w.reader, hot)},
		{"durable PUT, new / floor", goal{least: 0.60}, ours(w.owner, fresh), theirs(w.owner, fresh)},
		{"durable PUT, overwriting / floor", goal{least: 0.60}, ours(w.owner, overwrite), theirs(w.owner, overwrite)},
		{fmt.Sprintf("GET in a container of %d / of 10", s.members), goal{most: 1.3}, ours(w.owner, many),
			ours(w.owner, func(n int64) ask { return get(at(few(n)+"r", n/containers%fewMembers)) })},
		{fmt.Sprintf("PUT into a container of %d / of 10", s.members), goal{most: 1.3},
			ours(w.owner, func(n int64) ask { return put(at("/large/many/n", n), n) }),
			ours(w.owner, func(n int64) ask { return put(at(few(n)+"n", n), n) })},
		{"ACL inherited from 6 levels up / 1 level", goal{most: 1.2},
			ours(w.reader, func(n int64) ask { return get(at("/maria/far/a/b/c/d/e/r", n%hotRecords)) }),
			ours(w.reader, func(n int64) ask { return get(at("/maria/near/r", n%hotRecords)) })},
	}
}
