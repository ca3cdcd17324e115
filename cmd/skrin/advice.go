package main

import (
	"errors"
	"io/fs"
	"syscall"

	"skrin/web/admin"
)

// next is what to do about a problem, by its code. Where the problem says so itself, or nobody knows, nothing stands here.
var next = map[string]string{
	"no-pod":        "the pods that there are: skrin pod list",
	"no-account":    "the accounts that there are: skrin account list",
	"no-invitation": "the invitations that there are: skrin invite list",
	"locked":        "this host has no way into the pod; with the recovery key it gets one: skrin pod recover NAME",
	"fenced":        "the server checks the pod before it serves it again; what is wrong with it: skrin verify NAME",
	"damaged":       "what is wrong, where, and what to do: skrin verify NAME",
	"no-space":      "make room on the disk of the data folder; reading, deleting and revoking go on meanwhile",
	"quota":         "more room for the pod: skrin pod quota NAME SIZE",
}

// advice is what to do about an error, "" if it is not known.
func advice(err error) string {
	problem := new(admin.Problem)
	if errors.As(err, &problem) {
		return next[problem.Code]
	}
	return ""
}

// beyondReach says of an error of the operating system whether a folder cannot be written to by whoever asks.
func beyondReach(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}
