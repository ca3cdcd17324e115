package notify

import (
	"fmt"
	"io"
	"time"

	"skrin/notify"
	"skrin/web/request"
)

// stream sends a channel as a chunked body that does not end before the channel,
// a message on a line. Empty lines are signs of life.
func stream(conn request.Conn, c *notify.Channel) {
	l := &streamLine{conn: conn}
	stop := cutAfter(conn, c)
	c.Connect(l)
	io.Copy(io.Discard, conn) // nothing is expected; it returns when the client has left
	c.Disconnect(l)
	stop()
	conn.Cut()
}

// grace is how long the end of a channel may take to be said, before the
// connection is cut under whoever does not listen.
const grace = 500 * time.Millisecond

// cutAfter cuts the connection when the channel is over and the client has still
// not taken what was said.
func cutAfter(conn request.Conn, c *notify.Channel) (stop func()) {
	gone := make(chan struct{})
	go func() {
		select {
		case <-gone:
			return
		case <-c.Done():
		}
		select {
		case <-gone:
		case <-time.After(grace):
			conn.Cut()
		}
	}()
	return func() { close(gone) }
}

// streamLine is a line of a streamed answer.
type streamLine struct{ conn request.Conn }

func (l *streamLine) Send(message []byte) error {
	_, err := fmt.Fprintf(l.conn, "%x\r\n%s\n\r\n", len(message)+1, message)
	return err
}

func (l *streamLine) Beat() error {
	_, err := io.WriteString(l.conn, "1\r\n\n\r\n")
	return err
}

// Close ends the body, unless the line is dead.
func (l *streamLine) Close(why notify.Reason) {
	if why != notify.Lost {
		io.WriteString(l.conn, "0\r\n\r\n")
		l.conn.CloseWrite()
		time.AfterFunc(grace, l.conn.Cut)
		return
	}
	l.conn.Cut()
}
