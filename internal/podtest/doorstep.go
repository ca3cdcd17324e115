package podtest

import (
	"errors"
	"net"
	"os"
	"time"
)

// doorstep is a house's place on the network. It stays taken while the house is
// closed and built anew, or else somebody on the machine may be given it meanwhile.
type doorstep struct{ *net.TCPListener }

func newDoorstep() (doorstep, error) {
	ln, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	return doorstep{ln}, err
}

// Accept fails, as that of a listener that is closed, while the house is.
func (d doorstep) Accept() (net.Conn, error) {
	c, err := d.TCPListener.Accept()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = net.ErrClosed
	}
	return c, err
}

// Close ends accepting. Whoever comes meanwhile waits until the house is open again.
func (d doorstep) Close() error { return d.SetDeadline(time.Unix(1, 0)) }

func (d doorstep) open() error { return d.SetDeadline(time.Time{}) }

// giveUp gives the place back.
func (d doorstep) giveUp() error { return d.TCPListener.Close() }
