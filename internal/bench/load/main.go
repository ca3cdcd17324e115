package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settings say what is measured, and for how long.
type settings struct {
	window  time.Duration
	rounds  int
	clients []int
	only    *regexp.Regexp
	pods    int
	members int
	dir     string
	css     bool
}

func main() {
	s, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err == nil {
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func parse(args []string) (settings, error) {
	var s settings
	f := flag.NewFlagSet("load", flag.ContinueOnError)
	f.DurationVar(&s.window, "window", time.Second/2, "about how long one window is")
	f.IntVar(&s.rounds, "rounds", 9, "windows of each side of a comparison")
	clients := f.String("clients", "8,64", "how many ask at the same time")
	only := f.String("only", "", "regular expression for the scenarios wanted")
	f.IntVar(&s.pods, "pods", 10000, "pods of the crowded host; fewer than 1000 leave out what needs them")
	f.IntVar(&s.members, "members", 100000, "members of the large container")
	f.BoolVar(&s.css, "css", false, "measure beside Community Solid Server, which npm installs, and nothing else")
	f.StringVar(&s.dir, "dir", "", "folder on the disk to measure (default: a temporary one)")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	var err error
	if s.only, err = regexp.Compile("(?i)" + *only); err != nil {
		return s, err
	}
	for text := range strings.SplitSeq(*clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return s, fmt.Errorf("-clients: %q is no number of clients", text)
		}
		s.clients = append(s.clients, n)
	}
	if s.css && !given(f, "clients") {
		s.clients = []int{8}
	}
	if s.rounds < 1 || s.window <= 0 {
		return s, errors.New("there must be a window at least")
	}
	return s, nil
}

// given says whether a flag was set.
func given(f *flag.FlagSet, name string) (set bool) {
	f.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

// run measures everything in a folder that is gone afterwards.
func run(ctx context.Context, s settings) error {
	dir, err := os.MkdirTemp(s.dir, "skrin-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	say("building the programs")
	b, err := build(ctx, dir)
	if err != nil {
		return err
	}
	w, err := newWorld(dir, b)
	if err != nil {
		return err
	}
	defer w.close()
	var t table
	parts := []func(context.Context, settings, *world, *table) error{compareRequests, compareCrowd}
	if s.css {
		parts = []func(context.Context, settings, *world, *table) error{compareCSS}
	}
	for _, part := range parts {
		if err := part(ctx, s, w, &t); err != nil {
			return cmp.Or(ctx.Err(), err)
		}
	}
	t.print(os.Stdout)
	say("measured in %s", time.Since(began).Round(time.Second))
	return nil
}

// say tells whoever waits what goes on.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
