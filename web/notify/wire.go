package notify

import (
	"sync/atomic"
	"time"

	"skrin/web/request"
)

// wire is the connection of a channel. It knows whether something is being said
// that the client does not take.
type wire struct {
	request.Conn
	saying atomic.Int32 // writes under way
}

func (w *wire) Write(p []byte) (int, error) {
	w.saying.Add(1)
	defer w.saying.Add(-1)
	return w.Conn.Write(p)
}

// grace is how long the end of a channel may take to be said, before the
// connection is cut under whoever does not listen. A server that is too busy to say
// it may take as many times that.
const (
	grace = 500 * time.Millisecond
	busy  = 20
)

// cutAfter cuts the connection when the channel is over and the client does not
// take what is being said.
func (w *wire) cutAfter(over <-chan struct{}) (stop func()) {
	gone := make(chan struct{})
	go func() {
		select {
		case <-gone:
			return
		case <-over:
		}
		for range busy {
			select {
			case <-gone:
				return
			case <-time.After(grace):
			}
			if w.saying.Load() > 0 {
				break
			}
		}
		w.Cut()
	}()
	return func() { close(gone) }
}
