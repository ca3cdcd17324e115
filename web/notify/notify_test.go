package notify_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/linkeddata"
)

// each runs a test with both types of channels.
func each(t *testing.T, test func(t *testing.T, service string)) {
	for name, service := range map[string]string{"WebSocket": sockets, "streaming HTTP": streams} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, service)
		})
	}
}

// Discovery as clients do it: from any resource over the storage description to the service.
func TestDiscovery(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Do("HEAD", "/maria/health/", "").Want(200).Has("Link", `<`+w.Base+`maria/.well-known/solid>; rel="http://www.w3.org/ns/solid/terms#storageDescription"`)
	const notify = "http://www.w3.org/ns/solid/notifications#"
	for _, mt := range []linkeddata.MediaType{linkeddata.Turtle, linkeddata.JSONLD} {
		a := w.Public().Get("/maria/.well-known/solid", "Accept", mt.String()).Want(200)
		g, err := linkeddata.Decode(strings.NewReader(a.Body), mt, linkeddata.MustIRI(w.Base+"maria/.well-known/solid"), linkeddata.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"WebSocketChannel2023", "StreamingHTTPChannel2023"} {
			service := linkeddata.MustIRI(w.Base + "maria/.notifications/" + kind + "/").Term()
			for _, of := range []string{"maria/", "maria/.well-known/solid"} {
				if !g.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: linkeddata.MustIRI(w.Base + of).Term(), P: linkeddata.NotifySubscription.Term(), O: service}}) {
					t.Errorf("%s: no service of %s for %s", mt, of, kind)
				}
			}
			if !g.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: service, P: linkeddata.NotifyChannelType.Term(), O: linkeddata.MustIRI(notify + kind).Term()}}) {
				t.Errorf("%s: no type of %s", mt, kind)
			}
			for _, feature := range []string{"accept", "startAt", "endAt", "rate", "state"} {
				if !g.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: service, P: linkeddata.NotifyFeature.Term(), O: linkeddata.MustIRI(notify + feature).Term()}}) {
					t.Errorf("%s: %s has no feature %s", mt, kind, feature)
				}
			}
		}
	}
	each(t, func(t *testing.T, service string) {
		w.Public().Get(service, "Accept", "application/ld+json").Want(200).Says(`"channelType"`).Says(`"rate"`).Says(w.Base + service[1:])
		w.Public().Get(service, "Accept", "text/turtle").Want(200).Has("Content-Type", "text/turtle")
		w.Public().Do("HEAD", service, "").Want(200)
		w.Public().Do("OPTIONS", service, "").Want(204).Has("Allow", "POST")
		maria.Put(service, "text/turtle", "").Want(405)
	})
	maria.Get("/maria/.notifications/").Want(404)
}

// What is heard, of a resource and of a container, with the states that a reading shows.
func TestMessages(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		doc, box := subscribe(t, w, maria, service, "/maria/box/a"), subscribe(t, w, maria, service, "/maria/box/")
		if box.Topic != w.Base+"maria/box/" || !strings.HasPrefix(box.ID, w.Base+service[1:]) || box.EndAt == "" {
			t.Errorf("%+v", box)
		}
		d, b := connect(t, doc), connect(t, box)
		maria.Put("/maria/box/a", "text/turtle", "<#a> <#b> 1.").Want(201)
		m := wants(t, d, "Create /maria/box/a")
		if tag := maria.Do("HEAD", "/maria/box/a", "").Header.Get("ETag"); m.State != tag || !strings.HasPrefix(m.ID, "urn:uuid:") {
			t.Errorf("%+v, the resource has %s", m, tag)
		}
		if at, err := time.Parse(time.RFC3339, m.Published); err != nil || time.Since(at).Abs() > time.Minute {
			t.Errorf("published %s", m.Published)
		}
		wants(t, b, "Create /maria/box/")
		m = wants(t, b, "Add /maria/box/a /maria/box/")
		if tag := maria.Do("HEAD", "/maria/box/", "").Header.Get("ETag"); m.State != tag {
			t.Errorf("the container's state %s, it has %s", m.State, tag)
		}
		maria.Patch("/maria/box/a", "@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; solid:inserts { <#a> <#b> 2. }.").Want(204)
		wants(t, d, "Update /maria/box/a")
		wants(t, b, "Update /maria/box/")
		maria.Delete("/maria/box/a").Want(204)
		if m := wants(t, d, "Delete /maria/box/a"); m.State != "" {
			t.Errorf("what is gone has the state %s", m.State)
		}
		wants(t, b, "Remove /maria/box/a /maria/box/")
	})
}

