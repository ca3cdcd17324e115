package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"skrin/crypto"
	"skrin/web/admin"
)

type podCreateCommand struct {
	folderFlags `embed:""`
	Name        string   `arg:"" help:"Name of the pod: 3 to 63 of a-z, 0-9 and single hyphens."`
	Owner       string   `placeholder:"WEBID" help:"WebID of the citizen (default: the pod's own, profile/card#me)."`
	Issuer      []string `placeholder:"URL" help:"Issuer elsewhere that may sign the owner in, for the pod's own WebID; may be repeated (default: this host's, with an account)."`
	Account     string   `placeholder:"NAME" help:"Name that the owner signs in with at this host (default: that of the pod)."`
	NoAccount   bool     `help:"Make the pod alone: nobody can sign in to it until an account or another issuer is given."`
	NoConfirm   bool     `help:"Do not ask for a part of the recovery key back; for scripts."`
	QR          bool     `name:"qr" help:"Show the recovery key as a QR code too, as at a terminal."`
}

// Run makes a pod. The recovery key goes to the owner's eyes and nowhere else.
func (c *podCreateCommand) Run(ctx context.Context, t *terminal) error {
	wanted, err := c.wanted()
	if err != nil {
		return err
	}
	server, err := c.client(ctx, t)
	if err != nil {
		return err
	}
	var made admin.Created
	err = server.ask(ctx, "POST", "/pods", wanted, &made)
	if made.Former {
		t.say("A pod of this name was deleted here before. Grants and rules of other pods that name its owner let in the new one:")
		t.say("if that is somebody else, delete this pod and choose another name.")
	}
	if err == nil {
		err = t.introduce(made, c.QR)
	}
	if err == nil && !c.NoConfirm {
		err = t.confirmRecovery(ctx, made)
	}
	return finish(server, err)
}

// wanted is the pod that the flags ask for. An owner who is somebody elsewhere on the web, or whom another issuer signs
// in, gets an account only by name.
func (c *podCreateCommand) wanted() (admin.NewPod, error) {
	pod := admin.NewPod{Name: c.Name, Owner: c.Owner, Issuers: c.Issuer, Account: c.Account}
	ours := c.Owner == "" && len(c.Issuer) == 0
	switch {
	case c.NoAccount && c.Account != "":
		return pod, usage("--account NAME and --no-account: give one of them")
	case c.NoAccount:
		pod.Own = ours
	case ours && c.Account == "":
		pod.Account = c.Name
	}
	return pod, nil
}

// introduce prints a new pod and its recovery key. The key as text comes last.
func (t *terminal) introduce(made admin.Created, qr bool) error {
	key, err := crypto.ParseRecoveryKey(made.Recovery)
	if err != nil {
		return fmt.Errorf("reading the recovery key: %w", err)
	}
	defer key.Destroy()
	fmt.Fprintf(t.out, "Pod      %s\nOwner    %s\n", made.Root, made.Owner)
	if made.Account != "" {
		fmt.Fprintf(t.out, "Account  %s\nSign in  %s, the first time with the recovery key\n", made.Account, made.Recover)
	}
	fmt.Fprintln(t.out)
	fmt.Fprintf(t.out, "Recovery key, shown this once. Print it or write it down, and keep it where only you look:\n"+
		"it opens this pod when everything else is lost, and it opens every backup of it.\n\n")
	if qr || isTerminal(t.out) {
		if err := qrCode(t.out, key.Line(), isTerminal(t.out)); err != nil {
			return err
		}
		fmt.Fprintln(t.out)
	}
	for line := range strings.Lines(strings.TrimSpace(made.Recovery)) {
		fmt.Fprintf(t.out, "    %s\n", strings.TrimSpace(line))
	}
	_, err = fmt.Fprintln(t.out)
	return err
}

// errUnconfirmed is returned when nobody could type a part of the recovery key back.
var errUnconfirmed = errors.New("the recovery key was not confirmed")

