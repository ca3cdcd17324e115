package notify_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"skrin/internal/podtest"
)

// patience is how long something may take on a busy machine that is promised within a second.
const patience = time.Minute

const (
	sockets = "/maria/.notifications/WebSocketChannel2023/"
	streams = "/maria/.notifications/StreamingHTTPChannel2023/"
)

// channel is what a subscriber is told.
type channel struct {
	ID, Type, ReceiveFrom, StartAt, EndAt, Rate, Accept, State string
	Topic                                                      any
}

// wish writes a subscription; more are further members of the object.
func wish(w *podtest.World, service, topic string, more ...string) string {
	kind := "WebSocketChannel2023"
	if strings.HasSuffix(service, streams) {
		kind = "StreamingHTTPChannel2023"
	}
	text := fmt.Sprintf(`{"@context":["https://www.w3.org/ns/solid/notification/v1"],"type":"http://www.w3.org/ns/solid/notifications#%s","topic":%q`, kind, w.Base+topic[1:])
	for _, m := range more {
		text += "," + m
	}
	return text + "}"
}

func subscribe(t *testing.T, w *podtest.World, who *podtest.Person, service, topic string, more ...string) channel {
	t.Helper()
	a := who.Post(service, "application/ld+json", wish(w, service, topic, more...)).Want(200).Has("Content-Type", "application/ld+json")
	var c channel
	if err := json.Unmarshal([]byte(a.Body), &c); err != nil || c.ReceiveFrom == "" {
		t.Fatalf("%v: %s", err, a.Body)
	}
	return c
}

// told is a message that somebody got.
type told struct {
	ID, Type, Object, Target, State, Published string
}

func (m told) String() string {
	return strings.TrimSpace(m.Type + " " + path(m.Object) + " " + path(m.Target))
}

func path(url string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	if url == "" {
		return ""
	}
	return "/" + rest
}

// subscriber hears a channel, whichever type it is of.
type subscriber interface {
	hear() (text string, err error) // the next message; io.EOF when the channel ended well
	leave()
}

func connect(t *testing.T, c channel) subscriber {
	t.Helper()
	s, err := dial(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.leave)
	return s
}

func dial(c channel) (subscriber, error) {
	if strings.HasPrefix(c.ReceiveFrom, "ws") {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		conn, br, _, err := ws.Dial(ctx, c.ReceiveFrom)
		if err != nil {
			return nil, err
		}
		if br == nil {
			br = bufio.NewReaderSize(conn, 512)
		}
		return &socketSubscriber{conn: conn, in: br}, nil
	}
	res, err := http.Get(c.ReceiveFrom)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != 200 {
		res.Body.Close()
		return nil, fmt.Errorf("status %d", res.StatusCode)
	}
	return &streamSubscriber{res: res, in: bufio.NewReader(res.Body)}, nil
}

type socketSubscriber struct {
	conn net.Conn
	in   *bufio.Reader
	code ws.StatusCode
}

func readFrame(in io.Reader) (f ws.Frame, err error) {
	if f.Header, err = ws.ReadHeader(in); err == nil {
		f.Payload = make([]byte, f.Header.Length)
		_, err = io.ReadFull(in, f.Payload)
	}
	return f, err
}

func (s *socketSubscriber) hear() (string, error) {
	for {
		s.conn.SetReadDeadline(time.Now().Add(patience))
		f, err := readFrame(s.in)
		if err != nil {
			return "", fmt.Errorf("broken off: %w", err)
		}
		switch f.Header.OpCode {
		case ws.OpText:
			return string(f.Payload), nil
		case ws.OpPing:
			ws.WriteFrame(s.conn, ws.MaskFrame(ws.NewPongFrame(f.Payload)))
		case ws.OpClose:
			s.code, _ = ws.ParseCloseFrameData(f.Payload)
			ws.WriteFrame(s.conn, ws.MaskFrame(ws.NewCloseFrame(f.Payload)))
			return "", io.EOF
		}
	}
}

func (s *socketSubscriber) leave() { s.conn.Close() }

type streamSubscriber struct {
	res *http.Response
	in  *bufio.Reader
}

func (s *streamSubscriber) hear() (string, error) {
	stop := time.AfterFunc(patience, func() { s.res.Body.Close() })
	defer stop.Stop()
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line = strings.TrimSpace(line); line != "" {
			return line, nil
		}
	}
}

func (s *streamSubscriber) leave() { s.res.Body.Close() }

// next hears one message.
func next(t *testing.T, s subscriber) (m told) {
	t.Helper()
	text, err := s.hear()
	if err == nil {
		err = json.Unmarshal([]byte(text), &m)
	}
	if err != nil {
		t.Fatalf("%T: %v %q", s, err, text)
	}
	return m
}

func wants(t *testing.T, s subscriber, want ...string) (last told) {
	t.Helper()
	for _, w := range want {
		if last = next(t, s); last.String() != w {
			t.Errorf("%T heard %q, want %q", s, last, w)
		}
	}
	return last
}

// ended waits for a good end of the channel, and nothing before it.
func ended(t *testing.T, s subscriber) {
	t.Helper()
	if text, err := s.hear(); !errors.Is(err, io.EOF) {
		t.Errorf("%T heard %q, %v, where the channel should have ended", s, text, err)
	}
}