// Two topics on one channel, and messages in Turtle.
func TestTopicsAndForms(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		c := subscribe(t, w, maria, service, "/maria/a", `"topic":["`+w.Base+`maria/a","`+w.Base+`maria/b"],"accept":"text/turtle"`)
		if c.Accept != "text/turtle" || len(c.Topic.([]any)) != 2 {
			t.Errorf("%+v", c)
		}
		s := connect(t, c)
		maria.Put("/maria/a", "text/plain", "a").Want(201)
		maria.Put("/maria/b", "text/plain", "b").Want(201)
		var all string
		for _, object := range []string{"maria/a", "maria/b"} {
			text, err := s.hear()
			for range 3 { // the rest of the message: N-Triples have a line for each statement
				if _, isStream := s.(*streamSubscriber); isStream {
					more, _ := s.hear()
					text += "\n" + more
				}
			}
			if err != nil || !strings.Contains(text, "<https://www.w3.org/ns/activitystreams#object> <"+w.Base+object+">") {
				t.Errorf("%v: %s", err, text)
			}
			all += text + "\n"
		}
		g, err := linkeddata.Decode(strings.NewReader(all), linkeddata.Turtle, linkeddata.MustIRI(w.Base), linkeddata.Limits{})
		if err != nil || g.Len() != 10 && g.Len() != 8 {
			t.Errorf("%d statements, %v:\n%s", g.Len(), err, all)
		}
	})
}

// Subscriptions that are refused, and how.
func TestRefusedSubscriptions(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	w.Citizen("nora")
	maria.Put("/maria/box/a", "text/plain", "a").Want(201)
	const ld = "application/ld+json"
	good := wish(w, sockets, "/maria/box/")
	for _, c := range []struct {
		name, mediaType, body string
		who                   *podtest.Person
		want                  int
	}{
		{"not signed in", ld, good, w.Public(), 401},
		{"not signed in, and bad", ld, "{", w.Public(), 401},
		{"no right, it is there", ld, good, ana, 403},
		{"no right, it is not there", ld, wish(w, sockets, "/maria/box/missing"), ana, 403},
		{"rules need Control", ld, wish(w, sockets, "/maria/box/.acl"), ana, 403},
		{"managed by the server, a stranger", ld, wish(w, sockets, "/maria/.journal/"), ana, 403},
		{"managed by the server", ld, wish(w, sockets, "/maria/.journal/"), maria, 422},
		{"another pod", ld, wish(w, sockets, "/nora/"), maria, 422},
		{"elsewhere", ld, strings.ReplaceAll(good, w.Base, "https://elsewhere.example/"), maria, 422},
		{"a path that cannot be", ld, wish(w, sockets, "/maria/a/../b"), maria, 422},
		{"another type", ld, wish(w, streams, "/maria/box/"), maria, 422},
		{"webhook", ld, wish(w, sockets, "/maria/box/", `"sendTo":"https://a.example/"`), maria, 422},
		{"over already", ld, wish(w, sockets, "/maria/box/", `"endAt":"2020-01-01T00:00:00Z"`), maria, 422},
		{"starts after it ends", ld, wish(w, sockets, "/maria/box/", `"startAt":"2090-01-01T00:00:00Z"`), maria, 422},
		{"an unknown context", ld, strings.Replace(good, "https://www.w3.org/ns/solid/notification/v1", "https://a.example/v1", 1), maria, 422},
		{"no JSON", ld, "{", maria, 400},
		{"nothing", ld, "", maria, 400},
		{"no type", "", good, maria, 400},
		{"no RDF", "text/plain", good, maria, 415},
		{"an unknown profile", ld + `;profile="https://a.example/v1"`, good, maria, 415},
		{"too long", ld, wish(w, sockets, "/maria/box/", `"state":"`+strings.Repeat("x", 20000)+`"`), maria, 413},
		{"a known profile", ld + `;profile="https://www.w3.org/ns/solid/notifications-context/v1"`, good, maria, 200},
		{"as plain JSON", "application/json", good, maria, 200},
		{"in Turtle", "text/turtle", `[] a <http://www.w3.org/ns/solid/notifications#WebSocketChannel2023>; <http://www.w3.org/ns/solid/notifications#topic> <` + w.Base + `maria/box/>.`, maria, 200},
	} {
		if a := c.who.Post(sockets, c.mediaType, c.body); a.Status != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, a.Status, c.want, a.Body)
		}
	}
	maria.Post(sockets, ld, good, "Accept", "text/turtle").Want(200).Has("Content-Type", "text/turtle").Says("receiveFrom")
	maria.Post(sockets, ld, good, "Accept", "image/png").Want(406)
}

