package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"skrin/web/admin"
)

type podCompactCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
}

// Run writes a pod's file anew, without the space that deleted values left and without what stood there.
func (c *podCompactCommand) Run(ctx context.Context, t *terminal) error {
	var done admin.Compacted
	if err := c.ask(ctx, t, "POST", podPath(c.Name, "compact"), nil, &done); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s: %s, before %s\n", c.Name, size(done.After), size(done.Before))
	return nil
}

type podRotateCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
}

// Run gives a pod a new key, and returns when everything is sealed with it.
func (c *podRotateCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	err = finish(server, c.follow(ctx, t, server))
	if err == nil {
		t.say("%s has a new key, and everything is sealed with it. The recovery key stays the same.\n"+
			"Backups from before are sealed as they were: the recovery key still opens them.", c.Name)
	}
	return err
}

func (c *podRotateCommand) follow(ctx context.Context, t *terminal, server *client) error {
	var last admin.RotateEvent
	err := server.follow(ctx, "POST", podPath(c.Name, "rotate"), "", nil, func(text json.RawMessage) error {
		last = admin.RotateEvent{}
		if err := json.Unmarshal(text, &last); err != nil {
			return fmt.Errorf("reading the server's answer: %w", err)
		}
		t.passing("sealed anew: %s", counted(last.Sealed, last.Total))
		return nil
	})
	t.wipe()
	switch {
	case err != nil:
		return err
	case last.Problem != nil:
		return last.Problem
	case !last.Done:
		return errCut
	}
	return nil
}

type podRecoverCommand struct {
	folderFlags   `embed:""`
	recoveryFlags `embed:""`
	Name          string `arg:"" help:"Name of the pod."`
}

// Run lets the owner's recovery key give this host a way into a pod that it cannot open.
func (c *podRecoverCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	if err = server.ask(ctx, "GET", podPath(c.Name), nil, nil); err == nil {
		_, err = c.key(ctx, t, func(key string) (bool, error) {
			err := server.with(key).ask(ctx, "POST", podPath(c.Name, "recover"), nil, nil)
			if wrong := new(admin.Problem); errors.As(err, &wrong) && wrong.Code == "wrong-key" {
				return false, nil
			}
			return err == nil, err
		})
	}
	if err = finish(server, err); err == nil {
		t.say("This host opens %s again.", c.Name)
	}
	return err
}

// with is the same client with a recovery key in every request ("": none).
func (c *client) with(key string) *client {
	if key == "" {
		return c
	}
	holder := *c
	holder.field = http.Header{admin.RecoveryField: {key}}
	return &holder
}
