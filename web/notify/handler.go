package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"skrin/linkeddata"
	"skrin/notify"
	"skrin/pod"
	"skrin/web/request"
)

// ErrUpgrade is returned when a WebSocket is asked for as if it were a document.
var ErrUpgrade = errors.New("open this as a WebSocket")

// Service is one type of channel, and where to subscribe to it.
type Service struct {
	Type     linkeddata.IRI
	Endpoint pod.Path
}

// Services lists the subscription services that every pod has.
func Services() []Service {
	return []Service{
		{linkeddata.NotifyWebSocketType, pod.MustPath("/.notifications/WebSocketChannel2023/")},
		{linkeddata.NotifyEventStreamType, pod.MustPath("/.notifications/StreamingHTTPChannel2023/")},
	}
}

// Takes says whether the path is a subscription service or stands below one.
func Takes(p pod.Path) bool {
	return slices.ContainsFunc(Services(), func(s Service) bool { return p.Within(s.Endpoint) })
}

// Handler serves the paths that Takes takes. Make it with New.
type Handler struct {
	hub      *notify.Hub
	services []Service
}

// New makes a Handler for the channels of a hub.
func New(hub *notify.Hub) *Handler { return &Handler{hub, Services()} }

// Serve answers a request for a path that Takes takes.
func (h *Handler) Serve(ctx context.Context, r *request.Request) (*request.Answer, error) {
	for _, s := range h.services {
		if !r.Path.Within(s.Endpoint) {
			continue
		}
		id, token, opening := strings.Cut(r.Path.String()[len(s.Endpoint.String()):], "/")
		switch {
		case id == "":
			return h.service(ctx, r, s)
		case opening:
			return h.open(r, s, id, token)
		default:
			return h.channel(r, s, id)
		}
	}
	return nil, pod.ErrNotFound
}

// service answers for a subscription service.
func (h *Handler) service(ctx context.Context, r *request.Request, s Service) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET, POST")
	a.Header.Set("Accept-Post", "application/ld+json, text/turtle")
	switch {
	case r.Method == http.MethodOptions:
		a.Status = http.StatusNoContent
		return a, nil
	case r.Method == http.MethodPost:
		return h.subscribe(ctx, r, s, a)
	case !r.IsRead():
		return a, request.ErrMethod
	}
	mt, err := form(r)
	if err != nil {
		return a, err
	}
	body, err := describeService(r.At(s.Endpoint), s, mt)
	a.Header.Set("Cache-Control", "no-cache")
	return a.With(mt.String(), body), err
}

// channel answers for a channel, to nobody but its subscriber.
func (h *Handler) channel(r *request.Request, s Service, id string) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET, DELETE")
	if r.Method == http.MethodOptions {
		a.Status = http.StatusNoContent
		return a, nil
	}
	c, err := h.hub.Find(r.Pod.ID, s.Type, id)
	if err != nil || c.Agent() != r.Agent || r.Agent.IsPublic() {
		return nil, pod.ErrNotFound // the same whether or not it is there
	}
	switch {
	case r.Method == http.MethodDelete:
		c.End()
		a.Status = http.StatusNoContent
		return a, nil
	case !r.IsRead():
		return a, request.ErrMethod
	}
	return h.describe(a, r, s, c)
}

// describe fills an answer with what the subscriber is told of the channel.
func (h *Handler) describe(a *request.Answer, r *request.Request, s Service, c *notify.Channel) (*request.Answer, error) {
	mt, err := form(r)
	if err != nil {
		return a, err
	}
	id := r.At(s.Endpoint).String() + c.ID()
	place := notify.Place{ID: linkeddata.MustIRI(id), ReceiveFrom: linkeddata.MustIRI(reach(id, s) + "/" + c.Token())}
	body, err := c.Describe(place, mt)
	a.Header.Set("Cache-Control", "no-store")
	return a.With(mt.String(), body), err
}

// reach gives the address under which the type's protocol is spoken.
func reach(url string, s Service) string {
	if rest, ok := strings.CutPrefix(url, "http"); ok && s.Type == linkeddata.NotifyWebSocketType {
		return "ws" + rest // http becomes ws, https wss
	}
	return url
}

// form is what the answer is written as.
func form(r *request.Request) (linkeddata.MediaType, error) {
	mt, ok := linkeddata.Negotiate(r.Header.Values("Accept"), linkeddata.JSONLD, linkeddata.Turtle, linkeddata.NTriples)
	if !ok {
		return mt, fmt.Errorf("%w: there is %s, %s and %s", request.ErrNotAcceptable, linkeddata.JSONLD, linkeddata.Turtle, linkeddata.NTriples)
	}
	return mt, nil
}
