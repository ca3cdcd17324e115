package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"skrin/acl"
	"skrin/identity"
	"skrin/linkeddata"
	"skrin/notify"
	"skrin/pod"
	"skrin/web/access"
	"skrin/web/fhir"
	webnotify "skrin/web/notify"
	"skrin/web/request"
)

// Errors of this package, each with its line in the table.
var (
	errPanic    = errors.New("panic")
	errVersion  = errors.New("the version of HTTP is not spoken here")
	errNoMethod = errors.New("nothing here has this method")
	errNoTrace  = errors.New("TRACE and CONNECT are refused")
	errRun      = errors.New("what lies in a pod is not run")
	errTarget   = errors.New("not a target of this server")

	errMisdirected = errors.New("not a host of this server; a proxy in front of it passes the Host field on as it came")

	errUnreadable = errors.New("the request is no HTTP that we can read")
	errLongHeader = errors.New("the header is too long")
	errSlow       = errors.New("the request took too long to arrive")
)

// verdict says what an error means to a client.
type verdict struct {
	of     error
	status int
	title  string
	told   bool // the error's own text is for the client, who caused it and may know it
}

// verdicts are read from above; the first that the error wraps counts. An error
// that none fits is ours: 500, and nothing of it is told.
var verdicts = []verdict{
	{pod.ErrDenied, http.StatusForbidden, "You may not do this.", false},
	{identity.ErrUnreachable, http.StatusServiceUnavailable, "Your issuer or your WebID document cannot be reached.", false},
	{identity.ErrBusy, http.StatusServiceUnavailable, "Credentials cannot be checked at the moment.", false},
	{identity.ErrUnauthenticated, http.StatusUnauthorized, "The credentials are not good.", false},
	{errAmbiguous, http.StatusBadRequest, "The request can be read in two ways.", true},
	{errVersion, http.StatusHTTPVersionNotSupported, "Use HTTP/1.1.", false},
	{errNoMethod, http.StatusNotImplemented, "Nothing here has this method.", false},
	{errNoTrace, http.StatusMethodNotAllowed, "This method is refused.", false},
	{errRun, http.StatusForbidden, "What lies in a pod is not run.", false},
	{errTarget, http.StatusBadRequest, "This is not a target of this server.", true},
	{errMisdirected, http.StatusMisdirectedRequest, "This server does not answer for that host.", true},
	{errUnreadable, http.StatusBadRequest, "This is no HTTP that we can read.", false},
	{errLongHeader, http.StatusRequestHeaderFieldsTooLarge, "The header is too long.", false},
	{errSlow, http.StatusRequestTimeout, "The request took too long to arrive.", false},
	{request.ErrNothing, http.StatusNotFound, "Nothing is here.", false},

	{request.ErrMethod, http.StatusMethodNotAllowed, "This resource does not have the method.", true},
	{request.ErrBody, http.StatusBadRequest, "The content did not arrive whole.", false},
	{request.ErrContentType, http.StatusBadRequest, "Content needs a Content-Type.", false},
	{request.ErrMalformed, http.StatusBadRequest, "The request was not understood.", true},
	{request.ErrUnsupported, http.StatusUnsupportedMediaType, "The content is not taken in this form.", true},
	{request.ErrNotAcceptable, http.StatusNotAcceptable, "There is no form of this that you accept.", true},
	{request.ErrRange, http.StatusRequestedRangeNotSatisfiable, "No byte of the range exists.", false},
	{request.ErrRefused, http.StatusUnprocessableEntity, "The content was refused as it stands.", true},
	{webnotify.ErrUpgrade, http.StatusUpgradeRequired, "Open this as a WebSocket.", false},
	{notify.ErrBusy, http.StatusTooManyRequests, "There are too many channels.", true},
	{notify.ErrTaken, http.StatusConflict, "Somebody is listening already.", false},
	{access.ErrGone, http.StatusGone, "This grant was revoked.", false},

	{pod.ErrTooLarge, http.StatusRequestEntityTooLarge, "The content is too large.", true},
	{pod.ErrPath, http.StatusBadRequest, "The path names nothing that could exist.", true},
	{pod.ErrNoPod, http.StatusNotFound, "Nothing is here.", false},
	{pod.ErrNotFound, http.StatusNotFound, "Nothing is here.", false},
	{pod.ErrPrecondition, http.StatusPreconditionFailed, "It is not in the state that you asked for.", false},
	{pod.ErrExists, http.StatusConflict, "The name is taken.", true},
	{pod.ErrContainerClash, http.StatusConflict, "A container and a resource cannot share a name.", true},
	{pod.ErrNotContainer, http.StatusMethodNotAllowed, "Only containers do this.", false},
	{pod.ErrNotEmpty, http.StatusConflict, "The container has members.", false},
	{pod.ErrManaged, http.StatusMethodNotAllowed, "The server keeps this by itself.", true},
	{pod.ErrMediaType, http.StatusUnsupportedMediaType, "The media type does not fit.", true},
	{pod.ErrBadRDF, http.StatusBadRequest, "The content is not what its Content-Type says.", true},
	{pod.ErrACL, http.StatusUnprocessableEntity, "These access rules cannot be enforced.", true},
	{pod.ErrIssuers, http.StatusForbidden, "Where your WebID may sign in is changed on your account page, after signing in again; an app cannot.", true},
	{pod.ErrGrant, http.StatusUnprocessableEntity, "This grant cannot be given.", true},
	{acl.ErrGrant, http.StatusUnprocessableEntity, "This grant cannot be given.", true},
	{pod.ErrProtected, http.StatusConflict, "Only the server says this of a resource.", true},
	{pod.ErrConflict, http.StatusConflict, "The change does not fit what is there.", true},
	{linkeddata.ErrPatch, http.StatusUnprocessableEntity, "The patch cannot be accepted.", true},
	{linkeddata.ErrPatchConflict, http.StatusConflict, "The change does not fit what is there.", true},
	{linkeddata.ErrSyntax, http.StatusBadRequest, "The content is not what its Content-Type says.", true},
	{linkeddata.ErrLimit, http.StatusRequestEntityTooLarge, "The content is too large.", true},
	{linkeddata.ErrUnsupported, http.StatusUnsupportedMediaType, "The content is not taken in this form.", false},

	{pod.ErrLocked, http.StatusServiceUnavailable, "The pod is locked.", false},
	{pod.ErrFenced, http.StatusServiceUnavailable, "The pod is being checked.", false},
	{pod.ErrClosed, http.StatusServiceUnavailable, "The server is shutting down.", false},
	{pod.ErrNoSpace, http.StatusInsufficientStorage, "There is no space left.", false},
	{pod.ErrQuota, http.StatusInsufficientStorage, "The pod is full. Deleting makes room; the host can give it more.", false},
	{context.Canceled, http.StatusServiceUnavailable, "The server is shutting down.", false},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "It took too long.", false},
}

