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
	"skrin/web/admin"
)

// A stage is the demo's world: a served house, the hospital's issuer elsewhere, and the people.
type stage struct {
	now    time.Time
	story  *story
	house  *house
	issuer *issuer.Issuer // Dr Ana signs in with it; apps have their documents beside it
	admin  *client

	residents []*resident

	carmen, ana, silvia, watch, stranger player

	fev1 string // the name of the record that the story looks at
}

// raise builds the hospital's issuer.
func raise(t *terminal, h *house) (*stage, error) {
	theirs, err := issuer.New(issuer.Options{})
	if err != nil {
		return nil, err
	}
	return &stage{
		now:    time.Now(),
		house:  h,
		issuer: theirs,
		story:  &story{t: t, colour: t.colours(), base: h.vault.Base().String()},
		admin:  within(h.admin(), func() error { return nil }),
	}, nil
}

// peopleComeIn makes pods and accounts for those who live here, and lets each sign in to an app. Dr Ana signs in at her hospital.
func (g *stage) peopleComeIn(ctx context.Context) error {
	g.story.scene("Carmen signs in at her own server, and allows two apps to act for her")
	carmen, err := g.settle(ctx, "Carmen")
	if err != nil {
		return err
	}
	silvia, err := g.settle(ctx, "Silvia")
	if err != nil {
		return err
	}
	g.residents = []*resident{carmen, silvia}
	for _, role := range []struct {
		who      *player
		resident *resident
		id, app  string
		name     string
	}{
		{&g.carmen, carmen, "home", "Carmen's app", "Carmen"},
		{&g.watch, carmen, "watch", "Carmen's watch", "watch"},
		{&g.silvia, silvia, "homecare", "Home care", "Silvia"},
	} {
		if *role.who, err = g.allows(ctx, role.resident, role.id, role.app); err != nil {
			return err
		}
		role.who.name = role.name
	}
	ana, err := g.issuer.Person("dr-ana", linkeddata.MustIRI("https://hospital.example/app"))
	if err != nil {
		return fmt.Errorf("bringing Dr Ana in: %w", err)
	}
	g.ana = newPlayer("Dr Ana", ana, ana.Token)
	g.stranger = player{name: "anybody", http: http.DefaultClient}
	g.story.tell("        Dr Ana signs in at her hospital's own issuer, which her WebID names.")
	return nil
}

// tell plays the story from beginning to end.
func (g *stage) tell(ctx context.Context) error {
	fmt.Fprintf(g.story.t.out, "%s\n", g.story.paint(bold, "Skrin: a vault for one person's health data, held by that person"))
	g.story.tell("Carmen is 66 and lives with COPD in a village. She and everybody else here are invented;")
	g.story.tell("keys, seals, tokens and requests are real. Her pod: %scarmen/", g.story.base)
	for _, act := range []func(context.Context) error{g.peopleComeIn, g.recordsComeHome, g.watchWrites, g.nobodySees} {
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
