package web

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of a connection's time. The server library's own are not used: its
// read timeout spans a whole body, its write timeout a whole answer.
const (
	headerTime = 20 * time.Second // from the first byte of a request to the end of its header and first body bytes
	idleTime   = 75 * time.Second // between requests
	stallTime  = 60 * time.Second // without a byte being taken off us
	bodyGrace  = 30 * time.Second // a body may be this late ...
	bodyRate   = 1 << 10          // ... beside what takes its time at this many bytes a second
	drainTime  = 2 * time.Second  // for the rest of a body that nobody wanted
	lingerTime = 500 * time.Millisecond
)

// listener wraps every connection and knows them all.
type listener struct {
	net.Listener
	mu   sync.Mutex
	open map[*conn]struct{}
}

func newListener(ln net.Listener) *listener {
	return &listener{Listener: ln, open: map[*conn]struct{}{}}
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	wrapped := &conn{Conn: c, home: l}
	l.mu.Lock()
	l.open[wrapped] = struct{}{}
	l.mu.Unlock()
	return wrapped, nil
}

// cutAll closes every connection that is still open.
func (l *listener) cutAll() { l.cutWhere(func(*conn) bool { return true }) }

// cutSilent closes those from which nothing has come yet. Browsers open them in
// advance, and the server library would wait for what they may send.
func (l *listener) cutSilent() { l.cutWhere(func(c *conn) bool { return !c.spoke.Load() }) }

func (l *listener) cutWhere(is func(*conn) bool) {
	l.mu.Lock()
	open := make([]*conn, 0, len(l.open))
	for c := range l.open {
		if is(c) {
			open = append(open, c)
		}
	}
	l.mu.Unlock()
	for _, c := range open {
		c.cut()
	}
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	delete(l.open, c)
	l.mu.Unlock()
}

// conn is one client's connection.
type conn struct {
	net.Conn
	home   *listener
	spoke  atomic.Bool // something came from the client
	linger atomic.Bool // the client may still be sending: let it read our answer before the connection is reset
	broken atomic.Bool // an answer broke off: nothing more of it is to arrive
	adrift atomic.Bool // a body could not be read: nobody knows where the next request begins
	once   sync.Once

	mu       sync.Mutex
	released chan struct{} // ends the watch over the answer that is being sent
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.spoke.Load() {
		c.spoke.Store(true)
	}
	return n, err
}

// Write fails when the client takes nothing for stallTime.
func (c *conn) Write(p []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(stallTime)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Close ends the connection. When the client may still be sending, closing at
// once would reset it, and the answer could be lost on its way.
func (c *conn) Close() error {
	c.release()
	c.home.forget(c)
	var err error
	c.once.Do(func() {
		if c.broken.Load() {
			c.cut()
			return
		}
		half, ok := c.Conn.(interface{ CloseWrite() error })
		if !ok || !c.linger.Load() || half.CloseWrite() != nil {
			err = c.Conn.Close()
			return
		}
		go func() {
			c.Conn.SetReadDeadline(time.Now().Add(lingerTime))
			io.CopyN(io.Discard, c.Conn, 16<<20)
			c.Conn.Close()
		}()
	})
	return err
}

// cut ends the connection now, and throws away what the kernel has not sent yet.
func (c *conn) cut() {
	under := c.Conn
	if secure, ok := under.(*tls.Conn); ok { // which would say goodbye first, and wait
		under = secure.NetConn()
	}
	if tcp, ok := under.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	under.Close()
}

// watch cuts the connection when done closes, unless the answer that is being
// sent has ended before.
func (c *conn) watch(done <-chan struct{}) {
	released := make(chan struct{})
	c.mu.Lock()
	c.released = released
	c.mu.Unlock()
	go func() {
		select {
		case <-done:
			c.cut()
		case <-released:
		}
	}()
}

// release ends the watch, if there is one.
func (c *conn) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.released != nil {
		close(c.released)
		c.released = nil
	}
}

// paced reads a body that must arrive at a least rate, whatever its length.
type paced struct {
	src   io.Reader
	conn  net.Conn
	start time.Time
	count int64
}

func (p *paced) Read(b []byte) (int, error) {
	late := bodyGrace + time.Duration(p.count/bodyRate)*time.Second
	if err := p.conn.SetReadDeadline(p.start.Add(late)); err != nil {
		return 0, err
	}
	n, err := p.src.Read(b)
	p.count += int64(n)
	if c, ours := p.conn.(*conn); ours && err != nil && !errors.Is(err, io.EOF) {
		c.adrift.Store(true)
	}
	return n, err
}