// receiveFrom opens for whoever has it, once, and for nobody who says to be somebody else.
func TestReceiveFromIsACapability(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria, ana := w.Citizen("maria"), w.As("dr-ana")
		w.Citizen("nora")
		c := subscribe(t, w, maria, service, "/maria/health/")
		id, receive := path(c.ID), path(strings.Replace(c.ReceiveFrom, "ws://", "http://", 1))
		token := receive[len(id)+1:]
		if len(token) < 43 {
			t.Errorf("a token of %d characters", len(token))
		}
		refused := func(who *podtest.Person, at string, status int) {
			t.Helper()
			who.Do("HEAD", at, "").Want(status) // before GET, which would go on if it were answered
			if !t.Failed() {
				who.Get(at).Want(status)
			}
		}
		refused(w.Public(), id+"/"+strings.Repeat("A", len(token)), 404)
		refused(w.Public(), strings.Replace(receive, "/maria/", "/nora/", 1), 404)
		refused(w.Public(), strings.Replace(receive, "2023", "2024", 1), 401)
		refused(ana, receive, 403)
		refused(w.With(maria, "https://other.example/app"), receive, 403)
		w.Public().Post(receive, "text/plain", "x").Want(405)
		s := connect(t, c)
		if _, err := dial(c); err == nil {
			t.Error("it was opened twice at the same time")
		}
		// The channel itself is its subscriber's alone.
		ana.Get(id).Want(404)
		ana.Delete(id).Want(404)
		w.Public().Delete(id).Want(404)
		maria.Get(id).Want(200).Says(c.ReceiveFrom)
		maria.Delete(id).Want(204)
		ended(t, s)
		maria.Get(id).Want(404)
		w.Public().Get(receive).Want(404)
	})
}

// The right ends: by revocation, by its time, by the rules. The channel ends with
// it, and says nothing of what came after.
func TestChannelsEndWithTheRight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria, ana := w.Citizen("maria"), w.As("dr-ana")
		const x = "/maria/health/labs/x"
		maria.Put(x, "text/plain", "0").Want(201)
		g := w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
		c := subscribe(t, w, ana, service, x)
		s := connect(t, c)
		maria.Put(x, "text/plain", "1").Want(204)
		wants(t, s, "Update "+x)
		maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204)
		began := time.Now()
		maria.Put(x, "text/plain", "2").Want(204)
		ended(t, s)
		if late := time.Since(began); late > patience {
			t.Errorf("it ended after %v", late)
		}
		if socket, ok := s.(*socketSubscriber); ok && socket.code != 4403 {
			t.Errorf("it ended with %d", socket.code)
		}
		ana.Post(service, "application/ld+json", wish(w, service, x)).Want(403)
		// Regained: only a new subscription hears again.
		brief := w.Grant("maria", "/health/labs/", ana, acl.Read, 6*time.Second)
		w.Public().Get(path(strings.Replace(c.ReceiveFrom, "ws://", "http://", 1))).Want(404)
		again := subscribe(t, w, ana, service, x)
		end, err := time.Parse(time.RFC3339, again.EndAt)
		if err != nil || end.After(brief.Until.Add(time.Second)) {
			t.Errorf("it would end at %v, after the grant", end)
		}
		s = connect(t, again)
		maria.Put(x, "text/plain", "3").Want(204)
		wants(t, s, "Update "+x)
		ended(t, s) // with the grant's time
	})
}

// A deletion is heard by whoever could read until then, and is the last word.
func TestDeletionIsTheLastWord(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria, ana := w.Citizen("maria"), w.As("dr-ana")
		maria.Put("/maria/a", "text/plain", "0").Want(201)
		maria.Put("/maria/a.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <`+ana.WebID.String()+`>; acl:accessTo <a>; acl:mode acl:Read.`).Want(201)
		s := connect(t, subscribe(t, w, ana, service, "/maria/a"))
		maria.Delete("/maria/a").Want(204)
		wants(t, s, "Delete /maria/a")
		ended(t, s)
	})
}

