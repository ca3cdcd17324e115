package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	values = []byte("v")
	lines  = []byte("l")

	errAbsent = errors.New("not there")
)

// store keeps sealed values in one file.
type store struct {
	db   *bolt.DB
	seal cipher.AEAD
	jobs chan job
}

// job is a change on its way to the one committer.
type job struct {
	do   func(*bolt.Tx) error
	done chan error
}

// resource is an opened value.
type resource struct {
	version   [8]byte
	mediaType string
	body      []byte
}

// openStore makes the file anew, under a key that nobody keeps.
func openStore(path string) (*store, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	key := make([]byte, 32)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	s := &store{db: db, jobs: make(chan job, 1024)}
	if s.seal, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket(values)
		_, err2 := tx.CreateBucket(lines)
		return errors.Join(err, err2)
	})
	go s.commit()
	return s, err
}

func (s *store) close() {
	close(s.jobs)
	s.db.Close()
}

// commit takes what waits into one transaction, so one sync serves many.
func (s *store) commit() {
	for first := range s.jobs {
		group := []job{first}
		for waiting := true; waiting && len(group) < 256; {
			select {
			case next, open := <-s.jobs:
				if waiting = open; open {
					group = append(group, next)
				}
			default:
				waiting = false
			}
		}
		err := s.db.Update(func(tx *bolt.Tx) error {
			for _, j := range group {
				if err := j.do(tx); err != nil {
					return err
				}
			}
			return nil
		})
		for _, j := range group {
			j.done <- err
		}
	}
}

func (s *store) change(do func(*bolt.Tx) error) error {
	j := job{do, make(chan error, 1)}
	s.jobs <- j
	return <-j.done
}

func (s *store) get(path string) (r resource, err error) {
	key := []byte(path)
	err = s.db.View(func(tx *bolt.Tx) error {
		sealed := tx.Bucket(values).Get(key)
		if sealed == nil {
			return errAbsent
		}
		plain, err := s.seal.Open(nil, nil, sealed, key)
		if err != nil {
			return err
		}
		copy(r.version[:], plain)
		end := 9 + int(plain[8])
		r.mediaType, r.body = string(plain[9:end]), plain[end:]
		return nil
	})
	return r, err
}

// put keeps a value and tells whether it is a new one.
func (s *store) put(path, mediaType string, body []byte) (created bool, err error) {
	key := []byte(path)
	var version [8]byte
	rand.Read(version[:])
	plain := make([]byte, 0, 9+len(mediaType)+len(body))
	plain = append(append(plain, version[:]...), byte(len(mediaType)))
	plain = append(append(plain, mediaType...), body...)
	sealed := s.seal.Seal(nil, nil, plain, key)
	err = s.change(func(tx *bolt.Tx) error {
		b := tx.Bucket(values)
		created = b.Get(key) == nil
		return b.Put(key, sealed)
	})
	return created, err
}

// note makes a line about a reading durable.
func (s *store) note(at time.Time, who, path string) error {
	line := make([]byte, 0, 512)
	line = append(append(append(line, `{"at":"`...), at.UTC().Format(time.RFC3339Nano)...), `","who":`...)
	line = append(append(strconv.AppendQuote(line, who), `,"did":"read","path":`...), strconv.Quote(path)...)
	line = append(line, '}')
	return s.change(func(tx *bolt.Tx) error {
		b := tx.Bucket(lines)
		b.FillPercent = 0.95 // keys only ever grow
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		key := binary.BigEndian.AppendUint64(nil, n)
		return b.Put(key, s.seal.Seal(nil, nil, line, key))
	})
}
