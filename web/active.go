package web

import (
	"net/http"
	"strings"
)

// What lies in a pod is shown, and never run. An answer says so by itself: see
// everywhere. This is for requests that say that the answer is to be run.

// running are the destinations of a browser's request whose answer it would run
// (Fetch Metadata, section 2.1; Fetch, section 2.2.5).
var running = [...]string{"script", "serviceworker", "sharedworker", "worker", "audioworklet", "paintworklet", "xslt"}

// wouldRun says whether a browser asks for something to run: a worker, which a
// sandbox does not hold, or a script of a page that is not out of a pod, such as
// the console's own where pods share its origin.
func wouldRun(h http.Header) bool {
	if strings.EqualFold(h.Get("Service-Worker"), "script") {
		return true
	}
	to := h.Get("Sec-Fetch-Dest")
	for _, destination := range running {
		if strings.EqualFold(to, destination) {
			return true
		}
	}
	return false
}

// isPDF says whether a Content-Type is that of a PDF.
func isPDF(contentType string) bool {
	const pdf = "application/pdf"
	return len(contentType) >= len(pdf) && strings.EqualFold(contentType[:len(pdf)], pdf) &&
		(len(contentType) == len(pdf) || strings.ContainsAny(contentType[len(pdf):len(pdf)+1], "; \t"))
}
