package console

import (
	"net/http"

	"skrin/web/console/page"
	"skrin/web/request"
)

// asset answers with a file that pages refer to. Its name has its content's hash,
// so it may be kept for ever.
func (h *Handler) asset(r *request.Request, path string) *request.Answer {
	file, there := page.Asset(path)
	switch {
	case !there:
		return request.NewAnswer(http.StatusNotFound)
	case !r.IsRead():
		a := request.NewAnswer(http.StatusMethodNotAllowed)
		a.Header.Set("Allow", "GET, HEAD")
		return a
	}
	tag := `"` + path + `"`
	status := http.StatusOK
	if r.Header.Get("If-None-Match") == tag {
		status = http.StatusNotModified
	}
	a := request.NewAnswer(status)
	if status == http.StatusOK {
		a.With(file.MediaType, file.Body)
	}
	a.Header.Set("ETag", tag)
	a.Header.Set("Cache-Control", "public, max-age=31536000, immutable")
	a.Header.Set("X-Content-Type-Options", "nosniff")
	a.Header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	a.Header.Set("Cross-Origin-Resource-Policy", "same-origin")
	return a
}
