package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"skrin/web/admin"
)

type inviteCommand struct {
	folderFlags `embed:""`
	For         string `default:"14d" placeholder:"TIME" help:"How long it is good: 12h, 14d, 6w, or until a day like 2026-12-24; at most 90 days (default: ${default})."`
	Note        string `placeholder:"TEXT" help:"Your own words about whom it is for, for the list."`
	JSON        bool   `name:"json" help:"Print JSON."`
}

// Run makes an invitation, and prints where whoever got it begins.
func (c *inviteCommand) Run(ctx context.Context, t *terminal) error {
	now := time.Now()
	until, err := parseWhen(c.For, now)
	if err != nil {
		return err
	}
	server, err := c.client(ctx, t)
	if err != nil {
		return err
	}
	var made admin.Invited
	asked := admin.NewInvitation{Note: c.Note, Seconds: int64(until.Sub(now).Round(time.Second) / time.Second)}
	if err := finish(server, server.ask(ctx, "POST", "/invitations", asked, &made)); err != nil {
		return err
	}
	if c.JSON {
		return t.json(made)
	}
	fmt.Fprintf(t.out, "%s\ncode %s\n", made.Address, made.Code)
	if made.Closed {
		t.say("The server that runs makes no accounts (serve --registration closed): it lets nobody in by this.")
		return nil
	}
	t.say("Whoever has this address can make one account and one pod here, until %s. It is shown this once.\nTo take it back: skrin invite withdraw %s",
		made.Expires.Local().Format("2006-01-02 15:04 MST"), made.ID[:shownID])
	return nil
}

// shownID is how much of an invitation's id is shown, and enough to name it.
const shownID = 12

type inviteListCommand struct {
	folderFlags `embed:""`
	JSON        bool `name:"json" help:"Print JSON."`
}

// Run lists the invitations that can still be used.
func (c *inviteListCommand) Run(ctx context.Context, t *terminal) error {
	var found admin.Invitations
	if err := c.ask(ctx, t, "GET", "/invitations", nil, &found); err != nil {
		return err
	}
	if c.JSON {
		return t.json(found)
	}
	var rows [][]string
	for _, i := range found.Invitations {
		rows = append(rows, []string{i.ID[:shownID], i.Created.Local().Format("2006-01-02 15:04"), i.Expires.Local().Format("2006-01-02 15:04"), i.Note})
	}
	return t.table("no invitations that can be used", []string{"ID", "MADE", "UNTIL", "NOTE"}, rows)
}

type inviteWithdrawCommand struct {
	folderFlags `embed:""`
	ID          string `arg:"" help:"Id of the invitation, as 'skrin invite list' shows it."`
}

// Run takes an invitation back.
func (c *inviteWithdrawCommand) Run(ctx context.Context, t *terminal) error {
	err := c.ask(ctx, t, "DELETE", "/invitations/"+url.PathEscape(c.ID), nil, nil)
	if err == nil {
		t.say("Withdrawn. Nobody gets in with it any more.")
	}
	return err
}
