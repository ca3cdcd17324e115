package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"skrin/internal/desk"
	"skrin/linkeddata"
	"skrin/pod"
)

type moveCommand struct {
	folderFlags `embed:""`
}

// Run gives every pod of the folder its address at another site, lets accounts and issuers follow, and lists what still leads to the old one. Only
// people can write that anew: a link may stand in a text, and a WebID in an ACL may mean somebody else by now.
func (c *moveCommand) Run(ctx context.Context, t *terminal) error {
	if c.BaseURL == "" && c.Subdomains == nil && c.AppURL == "" {
		return usage("say where to: --base-url, --subdomains, --no-subdomains or --app-url")
	}
	if !inhabited(c.Data) {
		return fmt.Errorf("there are no pods in %s; say which folder with --data", whole(c.Data))
	}
	if other := dial(ctx, c.Data); other != nil {
		return finish(other, fmt.Errorf("a server holds %s; stop it, and start it again after the move", c.Data))
	}
	opt, err := c.site()
	if err != nil {
		return err
	}
	opt.Move = true
	opt.Agree = func(vault *pod.Vault) error {
		_, _, err := c.appAt(vault)
		return err
	}
	vault, err := c.openWith(ctx, t, opt)
	if err != nil {
		return err
	}
	back, err := c.back(ctx, vault, true)
	if err != nil {
		return errors.Join(err, vault.Close())
	}
	err = c.tell(ctx, t, vault)
	if err == nil {
		t.settled(back)
	}
	back.Close()
	return errors.Join(err, vault.Close())
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

// settled tells what moved along: who signs people in, and who they are.
func (t *terminal) settled(back *desk.Back) {
	s := back.Settled
	t.paths("These sign in as another WebID from now on. What apps and scripts had for the old one has ended:", s.Accounts)
	if s.Before.IsZero() {
		return
	}
	fmt.Fprintf(t.out, "\nSign in  %sapp/\nBefore   %sapp/\n", back.Issuer, s.Before)
	t.say("Apps ask anew whether they may act for people, and scripts are to be let in anew: what they had was from the issuer at the old address.")
	if host(back.Issuer) != host(s.Before) {
		fmt.Fprintf(t.out, "Passkeys were made for %s and work there alone, unless --rp-id was a domain above both: who has nothing else comes in with\n"+
			"the recovery key, at %sapp/recover\n", host(s.Before), back.Issuer)
	}
	t.paths("The WebIDs of these pods name the new issuer:", s.Pods)
	t.paths("These could not be opened, and may go on naming the old one (skrin pod issuers NAME):", s.Left)
}

// host is that of an address, without its port.
func host(address linkeddata.IRI) string {
	u, err := url.Parse(address.String())
	if err != nil {
		return address.String()
	}
	return u.Hostname()
}
