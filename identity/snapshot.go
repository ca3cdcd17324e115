package identity

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// A snapshot is: the version byte 1, line and mark as big-endian int64, then
// for each proof its id (16 bytes) and its iat (int64). It names nobody. It
// has no checksum of its own: whoever keeps it seals it.
const (
	snapshotVersion = 1
	snapshotHead    = 1 + 8 + 8
	snapshotEntry   = 16 + 8
)

// ErrSnapshot is wrapped by Restore for a snapshot that cannot be read.
var ErrSnapshot = errors.New("not a snapshot of accepted proofs")

// Snapshot ends the verifier, which from then on refuses everybody with
// ErrBusy, and gives what it remembers of accepted proofs, to be saved (sealed)
// before the process ends and handed to Restore by the next.
func (v *Verifier) Snapshot() ([]byte, error) {
	m := v.replay
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	data := make([]byte, 0, snapshotHead+len(m.seen)*snapshotEntry)
	data = append(data, snapshotVersion)
	data = binary.BigEndian.AppendUint64(data, uint64(m.line))
	data = binary.BigEndian.AppendUint64(data, uint64(max(m.mark, m.least)))
	for iat, ids := range m.bySec {
		for _, id := range ids {
			data = append(data, id[:]...)
			data = binary.BigEndian.AppendUint64(data, uint64(iat))
		}
	}
	return data, nil
}

// Restore takes up what the last run left: the snapshot of its shutdown and
// the last heartbeat that was saved. Call it once, before the first Verify.
//
//   - Neither: a fresh data folder. Nobody is refused.
//   - A snapshot as late as the heartbeat: a clean restart. What it holds is
//     remembered, and nobody else is refused.
//   - No snapshot, or one from before the heartbeat: a crash. Proofs issued up
//     to the heartbeat are refused.
//
// A snapshot need not be deleted once it was restored. One that cannot be read
// counts as a crash, and the error wraps ErrSnapshot; the verifier may be used
// all the same.
func (v *Verifier) Restore(snapshot []byte, heartbeat time.Time) error {
	m := v.replay
	m.mu.Lock()
	defer m.mu.Unlock()
	mark, err := m.load(snapshot)
	if err != nil && heartbeat.IsZero() {
		heartbeat = v.conf.Now().Add(Skew) // all that may have been accepted by now
	}
	if !heartbeat.IsZero() && heartbeat.Unix() > mark {
		m.line = max(m.line, lastAccepted(heartbeat, v.conf.Now()))
		mark = heartbeat.Unix()
	}
	m.least = max(m.least, mark+1)
	return err
}

// lastAccepted is the latest iat that a crashed run can have accepted and that
// a clock near now could accept again. A heartbeat more than a day ahead of the
// clock was saved while the clock was wrong; it must not lock everybody out
// until that day comes.
func lastAccepted(heartbeat, now time.Time) int64 {
	if heartbeat.After(now.Add(24 * time.Hour)) {
		heartbeat = now.Add(Skew)
	}
	return heartbeat.Unix()
}

// load reads a snapshot and gives its mark, which is zero without one.
func (m *replay) load(data []byte) (mark int64, err error) {
	if len(data) == 0 {
		return 0, nil
	}
	if len(data) < snapshotHead || data[0] != snapshotVersion || (len(data)-snapshotHead)%snapshotEntry != 0 {
		return 0, fmt.Errorf("restore the memory of accepted proofs: %w", ErrSnapshot)
	}
	m.line = int64(binary.BigEndian.Uint64(data[1:]))
	mark = int64(binary.BigEndian.Uint64(data[9:]))
	for rest := data[snapshotHead:]; len(rest) > 0; rest = rest[snapshotEntry:] {
		if _, there := m.seen[proofID(rest)]; !there {
			m.add(proofID(rest), int64(binary.BigEndian.Uint64(rest[16:])))
		}
	}
	return mark, nil
}