var unknown = verdict{status: http.StatusInternalServerError, title: "Something went wrong on our side."}

// judge finds the verdict for an error. Whoever has not said who they are hears
// of every refusal that they should (401).
func judge(err error, agent acl.Agent) verdict {
	for _, v := range verdicts {
		if !errors.Is(err, v.of) {
			continue
		}
		if v.of == pod.ErrDenied && agent.IsPublic() {
			return verdict{v.of, http.StatusUnauthorized, "Say who you are: this is not for everybody.", false}
		}
		return v
	}
	return unknown
}

// problem is a problem document (RFC 9457).
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Line     int            `json:"line,omitempty"` // of a syntax error
	Column   int            `json:"column,omitempty"`
	Problems []fhir.Problem `json:"problems,omitempty"` // of records that were refused
}

// explain turns an error into an answer. partial may carry header fields for it.
func explain(err error, partial *request.Answer, agent acl.Agent) *request.Answer {
	v := judge(err, agent)
	a := request.NewAnswer(v.status)
	if partial != nil {
		a.Header = partial.Header
		a.Header.Del("ETag")
		a.Header.Del("Last-Modified")
	}
	p := problem{Type: "about:blank", Title: v.title, Status: v.status}
	if v.told {
		p.Detail = err.Error()
	}
	var syntax *linkeddata.SyntaxError
	if v.told && errors.As(err, &syntax) {
		p.Line, p.Column = syntax.Line, syntax.Column
	}
	var refused *fhir.Refused
	if errors.As(err, &refused) {
		p.Problems = fhir.Problems(refused.Summary)
	}
	var credentials *identity.Refusal
	if errors.As(err, &credentials) {
		p.Detail = credentials.Description()
	}
	switch v.status {
	case http.StatusUnauthorized:
		a.Header.Set("WWW-Authenticate", challenge(err))
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		a.Header.Set("Retry-After", "5")
	case http.StatusHTTPVersionNotSupported:
		a.Header.Set("Connection", "close")
	}
	a.Header.Set("Cache-Control", "no-store")
	text, merr := json.Marshal(p)
	if merr != nil {
		text = []byte(`{"type":"about:blank"}`)
	}
	return a.With("application/problem+json", append(text, '\n'))
}

// challenge says how to come back with credentials.
func challenge(err error) string {
	if !errors.Is(err, identity.ErrUnauthenticated) {
		err = nil
	}
	scheme, rest, _ := strings.Cut(identity.Challenge(err), " ")
	return scheme + ` realm="skrin", ` + rest
}
