package health

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// stream cuts JSON values out of a reader without building anything: it only
// minds quotes and brackets. Whoever uses a value parses it and sees then
// whether it is sound. The window holds no more than one value and a block.
type stream struct {
	r     io.Reader
	limit int // bytes of a value that is kept; longer ones are passed over

	window []byte
	pos    int   // next byte in window
	kept   int   // beginning of what must stay in the window, -1: nothing
	lost   bool  // what had to stay was longer than limit
	offset int64 // of window[0] in the input
	lines  int   // line breaks before window[0]
	column int64 // offset of the beginning of the line that window[0] stands in
	err    error // from the reader
}

const block = 64 << 10

func newStream(r io.Reader, limit int) *stream {
	return &stream{r: r, limit: limit, kept: -1}
}

// errEnd says that the input ended inside a value; errTooLarge that a value was
// passed over for its length.
var (
	errEnd      = fmt.Errorf("%w: the input ends in the middle", ErrMalformed)
	errTooLarge = fmt.Errorf("%w for one piece", ErrLimit)
)

// more reads on; false: there is nothing, or the reader failed (s.err).
func (s *stream) more() bool {
	if s.err != nil {
		return false
	}
	s.shift()
	if cap(s.window)-len(s.window) < block/2 {
		grown := make([]byte, len(s.window), 2*cap(s.window)+block)
		copy(grown, s.window)
		s.window = grown
	}
	for range 100 {
		n, err := s.r.Read(s.window[len(s.window):cap(s.window)])
		s.window = s.window[:len(s.window)+n]
		s.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// shift drops what is behind us from the window.
func (s *stream) shift() {
	if s.kept >= 0 && s.pos-s.kept > s.limit {
		s.kept, s.lost = -1, true
	}
	drop := s.pos
	if s.kept >= 0 {
		drop = s.kept
		s.kept = 0
	}
	if drop == 0 {
		return // what is kept is not moved for every block
	}
	s.count(s.window[:drop])
	s.offset += int64(drop)
	s.pos -= drop
	s.window = s.window[:copy(s.window, s.window[drop:])]
}

func (s *stream) count(gone []byte) {
	s.lines += bytes.Count(gone, []byte{'\n'})
	if i := bytes.LastIndexByte(gone, '\n'); i >= 0 {
		s.column = s.offset + int64(i) + 1
	}
}

// peek passes over white space and gives the next byte; false at the end.
func (s *stream) peek() (byte, bool) {
	for {
		for ; s.pos < len(s.window); s.pos++ {
			switch c := s.window[s.pos]; c {
			case ' ', '\n', '\r', '\t':
			default:
				return c, true
			}
		}
		if !s.more() {
			return 0, false
		}
	}
}

// passMark goes over a byte order mark, if pos is at one.
func (s *stream) passMark() {
	for len(s.window)-s.pos < 3 && s.more() {
	}
	if bytes.HasPrefix(s.window[s.pos:], []byte("\xef\xbb\xbf")) {
		s.pos += 3
	}
}

// readError is the reader's own failure, nil when the input just ended.
func (s *stream) readError() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// keep begins to hold what comes, from pos on; taken gives it and ends that. If
// it became too large in between, the next value or taken says so.
func (s *stream) keep() { s.kept, s.lost = s.pos, false }

func (s *stream) taken() ([]byte, error) {
	from := s.kept
	s.kept = -1
	if s.lost || s.pos-from > s.limit {
		s.lost = false
		return nil, errTooLarge
	}
	return s.window[from:s.pos], nil
}

// value gives the bytes of the next value; they are good until the next call.
// Between keep and taken they are part of what is kept. Errors are errEnd,
// errTooLarge (the value is behind us, or what is kept is lost) or the reader's.
func (s *stream) value() ([]byte, error) {
	if _, ok := s.peek(); !ok {
		return nil, s.ended()
	}
	if s.kept >= 0 {
		return s.inside()
	}
	s.kept = s.pos
	if err := s.pass(); err != nil {
		s.kept = -1
		return nil, err
	}
	return s.taken()
}

func (s *stream) inside() ([]byte, error) {
	from := s.pos - s.kept
	if err := s.pass(); err != nil {
		return nil, err
	}
	if s.lost {
		return nil, errTooLarge
	}
	return s.window[s.kept+from : s.pos], nil
}

func (s *stream) ended() error {
	if err := s.readError(); err != nil {
		return err
	}
	return errEnd
}

// line gives the rest of the line, without its end; false when there is none.
func (s *stream) line() ([]byte, error) {
	s.kept = s.pos
	for {
		if i := bytes.IndexByte(s.window[s.pos:], '\n'); i >= 0 {
			s.pos += i
			raw, err := s.taken()
			s.pos++
			return raw, err
		}
		s.pos = len(s.window)
		if !s.more() {
			break
		}
	}
	if err := s.readError(); err != nil {
		return nil, err
	}
	if raw, err := s.taken(); err != nil || len(raw) > 0 {
		return raw, err
	}
	return nil, io.EOF
}

// place tells where a byte of the window is in the input.
func (s *stream) place(at int) string {
	at = min(max(at, 0), len(s.window))
	lines, column := s.lines, s.column
	lines += bytes.Count(s.window[:at], []byte{'\n'})
	if i := bytes.LastIndexByte(s.window[:at], '\n'); i >= 0 {
		column = s.offset + int64(i) + 1
	}
	whole := s.offset + int64(at)
	return fmt.Sprintf("byte %d, line %d column %d", whole, lines+1, whole-column+1)
}
