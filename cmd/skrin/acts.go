package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"skrin/acl"
	"skrin/internal/demodata"
	"skrin/linkeddata"
	"skrin/web/admin"
)

// The media types that the story sends and asks for.
const (
	fhirJSON = "application/fhir+json"
	omhJSON  = "application/vnd.openmhealth+json"
	lwsJSON  = "application/lws+json"
)

// recordsComeHome imports what the hospital and the municipality know of Carmen.
func (g *stage) recordsComeHome(ctx context.Context) error {
	g.story.scene("Carmen's records come home")
	for _, source := range []struct {
		name string
		text []byte
	}{{"the hospital's", demodata.Hospital(g.now)}, {"the municipality's", demodata.Municipality(g.now)}} {
		filed, err := g.send(ctx, g.carmen, "carmen/health/", fhirJSON, source.text, http.StatusCreated,
			fmt.Sprintf("%s FHIR bundle, %d kB", source.name, len(source.text)>>10))
		if err != nil {
			return err
		}
		g.story.tell("        %s", filed)
	}
	return nil
}

// watchWrites lets the watch in, and takes a year of measurements from it.
func (g *stage) watchWrites(ctx context.Context) error {
	g.story.scene("Her watch may add measurements, and nothing else")
	_, err := g.grant(ctx, acl.Grant{To: g.carmen.person.WebID, Client: g.watch.person.Client, Modes: acl.Create,
		Targets: g.containers("health/vitals/", "health/activity/"), Note: "my watch", Until: g.now.AddDate(0, 6, 0)},
		"the watch: create, in vitals/ and activity/")
	if err != nil {
		return err
	}
	var vitals, activity demodata.Points
	for _, day := range demodata.Watch(g.now) {
		vitals, activity = append(vitals, day.Vitals...), append(activity, day.Activity...)
	}
	for _, sync := range []struct {
		path, what string
		points     demodata.Points
		want       int
	}{
		{"carmen/health/vitals/", "Open mHealth points, a year", vitals, http.StatusCreated},
		{"carmen/health/activity/", "more, in one transaction each", activity, http.StatusCreated},
		{"carmen/health/vitals/", "once more, to be sure", demodata.WatchDay(g.now, 1).Vitals, http.StatusOK},
	} {
		filed, err := g.send(ctx, g.watch, sync.path, omhJSON, sync.points.JSON(), sync.want, fmt.Sprintf("%d %s", len(sync.points), sync.what))
		if err != nil {
			return err
		}
		g.story.tell("        %s", filed)
	}
	_, _, err = g.story.ask(ctx, g.watch, question{method: "GET", path: "carmen/health/vitals/", want: http.StatusForbidden, remark: "what was written it cannot read"})
	return err
}

// nobodySees shows that without a grant there is nothing to be had, nor to be learnt.
func (g *stage) nobodySees(ctx context.Context) error {
	g.story.scene("Nobody else sees anything, or learns what there is")
	for _, try := range []struct {
		who  player
		path string
		want int
	}{
		{g.ana, "carmen/health/procedures/", http.StatusForbidden},
		{g.ana, "carmen/health/no-such-thing", http.StatusForbidden},
		{g.silvia, "carmen/health/social-care/", http.StatusForbidden},
		{g.stranger, "carmen/health/vitals/", http.StatusUnauthorized},
	} {
		if _, _, err := g.story.ask(ctx, try.who, question{method: "GET", path: try.path, want: try.want}); err != nil {
			return err
		}
	}
	return nil
}

// anaReads gives Dr Ana a grant, and lets her use it. The result is where the grant can be revoked.
func (g *stage) anaReads(ctx context.Context) (grant string, err error) {
	until := endOfWeek(g.now)
	g.story.scene("Dr Ana may read, until " + until.Format("Monday 2 January, 15:04"))
	grant, err = g.grant(ctx, acl.Grant{To: g.ana.person.WebID, Modes: acl.Read, Purpose: monitoring, Note: "before my check-up",
		Targets: g.containers("health/vitals/", "health/labs/", "health/procedures/"), Until: until}, "read vitals/, labs/, procedures/")
	if err != nil {
		return "", err
	}
	_, listing, err := g.story.ask(ctx, g.ana, question{method: "GET", path: "carmen/health/procedures/", want: http.StatusOK,
		header: map[string]string{"Accept": "text/turtle"}})
	if err != nil {
		return "", err
	}
	g.fev1, err = member(listing, demodata.LatestFEV1(g.now))
	if err != nil {
		return "", err
	}
	for _, form := range []struct{ accept, from string }{{fhirJSON, "{"}, {"text/turtle", "    fhir:Observation.valueQuantity"}} {
		_, body, err := g.story.ask(ctx, g.ana, question{method: "GET", path: "carmen/health/procedures/" + g.fev1, want: http.StatusOK,
			header: map[string]string{"Accept": form.accept}})
		if err != nil {
			return "", err
		}
		g.story.quote(excerpt(string(body), form.from), 6)
	}
	_, _, err = g.story.ask(ctx, g.ana, question{method: "GET", path: "carmen/health/social-care/", want: http.StatusForbidden, remark: "not granted"})
	if err == nil {
		_, _, err = g.story.ask(ctx, g.ana, question{method: "DELETE", path: "carmen/health/procedures/" + g.fev1, want: http.StatusForbidden, remark: "not granted"})
	}
	return grant, err
}

