package notify

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"skrin/linkeddata"
)

// ErrWish is wrapped by every error about a subscription that is well written but
// asks for what cannot be given. The text is for the subscriber.
var ErrWish = errors.New("cannot subscribe like this")

// Limits of a subscription's document.
const (
	MaxWish   = 16 << 10 // bytes
	maxTopics = 16       // of a channel
	maxText   = 512      // bytes of accept and state
)

// Wish is what a subscriber asks for (Solid Notifications Protocol, section
// "Notification Channel"). Zero fields were not asked for.
type Wish struct {
	Type           linkeddata.IRI
	Topics         []linkeddata.IRI
	StartAt, EndAt time.Time
	Rate           time.Duration
	Accept         string // as in an Accept field
	State          string // an entity tag, as the subscriber has it
}

// ParseWish reads a subscription. base is the address of the service that it was
// sent to. Errors: those of linkeddata.Decode for what cannot be read, ErrWish
// (linkeddata.ErrRemoteContext for a context that is not known) for the rest.
func ParseWish(body []byte, mt linkeddata.MediaType, base linkeddata.IRI) (Wish, error) {
	if mt.Bare() == linkeddata.JSONLD {
		body = withContexts(body)
	}
	g, err := linkeddata.Decode(bytes.NewReader(body), mt, base, linkeddata.Limits{Bytes: 2 * MaxWish, Quads: 256, Depth: 16, IRI: 4 << 10, Literal: 4 << 10})
	if err != nil {
		return Wish{}, err
	}
	channel, err := theOne(g)
	if err != nil {
		return Wish{}, err
	}
	var w Wish
	for t := range g.Match(channel, linkeddata.Term{}, linkeddata.Term{}) {
		if err := w.learn(t.P.IRI(), t.O); err != nil {
			return Wish{}, err
		}
	}
	return w, w.check()
}

// theOne finds the channel that the document describes.
func theOne(g *linkeddata.Graph) (channel linkeddata.Term, err error) {
	for t := range g.Match(linkeddata.Term{}, termTopic.Term(), linkeddata.Term{}) {
		if !channel.IsZero() && t.S != channel {
			return channel, fmt.Errorf("%w: one channel at a time", ErrWish)
		}
		channel = t.S
	}
	if channel.IsZero() {
		return channel, fmt.Errorf("%w: there is no topic", ErrWish)
	}
	return channel, nil
}

// learn takes in one thing that is said of the channel.
func (w *Wish) learn(p linkeddata.IRI, o linkeddata.Term) (err error) {
	switch p {
	case linkeddata.RDFType:
		if !w.Type.IsZero() {
			return fmt.Errorf("%w: a channel has one type", ErrWish)
		}
		w.Type = o.IRI()
	case termTopic:
		if !o.IsIRI() {
			return fmt.Errorf("%w: a topic must be an address", ErrWish)
		}
		w.Topics = append(w.Topics, o.IRI())
	case termStartAt:
		err = once(&w.StartAt, o, parseTime)
	case termEndAt:
		err = once(&w.EndAt, o, parseTime)
	case termRate:
		err = once(&w.Rate, o, parseDuration)
	case termAccept:
		err = once(&w.Accept, o, parseText)
	case termState:
		err = once(&w.State, o, parseText)
	default:
		return fmt.Errorf("%w: %s is not a feature of these channels", ErrWish, p)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrWish, p.String()[len(ns):], err)
	}
	return nil
}

// once reads a value into a field that must still be empty.
func once[T comparable](field *T, o linkeddata.Term, parse func(string) (T, error)) error {
	var zero T
	if *field != zero {
		return errors.New("there is more than one")
	}
	if !o.IsLiteral() {
		return errors.New("must be a literal")
	}
	v, err := parse(o.Value())
	*field = v
	return err
}

func parseText(s string) (string, error) {
	if len(s) > maxText {
		return "", fmt.Errorf("longer than %d bytes", maxText)
	}
	return s, nil
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.IsZero() {
		return time.Time{}, errors.New("must be a date and time with a zone, such as 2026-11-22T12:00:00Z")
	}
	return t.UTC(), nil
}

func (w *Wish) check() error {
	switch {
	case w.Type.IsZero():
		return fmt.Errorf("%w: there is no type", ErrWish)
	case len(w.Topics) > maxTopics:
		return fmt.Errorf("%w: more than %d topics", ErrWish, maxTopics)
	case !w.EndAt.IsZero() && !w.StartAt.IsZero() && !w.StartAt.Before(w.EndAt):
		return fmt.Errorf("%w: it would end before it starts", ErrWish)
	}
	if _, ok := w.form(nil); !ok {
		return fmt.Errorf("%w: messages are %s or %s", ErrWish, linkeddata.JSONLD, linkeddata.Turtle)
	}
	return nil
}

// form is the media type of the messages: what the wish accepts or, when it says
// nothing, what the Accept fields of the connection do.
func (w *Wish) form(accept []string) (linkeddata.MediaType, bool) {
	if w.Accept != "" {
		accept = []string{w.Accept}
	}
	return linkeddata.Negotiate(accept, linkeddata.JSONLD, linkeddata.Turtle)
}
