package console

import (
	"context"
	"time"

	"skrin/pod"
)

// Of registration, what was durable when the program was stopped.
const (
	StoppedAtRecord = iota // that it began
	StoppedAtPod           // the pod, whose id was not written down
	StoppedAtID            // all but the account
	Stops
)

// StopRegistering does what newcomer does, up to a stop.
func (h *Handler) StopRegistering(ctx context.Context, name string, stop int) error {
	if err := h.ready(); err != nil {
		return err
	}
	u := unfinished{Pod: name, Began: h.conf.Now(), Browser: "a browser", Class: "a class"}
	if stop == StoppedAtID {
		return h.begin(ctx, u)
	}
	if err := h.keepUnfinished(u); err != nil || stop == StoppedAtRecord {
		return err
	}
	made, err := h.conf.Vault.Create(ctx, pod.NewPod{Name: name})
	if err == nil {
		made.Recovery.Destroy()
	}
	return err
}

// Unfinished is how many registrations are not finished.
func (h *Handler) Unfinished() (int, error) {
	all, err := h.allUnfinished()
	return len(all), err
}

// Readable is how home reads what a stranger is told of a container.
var Readable = readable

// StepUp is a little longer than what a proof of who somebody is lasts.
const StepUp = stepUp + time.Minute
