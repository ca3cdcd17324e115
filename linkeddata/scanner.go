package linkeddata

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// scanner is a window over a document that is read as it is needed. Tokens are
// slices of the window, or of scratch where they had to be unescaped: both are
// valid until the next byte is asked for.
//
// Reading gives up by panicking with a stop, which run turns into an error:
// the grammar would drown in error returns otherwise.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	ended    bool // r has no more

	mark    int // start of the token being read, -1 between tokens
	max     int // bytes that the token may have
	maxName string

	lim     Limits
	read    int64
	at      int // a position in the window, of which is known:
	line    int // complete lines before it
	column  int // characters of its line before it
	scratch []byte
}

const windowSize = 32 << 10

func newScanner(r io.Reader, lim Limits) scanner {
	size := windowSize
	if known, ok := r.(interface{ Len() int }); ok {
		size = min(max(known.Len()+1, 256), windowSize)
	}
	return scanner{r: r, buf: make([]byte, size), mark: -1, lim: lim.filled()}
}

// stop carries an error out of the grammar.
type stop struct{ err error }

// run calls f and gives the error that it stopped with.
func run(f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case stop:
			err = p.err
		default:
			panic(p)
		}
	}()
	f()
	return nil
}

// fail stops with a syntax error at the present place.
func (s *scanner) fail(format string, args ...any) {
	line, column := s.place(s.pos)
	panic(stop{&SyntaxError{line, column, fmt.Sprintf(format, args...)}})
}

// failToken stops with a syntax error at the start of the present token.
func (s *scanner) failToken(format string, args ...any) {
	if s.mark >= 0 {
		s.pos = s.mark
	}
	s.fail(format, args...)
}

// exceed stops with a limit error at the present place.
func (s *scanner) exceed(limit string, most int64) {
	line, column := s.place(s.pos)
	panic(stop{&LimitError{limit, most, line, column}})
}

// unexpected stops at a byte that the grammar has no use for.
func (s *scanner) unexpected(wanted string) {
	if s.pos == s.end && !s.more() {
		s.fail("the document ends where %s is expected", wanted)
	}
	if !utf8.FullRune(s.buf[s.pos:s.end]) {
		s.more() // so that a split character is shown whole
	}
	r, _ := utf8.DecodeRune(s.buf[s.pos:s.end])
	s.fail("%q where %s is expected", r, wanted)
}

// place tells line and column of a position in the window.
func (s *scanner) place(pos int) (line, column int) {
	line, column = s.line, s.column
	before := s.buf[min(s.at, pos):pos]
	if n := bytes.LastIndexByte(before, '\n'); n >= 0 {
		line, column, before = line+bytes.Count(before, []byte{'\n'}), 0, before[n+1:]
	}
	return line + 1, column + utf8.RuneCount(before) + 1
}

// settle notes the place of a position, behind which all later ones are, and
// gives it.
func (s *scanner) settle(pos int) (line, column int) {
	line, column = s.place(pos)
	s.at, s.line, s.column = pos, line-1, column-1
	return line, column
}

// begin starts a token here, with a limit to its length.
func (s *scanner) begin(maxName string, most int) {
	s.mark, s.maxName, s.max = s.pos, maxName, most
}

// token ends the token and gives its bytes.
func (s *scanner) token() []byte {
	b := s.buf[s.mark:s.pos]
	s.mark = -1
	return b
}

// more reads on and says whether there is a byte at pos that was not there
// before. Positions of the window may move; pos and mark move with it.
func (s *scanner) more() bool {
	if s.ended {
		return false
	}
	s.forget()
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for tries := 0; tries < 100; tries++ {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.read += int64(n)
		if s.read > s.lim.Bytes {
			s.exceed("bytes", s.lim.Bytes)
		}
		if err == io.EOF {
			s.ended = true
			return n > 0
		}
		if err != nil {
			panic(stop{err})
		}
		if n > 0 {
			return true
		}
	}
	panic(stop{io.ErrNoProgress})
}

// forget drops what lies before the present token, and counts its lines.
func (s *scanner) forget() {
	from := s.pos
	if s.mark >= 0 {
		from = s.mark
		if s.pos-s.mark > s.max {
			s.exceed(s.maxName, int64(s.max))
		}
		s.mark = 0
	}
	if from == 0 {
		return
	}
	s.settle(from)
	s.at = 0
	copy(s.buf, s.buf[from:s.end])
	s.pos, s.end = s.pos-from, s.end-from
}

// peek gives the next byte, 0 at the end of the document.
func (s *scanner) peek() byte {
	if s.pos < s.end || s.more() {
		return s.buf[s.pos]
	}
	return 0
}

// peekAt gives the byte n places ahead, 0 behind the end of the document. The
// caller must have begun a token or may not rely on positions.
func (s *scanner) peekAt(n int) byte {
	for s.pos+n >= s.end {
		if !s.more() {
			return 0
		}
	}
	return s.buf[s.pos+n]
}

// take moves over the byte if it comes next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.pos == s.end {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) expect(c byte) {
	if !s.take(c) {
		s.unexpected(fmt.Sprintf("%q", c))
	}
}

// while moves over all bytes of a class.
func (s *scanner) while(c uint8) {
	for {
		for i, b := range s.buf[s.pos:s.end] {
			if class[b]&c == 0 {
				s.pos += i
				return
			}
		}
		s.pos = s.end
		if !s.more() {
			return
		}
	}
}

// space moves over white space and comments.
func (s *scanner) space() {
	for {
		s.while(isSpace)
		if !s.take('#') {
			return
		}
		s.comment()
	}
}

// comment moves to the end of the line.
func (s *scanner) comment() {
	for {
		if i := bytes.IndexAny(s.buf[s.pos:s.end], "\n\r"); i >= 0 {
			s.pos += i
			return
		}
		s.pos = s.end
		if !s.more() {
			return
		}
	}
}

// atEnd says whether the document is over.
func (s *scanner) atEnd() bool { return s.pos == s.end && !s.more() }

// byteOrderMark moves over a UTF-8 byte order mark, which some editors write.
func (s *scanner) byteOrderMark() {
	s.begin("bytes", 3)
	if s.peek() == 0xEF && s.peekAt(1) == 0xBB && s.peekAt(2) == 0xBF {
		s.pos += 3
	}
	s.mark = -1
}
