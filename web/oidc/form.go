package oidc

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"skrin/identity/provider"
	"skrin/web/request"
)

// Bounds of what is read.
const (
	maxForm       = 64 << 10
	maxParameters = 64
)

// readForm reads the parameters of a request that has them in its body, and refuses
// any in its address: credentials there end in logs (RFC 6749 section 2.3.1). The
// error is a *provider.Error, or says that the body did not arrive.
func readForm(r *request.Request) (url.Values, error) {
	if r.Query != "" {
		return nil, invalid("parameters belong into the body")
	}
	text, err := readBody(r, "application/x-www-form-urlencoded")
	if err != nil {
		return nil, err
	}
	return parseForm(string(text))
}

// readBody gives the content of a request, which must be of the type.
func readBody(r *request.Request, want string) ([]byte, error) {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	switch {
	case err != nil || mediaType != want || charset != "" && !strings.EqualFold(charset, "utf-8"):
		return nil, invalid("the Content-Type must be " + want)
	case r.Header.Get("Content-Encoding") != "":
		return nil, invalid("the content must not be encoded")
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxForm:
		return nil, invalid("the content is too long")
	}
	return text, nil
}

// parseForm reads parameters in the one form there is. The values may still be
// doubled: who reads them refuses that, since some errors go to the client.
func parseForm(text string) (url.Values, error) {
	form, err := url.ParseQuery(text)
	if err != nil || strings.Count(text, "&") >= maxParameters {
		return nil, invalid("the parameters cannot be read")
	}
	for name, values := range form {
		for _, v := range append(values, name) {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, invalid("the parameters are not text in UTF-8")
			}
		}
	}
	return form, nil
}

// readNavigation reads the parameters that a browser was sent with: by GET in the
// address, by POST in the body (OpenID Connect Core section 3.1.2.1).
func readNavigation(r *request.Request) (url.Values, error) {
	if r.Method == http.MethodPost {
		return readForm(r)
	}
	if len(r.Query) > maxForm {
		return nil, invalid("the request is too long")
	}
	return parseForm(r.Query)
}

func invalid(description string) *provider.Error {
	return &provider.Error{Code: provider.InvalidRequest, Description: description}
}
