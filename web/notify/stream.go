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
func stream(on request.Conn, c *notify.Channel) {
	conn := &wire{Conn: on}
	l := &streamLine{conn: conn}
	stop := conn.cutAfter(c.Done())
	c.Connect(l)
	io.Copy(io.Discard, conn) // nothing is expected; it returns when the client has left
	c.Disconnect(l)
	stop()
	conn.Cut()
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
