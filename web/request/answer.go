package request

import (
	"io"
	"net/http"
	"sync"
)

// Answer is what goes back. It has Bytes or a Stream or neither.
type Answer struct {
	Status int
	Header http.Header
	Bytes  []byte
	Stream io.ReadCloser   // closed by the server, also when nothing was read
	Size   int64           // of Stream or, for HEAD, of what GET would send; -1: not known
	Done   <-chan struct{} // when it closes, the connection is cut, whatever is still to be sent

	// Taken gets the connection once status and header have been written, and has it
	// until it cuts it. There is no body then but what it writes.
	Taken func(Conn)
}

// NewAnswer begins an answer without a body.
func NewAnswer(status int) *Answer {
	return &Answer{Status: status, Header: http.Header{}, Size: -1}
}

// With gives the answer a body of bytes.
func (a *Answer) With(mediaType string, body []byte) *Answer {
	a.Header.Set("Content-Type", mediaType)
	a.Bytes, a.Size = body, int64(len(body))
	return a
}

// Written is a stream of what write writes. It runs in a goroutine of its own,
// which ends when the stream is closed: then writing fails. When write fails
// the stream does not end but breaks off, so that nobody takes half of it for
// the whole.
func Written(write func(io.Writer) error) io.ReadCloser {
	r, w := io.Pipe()
	return &written{PipeReader: r, start: sync.OnceFunc(func() {
		go func() { w.CloseWithError(write(w)) }()
	})}
}

// written begins to write when somebody begins to read.
type written struct {
	*io.PipeReader
	start func()
}

func (s *written) Read(p []byte) (int, error) {
	s.start()
	return s.PipeReader.Read(p)
}