// carmenRevokes ends the grant, and shows that it has ended.
func (g *stage) carmenRevokes(ctx context.Context, grant string) error {
	g.story.scene("Carmen changes her mind")
	_, _, err := g.story.ask(ctx, g.carmen, question{method: "DELETE", path: grant, want: http.StatusNoContent, remark: "revoked"})
	if err == nil {
		_, _, err = g.story.ask(ctx, g.ana, question{method: "GET", path: "carmen/health/procedures/" + g.fev1, want: http.StatusForbidden, remark: "from the next request on"})
	}
	return err
}

// carmenLooks shows the journal and checks it against a head that was kept before.
func (g *stage) carmenLooks(ctx context.Context, kept string) error {
	g.story.scene("Carmen sees who did what, and that no line is missing")
	var journal admin.Journal
	if err := g.admin.ask(ctx, "GET", podPath("carmen", "journal")+"?limit=1000", nil, &journal); err != nil {
		return err
	}
	_, _, err := g.story.ask(ctx, g.carmen, question{method: "GET", path: "carmen/.journal/", want: http.StatusOK})
	if err != nil {
		return err
	}
	for _, line := range journal.Lines[max(0, len(journal.Lines)-12):] {
		g.story.tell("%s %s", g.story.paint(faint, fmt.Sprintf("│ %4d", line.N)), g.named(sentence(line)))
	}
	proved, err := g.admin.check(ctx, g.story.t, podPath("carmen", "journal", "verify")+"?since="+url.QueryEscape(kept))
	if err != nil {
		return err
	}
	if len(proved.Damage) > 0 {
		return fmt.Errorf("%w: the journal of the demo", errDamage)
	}
	g.story.tell("kept before  %s", kept)
	g.story.tell("proved now   %s  all %d lines are there, as they were written", proved.Head, proved.Checked)
	return nil
}

// excerpt is the part of a text that begins with the words.
func excerpt(text, from string) string {
	if at := strings.Index(text, from); at >= 0 {
		return text[at:]
	}
	return text
}

// monitoring is the purpose of Dr Ana's grant, a term of the Data Privacy Vocabulary.
var monitoring = linkeddata.MustIRI("https://w3id.org/dpv/sector/health#PatientMonitoring")

// endOfWeek is the next Friday at six, at least a day away.
func endOfWeek(now time.Time) time.Time {
	y, m, d := now.Local().Date()
	days := (int(time.Friday) - int(now.Local().Weekday()) + 7) % 7
	if days == 0 {
		days = 7
	}
	return time.Date(y, m, d+days, 18, 0, 0, 0, time.Local)
}

// containers are the addresses of containers of Carmen's pod.
func (g *stage) containers(paths ...string) []linkeddata.IRI {
	var all []linkeddata.IRI
	for _, path := range paths {
		all = append(all, linkeddata.MustIRI(g.story.base+"carmen/"+path))
	}
	return all
}

// grant lets Carmen give a grant, and gives the path at which it can be revoked.
func (g *stage) grant(ctx context.Context, wanted acl.Grant, remark string) (string, error) {
	text, err := wanted.EncodeLWS(linkeddata.IRI{}, g.carmen.person.WebID, linkeddata.MustIRI(g.story.base+"carmen/"))
	if err != nil {
		return "", fmt.Errorf("writing a grant: %w", err)
	}
	header, _, err := g.story.ask(ctx, g.carmen, question{method: "POST", path: "carmen/.access/grants/", body: text,
		header: map[string]string{"Content-Type": lwsJSON}, want: http.StatusCreated, remark: remark})
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(header.Get("Location"), g.story.base), nil
}

// send posts records, and says where they were filed.
func (g *stage) send(ctx context.Context, who player, path, mediaType string, body []byte, want int, remark string) (string, error) {
	_, text, err := g.story.ask(ctx, who, question{method: "POST", path: path, body: body,
		header: map[string]string{"Content-Type": mediaType}, want: want, remark: remark})
	if err != nil {
		return "", err
	}
	var report struct {
		Created, Unchanged, Refused int
		Containers                  []struct {
			Container string
			Created   int
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return "", fmt.Errorf("reading what was filed: %w", err)
	}
	if report.Refused > 0 {
		return "", fmt.Errorf("the story went wrong: %d records were refused: %s", report.Refused, shorten(string(text), 500))
	}
	if report.Created == 0 {
		return fmt.Sprintf("nothing new, %d were there already", report.Unchanged), nil
	}
	var places []string
	for _, c := range report.Containers {
		name := strings.TrimSuffix(c.Container, "/")
		places = append(places, fmt.Sprintf("%s %d", name[strings.LastIndexByte(name, '/')+1:], c.Created))
	}
	return "filed: " + strings.Join(places, ", "), nil
}

var contained = regexp.MustCompile(`[A-Za-z0-9._~%-]+`)

// member finds the name in a listing that holds the id.
func member(listing []byte, id string) (string, error) {
	for _, name := range contained.FindAll(listing, -1) {
		if bytes.Contains(name, []byte(id)) {
			return string(name), nil
		}
	}
	return "", fmt.Errorf("the story went wrong: %s is not in the listing", id)
}
