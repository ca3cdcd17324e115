package pod

import (
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
// to it, in place of any host slot it had. For a pod whose host key is lost.
func (v *Vault) Recover(id ID, recovery *crypto.RecoveryKey) error {
	v.slotsMu.Lock()
	defer v.slotsMu.Unlock()
	slots, err := v.readSlots(id)
	if err != nil {
		return err
	}
	var kept []crypto.Slot
	var host *crypto.Slot
	for _, s := range slots {
		if s.Kind != crypto.HostSlot {
			kept = append(kept, s)
		}
		if s.Kind != crypto.RecoverySlot || host != nil {
			continue
		}
		key, err := s.OpenRecovery(recovery, id)
		if err != nil {
			return fmt.Errorf("open the recovery slot: %w", err)
		}
		fresh, err := crypto.SealHost(v.key, id, key)
		key.Destroy()
		if err != nil {
			return err
		}
		host = &fresh
	}
	if host == nil {
		return fmt.Errorf("%w: the pod has no recovery slot", ErrLocked)
	}
	return v.writeSlots(id, append([]crypto.Slot{*host}, kept...))
}
