package pod

import (
	"encoding/binary"
	"fmt"
	"io"

	"skrin/crypto"
)

// BackupHead is how a backup begins: enough to know whose it is and what opens
// it, before all of it is read.
type BackupHead struct {
	ID    ID
	Slots []crypto.Slot
}

// MaxBackupHead is more than any backup's head needs.
const MaxBackupHead = 64 << 10

// ReadBackupHead reads the beginning of a backup. ErrBackup: it is none. Nothing
// that it says is proved: it is for asking the right question, not for an answer.
func ReadBackupHead(r io.Reader) (head BackupHead, err error) {
	r = io.LimitReader(r, MaxBackupHead)
	magic := make([]byte, len(backupMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != backupMagic {
		return head, fmt.Errorf("%w: it does not begin as a backup does", ErrBackup)
	}
	for head.ID.IsZero() || head.Slots == nil {
		var begin [9]byte
		if _, err := io.ReadFull(r, begin[:]); err != nil {
			return head, fmt.Errorf("%w: it ends too early", ErrBackup)
		}
		size := binary.BigEndian.Uint64(begin[1:])
		if size > MaxBackupHead {
			return head, fmt.Errorf("%w: it does not say what opens it", ErrBackup)
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return head, fmt.Errorf("%w: it ends too early", ErrBackup)
		}
		switch {
		case begin[0] == sectionPod && len(b) == len(head.ID):
			head.ID = ID(b)
		case begin[0] == sectionSlots:
			if head.Slots, err = crypto.DecodeSlots(b); err != nil {
				return head, fmt.Errorf("%w: its slots: %w", ErrBackup, err)
			}
		default:
			return head, fmt.Errorf("%w: it does not say what opens it", ErrBackup)
		}
	}
	return head, nil
}

// Opens says whether this host's key opens the backup, or the recovery key (nil:
// there is none).
func (v *Vault) Opens(head BackupHead, recovery *crypto.RecoveryKey) bool {
	for _, slot := range head.Slots {
		if slot.Kind != crypto.HostSlot {
			continue
		}
		key, err := slot.OpenHost(v.key, head.ID)
		key.Destroy()
		if err == nil {
			return true
		}
	}
	return opens(head, recovery)
}
