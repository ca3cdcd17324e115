package fhir

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/intake"
	"skrin/web/request"
)

// Root is the container that files by type.
var Root = pod.MustPath("/health/")

// Refused is the error when nothing could be filed. It wraps request.ErrRefused.
type Refused struct{ Summary intake.Summary }

func (e *Refused) Error() string {
	if len(e.Summary.Problems) == 0 {
		return "there is no record in it"
	}
	return fmt.Sprintf("nothing was filed; the first problem: %s", e.Summary.Problems[0].Error())
}

// Unwrap gives request.ErrRefused.
func (e *Refused) Unwrap() error { return request.ErrRefused }

// Takes says whether the request is for Serve, and as what. It may look into the
// beginning of the body.
func Takes(r *request.Request) intake.Format {
	if r.Method != http.MethodPost || !r.Path.IsContainer() || !r.Path.Within(Root) {
		return 0
	}
	mt, err := linkeddata.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return 0
	}
	switch mt.Essence() {
	case "application/fhir+json", "application/fhir+ndjson":
		return intake.FHIR
	case "application/vnd.openmhealth+json":
		return intake.OMH
	case "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl":
		return intake.Detect(r.Body.Peek(intake.Sniff))
	}
	return 0
}

// Serve files the body.
func Serve(ctx context.Context, r *request.Request, format intake.Format) (*request.Answer, error) {
	if err := admit(ctx, r); err != nil {
		return nil, err
	}
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(strings.TrimSpace(coding), "identity") {
			return nil, fmt.Errorf("%w: send the content without a Content-Encoding", request.ErrUnsupported)
		}
	}
	filer := intake.Filer{Session: r.Session, Container: r.Path, ByType: r.Path == Root}
	sum, err := filer.File(ctx, format.Read(r.Body, r.Pod.Owner))
	switch {
	case err == nil && r.Body.Err() != nil:
		return nil, r.Body.Err()
	case errors.Is(err, intake.ErrBatch):
		return nil, fmt.Errorf("%w: %w", pod.ErrTooLarge, err)
	case err != nil:
		return nil, err
	case sum.Created+sum.Unchanged+sum.Replaced == 0:
		return nil, &Refused{sum}
	}
	return answer(r, sum)
}

// admit refuses whoever may not create here, before anything reads the body. The
// session says it once more, so that the refusal stands in the journal.
func admit(ctx context.Context, r *request.Request) error {
	standing, err := r.Session.Stand(ctx, r.Path)
	if err != nil || standing.Decision.Allows(acl.Create) {
		return err
	}
	_, err = r.Session.Append(ctx, r.Path)
	return err
}
