package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"skrin/acl"
	"skrin/internal/demodata"
	"skrin/linkeddata"
)

// A handout is a request for people to try with curl. Its credentials stand in a file that curl reads (-H @FILE); a
// proof is good for one request, so the files are renewed all the time.
type handout struct {
	title  string
	who    player
	method string
	path   string // below the base address
	more   string // further arguments for curl
	file   string
}

// handouts are the requests that the demo prints at its end.
type handouts struct {
	base string
	all  []handout
}

// handouts prepares the files in a folder of its own.
func (g *stage) handouts(folder string) (*handouts, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making a folder for the demo: %w", err)
	}
	grant, err := g.shortGrant()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"grant.json": grant, "reading.json": demodata.WatchDay(g.now, 0).Vitals.JSON()}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return nil, fmt.Errorf("preparing the demo's requests: %w", err)
		}
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	set := &handouts{base: g.story.base, all: []handout{
		{"Carmen looks at what she has", g.carmen, "GET", "carmen/health/", "", in("carmen-health")},
		{"the watch adds this morning's measurements", g.watch, "POST", "carmen/health/vitals/", "-H 'Content-Type: " + omhJSON + "' --data-binary @" + in("reading.json"), in("watch")},
		{"Dr Ana asks, and is refused", g.ana, "GET", "carmen/health/procedures/" + g.fev1, "-H 'Accept: text/turtle'", in("ana")},
		{"Carmen lets her read for ten minutes; then ask again", g.carmen, "POST", "carmen/.access/grants/", "-H 'Content-Type: " + lwsJSON + "' --data-binary @" + in("grant.json"), in("carmen-grant")},
		{"Carmen sees who did what", g.carmen, "GET", "carmen/.journal/", "-H 'Accept: text/turtle'", in("carmen-journal")},
	}}
	return set, set.write()
}

// shortGrant is a grant for Dr Ana as a document.
func (g *stage) shortGrant() ([]byte, error) {
	text, err := acl.Grant{To: g.ana.person.WebID, Modes: acl.Read, Purpose: monitoring, Until: time.Now().Add(10 * time.Minute),
		Targets: g.containers("health/procedures/")}.EncodeLWS(linkeddata.IRI{}, g.carmen.person.WebID, linkeddata.MustIRI(g.story.base+"carmen/"))
	if err != nil {
		return nil, fmt.Errorf("writing a grant: %w", err)
	}
	return text, nil
}

// invite prints where to sign in, and the requests.
func (g *stage) invite(set *handouts) {
	fmt.Fprintf(g.story.t.out, "\n%s\n\n", g.story.paint(bold, "Sign in: "+g.story.base+"app/"))
	for _, r := range g.residents {
		fmt.Fprintf(g.story.t.out, "   %-7s name %s, password %s\n", r.name, g.story.paint(bold, r.pod), g.story.paint(bold, r.passphrase))
	}
	g.story.tell("Under \"account\" and \"apps\" Carmen ends what her app may; then its request below is refused.")
	g.story.tell("Or make an account and a pod of your own: %sapp/register", g.story.base)
	g.story.tell("Solid apps that ask for a provider take %s", g.story.base)
	fmt.Fprintf(g.story.t.out, "\n%s\n", g.story.paint(bold, "Now you. The server goes on until you press Ctrl-C; these work until then:"))
	for _, h := range set.all {
		fmt.Fprintf(g.story.t.out, "\n   %s\n   %s\n", g.story.paint(faint, "# "+h.title), set.line(h))
	}
	fmt.Fprintln(g.story.t.out)
}

// line is a command for the shell.
func (set *handouts) line(h handout) string {
	line := "curl -i -H @" + h.file
	if h.method != "GET" && h.method != "POST" {
		line += " -X " + h.method
	}
	if h.more != "" {
		line += " " + h.more
	}
	return line + " " + set.base + h.path
}

// renew writes fresh proofs every second, until ctx ends.
func (set *handouts) renew(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := set.write(); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
}

// write puts fresh credentials into every file, each at once.
func (set *handouts) write() error {
	for _, h := range set.all {
		token, err := h.who.token()
		if errors.Is(err, errWithdrawn) {
			continue // somebody ended it, in the pages: the request is refused from now on
		} else if err != nil {
			return err
		}
		proof, err := h.who.person.Proof(h.method, set.base+h.path, token)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("Authorization: DPoP %s\nDPoP: %s\n", token, proof)
		if err := os.WriteFile(h.file+".new", []byte(text), 0o600); err != nil {
			return err
		}
		if err := os.Rename(h.file+".new", h.file); err != nil {
			return err
		}
	}
	return nil
}
