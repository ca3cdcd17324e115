package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"skrin/internal/strangers"
	"skrin/web/request"
)

// handle takes a request through the house.
func (s *Server) handle(c *fiber.Ctx) error {
	fctx := c.Context()
	x := s.begin(fctx)
	answer, err := s.route(x)
	s.finish(x, answer, err)
	return nil
}

// exchange is one request with its answer on the way.
type exchange struct {
	fctx   *fasthttp.RequestCtx
	ctx    context.Context
	cancel context.CancelFunc
	req    *request.Request
	target string // the path as it was sent, percent-encoded
	desk   bool   // what answers is the desk, and not a pod
	began  time.Time
}

// begin copies the request out of the library's buffers.
func (s *Server) begin(fctx *fasthttp.RequestCtx) *exchange {
	x := &exchange{fctx: fctx, began: time.Now()}
	r := &request.Request{ID: newRequestID(), Method: string(fctx.Method()), Header: headerOf(fctx), Address: s.addressOf(fctx)}
	x.ctx, x.cancel = context.WithCancel(strangers.From(s.live, r.Address))
	target := string(fctx.Request.Header.RequestURI())
	x.target, r.Query, _ = strings.Cut(target, "?")
	declared := int64(fctx.Request.Header.ContentLength())
	var stream io.Reader
	if body := fctx.RequestBodyStream(); body != nil {
		stream = &paced{src: body, conn: fctx.Conn(), start: x.began}
	}
	if declared < 0 {
		declared = -1
	}
	r.Body = request.NewBody(stream, declared, s.conf.MaxBody)
	x.req = r
	s.metrics.inFlight.Inc()
	return x
}

// headerOf copies the header into one piece of memory, of which every name and
// value is a part.
func headerOf(fctx *fasthttp.RequestCtx) http.Header {
	text, lines := make([]byte, 0, 2<<10), 0
	for name, value := range fctx.Request.Header.All() {
		text = append(append(text, name...), value...)
		lines++
	}
	rest, values := string(text), make([]string, lines)
	h := make(http.Header, lines)
	for name, value := range fctx.Request.Header.All() {
		key := textproto.CanonicalMIMEHeaderKey(rest[:len(name)])
		values[0] = rest[len(name) : len(name)+len(value)]
		if others, there := h[key]; there {
			h[key] = append(others, values[0])
		} else {
			h[key] = values[:1:1]
		}
		rest, values = rest[len(name)+len(value):], values[1:]
	}
	return h
}

func newRequestID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// finish writes the answer, or what the error means.
func (s *Server) finish(x *exchange, a *request.Answer, err error) {
	if err != nil {
		s.metrics.refused(err)
		if a != nil && a.Stream != nil {
			a.Stream.Close()
		}
		a = explain(err, a, x.req.Agent)
		s.logFault(x, a.Status, err)
	}
	if x.desk {
		dressDesk(a.Header, x.req.ID)
	} else {
		dress(a.Header, x.req)
	}
	s.write(x, a)
}

// write hands the answer to the library.
func (s *Server) write(x *exchange, a *request.Answer) {
	if a.Taken != nil {
		s.handOver(x, a)
		return
	}
	res := &x.fctx.Response
	res.SetStatusCode(a.Status)
	for name, values := range a.Header {
		for _, v := range values {
			res.Header.Add(name, v)
		}
	}
	switch {
	case x.req.Method == http.MethodHead:
		s.writeHead(x, a)
	case a.Stream != nil:
		s.stream(x, a)
		return
	default:
		res.SetBodyRaw(a.Bytes)
	}
	s.done(x, a.Status, int64(len(a.Bytes)))
}

// writeHead tells the size of what GET would send, if it is known.
func (s *Server) writeHead(x *exchange, a *request.Answer) {
	if a.Stream != nil {
		a.Stream.Close()
	}
	x.fctx.Response.SkipBody = true
	if a.Size >= 0 {
		x.fctx.Response.Header.SetContentLength(int(a.Size))
	}
}

// stream sends a body while it is read, and cuts the connection when the right
// to it ends before the body does.
func (s *Server) stream(x *exchange, a *request.Answer) {
	c, ours := x.fctx.Conn().(*conn)
	if a.Done != nil && ours {
		c.watch(a.Done)
	}
	out := &outgoing{src: a.Stream}
	out.failed = func() {
		if ours {
			c.broken.Store(true)
		}
	}
	out.closed = func() { s.done(x, a.Status, out.count) }
	x.fctx.Response.SetBodyStream(out, int(a.Size))
}

// outgoing counts what is sent, and tells when it has ended or failed.
type outgoing struct {
	src    io.ReadCloser
	count  int64
	failed func()
	closed func()
}

func (o *outgoing) Read(p []byte) (int, error) {
	n, err := o.src.Read(p)
	o.count += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		o.failed()
	}
	return n, err
}

func (o *outgoing) Close() error {
	err := o.src.Close()
	if o.closed != nil {
		o.closed()
		o.closed = nil
	}
	return err
}

// done notes that a request has been answered. It is called once a request.
func (s *Server) done(x *exchange, status int, sent int64) {
	x.cancel()
	took := time.Since(x.began)
	s.metrics.inFlight.Dec()
	s.metrics.count(x.req.Method, status, took, x.req.Body.Count(), sent)
	s.logAccess(x, status, took, sent)
}

// fail answers a request that never came as far as the border.
func (s *Server) fail(fctx *fasthttp.RequestCtx, err error) {
	x := s.begin(fctx)
	s.finish(x, nil, err)
}

// broken is the library's way of saying that it could not read a request.
func (s *Server) broken(c *fiber.Ctx, err error) error {
	c.Context().SetConnectionClose()
	if own, ours := c.Context().Conn().(*conn); ours {
		own.linger.Store(true)
	}
	meaning := errUnreadable
	var e *fiber.Error
	if errors.As(err, &e) {
		switch e.Code {
		case http.StatusRequestHeaderFieldsTooLarge:
			meaning = errLongHeader
		case http.StatusRequestTimeout:
			meaning = errSlow
		}
	}
	s.fail(c.Context(), meaning)
	return nil
}
