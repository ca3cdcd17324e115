package podtest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// FreePort gives a port of this machine for a program that listens there, is
// stopped and is started anew. It is below those that a system gives to whoever
// asks for any, so nobody else gets it meanwhile.
func FreePort(t testing.TB) string {
	t.Helper()
	for range 1000 {
		port := strconv.Itoa(20_000 + rand.IntN(10_000))
		if ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			ln.Close()
			return port
		}
	}
	t.Fatal("there is no free port")
	return ""
}
