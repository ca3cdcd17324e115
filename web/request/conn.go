package request

import "net"

// Conn is a connection that an answer has taken over. Writing fails when the
// client takes nothing for a while.
type Conn interface {
	net.Conn
	CloseWrite() error // nothing more will be written
	Cut()              // ends it now; what was not sent is lost
}
