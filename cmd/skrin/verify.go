package main

import (
	"context"
	"errors"
	"fmt"

	"skrin/web/admin"
)

type verifyCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" optional:"" help:"Name of the pod (default: all of them)."`
}

// Run opens every sealed value where it stands and recomputes every hash. A pod that cannot be checked does not keep
// the next one from being checked.
func (c *verifyCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	names := []string{c.Name}
	if c.Name == "" {
		names, err = server.names(ctx)
	}
	damaged, failed := 0, []error{err}
	if c.Name == "" {
		found, err := c.host(ctx, t, server)
		damaged, failed = found, append(failed, err)
	}
	for _, name := range names {
		found, err := c.pod(ctx, t, server, name)
		damaged, failed = damaged+found, append(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	if damaged > 0 {
		failed = append(failed, fmt.Errorf("%w, in %d places", errDamage, damaged))
	}
	return finish(server, errors.Join(failed...))
}

// pod checks one pod, and says in how many places it is damaged.
func (c *verifyCommand) pod(ctx context.Context, t *terminal, server *client, name string) (int, error) {
	last, err := server.check(ctx, t, podPath(name, "verify"))
	if problem := new(admin.Problem); errors.As(err, &problem) && problem.Code == "damaged" {
		t.say("damaged: %s\n  to do: %s", problem.Detail, beyondOpening(name))
		return 0, fmt.Errorf("%w: %s cannot be opened", errDamage, name)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	state := "sound"
	if len(last.Damage) > 0 {
		state = "damaged"
	}
	fmt.Fprintf(t.out, "%s: %s, %d resources; journal head %s\n", name, state, last.Checked, last.Head)
	return len(last.Damage), nil
}

// host checks what the host keeps besides the pods.
func (c *verifyCommand) host(ctx context.Context, t *terminal, server *client) (int, error) {
	last, err := server.check(ctx, t, "/verify")
	if err != nil {
		return 0, fmt.Errorf("the host's own records: %w", err)
	}
	if len(last.Damage) == 0 {
		fmt.Fprintf(t.out, "the host's own records: all %d can be read\n", last.Checked)
	}
	return len(last.Damage), nil
}

// beyondOpening says what to do about a pod whose files do not open at all.
func beyondOpening(name string) string {
	return fmt.Sprintf("keep a copy of the data folder; try the last backup in another one (skrin restore FILE --data OTHER); "+
		"when it is good: skrin pod delete %s --keep-account, and skrin restore FILE", name)
}

// names are those of all pods.
func (c *client) names(ctx context.Context) ([]string, error) {
	var found admin.Pods
	err := c.ask(ctx, "GET", "/pods", nil, &found)
	var names []string
	for _, p := range found.Pods {
		names = append(names, p.Name)
	}
	return names, err
}
