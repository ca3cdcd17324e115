package pod

import (
	"net/netip"

	"skrin/acl"
)

// CLI is the client of the owner's console and command line. Nobody can bring
// it in a token, and no device's record narrows it.
var CLI = acl.CLI

// Session is a pod as one asker has it: every method decides for that asker,
// and what it does is journalled in their name. A Session costs nothing, needs
// no closing, and may be used by several goroutines.
type Session struct {
	vault   *Vault
	id      ID
	agent   acl.Agent
	origin  string
	from    netip.Addr
	vouches bool // may change who vouches for the owner: SetIssuers, and the vault when it makes the pod
}

// As gives the pod to whoever asks. It does not fail: an unknown pod shows
// with the first call.
func (v *Vault) As(id ID, who acl.Agent) *Session {
	return &Session{vault: v, id: id, agent: who}
}

// From notes where a request came from: the address (only its class is ever
// kept) and the web origin of the app, if it named one.
func (s *Session) From(addr netip.Addr, origin string) *Session {
	t := *s
	t.from, t.origin = addr, origin
	return &t
}

// Agent tells who asks.
func (s *Session) Agent() acl.Agent { return s.agent }
