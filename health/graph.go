package health

import "skrin/linkeddata"

// Graph shows a FHIR R4 resource as linked data, in the R4 shape of FHIR RDF.
// subject names the resource. resolve turns a reference, exactly as References
// gives it, into the IRI it stands for, or the zero IRI when it is not known;
// nil knows none.
func Graph(body []byte, subject linkeddata.IRI, resolve func(ref string) linkeddata.IRI) (*linkeddata.Graph, error) {
	return nil, ErrNotAccepted
}
