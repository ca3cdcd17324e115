package notify

import (
	"bytes"
	"time"

	"skrin/linkeddata"
)

// Place is where a channel stands: addresses that the server gave it.
type Place struct{ ID, ReceiveFrom linkeddata.IRI }

// Describe writes what the subscriber is told of the channel (Solid Notifications
// Protocol, section "Notification Channel"), as JSON-LD, Turtle or whatever else a
// graph can be written as.
func (c *Channel) Describe(p Place, mt linkeddata.MediaType) ([]byte, error) {
	if mt.Bare() == linkeddata.JSONLD {
		return c.describeJSON(p)
	}
	var b bytes.Buffer
	err := c.graph(p).Encode(&b, mt)
	return b.Bytes(), err
}

func (c *Channel) describeJSON(p Place) ([]byte, error) {
	doc := struct {
		Context     []string `json:"@context"`
		ID          string   `json:"id"`
		Type        string   `json:"type"`
		Topic       any      `json:"topic"`
		ReceiveFrom string   `json:"receiveFrom"`
		StartAt     string   `json:"startAt,omitempty"`
		EndAt       string   `json:"endAt"`
		Rate        string   `json:"rate,omitempty"`
		Accept      string   `json:"accept,omitempty"`
		State       string   `json:"state,omitempty"`
	}{
		Context: []string{Context}, ID: p.ID.String(), Type: c.wish.Type.String(), ReceiveFrom: p.ReceiveFrom.String(),
		EndAt: c.endAt.UTC().Format(timeFormat), Accept: c.wish.Accept, State: c.wish.State,
	}
	if topics := c.topics(); len(topics) == 1 {
		doc.Topic = topics[0].String()
	} else {
		var names []string
		for _, topic := range topics {
			names = append(names, topic.String())
		}
		doc.Topic = names
	}
	if !c.wish.StartAt.IsZero() {
		doc.StartAt = c.wish.StartAt.Format(timeFormat)
	}
	if c.wish.Rate > 0 {
		doc.Rate = writeDuration(c.wish.Rate)
	}
	return plainJSON(doc)
}

func (c *Channel) graph(p Place) *linkeddata.Graph {
	g := linkeddata.NewGraph(12)
	s := p.ID.Term()
	g.Add(s, linkeddata.RDFType.Term(), c.wish.Type.Term())
	for _, topic := range c.topics() {
		g.Add(s, termTopic.Term(), topic.Term())
	}
	g.Add(s, termReceiveFrom.Term(), p.ReceiveFrom.Term())
	moment := func(term linkeddata.IRI, t time.Time) {
		if !t.IsZero() {
			g.Add(s, term.Term(), linkeddata.Typed(t.UTC().Format(timeFormat), linkeddata.XSDDateTime))
		}
	}
	moment(termStartAt, c.wish.StartAt)
	moment(termEndAt, c.endAt)
	if c.wish.Rate > 0 {
		g.Add(s, termRate.Term(), linkeddata.Typed(writeDuration(c.wish.Rate), linkeddata.XSDDuration))
	}
	if c.wish.Accept != "" {
		g.Add(s, termAccept.Term(), linkeddata.Text(c.wish.Accept))
	}
	if c.wish.State != "" {
		g.Add(s, termState.Term(), linkeddata.Text(c.wish.State))
	}
	return g
}

func (c *Channel) topics() []linkeddata.IRI {
	names := make([]linkeddata.IRI, 0, len(c.ears))
	for _, ear := range c.ears {
		names = append(names, at(c.pod.Root, ear.Path()))
	}
	return names
}
