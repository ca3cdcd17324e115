package health

import (
	"io"
	"iter"

	"skrin/health/internal/tree"
	"skrin/linkeddata"
)

// ReadOMH reads Open mHealth data points (one, an array of them, or one a line)
// and gives each as a FHIR R4 Observation about the citizen whose WebID is given
// (the zero IRI: about nobody named). The same point always gives the same
// bytes and the same name, so sending it again adds nothing.
//
// Accepted are the schemas of namespace "omh" that SchemasOMH lists, each in
// that major version; points of other schemas are told as Problems with
// ErrNotAccepted, and the rest goes on, as in ReadFHIR. What the Observation says
// and what it leaves out is described at observe.
func ReadOMH(r io.Reader, citizen linkeddata.IRI, lim Limits) iter.Seq2[Record, *Problem] {
	return func(yield func(Record, *Problem) bool) {
		lim := lim.filled()
		in := omhReader{reader: reader{stream: newStream(r, lim.Resource), lim: lim, yield: yield}, citizen: citizen}
		in.run(in.first, in.one)
	}
}

// SchemasOMH lists the accepted schemas with their versions, as a point's
// header names them: "heart-rate 2.0".
func SchemasOMH() []string {
	var list []string
	for _, s := range schemas {
		list = append(list, s.name+" "+s.version)
	}
	return list
}

type omhReader struct {
	reader
	citizen linkeddata.IRI
}

// first reads a point that does not stand in an array.
func (in *omhReader) first() {
	raw, err := in.stream.value()
	in.take(raw, err, in.one)
}

func (in *omhReader) one(raw []byte) {
	t := in.parse(raw)
	if t == nil {
		return
	}
	v := validator{tree: t}
	s := v.point(tree.Root)
	if len(v.problems) > 0 {
		in.problem(v.problems[0])
		return
	}
	body, id, err := observe(t, s, in.citizen)
	if err != nil {
		in.problem(Problem{Where: "body.effective_time_frame", What: err.Error(), Err: ErrInvalid})
		return
	}
	rec := Record{Type: "Observation", ID: id, Container: s.container, Name: fileName("Observation", id, body), MediaType: MediaTypeFHIR, Body: body}
	rec.NameIfTaken = nameIfTaken(rec.Name, body)
	rec.References = []string{"Observation/" + id}
	in.give(rec)
}

// CheckOMH tells what is wrong with a document of an accepted schema, by the
// schema's name ("heart-rate"), or with a "header" or a "data-point" (of any
// schema). Only the first problem in each part is told.
func CheckOMH(schemaName string, document []byte) []Problem {
	t, err := tree.Parse(string(document), DefaultLimits.Depth)
	if err != nil {
		return []Problem{malformed(0, err)}
	}
	v := validator{tree: t}
	switch s := findSchema(schemaName); {
	case schemaName == "header":
		v.header(tree.Root)
	case schemaName == "data-point":
		v.envelope(tree.Root)
	case s != nil:
		s.check(&v, tree.Root)
	default:
		v.report(ErrNotAccepted, notAccepted(schemaName))
	}
	return v.problems
}
