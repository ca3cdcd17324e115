package podtest

import (
	"io"
	"net/http"
	"strings"

	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

// Person is somebody who asks the server. Paths are from the base URL on:
// "/maria/health/".
type Person struct {
	world  *World
	name   string
	WebID  linkeddata.IRI
	Signer *issuer.Person // nil: nobody in particular
	http   *http.Client
}

// Answer is what came back.
type Answer struct {
	world  *World
	what   string
	Status int
	Header http.Header
	Body   string
}

// Do asks. fields are names and values of the header, in turns.
func (p *Person) Do(method, path, body string, fields ...string) *Answer {
	p.world.t.Helper()
	res := p.Open(method, path, strings.NewReader(body), fields...)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.world.t.Fatalf("%s: %s %s: %v", p.name, method, path, err)
	}
	return &Answer{world: p.world, what: p.name + ": " + method + " " + path, Status: res.StatusCode, Header: res.Header, Body: string(text)}
}

// Open asks and leaves the answer's body to be read.
func (p *Person) Open(method, path string, body io.Reader, fields ...string) *http.Response {
	p.world.t.Helper()
	req, err := http.NewRequest(method, p.world.URL(path), body)
	p.world.must(err)
	for i := 0; i+1 < len(fields); i += 2 {
		req.Header.Add(fields[i], fields[i+1])
	}
	if p.Signer != nil {
		p.world.must(p.Signer.Sign(req))
	}
	res, err := p.http.Do(req)
	p.world.must(err)
	return res
}

// Get, Put, Post, Patch and Delete are what people do most.
func (p *Person) Get(path string, fields ...string) *Answer {
	p.world.t.Helper()
	return p.Do(http.MethodGet, path, "", fields...)
}

func (p *Person) Put(path, mediaType, body string, fields ...string) *Answer {
	p.world.t.Helper()
	return p.Do(http.MethodPut, path, body, append(fields, "Content-Type", mediaType)...)
}

func (p *Person) Post(path, mediaType, body string, fields ...string) *Answer {
	p.world.t.Helper()
	return p.Do(http.MethodPost, path, body, append(fields, "Content-Type", mediaType)...)
}

func (p *Person) Patch(path, body string, fields ...string) *Answer {
	p.world.t.Helper()
	return p.Do(http.MethodPatch, path, body, append(fields, "Content-Type", "text/n3")...)
}

func (p *Person) Delete(path string, fields ...string) *Answer {
	p.world.t.Helper()
	return p.Do(http.MethodDelete, path, "", fields...)
}

// Want fails the test when the status is another one.
func (a *Answer) Want(status int) *Answer {
	a.world.t.Helper()
	if a.Status != status {
		a.world.t.Errorf("%s: %d, want %d: %s", a.what, a.Status, status, clip(a.Body))
	}
	return a
}

// Says fails the test when the body does not have the text.
func (a *Answer) Says(text string) *Answer {
	a.world.t.Helper()
	if !strings.Contains(a.Body, text) {
		a.world.t.Errorf("%s: nothing of %q in: %s", a.what, text, clip(a.Body))
	}
	return a
}

// Has fails the test when no line of the field has the text.
func (a *Answer) Has(field, text string) *Answer {
	a.world.t.Helper()
	for _, line := range a.Header.Values(field) {
		if strings.Contains(line, text) {
			return a
		}
	}
	a.world.t.Errorf("%s: %s is %q, want %q in it", a.what, field, a.Header.Values(field), text)
	return a
}

func clip(s string) string {
	if len(s) > 400 {
		return s[:400] + "..."
	}
	return s
}
