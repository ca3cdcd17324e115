package main

import (
	"context"
	"errors"
	"fmt"

	"skrin/pod"
)

type moveCommand struct {
	folderFlags `embed:""`
}

// Run gives every pod of the folder its address at another site, and lists what still leads to the old one. Only
// people can write that anew: a link may stand in a text, and a WebID in an ACL may mean somebody else by now.
func (c *moveCommand) Run(ctx context.Context, t *terminal) error {
	if c.BaseURL == "" && c.Subdomains == nil {
		return usage("say where to: --base-url, --subdomains or --no-subdomains")
	}
	if !inhabited(c.Data) {
		return fmt.Errorf("there are no pods in %s", c.Data)
	}
	if other := dial(ctx, c.Data); other != nil {
		return finish(other, fmt.Errorf("a server holds %s; stop it, and start it again after the move", c.Data))
	}
	opt, err := c.site()
	if err != nil {
		return err
	}
	opt.Move = true
	vault, err := c.openWith(ctx, t, opt)
	if err != nil {
		return err
	}
	return errors.Join(c.tell(ctx, t, vault), vault.Close())
}

func (c *moveCommand) tell(ctx context.Context, t *terminal, vault *pod.Vault) error {
	moved := 0
	err := vault.Moved(ctx, func(m pod.Moved) error {
		if moved++; moved > 1 {
			fmt.Fprintln(t.out)
		}
		fmt.Fprintf(t.out, "Name    %s\nPod     %s\nOwner   %s\nBefore  %s\n", m.Name, m.Root, m.Owner, m.OldRoot)
		t.paths("These name somebody or something by an address at the old place, where nobody is any longer:", m.Links)
		return nil
	})
	if err == nil && moved == 0 {
		t.say("no pod has another address than before")
	}
	return err
}
