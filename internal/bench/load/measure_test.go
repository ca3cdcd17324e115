package main

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestReadAnswer(t *testing.T) {
	const next = "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"
	for name, c := range map[string]struct {
		text   string
		status int
		err    error
	}{
		"with a body":         {"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 5\r\n\r\nhello", 200, nil},
		"without content":     {"HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n", 204, nil},
		"a refusal":           {"HTTP/1.1 403 Forbidden\r\nCONTENT-LENGTH: 2\r\n\r\nno", 403, nil},
		"of no length":        {"HTTP/1.1 200 OK\r\n\r\nhello", 0, errAnswer},
		"in chunks":           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 200, nil},
		"in odd chunks":       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n0\r\n\r\n", 200, errAnswer},
		"of a wrong length":   {"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n", 0, errAnswer},
		"of another protocol": {"SSH-2.0-OpenSSH_9.6 and so on\r\n\r\n", 0, errAnswer},
	} {
		in := bufio.NewReader(strings.NewReader(c.text + next))
		status, err := readAnswer(in)
		if status != c.status || !errors.Is(err, c.err) {
			t.Errorf("%s: %d, %v", name, status, err)
		}
		if c.err != nil {
			continue
		}
		if after, err := readAnswer(in); after != 201 || err != nil {
			t.Errorf("after one %s: %d, %v", name, after, err)
		}
	}
}

func TestGoals(t *testing.T) {
	for _, c := range []struct {
		goal          goal
		this, against float64
		ratio         float64
		met           bool
	}{
		{goal{least: 0.65}, 65, 100, 0.65, true},
		{goal{least: 0.65}, 64, 100, 0.64, false},
		{goal{most: 1.25}, 80, 100, 1.25, true},
		{goal{most: 1.25}, 50, 100, 2, false},
		{goal{most: 1.25}, 0, 100, 0, false},
		{goal{least: 0.65}, 100, 0, 0, false},
	} {
		if ratio := c.goal.ratio(c.this, c.against); ratio != c.ratio || c.goal.met(ratio) != c.met {
			t.Errorf("%v of %v and %v: %v", c.goal, c.this, c.against, ratio)
		}
	}
}

// A slow window of one side does not move the ratio of the others.
func TestMedianOfWindows(t *testing.T) {
	here := []window{{rate: 70, cpu: 3}, {rate: 5, cpu: 3}, {rate: 140, cpu: 3}}
	there := []window{{rate: 100, cpu: 2}, {rate: 100, cpu: 2}, {rate: 200, cpu: 2, errors: 1, fault: "status 500"}}
	m := measured{comparison: comparison{goal: goal{least: 0.65}}}
	m.sum([2][]window{here, there})
	if m.ratio != 0.7 || !m.met || m.cpu != 1.5 || !m.metByCPU || m.there.errors != 1 {
		t.Errorf("%+v", m)
	}
	if got := median([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("median: %v", got)
	}
	if got := quantile([]time.Duration{5, 1, 4, 2, 3}, 0.99); got != 5 {
		t.Errorf("quantile: %v", got)
	}
}

func TestTableSaysWhatIsMissed(t *testing.T) {
	side := &side{on: &process{name: "skrin"}}
	rows := []measured{
		{comparison: comparison{name: "reading", goal: goal{least: 0.65}, this: side, against: side}, clients: 8, ratio: 0.5, cpu: 1.25, metByCPU: true},
		{comparison: comparison{name: "writing", goal: goal{least: 0.65}, this: side, against: side}, clients: 8, ratio: 0.9, met: true,
			here: seen{errors: 3, fault: "status 503"}},
	}
	var out bytes.Buffer
	(&table{rows: rows, facts: []fact{{"start", "200ms", "< 150ms", false}}}).print(&out)
	for _, want := range []string{"missed: reading, 8 clients: 0.50, goal >= 0.65 (by CPU 0.80)", "missed: start: 200ms", "skrin: 3, such as status 503"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "missed: writing") {
		t.Errorf("too much is missed:\n%s", out.String())
	}
}

func TestRecordIsOneKB(t *testing.T) {
	if n := len(record(12345)); n < 900 || n > 1100 {
		t.Errorf("a record of %d bytes", n)
	}
	if bytes.Equal(record(1), record(2)) {
		t.Error("two records are the same")
	}
}

func TestSettings(t *testing.T) {
	if s, err := parse([]string{"-clients", "1,8", "-only", "put"}); err != nil || len(s.clients) != 2 || !s.only.MatchString("durable PUT") {
		t.Errorf("%+v, %v", s, err)
	}
	for _, wrong := range []string{"-clients=none", "-clients=0", "-rounds=0", "-window=0s", "-only=("} {
		if _, err := parse([]string{wrong}); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
