package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"skrin/pod"
	"skrin/web/admin"
)

type journalCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" help:"Name of the pod."`
	From        uint64 `placeholder:"N" help:"First line to show."`
	JSON        bool   `name:"json" help:"Print JSON, one line each."`
	Verify      bool   `help:"Prove that no line was changed or removed, instead of showing them."`
	Since       string `placeholder:"HEAD" help:"With --verify: a head that was kept (SIZE:ROOT); prove that all of it is still there."`
}

// Run shows the journal, or checks it.
func (c *journalCommand) Run(ctx context.Context, t *terminal) error {
	if c.Since != "" && !c.Verify {
		return usage("--since is for --verify; lines are chosen with --from")
	}
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	if c.Verify {
		return finish(server, c.verify(ctx, t, server))
	}
	return finish(server, c.show(ctx, t, server))
}

// show prints the journal page by page.
func (c *journalCommand) show(ctx context.Context, t *terminal, server *client) error {
	for from := c.From; ; {
		var page admin.Journal
		query := url.Values{"from": {strconv.FormatUint(from, 10)}, "limit": {"500"}}
		if err := server.ask(ctx, "GET", podPath(c.Name, "journal")+"?"+query.Encode(), nil, &page); err != nil {
			return err
		}
		for _, line := range page.Lines {
			if err := c.line(t, line); err != nil {
				return err
			}
		}
		if page.Next <= from {
			t.say("head %s", page.Head)
			return nil
		}
		from = page.Next
	}
}

// line prints one line of the journal.
func (c *journalCommand) line(t *terminal, line admin.Line) error {
	if c.JSON {
		return t.jsonLine(line)
	}
	_, err := fmt.Fprintf(t.out, "%6d  %s  %s\n", line.N, line.At.Local().Format("2006-01-02 15:04:05"), sentence(line))
	return err
}

// sentence is a line of the journal as one says it.
func sentence(line admin.Line) string {
	words := []string{who(line)}
	if !line.Allowed {
		words = append(words, "was refused:")
	}
	words = append(words, line.Did)
	if line.Path != "" {
		words = append(words, line.Path)
	}
	switch {
	case line.Did == "restore" || line.Did == "confirm-grants":
		words = append(words, fmt.Sprintf("(grants: %d)", line.Count))
	case line.Count > 1:
		words = append(words, fmt.Sprintf("(%d times)", line.Count))
	}
	text := strings.Join(words, " ")
	if line.Because != "" {
		text += " - " + line.Because
	}
	return text
}

// who names the agent of a line, with the app if there was one.
func who(line admin.Line) string {
	switch {
	case line.Client == pod.CLI.String():
		return "the owner, in the pages or by command line,"
	case line.Who == pod.CLI.String():
		return "the host"
	case line.Who == "":
		return "somebody"
	case line.Client == "":
		return line.Who
	}
	return line.Who + " with " + line.Client
}

// verify asks for the proof, and prints the head: kept elsewhere, it proves later that nothing before it was removed.
func (c *journalCommand) verify(ctx context.Context, t *terminal, server *client) error {
	path := podPath(c.Name, "journal", "verify")
	if c.Since != "" {
		path += "?since=" + url.QueryEscape(c.Since)
	}
	last, err := server.check(ctx, t, path)
	if err != nil {
		return err
	}
	if c.JSON {
		err = t.jsonLine(last)
	}
	if len(last.Damage) > 0 {
		return fmt.Errorf("%w: the journal of %s is not as it was written", errDamage, c.Name)
	}
	if !c.JSON {
		fmt.Fprintf(t.out, "all %d lines are as they were written\nhead %s\n", last.Checked, last.Head)
	}
	return err
}

// check follows a verification to its last line, and prints the damage that it names.
func (c *client) check(ctx context.Context, t *terminal, path string) (admin.VerifyEvent, error) {
	var last admin.VerifyEvent
	err := c.follow(ctx, "POST", path, "", nil, func(text json.RawMessage) error {
		last = admin.VerifyEvent{}
		if err := json.Unmarshal(text, &last); err != nil {
			return fmt.Errorf("reading the server's answer: %w", err)
		}
		if !last.Done {
			t.passing("checked: %s", counted(last.Checked, last.Total))
		}
		return nil
	})
	t.wipe()
	switch {
	case err != nil:
		return last, err
	case last.Problem != nil:
		return last, last.Problem
	case !last.Done:
		return last, errCut
	}
	for _, d := range last.Damage {
		t.say("damaged: %s: %s\n  to do: %s", d.Where, d.What, d.Advice)
	}
	return last, nil
}
