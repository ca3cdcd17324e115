package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"skrin/web/admin"
)

// arrivalFlags say who signs in the owner of a pod that comes from elsewhere.
type arrivalFlags struct {
	Issuer  []string `placeholder:"URL" help:"Issuer that may sign the owner in from now on, or the word own for this host's; may be repeated (default: those of where the pod comes from)."`
	Account string   `placeholder:"NAME" help:"Make an account of this name for the owner, who comes in with the recovery key."`
}

// bring follows a pod on its way in, settles who signs its owner in, and tells what came.
func (f arrivalFlags) bring(ctx context.Context, t *terminal, server *client, key, path, mediaType string, body io.Reader, total int64) error {
	r, err := server.with(key).arrival(ctx, t, path, mediaType, body, total)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Name    %s\nPod     %s\nOwner   %s\n", r.Name, r.Root, r.Owner)
	if r.OldRoot != r.Root {
		fmt.Fprintf(t.out, "Before  %s\n", r.OldRoot)
	}
	unsettled := f.settle(ctx, t, server, r)
	if unsettled != nil {
		unsettled = fmt.Errorf("the pod is here, but who signs its owner in is as it was: %w.\nTo settle that: skrin account create NAME --pod %s, and skrin pod issuers %s",
			unsettled, r.Name, r.Name)
	}
	return errors.Join(server.welcome(ctx, t, r), unsettled)
}

// arrival follows a pod on its way in.
func (c *client) arrival(ctx context.Context, t *terminal, path, mediaType string, body io.Reader, total int64) (*admin.Restored, error) {
	var last admin.RestoreEvent
	err := c.follow(ctx, "POST", path, mediaType, body, func(text json.RawMessage) error {
		last = admin.RestoreEvent{}
		if err := json.Unmarshal(text, &last); err != nil {
			return fmt.Errorf("reading the server's answer: %w", err)
		}
		if !last.Done {
			t.passing("%s", share(last.Bytes, total))
		}
		return nil
	})
	t.wipe()
	switch {
	case err != nil:
		return nil, err
	case last.Problem != nil:
		return nil, last.Problem
	case last.Restored == nil:
		return nil, errCut
	}
	return last.Restored, nil
}

// settle says who signs the owner in, as the flags want it, and tells how it stands then.
func (f arrivalFlags) settle(ctx context.Context, t *terminal, server *client, r *admin.Restored) error {
	now := admin.Issuers{Issuers: r.Issuers, Own: r.Own}
	if len(f.Issuer) > 0 {
		asked := admin.ChangeIssuers{Add: f.Issuer, Remove: r.Issuers}
		if err := server.ask(ctx, "POST", podPath(r.Name, "issuers"), asked, &now); err != nil {
			return err
		}
	}
	if f.Account != "" {
		var made admin.Account
		if err := server.ask(ctx, "POST", "/accounts", admin.NewAccount{Name: f.Account, Pod: r.Name}, &made); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "Account %s\nSign in %s, the first time with the recovery key\n", made.Name, made.Recover)
		r.Account = made.Name
		if made.Named {
			now.Issuers = append(now.Issuers, now.Own)
		}
	}
	t.vouching(r, now)
	return nil
}

// vouching tells who can sign the owner of a pod in, as far as that is not this host alone.
func (t *terminal) vouching(r *admin.Restored, now admin.Issuers) {
	own, others := apart(now.Issuers, func(issuer string) bool { return issuer == now.Own })
	t.paths("Its WebID names these issuers. Whoever runs them can sign in as the owner:", others)
	if len(others) > 0 {
		fmt.Fprintf(t.out, "To name others: skrin pod issuers %s --add URL --remove URL\n", r.Name)
	}
	if hosted := strings.HasPrefix(r.Owner, r.Root); r.Account == "" && hosted {
		if len(own) == 0 {
			fmt.Fprintf(t.out, "\nThis host's own issuer is not among them. ")
		} else {
			fmt.Fprintf(t.out, "\nNobody here has an account for it. ")
		}
		fmt.Fprintf(t.out, "To let its owner sign in here: skrin account create NAME --pod %s\n", r.Name)
	}
}

// welcome tells what is known of a pod that came from elsewhere, and what its owner has to do.
func (c *client) welcome(ctx context.Context, t *terminal, r *admin.Restored) error {
	rules, others := apart(r.Links, func(path string) bool { return strings.HasSuffix(path, ".acl") })
	t.paths("These ACLs name somebody by an address where it was before. Whoever has that address now has what they give;\n"+
		"write them anew if that is not the owner:", rules)
	t.paths("These hold links to where it was before, which were left as they are:", others)
	if r.Grants == 0 {
		fmt.Fprintln(t.out, "\nNo grant was in force.")
		return nil
	}
	var given admin.Grants
	if err := c.ask(ctx, "GET", podPath(r.Name, "grants"), nil, &given); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "\nThese grants rest, since some may have been revoked after this copy was made:\n")
	err := t.grants(resting(given.Grants))
	fmt.Fprintf(t.out, "\nThe owner lets them count again with: skrin grants %s --confirm\n", r.Name)
	return err
}
