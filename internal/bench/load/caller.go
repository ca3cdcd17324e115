package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// caller is one client: a connection that stays open, with one request at a
// time on it. It reads just enough of an answer to find its end, because what it
// costs to ask is paid on the same machine.
type caller struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

func dial(addr string) (*caller, error) {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &caller{addr: addr, conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}, nil
}

func (c *caller) close() { c.conn.Close() }

// ask sends a whole request and reads the whole answer.
func (c *caller) ask(request []byte) (status int, err error) {
	c.conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	return readAnswer(c.in)
}

// again makes a new connection in place of a broken one.
func (c *caller) again() error {
	c.conn.Close()
	fresh, err := dial(c.addr)
	if err == nil {
		*c = *fresh
	}
	return err
}

var errAnswer = errors.New("an answer that is not understood")

// readAnswer takes one answer off the connection. Its length must be told, or
// its body come in chunks.
func readAnswer(in *bufio.Reader) (status int, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, fmt.Errorf("%w: %.40q", errAnswer, line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, fmt.Errorf("%w: %.40q", errAnswer, line)
	}
	length, chunked := -1, false
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		if value, found := field(line, "Content-Length:"); found {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, fmt.Errorf("%w: %.40q", errAnswer, line)
			}
		}
		if value, found := field(line, "Transfer-Encoding:"); found {
			chunked = bytes.EqualFold(value, []byte("chunked"))
		}
	}
	switch {
	case status == 204 || status == 304:
		return status, nil
	case chunked:
		return status, skipChunks(in)
	case length < 0:
		return 0, fmt.Errorf("%w: of no known length", errAnswer)
	}
	_, err = io.CopyN(io.Discard, in, int64(length))
	return status, err
}

// field gives the value of a line of the header, if it is the one of the name.
func field(line []byte, name string) (value []byte, found bool) {
	if len(line) <= len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}

// skipChunks reads a body in chunks to its end.
func skipChunks(in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		text, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(";"))
		size, err := strconv.ParseInt(string(text), 16, 64)
		if err != nil {
			return fmt.Errorf("%w: a chunk of %.20q", errAnswer, text)
		}
		if _, err := io.CopyN(io.Discard, in, size+2); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}
