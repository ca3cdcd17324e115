package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skrin/web/admin"
)

type grantsCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
	All         bool   `help:"Also those that have ended or were revoked."`
	JSON        bool   `name:"json" help:"Print JSON."`
	Confirm     bool   `help:"Show the grants that rest, after a restore or because an older copy was found, and let them count again."`
	Yes         bool   `help:"With --confirm: do not ask; for scripts."`
}

// Run lists the grants of a pod, or lets those that rest count again.
func (c *grantsCommand) Run(ctx context.Context, t *terminal) error {
	if c.Confirm && (c.All || c.JSON) || c.Yes && !c.Confirm {
		return usage("--confirm shows the grants that rest, and takes --yes alone")
	}
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	var given admin.Grants
	err = server.ask(ctx, "GET", podPath(c.Name, "grants"), nil, &given)
	if err == nil && c.Confirm {
		err = c.confirm(ctx, t, server, given)
	} else if err == nil {
		err = c.list(ctx, t, server, given)
	}
	return finish(server, err)
}

// list prints the grants, and why some rest.
func (c *grantsCommand) list(ctx context.Context, t *terminal, server *client, given admin.Grants) error {
	shown := admin.Grants{Grants: []admin.Grant{}}
	for _, g := range given.Grants {
		if c.All || g.State != "ended" && g.State != "revoked" {
			shown.Grants = append(shown.Grants, g)
		}
	}
	if c.JSON {
		return t.json(shown)
	}
	err := t.grants(shown.Grants)
	if err != nil || !given.Older && len(resting(given.Grants)) == 0 {
		return err
	}
	return c.whyResting(ctx, t, server, given.Older)
}

// grants prints grants as a table.
func (t *terminal) grants(given []admin.Grant) error {
	var rows [][]string
	for _, g := range given {
		rows = append(rows, []string{g.ID, g.State, g.Until.Local().Format("2006-01-02 15:04"), list(g.Modes), g.To, strings.Join(g.Targets, " "), purpose(g)})
	}
	return t.table("no grants in force (--all shows those that ended)",
		[]string{"ID", "STATE", "UNTIL", "MAY", "WHO", "WHAT", "PURPOSE"}, rows)
}

// resting are the grants that would count but for somebody's word.
func resting(given []admin.Grant) []admin.Grant {
	return slices.DeleteFunc(slices.Clone(given), func(g admin.Grant) bool { return g.State != "suspended" })
}

// whyResting says what makes grants rest, and what ends it.
func (c *grantsCommand) whyResting(ctx context.Context, t *terminal, server *client, older bool) error {
	var clock admin.Clock
	if err := server.ask(ctx, "GET", "/clock", nil, &clock); err != nil {
		return err
	}
	switch {
	case clock.Suspended:
		t.say("All grants rest because the clock jumped. If it is right: skrin clock --confirm")
	case older:
		t.say("All grants rest: this pod's file is an older copy than this host has seen, and some may have been revoked since.")
	default:
		t.say("Grants rest since this pod was restored: some may have been revoked after the copy was made.")
	}
	if !clock.Suspended && !c.Confirm {
		t.say("To look at them and let them count again: skrin grants %s --confirm", c.Name)
	}
	return nil
}

// confirm shows what would count again, and lets it when somebody says so.
func (c *grantsCommand) confirm(ctx context.Context, t *terminal, server *client, given admin.Grants) error {
	rest := resting(given.Grants)
	if len(rest) == 0 && !given.Older {
		t.say("No grants rest.")
		return nil
	}
	if err := t.grants(rest); err != nil {
		return err
	}
	if err := c.whyResting(ctx, t, server, given.Older); err != nil {
		return err
	}
	if !c.Yes && !t.agrees(fmt.Sprintf("These %d count again from now on. Revoke what should not (skrin revoke %s ID), or type yes: ", len(rest), c.Name)) {
		return errors.New("nothing was confirmed")
	}
	if err := server.ask(ctx, "POST", podPath(c.Name, "grants", "confirm"), nil, nil); err != nil {
		return err
	}
	t.say("Confirmed.")
	return nil
}

// agrees asks for a yes.
func (t *terminal) agrees(question string) bool {
	fmt.Fprint(t.errOut, question)
	answer, _ := bufio.NewReader(t.in).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "yes")
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
	err := c.ask(ctx, t, "DELETE", podPath(c.Name, "grants", c.ID), nil, nil)
	if problem := new(admin.Problem); errors.As(err, &problem) && problem.Code == "not-found" {
		return fmt.Errorf("%w; those that there are: skrin grants %s", err, c.Name)
	}
	if err == nil {
		t.say("Revoked. That is in force now.")
	}
	return err
}
