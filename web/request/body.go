package request

import (
	"errors"
	"io"

	"skrin/pod"
)

// ErrBody wraps every error of reading a body off the wire: the client broke
// off, was too slow, or did not keep to the protocol.
var ErrBody = errors.New("the body did not arrive whole")

// Body is the content of a request: a reader that ends with pod.ErrTooLarge
// instead of exceeding its limit. It remembers the first error, so that it is
// known even when whoever read did not pass it on.
type Body struct {
	src   io.Reader
	limit int64
	want  int64 // declared length, -1: unknown
	count int64
	ahead []byte // read by Peek and not yet given
	err   error  // what ended src; io.EOF when it ended well
}

// NewBody reads at most limit bytes from src (nil: an empty body). declared is the
// Content-Length, -1 when there was none.
func NewBody(src io.Reader, declared, limit int64) *Body {
	b := &Body{src: src, limit: limit, want: declared}
	switch {
	case src == nil || declared == 0:
		b.err = io.EOF
	case declared > limit:
		b.err = pod.ErrTooLarge
	}
	return b
}

// Peek gives the first n bytes of what is still to be read, fewer when the body
// is shorter or breaks off, and leaves them to be read. They are good until the
// next call.
func (b *Body) Peek(n int) []byte {
	for len(b.ahead) < n && b.err == nil {
		if cap(b.ahead) < n {
			b.ahead = append(make([]byte, 0, n), b.ahead...)
		}
		m, _ := b.read(b.ahead[len(b.ahead):n])
		b.ahead = b.ahead[:len(b.ahead)+m]
	}
	return b.ahead[:min(n, len(b.ahead))]
}

// HasContent says whether there is at least one byte, or an error in its place.
func (b *Body) HasContent() bool { return len(b.Peek(1)) > 0 || b.Err() != nil }

func (b *Body) Read(p []byte) (int, error) {
	if len(b.ahead) > 0 {
		n := copy(p, b.ahead)
		b.ahead = b.ahead[n:]
		return n, nil
	}
	return b.read(p)
}

func (b *Body) read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if room := b.limit - b.count; int64(len(p)) > room+1 {
		p = p[:room+1] // one more than allowed, to see whether there is more
	}
	n, err := b.src.Read(p)
	b.count += int64(n)
	switch {
	case b.count > b.limit:
		n, b.err = n-1, pod.ErrTooLarge
	case errors.Is(err, io.EOF) && b.count < b.want: // the server library takes a lost connection for the end
		b.err = errors.Join(ErrBody, io.ErrUnexpectedEOF)
	case errors.Is(err, io.EOF):
		b.err = io.EOF
	case err != nil:
		b.err = errors.Join(ErrBody, err)
	}
	if n > 0 {
		return n, nil
	}
	return n, b.err
}

// Err gives the error that ended the body, nil when it ended well or has not ended.
func (b *Body) Err() error {
	if b.err == io.EOF {
		return nil
	}
	return b.err
}

// Count tells how many bytes have arrived.
func (b *Body) Count() int64 { return b.count }
