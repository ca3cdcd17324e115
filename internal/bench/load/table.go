package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
)

// table is all that was measured.
type table struct {
	rows  []measured
	facts []fact
}

// fact is a figure that stands for itself.
type fact struct {
	name, value, goal string
	met               bool
}

func names(all []comparison) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.name)
	}
	return out
}

// wants says whether one of the names is asked for.
func (t *table) wants(s settings, names []string) bool {
	for _, name := range names {
		if s.only.MatchString(name) {
			return true
		}
	}
	return false
}

func (t *table) fact(name, value, goal string, met bool) {
	say("%-48s %s (%s)", name, value, goal)
	t.facts = append(t.facts, fact{name, value, goal, met})
}

// measure runs the comparisons that are asked for.
func (t *table) measure(ctx context.Context, s settings, all []comparison) error {
	for _, c := range all {
		if !t.wants(s, []string{c.name}) {
			continue
		}
		for _, clients := range s.clients {
			m, err := c.run(ctx, s, clients)
			if err != nil {
				return fmt.Errorf("%s, %d clients: %w", c.name, clients, err)
			}
			say("%-48s %3d clients: %.2f (%s), CPU %.2f", c.name, clients, m.ratio, c.goal, m.cpu)
			t.rows = append(t.rows, m)
		}
	}
	return nil
}

// print writes everything, and at the end what misses its goal.
func (t *table) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tclients\treq/s\tagainst\tratio\tgoal\t\tCPU us\tagainst\tratio\t\tp50 ms\tp99\tagainst p50\tp99\terrors\t")
	for _, m := range t.rows {
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%.0f\t%.2f\t%s\t%s\t%.0f\t%.0f\t%.2f\t%s\t%s\t%s\t%s\t%s\t%d+%d\t\n", m.name, m.clients,
			m.here.rate, m.there.rate, m.ratio, m.goal, verdict(m.met), 1e6*m.here.cpu, 1e6*m.there.cpu, m.cpu, verdict(m.metByCPU),
			ms(m.here.p50), ms(m.here.p99), ms(m.there.p50), ms(m.there.p99), m.here.errors, m.there.errors)
	}
	w.Flush()
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range t.facts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", f.name, f.value, f.goal, verdict(f.met))
	}
	w.Flush()
	t.printMissed(out)
}

// printMissed says what misses its goal, and which errors there were.
func (t *table) printMissed(out io.Writer) {
	missed := 0
	miss := func(format string, args ...any) {
		missed++
		fmt.Fprintf(out, "missed: "+format+"\n", args...)
	}
	for _, m := range t.rows {
		if !m.met {
			miss("%s, %d clients: %.2f, goal %s (by CPU %.2f)", m.name, m.clients, m.ratio, m.goal, m.goal.ratio(1, m.cpu))
		}
		for _, side := range []struct {
			*side
			seen
		}{{m.this, m.here}, {m.against, m.there}} {
			if side.errors > 0 {
				fmt.Fprintf(out, "errors: %s, %d clients, %s: %d, such as %s\n", m.name, m.clients, side.on.name, side.errors, side.fault)
			}
		}
	}
	for _, f := range t.facts {
		if !f.met {
			miss("%s: %s, goal %s", f.name, f.value, f.goal)
		}
	}
	if missed == 0 {
		fmt.Fprintln(out, "every goal is met")
	}
	fmt.Fprintf(out, "load of the machine: %s\n", machineLoad())
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond)) }

// machineLoad tells how much else goes on.
func machineLoad() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return string(text[:max(0, len(text)-1)])
}
