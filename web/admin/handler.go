package admin

import (
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"skrin/pod"
)

// SocketName is the name of the socket in the data folder.
const SocketName = "skrin.sock"

// New makes the handler. The log hears of what failed inside, never of what is
// in a pod.
func New(vault *pod.Vault, log *slog.Logger) http.Handler {
	return http.NewServeMux()
}

// Listen opens the socket in the data folder, for the folder's owner alone. A
// socket left by a server that was killed is replaced: the vault's own lock,
// which the caller holds, says that no other server is alive.
func Listen(data string) (net.Listener, error) {
	path := filepath.Join(data, SocketName)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	return nil, nil
}
