package admin

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"skrin/linkeddata"
	"skrin/pod"
)

const (
	pageLines = 500
	maxLines  = 5000
)

func (h *handler) showJournal(w http.ResponseWriter, r *http.Request) error {
	info, session, err := h.owner(r)
	if err != nil {
		return err
	}
	from, limit, err := page(r)
	if err != nil {
		return err
	}
	p, err := session.Journal(r.Context(), from, limit)
	if err != nil {
		return err
	}
	out := Journal{Lines: []Line{}, Head: p.Head.String(), Next: p.Next}
	for _, e := range p.Entries {
		out.Lines = append(out.Lines, lineOf(info.Root, e.Line))
	}
	return reply(w, http.StatusOK, out)
}

func page(r *http.Request) (from uint64, limit int, err error) {
	limit = pageLines
	if s := r.FormValue("from"); s != "" {
		if from, err = strconv.ParseUint(s, 10, 63); err != nil {
			return 0, 0, fmt.Errorf("%w: from is the number of a line", errRequest)
		}
	}
	if s := r.FormValue("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 {
			return 0, 0, fmt.Errorf("%w: limit is a number of lines", errRequest)
		}
	}
	return from, min(limit, maxLines), nil
}

func lineOf(root linkeddata.IRI, l pod.Line) Line {
	who := l.Who
	if len(who) > 0 && who[0] == '/' { // somebody whose WebID the pod hosts
		who = root.String() + who[1:]
	}
	return Line{
		N: l.N, At: l.At, Who: who, Client: l.Client, Issuer: l.Issuer, Did: l.Did, Path: l.Path, Allowed: l.Allowed,
		Because: l.Because, Grant: l.Grant, Purpose: l.Purpose, Until: l.Until, Count: l.Count, From: l.From,
	}
}

func (h *handler) verifyJournal(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	var since *pod.Head
	if s := r.URL.Query().Get("since"); s != "" {
		head, err := pod.ParseHead(s)
		if err != nil {
			return fmt.Errorf("%w: since: %w", errRequest, err)
		}
		since = &head
	}
	out := newLines(w)
	head, err := session.VerifyJournal(r.Context(), since)
	last := VerifyEvent{Done: true, Checked: int(head.Size), Total: int(head.Size), Head: head.String()}
	switch {
	case errors.Is(err, pod.ErrDamaged):
		last.Damage = []Damage{{Where: "journal", What: err.Error(), Advice: advice("journal")}}
	case err != nil:
		last.Problem = h.problem(err)
	}
	out.send(last)
	return nil
}
