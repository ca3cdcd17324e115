package console

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"unicode/utf8"

	"skrin/web/request"
)

// maxForm bounds a form, in bytes.
const maxForm = 64 << 10

// Errors of what a browser sent. None of them says what it was.
var (
	errMethod  = errors.New("the page does not have this method")
	errNothing = errors.New("no such page")
	errForm    = errors.New("not a form of ours")
	errTooBig  = errors.New("the form is too large")
	errQuery   = errors.New("the address cannot be read")
)

// readForm reads a form from the body: the one media type that a browser sends
// without being told otherwise, each field once.
func readForm(r *request.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, fmt.Errorf("%w: its type", errForm)
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errForm, err)
	}
	if len(text) > maxForm {
		return nil, errTooBig
	}
	form, err := readValues(string(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errForm, err)
	}
	return form, nil
}

// readValues reads fields, each of which may come once.
func readValues(text string) (url.Values, error) {
	all, err := url.ParseQuery(text)
	if err != nil {
		return nil, errQuery
	}
	for name, values := range all {
		if len(values) > 1 || !utf8.ValidString(name) || !utf8.ValidString(values[0]) {
			return nil, errQuery
		}
	}
	return all, nil
}
