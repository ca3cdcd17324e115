package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	"skrin/web/admin"
)

// errCut is returned when an answer ended before the server said that it was done.
var errCut = errors.New("the server's answer broke off")

// A client asks the admin interface: that of the server that holds the data folder, or one of its own.
type client struct {
	http   *http.Client
	served bool         // somebody else's server answers
	field  http.Header  // goes with every request
	close  func() error // lets go of the data folder, if it was opened here
}

// dial finds the server that holds the data folder. It returns nil when there is none.
func dial(ctx context.Context, data string) *client {
	socket := filepath.Join(data, admin.SocketName)
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil
	}
	conn.Close()
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}
	return &client{http: &http.Client{Transport: transport}, served: true, close: func() error {
		transport.CloseIdleConnections()
		return nil
	}}
}

// within is a client of a handler in this process. Closing it waits until the handler is done with every request.
func within(h http.Handler, close func() error) *client {
	running := new(sync.WaitGroup)
	return &client{http: &http.Client{Transport: inProcess{h, running}}, close: func() error {
		running.Wait()
		return close()
	}}
}

// ask sends what (nil: nothing) as JSON, and takes the JSON answer into answer (nil: not wanted).
func (c *client) ask(ctx context.Context, method, path string, what, answer any) error {
	var body io.Reader
	if what != nil {
		text, err := json.Marshal(what)
		if err != nil {
			return fmt.Errorf("writing the request: %w", err)
		}
		body = bytes.NewReader(text)
	}
	return c.exchange(ctx, method, path, "application/json", body, answer)
}

// exchange sends a body and takes the JSON answer.
func (c *client) exchange(ctx context.Context, method, path, mediaType string, body io.Reader, answer any) error {
	res, err := c.send(ctx, method, path, mediaType, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if answer == nil || res.StatusCode == http.StatusNoContent {
		_, err := io.Copy(io.Discard, res.Body)
		return err
	}
	if err := json.NewDecoder(res.Body).Decode(answer); err != nil {
		return fmt.Errorf("reading the server's answer: %w", err)
	}
	return nil
}

// follow sends a body and calls each for every line of the answer, as it comes.
func (c *client) follow(ctx context.Context, method, path, mediaType string, body io.Reader, each func(json.RawMessage) error) error {
	res, err := c.send(ctx, method, path, mediaType, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	for lines := json.NewDecoder(res.Body); ; {
		var line json.RawMessage
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%w: %w", errCut, err)
		}
		if err := each(line); err != nil {
			return err
		}
	}
}

// send gives the answer of a request that went well; the caller closes its body.
func (c *client) send(ctx context.Context, method, path, mediaType string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://admin"+path, body)
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	maps.Copy(req.Header, c.field)
	if body != nil && mediaType != "" {
		req.Header.Set("Content-Type", mediaType)
	}
	res, err := c.http.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	if res.StatusCode/100 != 2 {
		defer res.Body.Close()
		return nil, refusal(res)
	}
	return res, nil
}

// refusal turns an answer that is not the wanted one into an error in the server's words.
func refusal(res *http.Response) error {
	problem := new(admin.Problem)
	text, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if json.Unmarshal(text, problem) != nil || problem.Detail == "" {
		return fmt.Errorf("the server answered %s", res.Status)
	}
	file := problem.Code == "backup" || problem.Code == "wrong-key" // what was asked is clear, but it does not fit
	if !file && (res.StatusCode == http.StatusBadRequest || res.StatusCode == http.StatusUnprocessableEntity) {
		return usage("%s", problem.Detail)
	}
	return problem
}

// podPath is the address of something of a pod.
func podPath(name string, rest ...string) string {
	parts := []string{"/pods", url.PathEscape(name)}
	for _, r := range rest {
		parts = append(parts, url.PathEscape(r))
	}
	return strings.Join(parts, "/")
}
