package admin

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"skrin/pod"
)

// What stands beside the body of a request or an answer.
const (
	// RecoveryField carries a recovery key with a request, so that it is in no address.
	RecoveryField = "Skrin-Recovery-Key"
	// TotalField tells about how many bytes a backup will have.
	TotalField = "Skrin-Total"
	// OutcomeField is the trailer of a backup: [Whole], or a Problem as JSON. An
	// answer without it was cut.
	OutcomeField = "Skrin-Outcome"
	// Whole says that all of it was sent.
	Whole = "whole"
)

// recovery reads the recovery key of a request; nil when it has none.
func recovery(r *http.Request) (*pod.RecoveryKey, error) {
	text := r.Header.Get(RecoveryField)
	if text == "" {
		return nil, nil
	}
	key, err := pod.ParseRecoveryKey(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errRequest, err)
	}
	return key, nil
}

func (h *handler) backupPod(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	out := &download{w: w}
	buffer := bufio.NewWriterSize(out, 64<<10)
	err = session.Backup(r.Context(), buffer, pod.BackupOptions{
		HostSlot: r.URL.Query().Get("host-slot") == "true",
		Progress: func(_, total int64) { out.total = total },
	})
	if err != nil && !out.begun {
		return err
	}
	if err == nil {
		err = buffer.Flush()
	}
	return out.end(h, err)
}

// A download is a backup on its way out. Its header goes with the first bytes
// that leave, when it is known how many there will be.
type download struct {
	w     http.ResponseWriter
	total int64
	begun bool
}

func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.w.Header().Set("Content-Type", "application/octet-stream")
		d.w.Header().Set(TotalField, strconv.FormatInt(d.total, 10))
		d.w.Header().Set("Trailer", OutcomeField)
		d.w.WriteHeader(http.StatusOK)
	}
	return d.w.Write(b)
}

func (d *download) end(h *handler, err error) error {
	outcome := Whole
	if err != nil {
		text, err := json.Marshal(h.problem(err))
		if err != nil {
			return ignore(err)
		}
		outcome = string(text)
	}
	d.w.Header().Set(OutcomeField, outcome)
	return nil
}

func (h *handler) compactPod(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	before, after, err := session.Compact(r.Context())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, Compacted{Before: before, After: after})
}

func (h *handler) rotatePod(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	var out *lines
	var last RotateEvent
	told := time.Now()
	err = session.Rotate(r.Context(), func(done, total int) {
		last.Sealed, last.Total = done, total
		if out == nil { // from here on the pod has its new key
			begun := newLines(w)
			out = &begun
		}
		if time.Since(told) > progressEvery {
			told = time.Now()
			out.send(last)
		}
	})
	if out == nil && err != nil {
		return err
	}
	if out == nil {
		begun := newLines(w)
		out = &begun
	}
	if last.Done = true; err != nil {
		last.Problem = h.problem(err)
	}
	out.send(last)
	return nil
}

func (h *handler) recoverPod(w http.ResponseWriter, r *http.Request) error {
	info, _, err := h.owner(r)
	if err != nil {
		return err
	}
	key, err := recovery(r)
	if err != nil {
		return err
	}
	if key == nil {
		return fmt.Errorf("%w: the recovery key is missing (%s)", errRequest, RecoveryField)
	}
	defer key.Destroy()
	if err := h.Vault.Recover(r.Context(), info.ID, key); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h *handler) confirmGrants(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	if err := session.ConfirmGrants(r.Context()); err != nil {
		return err
	}
	return h.listGrants(w, r)
}
