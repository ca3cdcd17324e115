package oidc

import (
	"time"

	"skrin/internal/strangers"
)

// Bound lets fewer calls through in a minute.
func (h *Handler) Bound(each int) { h.asked = strangers.NewRate(time.Minute, each, maxAskedAll) }
