package account

import (
	"slices"
	"strings"
	"time"
)

// A device cookie says which accounts were signed in to from a device: a signed
// ticket for each. It lets nobody in. It gives the device a budget of its own
// for wrong passwords, so that strangers who guess at a name cannot make its
// owner wait.

// deviceLife is how long a device is known after a sign-in.
const deviceLife = 365 * 24 * time.Hour

// maxDeviceAccounts is how many people may share a device and all be known.
const maxDeviceAccounts = 4

const deviceSeparator = "~"

// device looks for an account in a device cookie, and gives what the device is
// called in it. A recovery makes all devices strangers: whoever made it
// necessary may have had one.
func (a *Accounts) device(cookie Secret, id string, epoch uint32) (device string, known bool) {
	if id == "" {
		return "", false
	}
	for _, t := range a.tickets(cookie) {
		if t.ticket.Account == id && t.ticket.Epoch == epoch {
			return t.ticket.ID, true
		}
	}
	return "", false
}

// deviceTicket is one of a cookie, with its text.
type deviceTicket struct {
	ticket ticket
	text   string
}

func (a *Accounts) tickets(cookie Secret) []deviceTicket {
	text := cookie.Reveal()
	if text == "" || len(text) > maxTicket {
		return nil
	}
	var all []deviceTicket
	for _, part := range strings.SplitN(text, deviceSeparator, maxDeviceAccounts+1) {
		if t, err := a.signer.open(forDevice, part, a.cfg.Now()); err == nil {
			all = append(all, deviceTicket{t, part})
		}
	}
	return all
}

// newDevice makes the cookie that a device gets after a sign-in: the account
// that was signed in to first, the others as they were. What the device is
// called stays, or signing in would be a way to a fresh budget.
func (a *Accounts) newDevice(cookie Secret, id string, epoch uint32, now time.Time) Secret {
	name, known := a.device(cookie, id, epoch)
	if !known {
		name = randomID()
	}
	fresh := ticket{ID: name, Until: now.Add(deviceLife).Unix(), Account: id, Epoch: epoch}
	parts := []string{a.signer.sign(forDevice, fresh).Reveal()}
	for _, t := range a.tickets(cookie) {
		if t.ticket.Account != id && !slices.Contains(parts, t.text) && len(parts) < maxDeviceAccounts {
			parts = append(parts, t.text)
		}
	}
	return NewSecret(strings.Join(parts, deviceSeparator))
}
