package web

import (
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// logAccess writes the line of an answered request. It says nothing about who
// asked, or for what.
func (s *Server) logAccess(x *exchange, status int, took time.Duration, sent int64) {
	log := s.conf.Log.Handler()
	if !log.Enabled(x.ctx, slog.LevelInfo) {
		return
	}
	line := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0) // LogAttrs would look for the caller, each time
	line.AddAttrs(
		slog.String("id", x.req.ID),
		slog.String("method", methodLabel(x.req.Method)),
		slog.Int("status", status),
		slog.Duration("took", took),
		slog.Int64("received", x.req.Body.Count()),
		slog.Int64("sent", sent),
	)
	_ = log.Handle(x.ctx, line) // as LogAttrs does: there is nowhere to say that nothing can be said
}

// logFault writes why an answer became one of the 5xx, with everything taken out
// that the request brought.
func (s *Server) logFault(x *exchange, status int, err error) {
	if status < http.StatusInternalServerError || status == http.StatusNotImplemented || status == http.StatusHTTPVersionNotSupported {
		return
	}
	s.conf.Log.LogAttrs(x.ctx, slog.LevelError, "request failed",
		slog.String("id", x.req.ID), slog.Int("status", status), slog.String("error", withoutPersons(x, err.Error())))
}

// withoutPersons takes paths and people out of a text for the log.
func withoutPersons(x *exchange, text string) string {
	r := x.req
	private := []string{x.target, r.Path.String(), r.Path.Parent().String(), r.Pod.Name, r.Pod.Owner.String(), r.Agent.WebID.String(), r.Agent.Client.String()}
	for _, p := range private {
		if len(p) > 1 {
			text = strings.ReplaceAll(text, p, "[...]")
		}
	}
	return text
}

// methodLabel keeps what a client made up out of logs and metrics.
func methodLabel(method string) string {
	if spoken(method) != nil {
		return "OTHER"
	}
	return method
}
