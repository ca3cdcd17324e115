package pod

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"skrin/crypto"
)

// podKey gets a pod's key: from whoever unlocked it, or from the host's slot.
// ErrLocked: there is no host slot, and nobody has unlocked it.
func (v *Vault) podKey(id ID) (crypto.PodKey, error) {
	slots, err := v.readSlots(id)
	if err != nil {
		return crypto.PodKey{}, err
	}
	for _, s := range slots {
		if s.Kind != crypto.HostSlot {
			continue
		}
		key, err := s.OpenHost(v.key, id)
		if err != nil {
			return crypto.PodKey{}, fmt.Errorf("%w: host slot: %w", ErrDamaged, err)
		}
		return key, nil
	}
	return crypto.PodKey{}, ErrLocked
}

func (v *Vault) readSlots(id ID) ([]crypto.Slot, error) {
	data, err := os.ReadFile(v.slotsFile(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoPod
	}
	if err != nil {
		return nil, err
	}
	slots, err := crypto.DecodeSlots(data)
	if err != nil {
		return nil, fmt.Errorf("%w: slots: %w", ErrDamaged, err)
	}
	return slots, nil
}

// writeSlots replaces a pod's slots, all at once and durably.
func (v *Vault) writeSlots(id ID, slots []crypto.Slot) error {
	return writeFile(v.slotsFile(id), crypto.EncodeSlots(slots))
}

// writeFile puts data under path so that after a crash the old or the new file is there, whole.
func writeFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return diskError(err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return diskError(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// Recover opens a pod with its recovery key and gives the present host a slot
// to it, in place of any host slot it had. For a pod whose host key is lost. The
// journal's line about it is on disk before the slot is.
func (v *Vault) Recover(ctx context.Context, id ID, recovery *crypto.RecoveryKey) error {
	slots, err := v.readSlots(id)
	if err != nil {
		return err
	}
	key, err := openRecovery(slots, id, recovery)
	if err != nil {
		return err
	}
	err = v.noteRecovery(ctx, id, key)
	key.Destroy()
	if err != nil {
		return err
	}
	v.slotsMu.Lock()
	defer v.slotsMu.Unlock()
	if slots, err = v.readSlots(id); err != nil { // once more: a rotation may have been finished meanwhile
		return err
	}
	if key, err = openRecovery(slots, id, recovery); err != nil {
		return err
	}
	defer key.Destroy()
	host, err := crypto.SealHost(v.key, id, key)
	if err != nil {
		return err
	}
	fresh := []crypto.Slot{host}
	for _, s := range slots {
		if s.Kind != crypto.HostSlot {
			fresh = append(fresh, s)
		}
	}
	return v.writeSlots(id, fresh)
}

func openRecovery(slots []crypto.Slot, id ID, recovery *crypto.RecoveryKey) (crypto.PodKey, error) {
	for _, s := range slots {
		if s.Kind != crypto.RecoverySlot {
			continue
		}
		key, err := s.OpenRecovery(recovery, id)
		if err != nil {
			return crypto.PodKey{}, fmt.Errorf("open the recovery slot: %w", err)
		}
		return key, nil
	}
	return crypto.PodKey{}, fmt.Errorf("%w: the pod has no recovery slot", ErrLocked)
}

// noteRecovery writes the journal's line, into a pod that the host may not be
// able to open yet.
func (v *Vault) noteRecovery(ctx context.Context, id ID, key crypto.PodKey) error {
	h, err := v.acquire(ctx, id)
	if err == nil {
		defer v.release(h)
	} else {
		if h, err = openPod(v, id, key); err != nil {
			return err
		}
		defer h.close()
	}
	return h.commit(ctx, func(c *change) error {
		c.decided = true
		c.journal(Line{At: h.now().UTC(), Who: CLI.String(), Did: "recover", Allowed: true, Because: "the recovery key was used to give this host a way into the pod"})
		return nil
	})
}
