package web

import (
	"bytes"
	"errors"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// errAmbiguous is wrapped by errors about a request that two readers could
// understand in two ways. The text is for the client.
var errAmbiguous = errors.New("the request is ambiguous")

// guard stands around everything else. Whatever happens inside, it refuses
// requests that are ambiguous, turns a panic into an answer, and leaves nothing
// of a body on the connection where it would be taken for the next request.
func (s *Server) guard(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(fctx *fasthttp.RequestCtx) {
		defer s.settle(fctx)
		defer func() {
			if r := recover(); r != nil {
				s.conf.Log.Error("panic", "what", r, "stack", string(debug.Stack()))
				fctx.Response.Reset()
				fctx.SetConnectionClose()
				s.fail(fctx, errPanic)
			}
		}()
		err := sound(fctx)
		if err == nil {
			err = spoken(string(fctx.Method()))
		} else {
			fctx.SetConnectionClose()
		}
		if err != nil {
			s.fail(fctx, err)
			return
		}
		next(fctx)
	}
}

// single are the fields that decide something and may stand in a request once.
var single = [...]string{
	"Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization", "DPoP", "Range", "If-Range",
	"Origin", "Slug", "Expect", "Service-Worker", "Access-Control-Request-Method",
}

const (
	contentLength    = 1 // in single
	transferEncoding = 2
)

// sound looks at the header as it came. Two of the single fields, a folded line,
// a length beside a transfer coding, or a version that we do not speak: all of
// these are how requests are smuggled past somebody.
func sound(fctx *fasthttp.RequestCtx) error {
	h := &fctx.Request.Header
	if p := string(h.Protocol()); p != "HTTP/1.1" && p != "HTTP/1.0" {
		return errVersion
	}
	var seen [len(single)]int
	for line := range bytes.SplitSeq(bytes.TrimSuffix(h.RawHeaders(), []byte("\n")), []byte("\n")) {
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			return refused("a header line is folded")
		}
		if len(line) > 0 && line[len(line)-1] != '\r' {
			return refused("a header line ends without a carriage return")
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		for i, s := range single {
			if len(name) == len(s) && strings.EqualFold(string(name), s) {
				seen[i]++
			}
		}
		if len(name) == len(single[transferEncoding]) && seen[transferEncoding] > 0 && strings.EqualFold(string(name), single[transferEncoding]) &&
			!strings.EqualFold(string(bytes.TrimSpace(value)), "chunked") {
			return refused("the only Transfer-Encoding is chunked")
		}
	}
	for i, n := range seen {
		if n > 1 {
			return refused("there is more than one " + single[i])
		}
	}
	if seen[contentLength] > 0 && seen[transferEncoding] > 0 {
		return refused("it has a Content-Length and a Transfer-Encoding")
	}
	return nil
}

func refused(why string) error { return &ambiguity{why} }

type ambiguity struct{ why string }

func (a *ambiguity) Error() string { return errAmbiguous.Error() + ": " + a.why }
func (a *ambiguity) Unwrap() error { return errAmbiguous }

// spoken says whether there is anything that has the method.
func spoken(method string) error {
	switch method {
	case "GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE":
		return nil
	case "TRACE", "CONNECT":
		return errNoTrace
	}
	return errNoMethod
}

// maxDrain is how much of an unwanted body is read to keep a connection.
const maxDrain = 64 << 10

// settle reads what is left of the body, or says that the connection must end.
// The library parses whatever it finds after an answer as the next request.
func (s *Server) settle(fctx *fasthttp.RequestCtx) {
	body := fctx.RequestBodyStream()
	if body == nil {
		return
	}
	c, ours := fctx.Conn().(*conn)
	end := func() {
		fctx.SetConnectionClose()
		if ours {
			c.linger.Store(true)
		}
	}
	declared := fctx.Request.Header.ContentLength()
	adrift := ours && c.adrift.Load() // who read on might find the middle of the body well written
	if adrift || declared > int(s.conf.MaxBody) || fctx.Response.ConnectionClose() {
		end()
		return
	}
	if err := fctx.Conn().SetReadDeadline(time.Now().Add(drainTime)); err != nil {
		end()
		return
	}
	n, err := io.CopyN(io.Discard, body, maxDrain+1)
	if !errors.Is(err, io.EOF) || n > maxDrain {
		end()
	}
}
