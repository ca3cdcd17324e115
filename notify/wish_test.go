package notify

import (
	"errors"
	"strings"
	"testing"
	"time"

	"skrin/linkeddata"
)

var service = linkeddata.MustIRI("https://pods.example/maria/.notifications/WebSocketChannel2023/")

const topicOfMaria = "https://pods.example/maria/health/"

// Subscriptions as clients in use write them, and as the specifications do.
var wishes = map[string]string{
	"of the protocol": `{"@context":["https://www.w3.org/ns/solid/notifications-context/v1"],"type":"WebSocketChannel2023","topic":"` + topicOfMaria + `"}`,
	"of Community Solid Server": `{"@context":["https://www.w3.org/ns/solid/notification/v1"],
		"type":"http://www.w3.org/ns/solid/notifications#WebSocketChannel2023","topic":"` + topicOfMaria + `"}`,
	"of ActivityPods": `{"@context":{"notify":"http://www.w3.org/ns/solid/notifications#"},"@type":"notify:WebSocketChannel2023","notify:topic":{"@id":"` + topicOfMaria + `"}}`,
	"one context":     `{"@context":"https://www.w3.org/ns/solid/notification/v1","type":"WebSocketChannel2023","topic":"` + topicOfMaria + `"}`,
	"no context":      `{"@type":"http://www.w3.org/ns/solid/notifications#WebSocketChannel2023","http://www.w3.org/ns/solid/notifications#topic":{"@id":"` + topicOfMaria + `"}}`,
	"in Turtle":       `_:n a <http://www.w3.org/ns/solid/notifications#WebSocketChannel2023>; <http://www.w3.org/ns/solid/notifications#topic> <` + topicOfMaria + `>.`,
}

func read(text string) (Wish, error) {
	mt := linkeddata.JSONLD
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		mt = linkeddata.Turtle
	}
	return ParseWish([]byte(text), mt, service)
}

func TestWishesAreRead(t *testing.T) {
	for name, text := range wishes {
		w, err := read(text)
		if err != nil || w.Type != linkeddata.NotifyWebSocketType || len(w.Topics) != 1 || w.Topics[0].String() != topicOfMaria {
			t.Errorf("%s: %+v, %v", name, w, err)
		}
	}
	w, err := read(`{"@context":"` + Context + `","type":"StreamingHTTPChannel2023","topic":["https://a.example/1","https://a.example/2"],
		"startAt":"2026-11-22T12:00:00+01:00","endAt":"2026-11-22T12:00:00Z","rate":"PT10s","accept":"text/turtle","state":"\"abc\""}`)
	want := Wish{
		Type: linkeddata.NotifyEventStreamType, StartAt: time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC), EndAt: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		Rate: 10 * time.Second, Accept: "text/turtle", State: `"abc"`,
	}
	if err != nil || len(w.Topics) != 2 {
		t.Fatal(w, err)
	}
	if w.Topics = nil; w.Type != want.Type || !w.StartAt.Equal(want.StartAt) || !w.EndAt.Equal(want.EndAt) || w.Rate != want.Rate || w.Accept != want.Accept || w.State != want.State {
		t.Errorf("%+v, want %+v", w, want)
	}
}

