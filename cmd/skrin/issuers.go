package main

import (
	"context"
	"fmt"

	"skrin/web/admin"
)

type podIssuersCommand struct {
	folderFlags `embed:""`
	Name        string   `arg:"" help:"Name of the pod."`
	Add         []string `placeholder:"URL" help:"Issuer that may sign the owner in from now on, or the word own for this host's; may be repeated."`
	Remove      []string `placeholder:"URL" help:"Issuer that may no longer; may be repeated."`
	JSON        bool     `name:"json" help:"Print JSON."`
}

// Run shows or changes who may sign in the owner of a pod that holds the WebID itself.
func (c *podIssuersCommand) Run(ctx context.Context, t *terminal) error {
	var now admin.Issuers
	method, wanted := "GET", any(nil)
	if len(c.Add)+len(c.Remove) > 0 {
		method, wanted = "POST", admin.ChangeIssuers{Add: c.Add, Remove: c.Remove}
	}
	if err := c.ask(ctx, t, method, podPath(c.Name, "issuers"), wanted, &now); err != nil {
		return err
	}
	if c.JSON {
		return t.json(now)
	}
	for _, issuer := range now.Issuers {
		if issuer == now.Own {
			issuer += " (this host)"
		}
		fmt.Fprintln(t.out, issuer)
	}
	if len(now.Issuers) == 0 {
		t.say("nobody may sign the owner in; the host still acts by command line")
	}
	return nil
}

type keysReplaceCommand struct {
	folderFlags `embed:""`
}

// Run makes new signing keys for the host's issuer, when somebody may have seen the old ones.
func (c *keysReplaceCommand) Run(ctx context.Context, t *terminal) error {
	err := c.ask(ctx, t, "POST", "/keys/replace", nil, nil)
	if err == nil {
		t.say("The issuer signs with new keys. Apps get new tokens by themselves; other servers may take the old ones for up to an hour.")
	}
	return err
}