// confirmRecovery lets the owner type the end of the key back, to be sure that it was kept.
func (t *terminal) confirmRecovery(ctx context.Context, made admin.Created) error {
	key := strings.TrimSpace(made.Recovery)
	last := bare(key[strings.LastIndexByte(key, '\n')+1:])
	answers := bufio.NewReader(t.in)
	for range 3 {
		fmt.Fprintf(t.errOut, "Type its last line back (%d characters; spaces and capitals do not matter): ", len(last))
		answer, err := answers.ReadString('\n')
		if bare(answer) == last {
			t.say("Good.")
			return nil
		}
		if err != nil || ctx.Err() != nil {
			t.say("")
			break
		}
		t.say("That is not it.")
	}
	return fmt.Errorf("%w; the pod was made, but if you did not keep the key: skrin pod delete %s, and make it again",
		errUnconfirmed, made.Name)
}

// bare is a part of a recovery key without what people put between its letters.
func bare(text string) string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '-' || unicode.IsSpace(r) }), ""))
}

type podListCommand struct {
	folderFlags `embed:""`
	JSON        bool `name:"json" help:"Print JSON."`
}

// Run lists the pods, and who signs in here as their owners.
func (c *podListCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	var found admin.Pods
	var people admin.Accounts
	if err = server.ask(ctx, "GET", "/pods", nil, &found); err == nil && !c.JSON {
		err = server.ask(ctx, "GET", "/accounts", nil, &people)
	}
	switch err = finish(server, err); {
	case err != nil:
		return err
	case c.JSON:
		return t.json(found)
	}
	signsIn := map[string]string{}
	for _, a := range people.Accounts {
		for _, p := range a.Pods {
			signsIn[p.Name] = a.Name
		}
	}
	var rows [][]string
	for _, p := range found.Pods {
		rows = append(rows, []string{p.Name, p.Created.Local().Format(time.DateOnly), cmp.Or(signsIn[p.Name], "-"), p.Owner, p.Root})
	}
	return t.table("no pods yet", []string{"NAME", "CREATED", "ACCOUNT", "OWNER", "ADDRESS"}, rows)
}

type podDeleteCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
	KeepAccount bool   `help:"Leave the account of its owner as it is, for a backup that is restored next."`
	Yes         bool   `help:"Do not ask; for scripts."`
}

// Run destroys a pod, when its name was typed back. An account that has no other pod goes with it: nobody is left to
// sign in as, and no recovery key to come back with.
func (c *podDeleteCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	err = server.ask(ctx, "GET", podPath(c.Name), nil, nil)
	if err == nil && !c.Yes && !t.confirmName(c.Name) {
		err = errors.New("nothing was deleted")
	}
	var gone admin.Deleted
	if err == nil {
		path := podPath(c.Name)
		if c.KeepAccount {
			path += "?account=keep"
		}
		err = server.ask(ctx, "DELETE", path, nil, &gone)
	}
	if err == nil {
		t.say("%s and its keys are gone. Backups can still be opened with the recovery key.", c.Name)
		t.aboutAccount(gone)
	}
	return finish(server, err)
}

func (t *terminal) confirmName(name string) bool {
	fmt.Fprintf(t.errOut, "This destroys everything in %s, for good. Type its name to go on: ", name)
	answer, _ := bufio.NewReader(t.in).ReadString('\n')
	return strings.TrimSpace(answer) == name
}

// aboutAccount says what became of the account of a deleted pod.
func (t *terminal) aboutAccount(gone admin.Deleted) {
	switch {
	case gone.Waits:
		t.say("The account %s waits for the pod to be restored.", gone.Account)
	case gone.Removed:
		t.say("It was the last pod of the account %s, which is gone too.", gone.Account)
	case gone.Account != "":
		t.say("The account %s goes on with its other pods.", gone.Account)
	}
}
