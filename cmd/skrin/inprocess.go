package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// inProcess carries requests to a handler in this process, with answers that can be read while they are written.
type inProcess struct {
	handler http.Handler
	running *sync.WaitGroup // of the handlers: they must have ended before what they work on is closed
}

// RoundTrip returns when the handler has written its header, or has ended. When the request's context ends, so do its
// body and the answer's, whatever they wait for.
func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	req.Body = interruptible(ctx, req.Body)
	body, pipe := io.Pipe()
	w := &answer{header: http.Header{}, trailer: http.Header{}, pipe: pipe, started: make(chan struct{})}
	p.running.Go(func() {
		defer req.Body.Close()
		defer context.AfterFunc(ctx, func() { pipe.CloseWithError(ctx.Err()) })()
		p.handler.ServeHTTP(w, req)
		w.end()
	})
	select {
	case <-w.started:
	case <-ctx.Done():
		body.CloseWithError(ctx.Err())
		return nil, ctx.Err()
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Trailer:       w.trailer,
		Body:          body,
		ContentLength: -1,
		Request:       req,
	}, nil
}

// interruptible is a body whose reading ends with ctx, also while it waits for somebody to type.
func interruptible(ctx context.Context, body io.ReadCloser) io.ReadCloser {
	if body == nil || body == http.NoBody {
		return http.NoBody
	}
	r, w := io.Pipe()
	stop := context.AfterFunc(ctx, func() { w.CloseWithError(ctx.Err()) })
	go func() {
		defer stop()
		defer body.Close()
		_, err := io.Copy(w, body)
		w.CloseWithError(err)
	}()
	return r
}

// answer is the handler's side: a ResponseWriter into the pipe.
type answer struct {
	header  http.Header
	pipe    *io.PipeWriter
	once    sync.Once
	started chan struct{}
	status  int
	sent    http.Header // the header as it was when the status was written
	trailer http.Header // to be read when the body has ended
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

// end closes the body, after what the header promised to come behind it.
func (a *answer) end() {
	a.WriteHeader(http.StatusOK)
	for _, name := range a.sent.Values("Trailer") {
		a.trailer.Set(name, a.header.Get(name))
	}
	a.pipe.Close()
}
