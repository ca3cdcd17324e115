package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"skrin/linkeddata"
	"skrin/web/admin"
)

type grantCommand struct {
	folderFlags `embed:""`
	Name        string   `arg:"" help:"Name of the pod."`
	To          string   `required:"" placeholder:"WEBID" help:"WebID of the person."`
	Client      string   `placeholder:"IRI" help:"Only through this app (default: any)."`
	Container   []string `required:"" placeholder:"PATH" help:"Container (ends with /) or resource below the pod, like health/labs/; may be repeated."`
	Mode        []string `default:"read" enum:"read,create" placeholder:"MODE" help:"read or create; may be repeated (default: ${default})."`
	From        string   `placeholder:"TIME" help:"When it begins (default: now)."`
	Until       string   `required:"" placeholder:"TIME" help:"When it ends, at most a year ahead: 2026-12-24, 2026-12-24T18:00:00Z, 12h, 14d, 6w."`
	Purpose     string   `placeholder:"P" help:"What it is for: an IRI of a purpose, or a word such as treatment."`
	Note        string   `placeholder:"TEXT" help:"Your own words, for the journal."`
}

// Run gives a grant and prints its id.
func (c *grantCommand) Run(ctx context.Context, t *terminal) error {
	wanted, err := c.wanted(time.Now())
	if err != nil {
		return err
	}
	if _, err := linkeddata.ParseIRI(c.To); err != nil {
		return usage("--to %q is no WebID, such as https://clinic.example/ana#me", c.To)
	}
	var given admin.Grant
	if err := c.ask(ctx, t, "POST", podPath(c.Name, "grants"), wanted, &given); err != nil {
		return err
	}
	fmt.Fprintln(t.out, given.ID)
	fmt.Fprintf(t.errOut, "%s may %s %s until %s.\nTo end it sooner: skrin revoke %s %s\n", given.To, list(given.Modes),
		list(c.Container), given.Until.Local().Format("2006-01-02 15:04 MST"), c.Name, given.ID)
	if len(given.Vacant) > 0 {
		t.say("Nothing is at %s yet. If something should be: a container's name ends with a slash.", list(given.Vacant))
	}
	return nil
}

// wanted is the grant that the flags ask for.
func (c *grantCommand) wanted(now time.Time) (admin.NewGrant, error) {
	g := admin.NewGrant{To: c.To, Client: c.Client, Targets: c.targets(), Modes: c.Mode, Purpose: c.Purpose, Note: c.Note}
	var err error
	if g.Until, err = parseWhen(c.Until, now); err != nil {
		return g, err
	}
	if c.From != "" {
		g.From, err = parseBegin(c.From, now)
	}
	return g, err
}

// targets are the containers as paths from the root of the pod. Names are taken as people type them; where something is
// percent-encoded already, all of it is.
func (c *grantCommand) targets() []string {
	var paths []string
	for _, path := range c.Container {
		if !strings.Contains(path, "://") {
			path = "/" + strings.TrimPrefix(path, "/")
			if !strings.Contains(path, "%") {
				path = (&url.URL{Path: path}).EscapedPath()
			}
		}
		paths = append(paths, path)
	}
	return paths
}

// list joins words as people do.
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	default:
		text := words[0]
		for _, w := range words[1 : n-1] {
			text += ", " + w
		}
		return text + " and " + words[n-1]
	}
}
