package fhir

import (
	"encoding/json"
	"net/http"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/intake"
	"skrin/web/request"
)

// Problem is one record that was left out, as JSON.
type Problem struct {
	Entry int    `json:"entry"`
	Where string `json:"where,omitempty"`
	What  string `json:"what"`
}

// Problems lists what was left out, for a report or a problem document.
func Problems(sum intake.Summary) []Problem {
	list := make([]Problem, 0, len(sum.Problems))
	for _, p := range sum.Problems {
		list = append(list, Problem{p.Entry, p.Where, p.What})
	}
	return list
}

type report struct {
	Created    int         `json:"created"`
	Unchanged  int         `json:"unchanged"`
	Replaced   int         `json:"replaced"`
	Containers []container `json:"containers"`
	Refused    int         `json:"refused"`
	Problems   []Problem   `json:"problems,omitempty"`
}

type container struct {
	Container string `json:"container"`
	Created   int    `json:"created"`
	Unchanged int    `json:"unchanged"`
	Replaced  int    `json:"replaced"`
}

func answer(r *request.Request, sum intake.Summary) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusOK)
	if sum.Created > 0 {
		a.Status = http.StatusCreated
	}
	if sum.Read == 1 {
		a.Header.Set("Location", r.At(sum.First.Path).String())
	}
	text, err := json.Marshal(reportOf(r.Pod.Root, sum))
	if err != nil {
		return nil, err
	}
	return a.With("application/json", append(text, '\n')), nil
}

func reportOf(root linkeddata.IRI, sum intake.Summary) report {
	rep := report{
		Created: sum.Created, Unchanged: sum.Unchanged, Replaced: sum.Replaced,
		Containers: []container{}, Refused: sum.Refused, Problems: Problems(sum),
	}
	for _, c := range sum.Containers {
		rep.Containers = append(rep.Containers, container{at(root, c.Container), c.Created, c.Unchanged, c.Replaced})
	}
	return rep
}

func at(root linkeddata.IRI, p pod.Path) string { return request.At(root, p).String() }
