package solid

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// AccessProfile names the only form of grants that is understood here.
const AccessProfile = "https://www.w3.org/ns/lws#AccessProfile"

// Service is something that a storage offers besides its resources.
type Service struct {
	Type       string // a term of the LWS context, such as "AccessGrantService"
	Endpoint   pod.Path
	ConformsTo []string
}

var (
	lwsJSON    = linkeddata.MustMediaType("application/lws+json")
	lwsProfile = linkeddata.MustMediaType(`application/ld+json; profile="https://www.w3.org/ns/lws/v1"`)
)

// Description answers for a pod's storage description (Solid Protocol, section
// 4.1; LWS, "Storage Description Resource"). It is the same for everybody and
// says nothing about whoever the pod belongs to. more adds to it what is said in
// other vocabularies.
func Description(r *request.Request, services []Service, more func(*linkeddata.Graph)) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Allow", "OPTIONS, HEAD, GET")
	if r.Method == http.MethodOptions {
		a.Status = http.StatusNoContent
		return a, nil
	}
	if !r.IsRead() {
		return a, request.ErrMethod
	}
	forms := append([]form{graphForms[0], graphForms[1], {lwsJSON, "lws"}, {lwsProfile, "lwsld"}, {plainJSON, "json"}}, graphForms[2:]...)
	f, err := choose(r.Header.Values("Accept"), forms)
	if err != nil {
		return a, err
	}
	Discoverable(a, r)
	a.Header.Set("Cache-Control", "no-cache")
	services = append([]Service{{Type: "StorageDescription", Endpoint: DescriptionPath}}, services...)
	var body []byte
	switch f.name {
	case "lws", "lwsld", "json":
		body, err = lwsDescription(r, services)
	default:
		body, err = encode(descriptionGraph(r, services, more), f)
	}
	if err != nil {
		return a, err
	}
	return a.With(f.mediaType.String(), body), nil
}

// Discoverable gives an answer, also that to a refused request, the links to the
// storage description: it is how an app that may not read something finds out
// where it is. They are the same all over the pod.
func Discoverable(a *request.Answer, r *request.Request) *request.Answer {
	if a == nil {
		a = request.NewAnswer(0)
	}
	description := r.At(DescriptionPath).String()
	for _, link := range a.Header.Values("Link") {
		if strings.Contains(link, "<"+description+">") {
			return a
		}
	}
	addLink(a.Header, description, linkeddata.SolidStorageDescription.String())
	addLink(a.Header, description, relLWSDescription)
	return a
}

func lwsDescription(r *request.Request, services []Service) ([]byte, error) {
	type service struct {
		Type       string   `json:"type"`
		Endpoint   string   `json:"serviceEndpoint"`
		ConformsTo []string `json:"conformsTo,omitempty"`
	}
	doc := struct {
		Context []string  `json:"@context"`
		ID      string    `json:"id"`
		Type    string    `json:"type"`
		Service []service `json:"service"`
	}{Context: []string{"https://www.w3.org/ns/lws/v1"}, ID: r.At(pod.Root).String(), Type: "Storage"}
	for _, s := range services {
		doc.Service = append(doc.Service, service{s.Type, r.At(s.Endpoint).String(), s.ConformsTo})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return b.Bytes(), err
}

// descriptionGraph says the same in the vocabularies of Solid and LWS.
func descriptionGraph(r *request.Request, services []Service, more func(*linkeddata.Graph)) *linkeddata.Graph {
	const lws, did = "https://www.w3.org/ns/lws#", "https://www.w3.org/ns/did#"
	g := linkeddata.NewGraph(16)
	storage := r.At(pod.Root).Term()
	g.Add(storage, linkeddata.RDFType.Term(), linkeddata.PIMStorageClass.Term())
	g.Add(storage, linkeddata.RDFType.Term(), linkeddata.MustIRI(lws+"Storage").Term())
	for _, s := range services {
		node := linkeddata.MustIRI(r.At(DescriptionPath).String() + "#" + s.Type).Term()
		g.Add(storage, linkeddata.MustIRI(did+"service").Term(), node)
		g.Add(node, linkeddata.RDFType.Term(), linkeddata.MustIRI(lws+s.Type).Term())
		g.Add(node, linkeddata.MustIRI(did+"serviceEndpoint").Term(), r.At(s.Endpoint).Term())
		for _, profile := range s.ConformsTo {
			g.Add(node, linkeddata.MustIRI("http://purl.org/dc/terms/conformsTo").Term(), linkeddata.MustIRI(profile).Term())
		}
	}
	more(g)
	return g
}
