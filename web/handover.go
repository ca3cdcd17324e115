package web

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"skrin/web/request"
)

// handOver writes the head of an answer and gives its connection away. From here
// on the server library has nothing more to do with it: neither its timeouts nor
// its buffers are there any longer. The request is answered with that.
func (s *Server) handOver(x *exchange, a *request.Answer) {
	own, ours := x.fctx.Conn().(*conn)
	if !ours || !x.fctx.Request.Header.IsHTTP11() {
		x.fctx.SetConnectionClose()
		refused := explain(errVersion, nil, x.req.Agent)
		s.write(x, refused)
		return
	}
	head := headOf(a)
	x.fctx.HijackSetNoResponse(true)
	x.fctx.Hijack(func(c net.Conn) {
		early := ahead(c, own)
		go func() { // what c still holds, the library's large buffer first, is let go
			defer s.lastResort(own)
			own.Write(head) // when this fails, so does whatever comes next
			a.Taken(&taken{conn: own, early: early})
		}()
	})
	s.done(x, a.Status, 0)
}

// headOf writes status line and header (RFC 9112, section 4).
func headOf(a *request.Answer) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	a.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	a.Header.Write(&b)
	b.WriteString("\r\n")
	return b.Bytes()
}

// ahead takes what the library has read of the connection beyond the request.
func ahead(buffered net.Conn, own *conn) []byte {
	own.SetReadDeadline(time.Unix(1, 0)) // only what is there already
	defer own.SetReadDeadline(time.Time{})
	var early bytes.Buffer
	early.ReadFrom(buffered)
	return early.Bytes()
}

// lastResort ends a connection whose keeper has panicked.
func (s *Server) lastResort(own *conn) {
	if r := recover(); r != nil {
		s.conf.Log.Error("panic", "what", r, "stack", string(debug.Stack()))
		(&taken{conn: own}).Cut()
	}
}

// taken is a connection that was given away.
type taken struct {
	*conn
	early []byte
}

func (t *taken) Read(p []byte) (int, error) {
	if len(t.early) > 0 {
		n := copy(p, t.early)
		t.early = t.early[n:]
		return n, nil
	}
	return t.conn.Read(p)
}

// CloseWrite tells the client that there is nothing more.
func (t *taken) CloseWrite() error {
	if half, ok := t.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Cut ends the connection now. It may be called more than once.
func (t *taken) Cut() {
	t.broken.Store(true)
	t.conn.Close()
}
