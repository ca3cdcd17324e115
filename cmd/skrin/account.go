package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"skrin/web/admin"
)

type accountListCommand struct {
	folderFlags `embed:""`
	JSON        bool `name:"json" help:"Print JSON."`
}

// Run lists the accounts.
func (c *accountListCommand) Run(ctx context.Context, t *terminal) error {
	var found admin.Accounts
	if err := c.ask(ctx, t, "GET", "/accounts", nil, &found); err != nil {
		return err
	}
	if c.JSON {
		return t.json(found)
	}
	var rows [][]string
	for _, a := range found.Accounts {
		rows = append(rows, []string{a.Name, a.Created.Local().Format(time.DateOnly), strings.Join(podNames(a), " "), waysIn(a)})
	}
	return t.table("no accounts yet", []string{"NAME", "CREATED", "PODS", "SIGNS IN WITH"}, rows)
}

func podNames(a admin.Account) (names []string) {
	for _, p := range a.Pods {
		names = append(names, p.Name)
	}
	return names
}

// waysIn says what somebody signs in with.
func waysIn(a admin.Account) string {
	var ways []string
	if a.Passkeys == 1 {
		ways = append(ways, "a passkey")
	} else if a.Passkeys > 1 {
		ways = append(ways, fmt.Sprintf("%d passkeys", a.Passkeys))
	}
	if a.Password {
		ways = append(ways, "a password")
	}
	switch {
	case len(ways) == 0:
		return "the recovery key alone"
	case a.TwoFactors:
		return strings.Join(ways, " together with ")
	}
	return list(ways)
}

type accountShowCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name that the person signs in with."`
	JSON        bool   `name:"json" help:"Print JSON."`
}

// Run shows an account, and how much of it is in use.
func (c *accountShowCommand) Run(ctx context.Context, t *terminal) error {
	var found admin.AccountInUse
	if err := c.ask(ctx, t, "GET", accountPath(c.Name), nil, &found); err != nil {
		return err
	}
	if c.JSON {
		return t.json(found)
	}
	fmt.Fprintf(t.out, "Name      %s\nCreated   %s\nSigns in  with %s\n", found.Name, found.Created.Local().Format("2006-01-02 15:04"), waysIn(found.Account))
	for _, p := range found.Pods {
		fmt.Fprintf(t.out, "Pod       %s, %s\n", p.Name, p.WebID)
	}
	_, err := fmt.Fprintf(t.out, "Signed in in %s; %s may act for them, and %s of their own\n",
		amount(found.Sessions, "browser"), amount(found.Apps, "app"), amount(found.Scripts, "script"))
	return err
}

// amount is a number of things as one says it.
func amount(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

type accountCreateCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name to sign in with: letters and digits of any script, and . - _ @ + between them."`
	Pod         string `required:"" placeholder:"NAME" help:"Pod whose owner it is for."`
}

// Run makes an account for the owner of a pod that has none.
func (c *accountCreateCommand) Run(ctx context.Context, t *terminal) error {
	var made admin.Account
	if err := c.ask(ctx, t, "POST", "/accounts", admin.NewAccount{Name: c.Name, Pod: c.Pod}, &made); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Account  %s\nSign in  %s\n", made.Name, made.Recover)
	t.say("They come in with the recovery key of %s, and then make a passkey or set a password.", c.Pod)
	if made.Elsewhere {
		t.say("The document of %s is not in the pod: apps get in only when it names the issuer itself (solid:oidcIssuer).", made.Pods[0].WebID)
	}
	if made.Named {
		t.say("The WebID of %s names this host's issuer from now on; others that it names still do: skrin pod issuers %s", c.Pod, c.Pod)
	}
	return nil
}

type accountRemoveCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name that the person signs in with."`
	Yes         bool   `help:"Do not ask; for scripts."`
}

// Run takes an account away, when its name was typed back. Its pods stay.
func (c *accountRemoveCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	var found admin.AccountInUse
	err = server.ask(ctx, "GET", accountPath(c.Name), nil, &found)
	if err == nil && !c.Yes && !t.confirmRemoval(found.Account) {
		err = errors.New("nothing was removed")
	}
	if err == nil {
		err = server.ask(ctx, "DELETE", accountPath(c.Name), nil, nil)
	}
	if err = finish(server, err); err != nil {
		return err
	}
	t.say("%s is gone, signed out everywhere, and no app acts for them any more.", found.Name)
	for _, p := range found.Pods {
		t.say("The pod %s stays. To let its owner sign in again: skrin account create NAME --pod %s", p.Name, p.Name)
	}
	return nil
}

func (t *terminal) confirmRemoval(a admin.Account) bool {
	fmt.Fprintf(t.errOut, "%s will not be able to sign in any more (%s). Their pods stay. Type the name to go on: ", a.Name, waysIn(a))
	answer, _ := bufio.NewReader(t.in).ReadString('\n')
	return strings.TrimSpace(answer) == a.Name
}

type accountSignOutCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name that the person signs in with."`
}

// Run signs somebody out everywhere.
func (c *accountSignOutCommand) Run(ctx context.Context, t *terminal) error {
	var done admin.SignedOut
	err := c.ask(ctx, t, "POST", accountPath(c.Name)+"/sign-out", nil, &done)
	if err == nil {
		t.say("%s is signed out of %s and %s, from now on.", c.Name, amount(done.Sessions, "browser"), amount(done.Apps, "app"))
	}
	return err
}

// accountPath is the address of an account.
func accountPath(name string) string { return "/accounts/" + url.PathEscape(name) }
