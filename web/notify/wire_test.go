package notify

import (
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skrin/web/request"
)

// stuck is a connection whose client takes nothing.
type stuck struct {
	request.Conn
	cut chan struct{}
	at  time.Time // when it was cut
}

func (s *stuck) Write([]byte) (int, error) {
	<-s.cut
	return 0, net.ErrClosed
}

func (s *stuck) Cut() {
	if s.at.IsZero() {
		s.at = time.Now()
		close(s.cut)
	}
}

// When a channel is over, whoever does not take what is said is cut, soon; a server
// that has not come to say it yet has longer, but not for ever.
func TestCutAfter(t *testing.T) {
	for name, c := range map[string]struct {
		says  time.Duration // when something is said, from the end on
		leave time.Duration // when the client leaves
		want  time.Duration // when the connection is cut; zero: never
	}{
		"nothing is taken":              {says: -time.Second, leave: time.Hour, want: grace},
		"the server is late":            {says: 3*grace + time.Millisecond, leave: time.Hour, want: 4 * grace},
		"the server does not get there": {says: time.Hour, leave: time.Hour, want: busy * grace},
		"the client leaves":             {says: time.Hour, leave: grace / 2},
		"the client leaves a late one":  {says: time.Hour, leave: 2*grace + time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, over := &wire{Conn: &stuck{cut: make(chan struct{})}}, make(chan struct{})
				stop := w.cutAfter(over)
				var saying sync.WaitGroup
				saying.Go(func() {
					time.Sleep(time.Second + c.says)
					_, _ = w.Write([]byte("the last word"))
				})
				time.Sleep(time.Second)
				close(over)
				end := time.Now()
				time.Sleep(c.leave)
				stop()
				time.Sleep(time.Hour)
				synctest.Wait()
				if s := w.Conn.(*stuck); s.at.IsZero() != (c.want == 0) || c.want > 0 && s.at.Sub(end) != c.want {
					t.Errorf("it was cut at %v, after the end at %v", s.at, end)
				}
				w.Cut()
				saying.Wait()
			})
		})
	}
}