func TestWishesAreRefused(t *testing.T) {
	with := func(more string) string {
		return `{"@context":"` + Context + `","type":"WebSocketChannel2023","topic":"` + topicOfMaria + `",` + more + `}`
	}
	for text, want := range map[string]error{
		`{"@context":"https://elsewhere.example/v1","type":"x","topic":"` + topicOfMaria + `"}`:                                                 linkeddata.ErrRemoteContext,
		`{"@context":"` + Context + `","type":"WebSocketChannel2023"}`:                                                                          ErrWish,
		`{"@context":"` + Context + `","topic":"` + topicOfMaria + `"}`:                                                                         ErrWish,
		`{"@context":"` + Context + `","type":["WebSocketChannel2023","StreamingHTTPChannel2023"],"topic":"` + topicOfMaria + `"}`:              ErrWish,
		`{"@context":"` + Context + `","@graph":[{"id":"_:a","topic":"https://a.example/"},{"id":"_:b","topic":"https://a.example/"}]}`:         ErrWish,
		`{"@context":{"topic":"http://www.w3.org/ns/solid/notifications#topic"},"@type":"https://a.example/","topic":"a text, not an address"}`: ErrWish,
		with(`"sendTo":"https://webhook.example/"`):                                                                                             ErrWish,
		with(`"startAt":"2026-11-22T12:00:00"`):                                                                                                 ErrWish,
		with(`"startAt":"soon"`):                                                                                                                ErrWish,
		with(`"startAt":["2026-11-22T12:00:00Z","2026-11-23T12:00:00Z"]`):                                                                       ErrWish,
		with(`"startAt":"2026-11-22T12:00:00Z","endAt":"2026-11-22T12:00:00Z"`):                                                                 ErrWish,
		with(`"rate":"-PT1S"`):                                   ErrWish,
		with(`"rate":"10"`):                                      ErrWish,
		with(`"accept":"image/png"`):                             ErrWish,
		with(`"state":"` + strings.Repeat("x", maxText+1) + `"`): ErrWish,
		with(`"state":{"id":"https://a.example/"}`):              ErrWish,
		with(`"topic":` + many(maxTopics+1)):                     ErrWish,
		`{"@context":`:                                           linkeddata.ErrSyntax,
		`[]`:                                                     ErrWish,
		`<a> <b`:                                                 linkeddata.ErrSyntax,
		``:                                                       ErrWish,
	} {
		if w, err := read(text); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v, want %v", text, w, err, want)
		}
	}
}

func many(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(`,"https://a.example/` + random(6) + `"`)
	}
	return "[" + b.String()[1:] + "]"
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT1S": time.Second, "PT10s": 10 * time.Second, "PT0.5S": 500 * time.Millisecond, "P1D": 24 * time.Hour, "PT1H30M": 90 * time.Minute,
		"P1Y2M3DT4H5M6S": (365+60+3)*24*time.Hour + 4*time.Hour + 5*time.Minute + 6*time.Second, "P2W": 14 * 24 * time.Hour, "PT0S": 0,
	} {
		if got, err := parseDuration(text); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
		if back, err := parseDuration(writeDuration(want)); back != want || err != nil {
			t.Errorf("%v is written %s, and read %v, %v", want, writeDuration(want), back, err)
		}
	}
	for _, text := range []string{"", "P", "PT", "1S", "-PT1S", "PT1", "PT1D", "P1H", "PT1S1H", "PT.S", "PT1.5M", "P1DT", "PT99999999999999999999S", "P1000Y", "PTNaNS", "PT1e3S", "PT1S "} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestSameState(t *testing.T) {
	for theirs, want := range map[string]bool{`"abc"`: true, "abc": true, `W/"abc"`: true, `"abc:ttl"`: true, `"abd"`: false, "": false, `"ab"`: false} {
		if got := sameState(theirs, "abc"); got != want {
			t.Errorf("%s: %v", theirs, got)
		}
	}
}

// FuzzParseWish: whatever comes, it is a wish within its limits or an error that
// is a client's.
func FuzzParseWish(f *testing.F) {
	for _, text := range wishes {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, json bool) {
		mt := linkeddata.Turtle
		if json {
			mt = linkeddata.JSONLD
		}
		if len(text) > MaxWish {
			return
		}
		w, err := ParseWish(text, mt, service)
		if err == nil && (w.Type.IsZero() || len(w.Topics) == 0 || len(w.Topics) > maxTopics || w.Rate < 0) {
			t.Errorf("%q makes %+v", text, w)
		}
		for _, of := range []error{ErrWish, linkeddata.ErrSyntax, linkeddata.ErrLimit, linkeddata.ErrRemoteContext} {
			if err == nil || errors.Is(err, of) {
				return
			}
		}
		t.Errorf("%q: %v", text, err)
	})
}
