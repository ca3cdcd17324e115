package notify

import (
	"bytes"
	"encoding/json"
	"strings"

	"skrin/linkeddata"
	"skrin/notify"
	"skrin/pod"
	"skrin/web/request"
)

// describeService writes a subscription service (Solid Notifications Protocol,
// section "Subscription Service").
func describeService(at linkeddata.IRI, s Service, mt linkeddata.MediaType) ([]byte, error) {
	if mt == linkeddata.JSONLD {
		doc := struct {
			Context []string `json:"@context"`
			ID      string   `json:"id"`
			Type    string   `json:"channelType"`
			Feature []string `json:"feature"`
		}{Context: []string{notify.Context}, ID: at.String(), Type: s.Type.String()}
		for _, f := range notify.Features() {
			doc.Feature = append(doc.Feature, f.String()[strings.IndexByte(f.String(), '#')+1:])
		}
		return json.Marshal(doc)
	}
	g := linkeddata.NewGraph(8)
	s.offer(g, at)
	var b bytes.Buffer
	err := g.Encode(&b, mt)
	return b.Bytes(), err
}

func (s Service) offer(g *linkeddata.Graph, at linkeddata.IRI) {
	g.Add(at.Term(), linkeddata.NotifyChannelType.Term(), s.Type.Term())
	for _, f := range notify.Features() {
		g.Add(at.Term(), linkeddata.NotifyFeature.Term(), f.Term())
	}
}

// Announce adds the subscription services to a pod's storage description (section
// "Description Resource"). The standard has them said of the document, clients in
// use look for them at the storage: both are told.
func Announce(r *request.Request) func(*linkeddata.Graph) {
	return func(g *linkeddata.Graph) {
		for _, s := range Services() {
			at := r.At(s.Endpoint)
			g.Add(r.URL().Term(), linkeddata.NotifySubscription.Term(), at.Term())
			g.Add(r.At(pod.Root).Term(), linkeddata.NotifySubscription.Term(), at.Term())
			s.offer(g, at)
		}
	}
}