// A subscriber that reads nothing keeps nobody waiting: neither who writes nor
// who revokes. It is cut off when its right ends.
func TestSlowSubscriber(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria, ana := w.Citizen("maria"), w.As("dr-ana")
		name := "/maria/health/labs/" + strings.Repeat("n", 200)
		maria.Put(name, "text/plain", "0").Want(201)
		g := w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
		var all []subscriber
		for range 20 {
			all = append(all, connect(t, subscribe(t, w, ana, service, name)))
		}
		began := time.Now()
		for i := range 300 {
			maria.Put(name, "text/plain", fmt.Sprint(i)).Want(204)
		}
		t.Logf("300 writes with 20 who do not listen: %v", time.Since(began))
		maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204)
		for _, s := range all {
			var err error
			for n := 0; err == nil; n++ {
				if _, err = s.hear(); n > 300 {
					t.Fatal("more was said than happened")
				}
			}
		}
	})
}

// rate: no more messages than asked for, and the last of them tells the latest state.
func TestRate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		c := subscribe(t, w, maria, service, "/maria/box/", `"rate":"PT1.5S"`)
		if c.Rate != "PT1.5S" {
			t.Errorf("rate %s", c.Rate)
		}
		s := connect(t, c)
		first := time.Now() // or a little later
		maria.Put("/maria/box/a", "text/plain", "0").Want(201)
		next(t, s)
		for i := range 10 {
			maria.Put(fmt.Sprintf("/maria/box/%d", i), "text/plain", "0").Want(201)
		}
		m := wants(t, s, "Update /maria/box/")
		if took := time.Since(first); took < 1500*time.Millisecond {
			t.Errorf("the next message after %v", took)
		}
		if tag := maria.Do("HEAD", "/maria/box/", "").Header.Get("ETag"); m.State != tag {
			t.Errorf("it tells the state %s of %s", m.State, tag)
		}
	})
}

// startAt and endAt: nothing before, nothing after.
func TestStartAndEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		start, end := w.Now().Add(4*time.Second).UTC(), w.Now().Add(10*time.Second).UTC()
		c := subscribe(t, w, maria, service, "/maria/a",
			`"startAt":"`+start.Format(time.RFC3339Nano)+`","endAt":"`+end.Format(time.RFC3339Nano)+`"`)
		if c.StartAt == "" || !strings.HasPrefix(c.EndAt, end.Format("2006-01-02T15:04:05")) {
			t.Errorf("%+v", c)
		}
		s := connect(t, c)
		maria.Put("/maria/a", "text/plain", "early").Want(201)
		time.Sleep(time.Until(start) + 300*time.Millisecond)
		maria.Put("/maria/a", "text/plain", "in time").Want(204)
		wants(t, s, "Update /maria/a")
		ended(t, s)
		if late := w.Now().Sub(end); late < 0 || late > patience {
			t.Errorf("it ended %v after its end", late)
		}
	})
}

// state: who comes with an old one is told at once, who has the present one is not.
// A restart ends channels, and state tells what was missed.
func TestState(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		maria.Put("/maria/a", "text/turtle", "<#a> <#b> 1.").Want(201)
		tag := maria.Do("HEAD", "/maria/a", "").Header.Get("ETag")
		quoted, _ := json.Marshal(tag)
		present := connect(t, subscribe(t, w, maria, service, "/maria/a", `"state":`+string(quoted)))
		maria.Put("/maria/a", "text/turtle", "<#a> <#b> 2.").Want(204)
		newer := maria.Do("HEAD", "/maria/a", "").Header.Get("ETag")
		if m := wants(t, present, "Update /maria/a"); m.State != newer {
			t.Errorf("told of %s, it is %s", m.State, newer)
		}
		old := connect(t, subscribe(t, w, maria, service, "/maria/a", `"state":`+string(quoted)))
		if m := wants(t, old, "Update /maria/a"); m.State != newer {
			t.Errorf("told of %s, it is %s", m.State, newer)
		}
		gone := connect(t, subscribe(t, w, maria, service, "/maria/missing", `"state":`+string(quoted)))
		wants(t, gone, "Delete /maria/missing")
	})
}

