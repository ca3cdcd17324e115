package conformance

import (
	"strings"
	"testing"
)

// TestLinkedDataNotifications goes through the MUSTs of Linked Data Notifications for receivers (W3C Recommendation of
// 2 May 2017), by the anchors of their tests. The inbox is the one that is made with a pod.
func TestLinkedDataNotifications(t *testing.T) { tell(t, inboxMusts) }

const (
	inbox        = "/maria/inbox/"
	notification = `{"@context":{"as":"https://www.w3.org/ns/activitystreams#"},"@id":"","@type":"as:Announce","as:object":{"@id":"https://ex.example/thing"}}`
)

// send puts a notification into the inbox and gives its path.
func (s *story) send(mediaType string) string {
	s.Helper()
	a := s.ana.Post(inbox, mediaType, notification).Want(201)
	return strings.TrimPrefix(a.Header.Get("Location"), strings.TrimSuffix(s.w.Base, "/"))
}

var inboxMusts = []must{
	{"test-receiver-post-response", func(s *story) { s.send("application/ld+json") }},
	{"test-receiver-get-response", func(s *story) { s.maria.Get(inbox).Want(200) }},
	{"test-receiver-get-ldp-container", func(s *story) {
		s.links(s.maria.Get(inbox, "Accept", "application/ld+json").Want(200).Has("Content-Type", "application/ld+json"), ldp+"Container", "type")
	}},
	{"test-receiver-post-created", func(s *story) { s.maria.Get(s.send("application/ld+json")).Want(200) }},
	{"test-receiver-post-location", func(s *story) {
		if at := s.send("application/ld+json"); !strings.HasPrefix(at, inbox) {
			s.Errorf("the notification is at %q", at)
		}
	}},
	{"test-receiver-post-link-profile", func(s *story) {
		at := s.send(`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`)
		s.maria.Get(at, "Accept", "application/ld+json").Want(200).Says("thing")
	}},
	{"test-receiver-options-accept-post-accept-post-contains-json-ld", func(s *story) {
		a := s.maria.Do("OPTIONS", inbox, "").Want(204)
		if types := a.Header.Get("Accept-Post"); !strings.Contains(types, "application/ld+json") && !strings.Contains(types, "*/*") {
			s.Errorf("Accept-Post: %q", types)
		}
	}},
	{"test-receiver-get-ldp-contains", func(s *story) {
		if at := s.send("application/ld+json"); !s.contains(inbox, at) {
			s.Errorf("the inbox does not contain %s", at)
		}
	}},
	{"test-receiver-get-notifications-json-ld", func(s *story) {
		at := s.send("application/ld+json")
		s.maria.Get(at, "Accept", "application/ld+json").Want(200).Has("Content-Type", "application/ld+json").Says("thing")
		turtle := strings.TrimPrefix(s.ana.Post(inbox, "text/turtle", "<> a <https://ex.example/Notice>.").Want(201).Header.Get("Location"), strings.TrimSuffix(s.w.Base, "/"))
		s.maria.Get(turtle, "Accept", "application/ld+json").Want(200).Has("Content-Type", "application/ld+json").Says("Notice")
	}},
	{"test-receiver-get-notifications-limited", func(s *story) {
		at := s.send("application/ld+json")
		for _, path := range []string{inbox, at} {
			s.ana.Get(path).Want(403)
			s.public.Get(path).Want(401)
		}
		s.public.Post(inbox, "application/ld+json", notification).Want(401)
	}},
}
