package main

import (
	"context"
	"fmt"

	"skrin/web/admin"
)

type verifyCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" optional:"" help:"Name of the pod (default: all of them)."`
}

// Run opens every sealed value where it stands and recomputes every hash.
func (c *verifyCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	names := []string{c.Name}
	if c.Name == "" {
		names, err = server.names(ctx)
	}
	damaged := 0
	for _, name := range names {
		var found int
		if found, err = c.pod(ctx, t, server, name); err != nil {
			break
		}
		damaged += found
	}
	if err == nil && damaged > 0 {
		err = fmt.Errorf("%w, in %d places", errDamage, damaged)
	}
	return finish(server, err)
}

// pod checks one pod, and says in how many places it is damaged.
func (c *verifyCommand) pod(ctx context.Context, t *terminal, server *client, name string) (int, error) {
	last, err := server.check(ctx, t, podPath(name, "verify"))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	state := "sound"
	if len(last.Damage) > 0 {
		state = "damaged"
	}
	fmt.Fprintf(t.out, "%s: %s, %d values; journal head %s\n", name, state, last.Checked, last.Head)
	return len(last.Damage), nil
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
