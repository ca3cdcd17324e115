package notify

import (
	"bufio"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"skrin/notify"
	"skrin/web/request"
)

// Bounds of what a subscriber may send: nothing is expected but signs of life.
const (
	maxFrame  = 4 << 10
	maxFrames = 256              // between two signs of life
	silence   = 90 * time.Second // three signs of life without an answer
)

// socket sends a channel over a WebSocket (RFC 6455), a message in a text frame.
func socket(on request.Conn, c *notify.Channel) {
	conn := &wire{Conn: on}
	l := &socketLine{conn: conn}
	stop := conn.cutAfter(c.Done())
	c.Connect(l)
	code := l.read()
	l.leaving.Store(code != 0)
	c.Disconnect(l)
	l.bye(code)
	stop()
	conn.Cut()
}

// socketLine is a line of frames. Answers to the subscriber's frames are written
// beside the messages.
type socketLine struct {
	conn    request.Conn
	leaving atomic.Bool // its end is being answered
	mu      sync.Mutex
	closed  bool
}

func (l *socketLine) write(f ws.Frame) error {
	bytes, err := ws.CompileFrame(f)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return io.ErrClosedPipe
	}
	l.closed = f.Header.OpCode == ws.OpClose // the last one
	_, err = l.conn.Write(bytes)
	return err
}

func (l *socketLine) Send(message []byte) error { return l.write(ws.NewTextFrame(message)) }
func (l *socketLine) Beat() error               { return l.write(ws.NewPingFrame(nil)) }

// codes say why a channel is over. 4000 and up are our own (RFC 6455, section 7.4.2).
var codes = map[notify.Reason]struct {
	code ws.StatusCode
	text string
}{
	notify.Over:    {ws.StatusNormalClosure, "the channel is over"},
	notify.Denied:  {4403, "the right to listen has ended"},
	notify.Leaving: {ws.StatusGoingAway, "the server is leaving"},
}

func (l *socketLine) Close(why notify.Reason) {
	if why == notify.Lost {
		if !l.leaving.Load() { // else bye has a last word to say, and then it is cut
			l.conn.Cut()
		}
		return
	}
	l.write(ws.NewCloseFrame(ws.NewCloseFrameBody(codes[why].code, codes[why].text)))
	time.AfterFunc(grace, l.conn.Cut) // the subscriber may say goodbye first
}

// bye answers the end that the subscriber has made. What they still send is read
// for a moment: a connection that is cut before takes the answer with it.
func (l *socketLine) bye(code ws.StatusCode) {
	if code == 0 {
		return
	}
	err := l.write(ws.NewCloseFrame(ws.NewCloseFrameBody(code, "")))
	if err == nil && l.conn.CloseWrite() == nil && l.conn.SetReadDeadline(time.Now().Add(grace)) == nil {
		io.Copy(io.Discard, io.LimitReader(l.conn, maxFrame*maxFrames))
	}
}

// read takes what the subscriber sends until there is nothing more, and gives the
// code to say goodbye with, 0 for none.
func (l *socketLine) read() ws.StatusCode {
	in := bufio.NewReaderSize(l.conn, 128)
	frames, since, fragmented := 0, time.Now(), false
	for {
		if l.conn.SetReadDeadline(time.Now().Add(silence)) != nil {
			return 0
		}
		head, err := ws.ReadHeader(in)
		if err != nil {
			return codeOf(err)
		}
		if time.Since(since) > silence {
			frames, since = 0, time.Now()
		}
		state := ws.StateServerSide
		if fragmented {
			state |= ws.StateFragmented
		}
		frames++
		switch {
		case ws.CheckHeader(head, state) != nil:
			return ws.StatusProtocolError
		case head.Length > maxFrame:
			return ws.StatusMessageTooBig
		case frames > maxFrames:
			return ws.StatusPolicyViolation
		}
		payload := make([]byte, head.Length)
		if _, err := io.ReadFull(in, payload); err != nil {
			return 0
		}
		if head.OpCode.IsData() {
			fragmented = !head.Fin // what it says is nothing to us
		}
		if code, end := l.control(head, payload); end {
			return code
		}
	}
}

// control answers a control frame.
func (l *socketLine) control(head ws.Header, payload []byte) (code ws.StatusCode, end bool) {
	ws.Cipher(payload, head.Mask, 0)
	switch head.OpCode {
	case ws.OpPing:
		return 0, l.write(ws.NewPongFrame(payload)) != nil
	case ws.OpClose:
		code, reason := ws.ParseCloseFrameData(payload)
		if code.Empty() {
			return ws.StatusNormalClosure, true
		}
		if ws.CheckCloseFrameData(code, reason) != nil {
			return ws.StatusProtocolError, true
		}
		return code, true
	}
	return 0, false
}

// codeOf tells a frame that cannot be read from a subscriber who has left.
func codeOf(err error) ws.StatusCode {
	var protocol ws.ProtocolError
	if errors.Is(err, ws.ErrHeaderLengthMSB) || errors.Is(err, ws.ErrHeaderLengthUnexpected) || errors.As(err, &protocol) {
		return ws.StatusProtocolError
	}
	return 0
}
