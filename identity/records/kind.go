package records

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Kind is one kind of record: values of T, written as JSON with the version of
// their shape. Kinds are values of the program (a var of each room), and their
// names are part of what lies on the disk.
type Kind[T any] struct {
	Name    string
	Version int // begins with 1; a shape that older programs would misread gets the next
}

// envelope is what a record looks like: {"v":1,"is":{...}}.
type envelope[T any] struct {
	Version int `json:"v"`
	Is      *T  `json:"is"`
}

// Get reads a record; false: there is none. Errors of a record that is there
// and cannot be read wrap ErrShape.
func (k Kind[T]) Get(tx Tx, name string) (value T, there bool, err error) {
	data, err := tx.Get(k.Name, name)
	if err != nil || data == nil {
		return value, false, err
	}
	value, err = k.decode(data)
	return value, err == nil, err
}

// Put keeps a value.
func (k Kind[T]) Put(tx Tx, name string, value T) error {
	data, err := json.Marshal(envelope[T]{k.Version, &value})
	if err != nil {
		return fmt.Errorf("writing a record of kind %q: %w", k.Name, err)
	}
	if err := tx.Put(k.Name, name, data); err != nil {
		return fmt.Errorf("keeping a record of kind %q: %w", k.Name, err)
	}
	return nil
}

// Delete takes a record away, if it is there.
func (k Kind[T]) Delete(tx Tx, name string) error { return tx.Delete(k.Name, name) }

// Each calls fn for all records of the kind, until it says no. Records are not
// to be changed meanwhile.
func (k Kind[T]) Each(tx Tx, fn func(name string, value T) (more bool, err error)) error {
	return tx.Each(k.Name, func(name string, data []byte) (bool, error) {
		value, err := k.decode(data)
		if err != nil {
			return false, err
		}
		return fn(name, value)
	})
}

// decode takes exactly what Put writes. A member that this program does not
// know is an error, since writing the record again would lose it.
func (k Kind[T]) decode(data []byte) (value T, err error) {
	var version struct {
		Version int `json:"v"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return value, fmt.Errorf("%w: kind %q: not JSON", ErrShape, k.Name)
	}
	if version.Version != k.Version {
		return value, fmt.Errorf("%w: kind %q: version %d, where this program knows %d", ErrShape, k.Name, version.Version, k.Version)
	}
	e := envelope[T]{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil || e.Is == nil {
		return value, fmt.Errorf("%w: kind %q: not the members of version %d", ErrShape, k.Name, k.Version)
	}
	if _, err := d.Token(); err != io.EOF {
		return value, fmt.Errorf("%w: kind %q: something follows it", ErrShape, k.Name)
	}
	return *e.Is, nil
}