// What happens between the subscription and the connection, and while nobody is
// connected, is not lost.
func TestNothingIsLostBetween(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		c := subscribe(t, w, maria, service, "/maria/a")
		maria.Put("/maria/a", "text/plain", "0").Want(201)
		s := connect(t, c)
		wants(t, s, "Create /maria/a")
		s.leave()
		maria.Put("/maria/a", "text/plain", "1").Want(204)
		var err error
		eventually(t, "the server to notice", func() bool { s, err = dial(c); return err == nil })
		defer s.leave()
		maria.Put("/maria/a", "text/plain", "2").Want(204)
		tag := maria.Do("HEAD", "/maria/a", "").Header.Get("ETag")
		for m := next(t, s); m.State != tag; m = next(t, s) {
		}
	})
}

// The handshake of a WebSocket.
func TestHandshake(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	c := subscribe(t, w, maria, sockets, "/maria/a")
	at := path(strings.Replace(c.ReceiveFrom, "ws://", "http://", 1))
	good := []string{"Connection", "keep-alive, Upgrade", "Upgrade", "WebSocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="}
	w.Public().Get(at).Want(http.StatusUpgradeRequired).Has("Sec-WebSocket-Version", "13")
	for i := 1; i < len(good); i += 2 {
		bad := append([]string(nil), good...)
		bad[i] = "8"
		w.Public().Get(at, bad...).Want(http.StatusUpgradeRequired)
	}
	res := w.Public().Open("GET", at, nil, append(good, "Sec-WebSocket-Protocol", "chat, http://www.w3.org/ns/solid/notifications#WebSocketChannel2023", "Origin", "https://app.example")...)
	defer res.Body.Close()
	for field, want := range map[string]string{
		"Upgrade": "websocket", "Connection": "Upgrade", "Sec-Websocket-Accept": "ICX+Yqv66kxgM0FcWaLWlFLwTAI=",
		"Sec-Websocket-Protocol": "http://www.w3.org/ns/solid/notifications#WebSocketChannel2023", "Content-Length": "", "Transfer-Encoding": "",
	} {
		if got := res.Header.Get(field); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
	if res.StatusCode != 101 {
		t.Error(res.Status)
	}
}

// What a subscriber should not send ends its line, and pings are answered.
func TestFramesFromSubscribers(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for name, c := range map[string]struct {
		frame ws.Frame
		code  ws.StatusCode
	}{
		"not masked":       {ws.NewPingFrame([]byte("x")), ws.StatusProtocolError},
		"too large":        {ws.MaskFrame(ws.NewTextFrame(make([]byte, 5000))), ws.StatusMessageTooBig},
		"reserved":         {ws.MaskFrame(ws.NewFrame(3, true, nil)), ws.StatusProtocolError},
		"goodbye":          {ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(1000, ""))), ws.StatusNormalClosure},
		"bad goodbye":      {ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(1005, ""))), ws.StatusProtocolError},
		"continues none":   {ws.MaskFrame(ws.NewFrame(ws.OpContinuation, true, nil)), ws.StatusProtocolError},
		"a broken-up ping": {ws.MaskFrame(ws.NewFrame(ws.OpPing, false, nil)), ws.StatusProtocolError},
	} {
		s := connect(t, subscribe(t, w, maria, sockets, "/maria/a")).(*socketSubscriber)
		ws.WriteFrame(s.conn, ws.MaskFrame(ws.NewTextFrame([]byte("ignored"))))
		ws.WriteFrame(s.conn, ws.MaskFrame(ws.NewPingFrame([]byte("are you there"))))
		s.conn.SetReadDeadline(time.Now().Add(patience))
		if f, err := readFrame(s.in); err != nil || f.Header.OpCode != ws.OpPong || string(f.Payload) != "are you there" {
			t.Fatalf("%s: %v %v", name, f, err)
		}
		ws.WriteFrame(s.conn, c.frame)
		if _, err := s.hear(); err == nil || s.code != c.code {
			t.Errorf("%s: %v, code %d, want %d", name, err, s.code, c.code)
		}
	}
	flood := connect(t, subscribe(t, w, maria, sockets, "/maria/a")).(*socketSubscriber)
	for range 300 {
		if ws.WriteFrame(flood.conn, ws.MaskFrame(ws.NewPongFrame(nil))) != nil {
			break
		}
	}
	var slow net.Error
	if _, err := flood.hear(); err == nil || errors.As(err, &slow) && slow.Timeout() {
		t.Errorf("a flood: %v, code %d", err, flood.code)
	}
}
