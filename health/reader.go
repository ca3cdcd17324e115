package health

import (
	"bytes"
	"errors"
	"io"

	"skrin/health/internal/tree"
)

// whole is the Entry of a Problem with the input as a whole.
const whole = -1

// reader is what reading resources and reading data points have in common: the
// values one after the other, and how Problems are told.
type reader struct {
	stream *stream
	lim    Limits
	yield  func(Record, *Problem) bool
	entry  int  // of the value at hand; the next one's until it is taken
	over   bool // nobody listens any more, or nothing can be read
	closed bool // nothing may follow what was read
	at     int  // where the value at hand begins in the window, for malformed ones
	lined  bool // each line is a value of its own
}

// run reads the input: one object (which object reads, from its bracket on), an
// array of values, or an object a line.
func (in *reader) run(object func(), one func(raw []byte)) {
	s := in.stream
	c, ok := s.peek()
	if ok && c == 0xef {
		s.passMark()
		c, ok = s.peek()
	}
	switch {
	case !ok && s.readError() != nil:
		in.broken(s.readError())
	case !ok:
		in.problem(Problem{Entry: whole, What: "there is nothing in it", Ended: true, Err: ErrMalformed})
	case c == '{':
		object()
	case c == '[':
		in.closed = true
		in.list(func(raw []byte, err error) bool { return in.take(raw, err, one) })
	default:
		in.malformed("JSON that begins with { or [ belongs here")
	}
	in.rest(one)
}

// rest reads what stands behind the first value: more of them, one a line.
func (in *reader) rest(one func(raw []byte)) {
	s := in.stream
	if in.over {
		return
	}
	switch _, ok := s.peek(); {
	case !ok && s.readError() != nil:
		in.broken(s.readError())
		return
	case !ok:
		return
	case in.closed:
		in.malformed("nothing may stand behind the end")
		return
	}
	in.lined = true
	for !in.over {
		raw, err := s.line()
		if errors.Is(err, io.EOF) {
			return
		}
		if raw = bytes.TrimSpace(raw); len(raw) > 0 || err != nil {
			in.take(raw, err, one)
		}
	}
}

// list reads an array and hands each value on, or why it could not be kept.
func (in *reader) list(each func(raw []byte, err error) bool) bool {
	s := in.stream
	s.pos++
	for first := true; ; first = false {
		c, ok := s.peek()
		if first && c == ']' {
			s.pos++
			return true
		}
		if !ok {
			in.broken(s.ended())
			return false
		}
		raw, err := s.value()
		if !each(raw, err) {
			return false
		}
		switch c, _ := s.peek(); c {
		case ',', ']':
			s.pos++
			if c == ']' {
				return true
			}
		default:
			in.malformed("a comma or closing bracket belongs here")
			return false
		}
	}
}

// take hands a value on and counts it; false: the reading is over.
func (in *reader) take(raw []byte, err error, one func(raw []byte)) bool {
	if in.entry >= in.lim.Entries {
		in.problem(Problem{Entry: whole, What: "more entries than are taken at once; send the rest apart", Ended: true, Err: ErrLimit})
		return false
	}
	in.at = cap(in.stream.window) - cap(raw) // raw is a part of the window
	switch {
	case err == errTooLarge:
		in.tooLarge()
	case err != nil:
		in.broken(err)
	default:
		one(raw)
	}
	in.entry++
	return !in.over
}

// parse makes a tree of the value at hand, or tells what is wrong and gives nil.
func (in *reader) parse(raw []byte) *tree.Tree {
	t, err := tree.Parse(string(raw), in.lim.Depth)
	if err == nil {
		return t
	}
	p := malformed(in.entry, err)
	var at *tree.Error
	if errors.As(err, &at) {
		p.Where = in.stream.place(in.at + at.Offset)
	}
	if p.Err == ErrMalformed {
		p.Ended = !in.lined || raw[len(raw)-1] != '}' // a line of its own does not spoil the next
	}
	in.problem(p)
	return nil
}

func (in *reader) give(r Record) {
	if !in.over && !in.yield(r, nil) {
		in.over = true
	}
}

// problem tells a problem with the entry at hand, unless it is with the whole.
func (in *reader) problem(p Problem) {
	if in.over {
		return
	}
	if p.Entry != whole {
		p.Entry = in.entry
	}
	if !in.yield(Record{}, &p) || p.Ended {
		in.over = true
	}
}

func (in *reader) malformed(what string) {
	if _, ok := in.stream.peek(); !ok {
		in.broken(in.stream.ended())
		return
	}
	in.problem(Problem{Where: in.stream.place(in.stream.pos), What: what, Ended: true, Err: ErrMalformed})
}

// broken tells that the input ended or failed.
func (in *reader) broken(err error) {
	p := Problem{Where: in.stream.place(in.stream.pos), What: "the input ends in the middle; send it again", Ended: true, Err: err}
	if !errors.Is(err, ErrMalformed) {
		p.What = "the input could not be read on"
	}
	in.problem(p)
}

func (in *reader) tooLarge() {
	in.problem(Problem{What: "larger than is taken in one piece", Err: ErrLimit})
}
