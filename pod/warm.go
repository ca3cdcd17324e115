package pod

import "time"

// A pod's file is mapped into memory, and what of it was ever touched stays there:
// with a thousand pods that is most of what the process has. So it is given back,
// and comes again, page by page, out of the system's cache of files: when a pod
// has not been used for a while, and when others have been opened since. It is not
// given back in the middle of use, because having it come again costs as much as
// half a reading.
const (
	coolAfter  = 5 * time.Second
	maxStarted = 64 // pods opened last that keep what opening them has read
)

// started notes that a pod was opened, and gives the one that is to be cooled for
// it, or nil. The vault's mutex is held.
func (v *Vault) started(h *handle) (cold *handle) {
	v.fresh = append(v.fresh, h)
	if len(v.fresh) <= maxStarted {
		return nil
	}
	cold, v.fresh = v.fresh[0], v.fresh[1:]
	cold.warm = false
	return cold
}

// coolIdle cools what is not used any more, until the vault is closed.
func (v *Vault) coolIdle() {
	defer v.tended.Done()
	tick := time.NewTicker(coolAfter)
	defer tick.Stop()
	for {
		select {
		case <-v.stop:
			return
		case now := <-tick.C:
			for _, h := range v.idleSince(now.Add(-coolAfter)) {
				h.cool()
			}
		}
	}
}

// idleSince gives the warm pods that nobody has used since then, and takes them for cold.
func (v *Vault) idleSince(then time.Time) (idle []*handle) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range v.open {
		if h := s.handle; h != nil && h.warm && h.lastUse.Before(then) {
			h.warm = false
			idle = append(idle, h)
		}
	}
	return idle
}

// cool gives back what of the pod's file lies in memory, and what was opened of
// it. The pod may be in use, or closed.
func (h *handle) cool() {
	h.opened.forget()
	_ = h.store.view(func(t *tx) error { return forget(t.t) }) // at worst it stays
}
