package records

import (
	"maps"
	"sync"
)

// Memory gives records that live as long as the program does, with the
// promises of the host's own: for tests.
func Memory() *Store { return &Store{all: make(map[key][]byte)} }

// Store is what Memory gives.
type Store struct {
	mu  sync.RWMutex
	all map[key][]byte
}

type key struct{ kind, name string }

// View runs fn on a consistent state.
func (s *Store) View(fn func(Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return fn(&memoryTx{all: s.all})
}

// Update runs fn, and keeps what it changed if it does not fail.
func (s *Store) Update(fn func(Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &memoryTx{all: maps.Clone(s.all), write: true}
	if err := fn(t); err != nil {
		return err
	}
	s.all = t.all
	return nil
}

// memoryTx works on the map of the store, or on a copy of it that becomes the
// store's. Values are never changed in place.
type memoryTx struct {
	all   map[key][]byte
	write bool
}

func (t *memoryTx) Get(kind, name string) ([]byte, error) {
	value, there := t.all[key{kind, name}]
	if !there {
		return nil, nil
	}
	return append([]byte{}, value...), nil
}

func (t *memoryTx) Put(kind, name string, value []byte) error {
	if !t.write {
		return ErrReadOnly
	}
	if kind == "" || name == "" || len(name) > MaxName || len(value) > MaxValue {
		return ErrRecord
	}
	t.all[key{kind, name}] = append([]byte{}, value...)
	return nil
}

func (t *memoryTx) Delete(kind, name string) error {
	if !t.write {
		return ErrReadOnly
	}
	delete(t.all, key{kind, name})
	return nil
}

func (t *memoryTx) Each(kind string, fn func(name string, value []byte) (bool, error)) error {
	for k, value := range t.all {
		if k.kind != kind {
			continue
		}
		if more, err := fn(k.name, append([]byte{}, value...)); err != nil || !more {
			return err
		}
	}
	return nil
}
