package oidc

// Bound lets fewer calls through in a minute.
func (h *Handler) Bound(each int) { h.asked.each = each }
