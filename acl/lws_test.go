package acl

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"skrin/linkeddata"
)

const grantDocument = `{
  "@context": ["https://www.w3.org/ns/lws/v1"],
  "id": "https://pods.example/maria/.access/grants/7f3a",
  "type": ["AccessGrant"],
  "storage": "https://pods.example/maria/",
  "access": [{
    "type": ["AccessPolicy"],
    "action": ["read", "create"],
    "assigner": "https://pods.example/maria/profile/card#me",
    "assignee": "https://clinic.example/staff/ana#me",
    "target": {"type": "StorageResource", "value": ["https://pods.example/maria/health/labs/", "https://pods.example/maria/health/vitals/"]},
    "constraint": [
      {"leftOperand": "client", "operator": "eq", "rightOperand": "https://clinic.example/app"},
      {"leftOperand": "purpose", "operator": "eq", "rightOperand": "https://w3id.org/dpv#Treatment"},
      {"leftOperand": "dateTime", "operator": "gteq", "rightOperand": "2026-11-22T13:00:00+01:00"},
      {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2026-11-27T11:59:59.999999999Z"}
    ]
  }]
}`

func fullGrant() Grant {
	return Grant{
		To: ana, Client: ward, Targets: []linkeddata.IRI{labs, vitals}, Modes: Read | Create,
		Purpose: linkeddata.MustIRI("https://w3id.org/dpv#Treatment"), From: noon, Until: friday,
	}
}

func TestParseGrantLWS(t *testing.T) {
	g, err := ParseGrantLWS([]byte(grantDocument), root)
	if err != nil || !reflect.DeepEqual(g, fullGrant()) {
		t.Errorf("read %+v, %v", g, err)
	}
	if err := g.Validate(noon); err != nil {
		t.Error(err)
	}
}

