package main

import (
	"context"
	"strings"
	"time"

	"skrin/web/admin"
)

type grantsCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
	All         bool   `help:"Also those that have ended or were revoked."`
	JSON        bool   `name:"json" help:"Print JSON."`
}

// Run lists the grants of a pod.
func (c *grantsCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	var given admin.Grants
	if err := finish(server, server.ask(ctx, "GET", podPath(c.Name, "grants"), nil, &given)); err != nil {
		return err
	}
	shown := admin.Grants{Grants: []admin.Grant{}}
	for _, g := range given.Grants {
		if c.All || g.State != "ended" && g.State != "revoked" {
			shown.Grants = append(shown.Grants, g)
		}
	}
	if c.JSON {
		return t.json(shown)
	}
	var rows [][]string
	for _, g := range shown.Grants {
		rows = append(rows, []string{g.ID, g.State, g.Until.Local().Format("2006-01-02 15:04"), list(g.Modes), g.To, strings.Join(g.Targets, " "), purpose(g)})
	}
	return t.table("no grants in force (--all shows those that ended)",
		[]string{"ID", "STATE", "UNTIL", "MAY", "WHO", "WHAT", "PURPOSE"}, rows)
}

// purpose is the agreed purpose in one word, or the citizen's own words.
func purpose(g admin.Grant) string {
	if g.Purpose == "" {
		return g.Note
	}
	return g.Purpose[strings.LastIndexAny(g.Purpose, "#/")+1:]
}

type revokeCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
	ID          string `arg:"" help:"Id of the grant, as 'skrin grants' shows it."`
}

// Run ends a grant. When it returns, nothing more is read by it.
func (c *revokeCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	begun := time.Now()
	err = finish(server, server.ask(ctx, "DELETE", podPath(c.Name, "grants", c.ID), nil, nil))
	if err == nil {
		t.say("Revoked; in force since %s.", begun.Local().Format(time.TimeOnly))
	}
	return err
}
