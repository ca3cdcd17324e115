package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"skrin/internal/podtest/issuer"
)

// A player is somebody in the demo who asks over HTTP.
type player struct {
	name   string
	person *issuer.Person         // whom they act for, and the key that they prove to hold
	token  func() (string, error) // of whoever signs them in
	http   *http.Client
}

// newPlayer is somebody whose every request has the token and a fresh proof.
func newPlayer(name string, person *issuer.Person, token func() (string, error)) player {
	p := player{name: name, person: person, token: token}
	p.http = &http.Client{Transport: p, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return p
}

// RoundTrip signs a request and sends it.
func (p player) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	proof, err := p.person.Proof(r.Method, r.URL.String(), token)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP", proof)
	return http.DefaultTransport.RoundTrip(r)
}

// A question is a request of the demo, and the answer that the story wants.
type question struct {
	method, path string // below the base address
	header       map[string]string
	body         []byte
	want         int
	as           string // what to show instead of the path
	remark       string // beside the answer
}

// A story prints what happens, and stops when it goes otherwise.
type story struct {
	t      *terminal
	colour bool
	base   string // address of the server, with its slash
	scenes int
}

// scene begins a part of the story.
func (s *story) scene(title string) {
	s.scenes++
	fmt.Fprintf(s.t.out, "\n%s\n", s.paint(bold, fmt.Sprintf("%d  %s", s.scenes, title)))
}

// tell prints a remark.
func (s *story) tell(format string, args ...any) {
	fmt.Fprintf(s.t.out, "   %s\n", fmt.Sprintf(format, args...))
}

// quote prints some lines of an answer.
func (s *story) quote(text string, most int) {
	n := 0
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		if n++; n > most {
			fmt.Fprintf(s.t.out, "   %s\n", s.paint(faint, "│ ..."))
			return
		}
		fmt.Fprintf(s.t.out, "   %s\n", s.paint(faint, "│ "+shorten(strings.TrimRight(line, "\r\n"), 108)))
	}
}

// ask sends a question, prints the exchange, and gives the answer's header and body. Another answer than the wanted
// one is the end of the story.
func (s *story) ask(ctx context.Context, who player, q question) (http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, q.method, s.base+q.path, bytes.NewReader(q.body))
	if err != nil {
		return nil, nil, fmt.Errorf("making a request: %w", err)
	}
	for name, value := range q.header {
		req.Header.Set(name, value)
	}
	begun := time.Now()
	res, err := who.http.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %s as %s: %w", q.method, q.path, who.name, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %s as %s: %w", q.method, q.path, who.name, err)
	}
	s.exchange(who, q, res, time.Since(begun))
	if res.StatusCode != q.want {
		return nil, nil, fmt.Errorf("the story went wrong: %s %s as %s gave %s instead of %d: %s",
			q.method, q.path, who.name, res.Status, q.want, shorten(string(body), 300))
	}
	return res.Header, body, nil
}

// exchange prints one request and its answer on a line.
func (s *story) exchange(who player, q question, res *http.Response, took time.Duration) {
	shown := q.as
	if shown == "" {
		shown = "/" + q.path
	}
	colour := green
	if res.StatusCode >= 400 {
		colour = red
	}
	remark := q.remark
	if remark == "" && len(q.body) == 0 && res.StatusCode < 300 {
		remark, _, _ = strings.Cut(res.Header.Get("Content-Type"), ";")
	}
	line := fmt.Sprintf("   %-7s %s %s  %s %s  %s", who.name, s.paint(bold, fmt.Sprintf("%-6s", q.method)),
		pad(shorten(shown, 52), 52), s.paint(colour, fmt.Sprint(res.StatusCode)), pad(milliseconds(took), 7), remark)
	fmt.Fprintln(s.t.out, strings.TrimRight(line, " "))
}

func milliseconds(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}

// pad is fmt's %-*s for text that is more than ASCII.
func pad(text string, width int) string {
	if n := width - len([]rune(text)); n > 0 {
		return text + strings.Repeat(" ", n)
	}
	return text
}

// shorten cuts the middle out of a text that is too long for its place.
func shorten(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	tail := width / 3
	return string(runes[:width-tail-1]) + "…" + string(runes[len(runes)-tail:])
}

// The styles of a terminal that shows them.
const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
)

func (s *story) paint(style, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}
