package health

import (
	"errors"
)

// Outcome tells problems as a FHIR OperationOutcome, in JSON. No problems at all
// are told as one piece of information, because FHIR wants at least one issue.
// Like a Problem it quotes no value of the data.
func Outcome(problems []Problem) []byte {
	out := []byte(`{"resourceType":"OperationOutcome","issue":[`)
	if len(problems) == 0 {
		out = appendIssue(out, "information", "informational", "nothing to complain about", "")
	}
	for i := range problems {
		if i > 0 {
			out = append(out, ',')
		}
		p := &problems[i]
		severity := "error"
		switch {
		case p.Warning:
			severity = "warning"
		case p.Ended:
			severity = "fatal"
		}
		out = appendIssue(out, severity, issueCode(p), p.Error(), p.Expression)
	}
	return append(out, "]}"...)
}

func appendIssue(out []byte, severity, code, text, expression string) []byte {
	out = append(out, `{"severity":"`+severity+`","code":"`+code+`","diagnostics":`...)
	out = appendQuoted(out, text)
	if expression != "" {
		out = append(out, `,"expression":[`...)
		out = append(appendQuoted(out, expression), ']')
	}
	return append(out, '}')
}

// issueCode is the problem's own code, or what its error stands for.
func issueCode(p *Problem) string {
	switch {
	case p.Code != "":
		return p.Code
	case errors.Is(p.Err, ErrMalformed):
		return codeStructure
	case errors.Is(p.Err, ErrUnknownType), errors.Is(p.Err, ErrNotAccepted):
		return codeNotSupported
	case errors.Is(p.Err, ErrLimit):
		return codeTooCostly
	case errors.Is(p.Err, ErrInvalid):
		return codeInvalid
	}
	return codeException
}
