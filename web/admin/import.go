package admin

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"time"

	"skrin/health"
	"skrin/pod"
	"skrin/web/intake"
)

// healthRoot is where imports go.
var healthRoot = pod.MustPath("/health/")

// progressEvery is how often an import tells how far it is.
const progressEvery = 200 * time.Millisecond

func (h *handler) importFile(w http.ResponseWriter, r *http.Request) error {
	info, session, err := h.owner(r)
	if err != nil {
		return err
	}
	counted := &countingReader{r: r.Body}
	body := bufio.NewReaderSize(counted, intake.Sniff)
	prefix, _ := body.Peek(intake.Sniff)
	format := intake.Detect(prefix)
	if format == 0 {
		return fmt.Errorf("%w: the file is neither FHIR R4 JSON nor Open mHealth data points", errRequest)
	}
	out := newLines(w)
	told := time.Now()
	filer := intake.Filer{Session: session, Container: healthRoot, ByType: true, Each: func(read int, p *health.Problem) {
		if p != nil {
			out.send(ImportEvent{Read: read, Bytes: counted.n, Trouble: &Trouble{p.Entry, p.Where, p.What}})
		} else if time.Since(told) > progressEvery {
			told = time.Now()
			out.send(ImportEvent{Read: read, Bytes: counted.n})
		}
	}}
	sum, err := filer.File(r.Context(), format.Read(body, info.Owner))
	last := ImportEvent{Read: sum.Read, Bytes: counted.n, Done: true, Summary: summaryOf(sum)}
	if err != nil {
		last.Problem = h.problem(err)
	}
	out.send(last)
	return nil
}

func summaryOf(sum intake.Summary) *ImportSummary {
	out := &ImportSummary{
		Created: sum.Created, Unchanged: sum.Unchanged, Replaced: sum.Replaced, Troubles: sum.Refused, Containers: []ContainerCount{},
	}
	for _, c := range sum.Containers {
		out.Containers = append(out.Containers, ContainerCount{c.Container.String(), c.Created, c.Unchanged, c.Replaced})
	}
	return out
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
