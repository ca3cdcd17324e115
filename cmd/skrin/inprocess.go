package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"
)

// inProcess carries requests to a handler in this process, with answers that can be read while they are written.
type inProcess struct{ handler http.Handler }

// RoundTrip returns when the handler has written its header, or has ended.
func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body == nil {
		req.Body = http.NoBody
	}
	body, pipe := io.Pipe()
	w := &answer{header: http.Header{}, pipe: pipe, started: make(chan struct{})}
	go func() {
		defer req.Body.Close()
		p.handler.ServeHTTP(w, req)
		w.WriteHeader(http.StatusOK)
		pipe.Close()
	}()
	select {
	case <-w.started:
	case <-req.Context().Done():
		body.CloseWithError(req.Context().Err())
		return nil, req.Context().Err()
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          body,
		ContentLength: -1,
		Request:       req,
	}, nil
}

// answer is the handler's side: a ResponseWriter into the pipe.
type answer struct {
	header  http.Header
	pipe    *io.PipeWriter
	once    sync.Once
	started chan struct{}
	status  int
	sent    http.Header // the header as it was when the status was written
}

func (a *answer) Header() http.Header { return a.header }

// Flush does nothing: what is written is there to be read at once.
func (a *answer) Flush() {}

func (a *answer) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.started)
	})
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.pipe.Write(b)
}