// The examples of the specification, with our own end where they have none.
func TestOtherWaysToSayIt(t *testing.T) {
	for name, swap := range map[string][2]string{
		"one context":         {`["https://www.w3.org/ns/lws/v1"]`, `"https://www.w3.org/ns/lws/v1"`},
		"one type":            {`["AccessGrant"]`, `"AccessGrant"`},
		"types by IRI":        {`["AccessGrant"]`, `["https://www.w3.org/ns/lws#AccessGrant"]`},
		"target type by IRI":  {`"StorageResource"`, `"https://www.w3.org/ns/lws#StorageResource"`},
		"one policy":          {"", ""},
		"without an id":       {`"id": "https://pods.example/maria/.access/grants/7f3a",`, ""},
		"without an assigner": {`"assigner": "https://pods.example/maria/profile/card#me",`, ""},
		"with an inbox":       {`"storage"`, `"inbox": "https://clinic.example/inbox/", "storage"`},
		"the same twice":      {`["read", "create"]`, `["read", "create", "read"]`},
		"other zones":         {"2026-11-27T11:59:59.999999999Z", "2026-11-27T12:59:59.999999999+01:00"},
	} {
		document := strings.Replace(grantDocument, swap[0], swap[1], 1)
		if name == "one policy" {
			document = strings.Replace(strings.Replace(grantDocument, `"access": [{`, `"access": {`, 1), "}]\n}", "}\n}", 1)
		}
		if g, err := ParseGrantLWS([]byte(document), root); err != nil || !reflect.DeepEqual(g, fullGrant()) {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
}

// Whatever is not understood is refused, in words that name it.
var refusals = []struct{ name, old, new, names string }{
	{"unknown member", `"storage"`, `"validUntil": "2027", "storage"`, `"validUntil"`},
	{"prohibition", `"storage"`, `"prohibition": [], "storage"`, `"prohibition"`},
	{"permission", `"access"`, `"permission"`, `"permission"`},
	{"duty", `"assignee"`, `"duty": [{"action": "delete"}], "assignee"`, `"duty"`},
	{"unknown member of a policy", `"assignee"`, `"refinement": {}, "assignee"`, `"refinement"`},
	{"unknown member of a target", `"value"`, `"refinement": [], "value"`, `"refinement"`},
	{"unknown member of a constraint", `"operator": "lteq"`, `"operator": "lteq", "unit": "s"`, `"unit"`},
	{"member in other case", `"action"`, `"Action"`, `"Action"`},
	{"member said twice", `"storage"`, `"storage": "https://evil.example/", "storage"`, `"storage" twice`},
	{"constraint said twice", `"operator": "lteq"`, `"operator": "gteq", "operator": "lteq"`, `"operator" twice`},
	{"another context", `["https://www.w3.org/ns/lws/v1"]`, `["https://www.w3.org/ns/lws/v1", "https://evil.example/"]`, "@context"},
	{"a context that redefines", `["https://www.w3.org/ns/lws/v1"]`, `["https://www.w3.org/ns/lws/v1", {"read": "http://www.w3.org/ns/odrl/2/modify"}]`, "@context"},
	{"a context with more than a note", `["https://www.w3.org/ns/lws/v1"]`, `["https://www.w3.org/ns/lws/v1", {"note": "http://www.w3.org/2000/01/rdf-schema#comment", "read": "x:y"}]`, "@context"},
	{"a note that is an action", `["https://www.w3.org/ns/lws/v1"]`, `["https://www.w3.org/ns/lws/v1", {"note": "http://www.w3.org/ns/odrl/2/action"}]`, "@context"},
	{"no context", `["https://www.w3.org/ns/lws/v1"]`, `[]`, "@context"},
	{"our context alone", `["https://www.w3.org/ns/lws/v1"]`, `[{"note": "http://www.w3.org/2000/01/rdf-schema#comment"}]`, "lws/v1"},
	{"a request", `"AccessGrant"`, `"AccessRequest"`, `"AccessRequest"`},
	{"a second type", `["AccessGrant"]`, `["AccessGrant", "https://vocab.example/Trial"]`, "Trial"},
	{"no type", `"type": ["AccessGrant"],`, ``, `"type"`},
	{"another kind of policy", `"AccessPolicy"`, `"Offer"`, `"Offer"`},
	{"another storage", `"storage": "https://pods.example/maria/"`, `"storage": "https://pods.example/bo/"`, "pods.example/bo/"},
	{"no storage", `"storage": "https://pods.example/maria/",`, ``, `"storage"`},
	{"no policy", `"access": [{`, `"access": [], "x": [{`, `"x"`},
	{"two policies", `"access": [{`, `"access": [{"type": "AccessPolicy"}, {`, "exactly one"},
	{"policy that is a text", `"access": [{`, `"access": ["all", {`, `"access"`},
	{"modify", `["read", "create"]`, `["read", "modify"]`, `"modify"`},
	{"delete", `["read", "create"]`, `["delete"]`, `"delete"`},
	{"control", `["read", "create"]`, `["http://www.w3.org/ns/auth/acl#Control"]`, `acl#Control`},
	{"use", `["read", "create"]`, `"use"`, `"use"`},
	{"action in capitals", `["read", "create"]`, `["Read"]`, `"Read"`},
	{"no action", `"action": ["read", "create"],`, ``, `"action"`},
	{"empty action", `["read", "create"]`, `[]`, `"action"`},
	{"action that is an object", `["read", "create"]`, `[{"id": "read"}]`, `"action"`},
	{"the public", `https://clinic.example/staff/ana#me`, `http://xmlns.com/foaf/0.1/Agent`, "everybody"},
	{"the logged in", `https://clinic.example/staff/ana#me`, `http://www.w3.org/ns/auth/acl#AuthenticatedAgent`, "everybody"},
	{"a name for an assignee", `https://clinic.example/staff/ana#me`, `Dr Ana`, `"assignee"`},
	{"no assignee", `"assignee": "https://clinic.example/staff/ana#me",`, ``, `"assignee"`},
	{"two assignees", `"https://clinic.example/staff/ana#me"`, `["https://clinic.example/staff/ana#me", "https://bo.example/"]`, `"assignee"`},
	{"containers alone", `"StorageResource"`, `"Container"`, `"Container"`},
	{"a target as text", `{"type": "StorageResource", "value": ["https://pods.example/maria/health/labs/", "https://pods.example/maria/health/vitals/"]}`,
		`"https://pods.example/maria/"`, `"target"`},
	{"a target elsewhere", `https://pods.example/maria/health/labs/`, `https://pods.example/bo/health/labs/`, "pods.example/bo"},
	{"a target that climbs", `https://pods.example/maria/health/labs/`, `https://pods.example/maria/../bo/`, "dots"},
	{"a relative target", `"https://pods.example/maria/health/labs/"`, `"health/labs/"`, "absolute"},
	{"a target with a query", `health/labs/`, `health/labs/?all`, "query"},
	{"no end", `{"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2026-11-27T11:59:59.999999999Z"}`,
		`{"leftOperand": "client", "operator": "eq", "rightOperand": "https://clinic.example/app"}`, `"client"`},
	{"two ends", `"operator": "gteq"`, `"operator": "lteq"`, "two constraints"},
	{"two clients", `"leftOperand": "purpose"`, `"leftOperand": "client"`, "two constraints"},
	{"end before start", `2026-11-27T11:59:59.999999999Z`, `2026-11-21T00:00:00Z`, "ends before it begins"},
	{"end at the start", `2026-11-27T11:59:59.999999999Z`, `2026-11-22T11:59:59.999999999Z`, "ends before it begins"},
	{"date without zone", `2026-11-27T11:59:59.999999999Z`, `2026-11-27T12:00:00`, "no zone"},
	{"date without time", `2026-11-27T11:59:59.999999999Z`, `2026-11-27`, "no zone"},
	{"date in words", `2026-11-27T11:59:59.999999999Z`, `next Friday`, "next Friday"},
	{"date that is none", `2026-11-27T11:59:59.999999999Z`, `2026-02-30T00:00:00Z`, "2026-02-30"},
	{"hour of one digit", `2026-11-27T11:59:59.999999999Z`, `2026-11-27T1:59:59Z`, "2026-11-27T1"},
	{"comma in a second", `11:59:59.999999999Z`, `11:59:59,9Z`, "59,9"},
	{"finer than a nanosecond", `11:59:59.999999999Z`, `11:59:59.9999999999Z`, "nanosecond"},
	{"the year 9999", `2026-11-27T11:59:59.999999999Z`, `9999-12-31T23:59:59.999999999Z`, "out of reach"},
	{"the year 1", `2026-11-22T13:00:00+01:00`, `0001-01-01T00:00:00Z`, "out of reach"},
	{"a number for a date", `"2026-11-27T11:59:59.999999999Z"`, `1795780800`, "rightOperand"},
	{"an object for a date", `"2026-11-27T11:59:59.999999999Z"`, `{"@value": "2026-11-27T12:00:00Z"}`, "rightOperand"},
	{"lt", `"operator": "lteq"`, `"operator": "lt"`, `"lt"`},
	{"neq", `"leftOperand": "client", "operator": "eq"`, `"leftOperand": "client", "operator": "neq"`, `"neq"`},
	{"any of clients", `"leftOperand": "client", "operator": "eq"`, `"leftOperand": "client", "operator": "isAnyOf"`, `"isAnyOf"`},
	{"media type", `"leftOperand": "client"`, `"leftOperand": "mediaType"`, `"mediaType"`},
	{"resource type", `"leftOperand": "client"`, `"leftOperand": "type"`, `"type"`},
	{"count", `"leftOperand": "client"`, `"leftOperand": "count"`, `"count"`},
	{"purpose in words", `https://w3id.org/dpv#Treatment`, `treatment`, `"treatment"`},
	{"a list of purposes", `"https://w3id.org/dpv#Treatment"`, `["https://w3id.org/dpv#Treatment"]`, "rightOperand"},
	{"client that is the console", `https://clinic.example/app`, `urn:skrin:cli`, "console"},
	{"no operator", `"operator": "lteq",`, ``, `"operator"`},
	{"constraint that is a text", `"constraint": [`, `"constraint": ["soon",`, "constraint"},
	{"constraint that is null", `"constraint": [`, `"constraint": null, "x": [`, `"x"`},
	{"no constraints at all", `"constraint": [`, `"constraint": [], "y": [`, `"y"`},
	{"note that is an object", `"storage"`, `"note": {}, "storage"`, `"note"`},
	{"note without end", `"storage"`, `"note": "` + strings.Repeat("x", maxNote+1) + `", "storage"`, "note"},
	{"inbox that is none", `"storage"`, `"inbox": "post", "storage"`, `"inbox"`},
	{"more after the end", "}]\n}", "}]\n} {}", "JSON"},
	{"cut off", "}]\n}", "}]", "JSON"},
	{"no JSON", "{", "<", "JSON"},
	{"a list", grantDocument, "[" + grantDocument + "]", "object"},
	{"nested without end", `"storage"`, `"x": [[[[[[[[[[[[]]]]]]]]]]]], "storage"`, "deeply"},
	{"no UTF-8", "7f3a", "7f\xff", "UTF-8"},
	{"too long", `"storage"`, `"note": "` + strings.Repeat("x", maxJSON) + `", "storage"`, "KiB"},
}

func TestParseGrantLWSRefuses(t *testing.T) {
	for _, c := range refusals {
		document := strings.Replace(grantDocument, c.old, c.new, 1)
		if document == grantDocument {
			t.Fatalf("%s: nothing was changed", c.name)
		}
		g, err := ParseGrantLWS([]byte(document), root)
		if !errors.Is(err, ErrGrant) || !strings.Contains(fmt.Sprint(err), c.names) {
			t.Errorf("%s: %v", c.name, err)
		}
		if !reflect.DeepEqual(g, Grant{}) {
			t.Errorf("%s: gave %+v all the same", c.name, g)
		}
	}
	open := strings.Replace(grantDocument, `"operator": "lteq", "rightOperand": "2026-11-27T11:59:59.999999999Z"`, `"operator": "gteq", "rightOperand": "2026-11-22T12:00:00Z"`, 1)
	open = strings.Replace(open, `{"leftOperand": "dateTime", "operator": "gteq", "rightOperand": "2026-11-22T13:00:00+01:00"},`, "", 1)
	if _, err := ParseGrantLWS([]byte(open), root); !errors.Is(err, ErrGrant) || !strings.Contains(fmt.Sprint(err), "no end") {
		t.Errorf("without an end: %v", err)
	}
}

func TestEncodeLWS(t *testing.T) {
	g := fullGrant()
	id := linkeddata.MustIRI("https://pods.example/maria/.access/grants/7f3a")
	out, err := g.EncodeLWS(id, maria, root)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	document := strings.Replace(grantDocument, "2026-11-22T13:00:00+01:00", "2026-11-22T12:00:00Z", 1)
	if err := errors.Join(json.Unmarshal(out, &got), json.Unmarshal([]byte(document), &want)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("wrote\n%s, want\n%s", out, document)
	}
}

// What is written reads back as it was, to the nanosecond.
func TestGrantsGoAroundLWS(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		g := Grant{
			To: pick(r, ana, bo), Client: pick(r, linkeddata.IRI{}, ward), Targets: []linkeddata.IRI{pick(r, labs, root)},
			Modes: pick(r, Read, Create, Read|Create), Purpose: pick(r, linkeddata.IRI{}, linkeddata.MustIRI("https://w3id.org/dpv#Care")),
			Note:  pick(r, "", "for the <operation> & \"after\"", "för vården\u2028\n"),
			Until: noon.Add(time.Duration(r.Int64N(1 << 55))),
		}
		if r.IntN(2) == 0 {
			g.From = noon.Add(-time.Duration(r.Int64N(1 << 55)))
		}
		if r.IntN(2) == 0 {
			g.Targets = append(g.Targets, report)
		}
		sent := g
		sent.ID, sent.Created, sent.Revoked, sent.Suspended = GrantID{1}, noon, noon, true
		sent.Until = sent.Until.In(time.FixedZone("elsewhere", 3600))
		out, err := sent.EncodeLWS(root, maria, root)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseGrantLWS(out, root)
		if err != nil || !reflect.DeepEqual(back, g) {
			t.Fatalf("%+v came back as %+v, %v", g, back, err)
		}
	}
}

func TestEncodeLWSRefusesWhatItCouldNotReadBack(t *testing.T) {
	for name, change := range map[string]func(*Grant){
		"no end":               func(g *Grant) { g.Until = time.Time{} },
		"more than a grant":    func(g *Grant) { g.Modes = Read | Control },
		"nothing":              func(g *Grant) { g.Modes = 0 },
		"to everybody":         func(g *Grant) { g.To = linkeddata.FOAFAgent },
		"to nobody":            func(g *Grant) { g.To = linkeddata.IRI{} },
		"no target":            func(g *Grant) { g.Targets = nil },
		"a target elsewhere":   func(g *Grant) { g.Targets = []linkeddata.IRI{ana} },
		"an end out of reach":  func(g *Grant) { g.Until = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
		"an end at its start":  func(g *Grant) { g.Until = g.From },
		"a start out of reach": func(g *Grant) { g.From = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		g := fullGrant()
		change(&g)
		if out, err := g.EncodeLWS(root, maria, root); !errors.Is(err, ErrGrant) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	g := fullGrant()
	if _, err := g.EncodeLWS(root, maria, ana); !errors.Is(err, ErrGrant) {
		t.Errorf("a storage that is none: %v", err)
	}
}

func TestAccessRequests(t *testing.T) {
	document := strings.Replace(grantDocument, "AccessGrant", "AccessRequest", 1)
	document = strings.Replace(document, `"storage"`, `"inbox": "https://clinic.example/inbox/", "storage"`, 1)
	r, err := ParseAccessRequestLWS([]byte(document), root)
	want := AccessRequest{Grant: fullGrant(), Inbox: linkeddata.MustIRI("https://clinic.example/inbox/")}
	if err != nil || !reflect.DeepEqual(r, want) {
		t.Fatalf("read %+v, %v", r, err)
	}
	if _, err := ParseAccessRequestLWS([]byte(grantDocument), root); !errors.Is(err, ErrGrant) {
		t.Errorf("a grant as a request: %v", err)
	}
	r.Grant.From, r.Grant.Until, r.Grant.Client, r.Grant.Purpose = time.Time{}, time.Time{}, linkeddata.IRI{}, linkeddata.IRI{}
	out, err := r.EncodeLWS(linkeddata.IRI{}, root)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseAccessRequestLWS(out, root); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("a wish without an end came back as %+v, %v", back, err)
	}
}

func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Grant)
		names  string // "" for valid
	}{
		"as it is":             {func(*Grant) {}, ""},
		"from now on":          {func(g *Grant) { g.From = time.Time{} }, ""},
		"a year":               {func(g *Grant) { g.Until = g.From.AddDate(1, 0, 0) }, ""},
		"more than a year":     {func(g *Grant) { g.Until = g.From.AddDate(1, 0, 0).Add(1) }, "year"},
		"a year from now":      {func(g *Grant) { g.From, g.Until = time.Time{}, noon.AddDate(1, 0, 0).Add(1) }, "year"},
		"far in the future":    {func(g *Grant) { g.From, g.Until = noon.AddDate(2, 0, 0), noon.AddDate(2, 1, 0) }, "begins more than a year"},
		"ended":                {func(g *Grant) { g.From, g.Until = noon.AddDate(0, -1, 0), noon }, "ended"},
		"ends before it began": {func(g *Grant) { g.From, g.Until = friday, noon.Add(1) }, "before it begins"},
		"ends as it begins":    {func(g *Grant) { g.From = g.Until }, "before it begins"},
		"no end":               {func(g *Grant) { g.Until = time.Time{} }, "no end"},
		"the public":           {func(g *Grant) { g.To = linkeddata.FOAFAgent }, "everybody"},
		"the logged in":        {func(g *Grant) { g.To = linkeddata.ACLAuthenticatedAgent }, "everybody"},
		"nobody":               {func(g *Grant) { g.To = linkeddata.IRI{} }, "nobody"},
		"control":              {func(g *Grant) { g.Modes |= Control }, "control"},
		"write":                {func(g *Grant) { g.Modes = Write }, "insert modify delete"},
		"nothing":              {func(g *Grant) { g.Modes = 0 }, "nothing"},
		"a bit that is none":   {func(g *Grant) { g.Modes |= 0x80 }, "only"},
		"no target":            {func(g *Grant) { g.Targets = nil }, "no container"},
		"a zero target":        {func(g *Grant) { g.Targets = append(g.Targets, linkeddata.IRI{}) }, "no name"},
		"a target that climbs": {func(g *Grant) { g.Targets = []linkeddata.IRI{linkeddata.MustIRI("https://pods.example/maria/..")} }, "dots"},
		"a fragment":           {func(g *Grant) { g.Targets = []linkeddata.IRI{family} }, "fragment"},
		"many targets":         {func(g *Grant) { g.Targets = make([]linkeddata.IRI, maxTargets+1) }, "more than"},
		"create in a document": {func(g *Grant) { g.Targets = []linkeddata.IRI{report} }, "container"},
		"read a document":      {func(g *Grant) { g.Targets, g.Modes = []linkeddata.IRI{report}, Read }, ""},
		"the console":          {func(g *Grant) { g.Client = CLI }, "console"},
		"a long note":          {func(g *Grant) { g.Note = strings.Repeat("x", maxNote+1) }, "note"},
	} {
		g := fullGrant()
		c.change(&g)
		err := g.Validate(noon)
		if c.names == "" && err != nil || c.names != "" && (!errors.Is(err, ErrGrant) || !strings.Contains(fmt.Sprint(err), c.names)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGrantID(t *testing.T) {
	id := GrantID{0x7f, 0x3a, 15: 0xff}
	if back, err := ParseGrantID(id.String()); err != nil || back != id || id.IsZero() {
		t.Errorf("%v came back as %v, %v", id, back, err)
	}
	for _, bad := range []string{"", "7f3a", id.String() + "0", strings.ToUpper(id.String()), strings.Repeat("z", 32), strings.Repeat("\n", 32)} {
		if got, err := ParseGrantID(bad); err == nil || !got.IsZero() {
			t.Errorf("%q: %v, %v", bad, got, err)
		}
	}
}

// Whatever is accepted is a grant within its bounds, and is written back so
// that it reads the same.
func FuzzParseGrantLWS(f *testing.F) {
	f.Add([]byte(grantDocument))
	for _, c := range refusals {
		if len(c.new) < 1000 {
			f.Add([]byte(strings.Replace(grantDocument, c.old, c.new, 1)))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		g, err := ParseGrantLWS(body, root)
		if err != nil {
			if !errors.Is(err, ErrGrant) {
				t.Errorf("an error of another kind: %v", err)
			}
			return
		}
		if g.Modes&^(Read|Create) != 0 || g.Until.IsZero() || g.To.IsZero() || !g.Covers(g.Targets[0]) || g.ActiveAt(g.Until) {
			t.Errorf("accepted %+v", g)
		}
		out, err := g.EncodeLWS(root, maria, root)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseGrantLWS(out, root); err != nil || !reflect.DeepEqual(back, g) {
			t.Errorf("%+v came back as %+v, %v", g, back, err)
		}
	})
}
