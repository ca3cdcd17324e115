package notify

import (
	"encoding/json"

	"skrin/linkeddata"
)

const (
	ns = "http://www.w3.org/ns/solid/notifications#"
	as = "https://www.w3.org/ns/activitystreams#"

	// Context is the JSON-LD context of everything that is said about channels.
	Context          = "https://www.w3.org/ns/solid/notifications-context/v1"
	activityContext  = "https://www.w3.org/ns/activitystreams"
	contextOfVersion = "https://www.w3.org/ns/solid/notification/v1" // of the protocol's version 0.2, which most clients name
)

var (
	termTopic       = linkeddata.MustIRI(ns + "topic")
	termReceiveFrom = linkeddata.MustIRI(ns + "receiveFrom")
	termAccept      = linkeddata.MustIRI(ns + "accept")
	termStartAt     = linkeddata.MustIRI(ns + "startAt")
	termEndAt       = linkeddata.MustIRI(ns + "endAt")
	termRate        = linkeddata.MustIRI(ns + "rate")
	termState       = linkeddata.MustIRI(ns + "state")

	termObject    = linkeddata.MustIRI(as + "object")
	termTarget    = linkeddata.MustIRI(as + "target")
	termPublished = linkeddata.MustIRI(as + "published")
)

// Features lists the features that every channel has.
func Features() []linkeddata.IRI {
	return []linkeddata.IRI{termAccept, termStartAt, termEndAt, termRate, termState}
}

// vocabulary is what Context stands for. Nobody fetches it: a document that
// names it gets this instead.
const vocabulary = `{
"id": "@id", "type": "@type",
"notify": "http://www.w3.org/ns/solid/notifications#", "xsd": "http://www.w3.org/2001/XMLSchema#",
"accept": "notify:accept", "state": "notify:state",
"startAt": {"@id": "notify:startAt", "@type": "xsd:dateTime"}, "endAt": {"@id": "notify:endAt", "@type": "xsd:dateTime"},
"rate": {"@id": "notify:rate", "@type": "xsd:duration"},
"topic": {"@id": "notify:topic", "@type": "@id"}, "receiveFrom": {"@id": "notify:receiveFrom", "@type": "@id"},
"sendTo": {"@id": "notify:sendTo", "@type": "@id"}, "sender": {"@id": "notify:sender", "@type": "@id"},
"channel": {"@id": "notify:channel", "@type": "@id"}, "subscription": {"@id": "notify:subscription", "@type": "@id"},
"channelType": {"@id": "notify:channelType", "@type": "@vocab"}, "feature": {"@id": "notify:feature", "@type": "@vocab"},
"WebSocketChannel2023": "notify:WebSocketChannel2023", "StreamingHTTPChannel2023": "notify:StreamingHTTPChannel2023"}`

// known are the contexts that are understood without being fetched.
func known(name string) (json.RawMessage, bool) {
	switch name {
	case Context, contextOfVersion:
		return json.RawMessage(vocabulary), true
	case activityContext:
		return json.RawMessage(`{}`), true
	}
	return nil, false
}

// KnownProfile says whether a document that follows the profile can be read.
func KnownProfile(name string) bool {
	_, ok := known(name)
	return ok
}

// withContexts puts the contexts that are known in the place of their names.
// What is no JSON object is left as it is, to be refused by whoever reads it.
func withContexts(body []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil || doc["@context"] == nil {
		return body
	}
	var many []json.RawMessage
	if json.Unmarshal(doc["@context"], &many) != nil {
		many = []json.RawMessage{doc["@context"]}
	}
	for i, one := range many {
		var name string
		if json.Unmarshal(one, &name) != nil {
			continue
		}
		if context, ok := known(name); ok {
			many[i] = context
		}
	}
	context, err := json.Marshal(many)
	if err != nil {
		return body
	}
	doc["@context"] = context
	whole, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return whole
}
