package notify

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"skrin/linkeddata"
	"skrin/notify"
	"skrin/pod"
	"skrin/web/request"
)

// open answers for receiveFrom.
func (h *Handler) open(r *request.Request, s Service, id, token string) (*request.Answer, error) {
	c, err := h.hub.Find(r.Pod.ID, s.Type, id)
	if err != nil || !c.Opens(token) {
		return nil, pod.ErrNotFound
	}
	if !r.Agent.IsPublic() && r.Agent != c.Agent() {
		return nil, pod.ErrDenied
	}
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET")
	a.Header.Set("Cache-Control", "no-store")
	switch {
	case r.Method == http.MethodOptions:
		a.Status = http.StatusNoContent
		return a, nil
	case !r.IsRead():
		return a, request.ErrMethod
	case s.Type == linkeddata.NotifyWebSocketType:
		return openSocket(a, r, c)
	}
	return openStream(a, r, c)
}

// openStream answers with a body that goes on for as long as the channel does.
func openStream(a *request.Answer, r *request.Request, c *notify.Channel) (*request.Answer, error) {
	if r.Method == http.MethodHead {
		a.Header.Set("Content-Type", linkeddata.JSONLD.String())
		return a, nil
	}
	form, err := c.Reserve(r.Header.Values("Accept"))
	if errors.Is(err, notify.ErrWish) {
		err = fmt.Errorf("%w: there is %s and %s", request.ErrNotAcceptable, linkeddata.JSONLD, linkeddata.Turtle)
	}
	if err != nil {
		return a, gone(err)
	}
	a.Header.Set("Content-Type", form.String())
	a.Header.Set("X-Accel-Buffering", "no") // proxies are not to wait for the end
	a.Header.Set("Transfer-Encoding", "chunked")
	a.Taken = func(conn request.Conn) { stream(conn, c) }
	return a, nil
}

// openSocket answers the opening handshake of a WebSocket (RFC 6455, section 4.2).
func openSocket(a *request.Answer, r *request.Request, c *notify.Channel) (*request.Answer, error) {
	a.Header.Set("Upgrade", "websocket")
	a.Header.Set("Connection", "Upgrade")
	a.Header.Set("Sec-WebSocket-Version", "13")
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	if r.Method != http.MethodGet || !has(r.Header, "Upgrade", "websocket") || !has(r.Header, "Connection", "upgrade") ||
		r.Header.Get("Sec-WebSocket-Version") != "13" || err != nil || len(key) != 16 {
		return a, ErrUpgrade
	}
	if _, err := c.Reserve(nil); err != nil {
		return a, gone(err)
	}
	a.Status = http.StatusSwitchingProtocols
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	a.Header.Set("Sec-WebSocket-Accept", base64.StdEncoding.EncodeToString(sum[:]))
	if has(r.Header, "Sec-WebSocket-Protocol", linkeddata.NotifyWebSocketType.String()) {
		a.Header.Set("Sec-WebSocket-Protocol", linkeddata.NotifyWebSocketType.String())
	}
	a.Taken = func(conn request.Conn) { socket(conn, c) }
	return a, nil
}

func gone(err error) error {
	if errors.Is(err, notify.ErrGone) {
		return pod.ErrNotFound
	}
	return err
}

// has says whether the field lists the word, in whatever case.
func has(h http.Header, field, word string) bool {
	for _, line := range h.Values(field) {
		for part := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(part), word) {
				return true
			}
		}
	}
	return false
}
