package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// SocketName is the name of the socket in the data folder.
const SocketName = "skrin.sock"

// Listen opens the socket in the data folder, for the folder's owner alone. A
// socket left by a server that was killed is replaced: the caller holds the
// vault, so no other server is alive. Closing the listener removes the socket.
func Listen(data string) (net.Listener, error) {
	path := filepath.Join(data, SocketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	// The socket is made inside a folder that nobody else can enter and moved
	// when its mode is right, so that it never stands open, whatever the umask.
	private, err := os.MkdirTemp(data, ".socket-")
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	defer os.RemoveAll(private)
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(private, "s"), Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	ln.SetUnlinkOnClose(false)
	err = os.Chmod(filepath.Join(private, "s"), 0o600)
	if err == nil {
		err = os.Rename(filepath.Join(private, "s"), path)
	}
	if err != nil {
		ln.Close()
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	return socket{ln, path}, nil
}

type socket struct {
	*net.UnixListener
	path string
}

// Close stops listening and removes the socket.
func (s socket) Close() error {
	err := s.UnixListener.Close()
	if rerr := os.Remove(s.path); err == nil && !errors.Is(rerr, fs.ErrNotExist) {
		err = rerr
	}
	return err
}
