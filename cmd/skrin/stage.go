package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/admin"
)

// A stage is the demo's world: a served pod, an issuer that everybody in it signs in with, and the people.
type stage struct {
	now    time.Time
	story  *story
	issuer *issuer.Issuer
	admin  *client

	carmen, ana, silvia, watch, stranger player

	fev1 string // the name of the record that the story looks at
}

// raise makes Carmen's pod and the people.
func raise(ctx context.Context, t *terminal, h *house) (*stage, error) {
	theirs, err := issuer.New(issuer.Options{})
	if err != nil {
		return nil, err
	}
	g := &stage{
		now:    time.Now(),
		issuer: theirs,
		story:  &story{t: t, colour: t.colours(), base: h.vault.Base().String()},
		admin:  within(h.admin(), func() error { return nil }),
	}
	made, err := h.vault.Create(ctx, pod.NewPod{Name: "carmen", Issuers: []linkeddata.IRI{theirs.IRI()}})
	if err != nil {
		return nil, fmt.Errorf("making Carmen's pod: %w", err)
	}
	made.Recovery.Destroy() // the pod lives as long as the demo
	return g, g.people(made.Owner)
}

// people brings everybody onto the stage, each with an app of their own.
func (g *stage) people(carmen linkeddata.IRI) error {
	for _, role := range []struct {
		who       *player
		name      string
		app, here string // the app, and for those who live at the issuer the name there
	}{
		{&g.carmen, "Carmen", "https://home.example/app", ""},
		{&g.watch, "watch", "https://watch.example/app", ""},
		{&g.ana, "Dr Ana", "https://hospital.example/app", "dr-ana"},
		{&g.silvia, "Silvia", "https://homecare.example/app", "silvia"},
	} {
		app := linkeddata.MustIRI(role.app)
		person, err := g.issuer.Vouch(carmen, app)
		if role.here != "" {
			person, err = g.issuer.Person(role.here, app)
		}
		if err != nil {
			return fmt.Errorf("bringing %s in: %w", role.name, err)
		}
		*role.who = player{name: role.name, person: person, http: person.HTTP()}
	}
	g.stranger = player{name: "anybody", http: http.DefaultClient}
	return nil
}

// tell plays the story from beginning to end.
func (g *stage) tell(ctx context.Context) error {
	fmt.Fprintf(g.story.t.out, "%s\n", g.story.paint(bold, "Skrin: a vault for one person's health data, held by that person"))
	g.story.tell("Carmen is 66 and lives with COPD in a village. She and everybody else here are invented;")
	g.story.tell("keys, seals, tokens and requests are real. Her pod: %scarmen/", g.story.base)
	for _, act := range []func(context.Context) error{g.recordsComeHome, g.watchWrites, g.nobodySees} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	var kept admin.Journal
	if err := g.admin.ask(ctx, "GET", podPath("carmen", "journal")+"?limit=1", nil, &kept); err != nil {
		return err
	}
	grant, err := g.anaReads(ctx)
	if err == nil {
		err = g.carmenRevokes(ctx, grant)
	}
	if err == nil {
		err = g.carmenLooks(ctx, kept.Head)
	}
	return err
}

// named puts names in the place of WebIDs and addresses.
func (g *stage) named(text string) string {
	names := []string{}
	for _, p := range []player{g.watch, g.carmen, g.ana, g.silvia} {
		names = append(names, p.person.WebID.String()+" with "+p.person.Client.String(), p.name, p.person.Client.String(), p.name+"'s app")
	}
	for _, p := range []player{g.carmen, g.ana, g.silvia} {
		names = append(names, p.person.WebID.String(), p.name)
	}
	text = strings.NewReplacer(append(names, g.story.base+"carmen", "")...).Replace(text)
	return longID.ReplaceAllString(text, "$1…")
}

// longID finds the ids of grants and records, of which the beginning is enough for a story.
var longID = regexp.MustCompile(`\b([0-9a-f]{8})[0-9a-f]{0,24}(-[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?\b`)
