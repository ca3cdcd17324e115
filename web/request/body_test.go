package request

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"skrin/pod"
)

func TestBody(t *testing.T) {
	broken := errors.New("connection reset")
	for _, c := range []struct {
		name            string
		src             io.Reader
		declared, limit int64
		want            string
		err             error
	}{
		{"nothing", nil, -1, 10, "", nil},
		{"nothing declared", strings.NewReader("next request"), 0, 10, "", nil},
		{"all of it", strings.NewReader("hello"), 5, 10, "hello", nil},
		{"unknown length", strings.NewReader("hello"), -1, 10, "hello", nil},
		{"just fits", strings.NewReader("hello"), -1, 5, "hello", nil},
		{"one too many", strings.NewReader("hello!"), -1, 5, "hello", pod.ErrTooLarge},
		{"too many declared", strings.NewReader("hello!"), 6, 5, "", pod.ErrTooLarge},
		{"cut off", strings.NewReader("hel"), 5, 10, "hel", ErrBody},
		{"lost", io.MultiReader(strings.NewReader("hel"), iotest.ErrReader(broken)), -1, 10, "hel", ErrBody},
	} {
		for way, read := range map[string]func(*Body) ([]byte, error){
			"at once":    func(b *Body) ([]byte, error) { return io.ReadAll(b) },
			"bytewise":   func(b *Body) ([]byte, error) { return io.ReadAll(iotest.OneByteReader(b)) },
			"after peek": func(b *Body) ([]byte, error) { b.Peek(1); b.Peek(3); b.HasContent(); return io.ReadAll(b) },
		} {
			if s, ok := c.src.(io.Seeker); ok {
				s.Seek(0, io.SeekStart)
			} else if c.src != nil {
				c.src = io.MultiReader(strings.NewReader("hel"), iotest.ErrReader(broken))
			}
			b := NewBody(c.src, c.declared, c.limit)
			got, err := read(b)
			if string(got) != c.want || !errors.Is(err, c.err) || !errors.Is(b.Err(), c.err) {
				t.Errorf("%s, %s: %q, %v, %v; want %q, %v", c.name, way, got, err, b.Err(), c.want, c.err)
			}
			if content := b.HasContent(); content != (c.err != nil) {
				t.Errorf("%s, %s: HasContent is %v at the end", c.name, way, content)
			}
		}
	}
}

func TestPeekLeavesEverything(t *testing.T) {
	b := NewBody(iotest.HalfReader(strings.NewReader("hello, world")), -1, 100)
	if got := b.Peek(5); string(got) != "hello" {
		t.Errorf("%q", got)
	}
	if got := b.Peek(100); string(got) != "hello, world" {
		t.Errorf("%q", got)
	}
	if got, err := io.ReadAll(b); string(got) != "hello, world" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}

// Half of a stream is never taken for the whole.
func TestWrittenBreaksOff(t *testing.T) {
	broken := errors.New("the right has ended")
	s := Written(func(w io.Writer) error { io.WriteString(w, "half"); return broken })
	if got, err := io.ReadAll(s); string(got) != "half" || !errors.Is(err, broken) {
		t.Errorf("%q %v", got, err)
	}
	s = Written(func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(make([]byte, 1<<20))); return err })
	s.Close() // nobody reads: nothing is started, nothing waits
}
