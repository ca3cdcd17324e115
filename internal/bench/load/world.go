package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
	"skrin/pod"
)

// world is what all measurements share: the programs, a place on the disk, the
// issuer, and the two who ask.
type world struct {
	dir    string
	bin    binaries
	issuer *issuer.Issuer
	owner  *person
	reader *person
	key    *crypto.HostKey
}

func newWorld(dir string, bin binaries) (*world, error) {
	w := &world{dir: dir, bin: bin}
	var err error
	if w.issuer, err = issuer.New(issuer.Options{Host: "localhost"}); err != nil {
		return nil, err
	}
	if w.owner, err = newPerson(w.issuer, "maria"); err != nil {
		return nil, err
	}
	if w.reader, err = newPerson(w.issuer, "dr-ana"); err != nil {
		return nil, err
	}
	if w.key, err = crypto.GenerateHostKey(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(w.keyFile(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_, err = w.key.WriteTo(f)
	return w, err
}

func (w *world) close() { w.issuer.Close() }

func (w *world) keyFile() string { return filepath.Join(w.dir, "host.key") }

// host is a data folder that is being filled.
type host struct {
	vault *pod.Vault
	world *world
}

// fill makes a data folder: the pods are those of the world's owner.
func (w *world) fill(data, addr string, with func(host) error) error {
	vault, err := pod.Open(data, w.key, pod.Options{Base: linkeddata.MustIRI("http://" + addr + "/")})
	if err != nil {
		return err
	}
	defer vault.Close()
	if err := with(host{vault, w}); err != nil {
		return fmt.Errorf("filling pods: %w", err)
	}
	return nil
}

// pod makes a pod and gives it as its owner has it.
func (h host) pod(ctx context.Context, name string) (*pod.Session, error) {
	made, err := h.vault.Create(ctx, pod.NewPod{Name: name, Owner: h.world.owner.WebID})
	if err != nil {
		return nil, err
	}
	made.Recovery.Destroy()
	return h.vault.As(made.ID, acl.Agent{WebID: h.world.owner.WebID, Client: pod.CLI}), nil
}

const turtle = "text/turtle"

// members puts records below a container, many in one commit. Names may have slashes.
func members(ctx context.Context, s *pod.Session, container string, n int, name func(int) string) error {
	const at = 1000
	for from := 0; from < n; from += at {
		var drafts []pod.Draft
		for i := from; i < min(n, from+at); i++ {
			drafts = append(drafts, pod.Draft{Name: name(i), Exact: true, MediaType: turtle, Body: strings.NewReader(string(record(int64(i))))})
		}
		if _, err := s.Append(ctx, pod.MustPath(container), drafts...); err != nil {
			return err
		}
	}
	return nil
}

// document puts one document at a path.
func document(ctx context.Context, s *pod.Session, path, text string) error {
	_, err := s.Put(ctx, pod.MustPath(path), pod.Draft{MediaType: turtle, Body: strings.NewReader(text)}, pod.Precondition{})
	return err
}

func container(ctx context.Context, s *pod.Session, path string) error {
	_, err := s.Put(ctx, pod.MustPath(path), pod.Draft{Container: true}, pod.Precondition{})
	return err
}

// record is about 1 KB of Turtle, no two the same.
func record(n int64) []byte {
	b := make([]byte, 0, 1100)
	b = append(b, "@prefix ex: <http://example.org/health#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"...)
	b = fmt.Appendf(b, "<#it> a ex:Measurement ; ex:serial %d ; ex:device \"cuff-%d\" .\n", n, n%97)
	for k := int64(0); len(b) < 920; k++ {
		b = fmt.Appendf(b, "<#r%d> ex:at \"2026-01-%02dT08:%02d:00Z\"^^xsd:dateTime ; ex:systolic %d ; ex:diastolic %d .\n", k, k%28+1, (k+n)%60, 110+k, 70+k)
	}
	return b
}

// launch starts the real program over a data folder.
func (w *world) launch(data, addr string) (*process, error) {
	return start("skrin", addr, w.bin.skrin, "serve", "--data", data, "--listen", addr, "--base-url", "http://"+addr+"/",
		"--host-key", w.keyFile(), "--insecure-loopback")
}

// serve launches, and waits until the program answers.
func (w *world) serve(data, addr string) (*process, error) {
	p, err := w.launch(data, addr)
	if err != nil {
		return nil, err
	}
	return p.ready("/healthz")
}

// bare starts the floor with its hot records in it.
func (w *world) bare(data string) (*process, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	p, err := start("floor", addr, w.bin.floor, "-listen", addr, "-base", "http://"+addr+"/", "-data", data, "-keys", w.issuer.URL(issuer.Keys),
		"-issuer", w.issuer.IRI().String(), "-owner", w.owner.WebID.String(), "-reader", w.reader.WebID.String(), "-line")
	if err != nil {
		return nil, err
	}
	if err := w.warm(p); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// warm puts what will be read into the floor.
func (w *world) warm(p *process) error {
	first, err := ask{method: "PUT", path: hot(0).path, mediaType: turtle, body: record(0)}.request(p.addr, w.owner)
	if err == nil {
		err = p.await(first)
	}
	if err != nil {
		return err
	}
	c, err := dial(p.addr)
	if err != nil {
		return err
	}
	defer c.close()
	for i := range int64(hotRecords) {
		put, err := ask{method: "PUT", path: hot(i).path, mediaType: turtle, body: record(i)}.request(p.addr, w.owner)
		if err != nil {
			return err
		}
		if status, err := c.ask(put); err != nil || status/100 != 2 {
			return fmt.Errorf("the floor answers %d: %w", status, err)
		}
	}
	return nil
}

// until is how long grants last that are made for measuring.
func until() time.Time { return time.Now().Add(24 * time.Hour) }

// everybody writes the ACL of a container that all may read, with what is below it.
func everybody(owner linkeddata.IRI) string {
	return "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n" +
		"<#owner> a acl:Authorization; acl:agent <" + owner.String() + ">; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.\n" +
		"<#all> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.\n"
}
