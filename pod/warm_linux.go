package pod

import (
	"syscall"

	bolt "go.etcd.io/bbolt"
)

// forget takes a file's pages out of the process's memory; who touches one gets
// it again. The transaction keeps the mapping from being moved meanwhile.
func forget(t *bolt.Tx) error {
	data, size := t.DB().Info().Data, uintptr(t.Size())
	if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, data, size, syscall.MADV_DONTNEED); errno != 0 {
		return errno
	}
	return nil
}
