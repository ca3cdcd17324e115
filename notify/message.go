package notify

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"skrin/linkeddata"
	"skrin/pod"
)

// message is a notification (Solid Notifications Protocol, section "Notification
// Message").
type message struct {
	kind      string // of Activity Streams
	object    linkeddata.IRI
	target    linkeddata.IRI // zero but for members
	state     string
	published time.Time
}

// messageOf says an event in the words of Activity Streams.
func (h *Hub) messageOf(root linkeddata.IRI, e pod.Event) message {
	m := message{kind: kinds[e.Kind], object: at(root, e.Topic), published: e.At.UTC()}
	if !e.Member.IsZero() {
		m.object, m.target = at(root, e.Member), m.object
	}
	if e.State != "" {
		m.state = h.conf.Tag(e.Topic, e.State)
	}
	return m
}

var kinds = [...]string{
	pod.EventCreate: "Create", pod.EventUpdate: "Update", pod.EventDelete: "Delete", pod.EventAdd: "Add", pod.EventRemove: "Remove",
}

// at names a path of a pod to the world.
func at(root linkeddata.IRI, p pod.Path) linkeddata.IRI {
	return linkeddata.MustIRI(root.String() + p.String()[1:]) // the path's alphabet is a part of the IRI's
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// encode writes the message in one of the two forms, without a line break in it:
// JSON-LD on one line, or Turtle without any prefix, so that many of them after
// one another are one document.
func (m message) encode(mt linkeddata.MediaType) ([]byte, error) {
	id := newURN()
	if mt.Bare() == linkeddata.Turtle {
		return m.turtle(linkeddata.MustIRI(id).Term())
	}
	doc := struct {
		Context   []string `json:"@context"`
		ID        string   `json:"id"`
		Type      string   `json:"type"`
		Object    string   `json:"object"`
		Target    string   `json:"target,omitempty"`
		State     string   `json:"state,omitempty"`
		Published string   `json:"published"`
	}{[]string{activityContext, Context}, id, m.kind, m.object.String(), m.target.String(), m.state, m.published.Format(timeFormat)}
	return plainJSON(doc)
}

func (m message) turtle(id linkeddata.Term) ([]byte, error) {
	g := linkeddata.NewGraph(6)
	g.Add(id, linkeddata.RDFType.Term(), linkeddata.MustIRI(as+m.kind).Term())
	g.Add(id, termObject.Term(), m.object.Term())
	if !m.target.IsZero() {
		g.Add(id, termTarget.Term(), m.target.Term())
	}
	if m.state != "" {
		g.Add(id, termState.Term(), linkeddata.Text(m.state))
	}
	g.Add(id, termPublished.Term(), linkeddata.Typed(m.published.Format(timeFormat), linkeddata.XSDDateTime))
	var b bytes.Buffer
	err := g.Encode(&b, linkeddata.NTriples) // which is Turtle too
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// plainJSON writes JSON on one line, with addresses as they are.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// newURN names a message: a random UUID (RFC 9562, version 4).
func newURN() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
