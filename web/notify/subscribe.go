package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"skrin/linkeddata"
	"skrin/notify"
	"skrin/pod"
	"skrin/web/request"
)

// subscribe answers a subscription request. Whoever has not said who they are is
// told to, whatever else is wrong.
func (h *Handler) subscribe(ctx context.Context, r *request.Request, s Service, a *request.Answer) (*request.Answer, error) {
	wish, paths, err := h.wish(r, s)
	if err != nil {
		if r.Agent.IsPublic() {
			return a, pod.ErrDenied
		}
		return a, err
	}
	if _, err := form(r); err != nil {
		return a, err
	}
	c, err := h.hub.Subscribe(ctx, r.Session, r.Pod, paths, wish)
	switch {
	case errors.Is(err, pod.ErrManaged), errors.Is(err, notify.ErrWish):
		return a, fmt.Errorf("%w: %w", request.ErrRefused, err)
	case err != nil:
		return a, err
	}
	return h.describe(a, r, s, c)
}

// wish reads what is asked for, and finds its topics in this pod.
func (h *Handler) wish(r *request.Request, s Service) (notify.Wish, []pod.Path, error) {
	mt, err := mediaType(r)
	if err != nil {
		return notify.Wish{}, nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, notify.MaxWish+1))
	if failed := r.Body.Err(); failed != nil {
		err = failed
	}
	if err == nil && len(body) > notify.MaxWish {
		err = fmt.Errorf("%w: a subscription has %d bytes at most", pod.ErrTooLarge, notify.MaxWish)
	}
	if err != nil {
		return notify.Wish{}, nil, err
	}
	w, err := notify.ParseWish(body, mt, r.At(s.Endpoint))
	switch {
	case errors.Is(err, linkeddata.ErrSyntax), errors.Is(err, linkeddata.ErrLimit):
		return w, nil, fmt.Errorf("%w: %w", request.ErrMalformed, err)
	case err != nil:
		return w, nil, fmt.Errorf("%w: %w", request.ErrRefused, err)
	case w.Type != s.Type:
		return w, nil, fmt.Errorf("%w: channels of this service are of the type %s", request.ErrRefused, s.Type)
	}
	paths, err := topics(r, w)
	return w, paths, err
}

// topics finds the paths of the topics, each once.
func topics(r *request.Request, w notify.Wish) (paths []pod.Path, err error) {
	seen := map[pod.Path]bool{}
	for _, topic := range w.Topics {
		p, ok := request.Below(r.Pod.Root, topic)
		if !ok {
			return nil, fmt.Errorf("%w: a topic must be a resource of this pod", request.ErrRefused)
		}
		if !seen[p] {
			seen[p] = true
			paths = append(paths, p)
		}
	}
	return paths, nil
}

// mediaType is that of the request's content. A profile that is not known is
// refused (Solid Notifications Protocol, section "Subscription").
func mediaType(r *request.Request) (linkeddata.MediaType, error) {
	declared := strings.TrimSpace(r.Header.Get("Content-Type"))
	if declared == "" {
		return linkeddata.MediaType{}, request.ErrContentType
	}
	mt, err := linkeddata.ParseMediaType(declared)
	if err != nil {
		return mt, fmt.Errorf("%w: Content-Type: %w", request.ErrMalformed, err)
	}
	if mt.Essence() == "application/json" {
		mt = linkeddata.JSONLD // which it is, as clients in use mean it
	}
	if !mt.IsRDF() || r.Header.Get("Content-Encoding") != "" {
		return mt, fmt.Errorf("%w: send %s or %s", request.ErrUnsupported, linkeddata.JSONLD, linkeddata.Turtle)
	}
	for _, profile := range strings.Fields(mt.Param("profile")) {
		if !notify.KnownProfile(profile) {
			return mt, fmt.Errorf("%w: the profile is not known", request.ErrUnsupported)
		}
	}
	return mt, nil
}
