// Package health understands health data: FHIR R4 resources, Open mHealth data
// points and the units they are measured in. It turns bytes into records and
// graphs and never keeps anything: storage, rights and the network are the
// business of other rooms.
//
// Start with one of these calls. [ReadFHIR] takes a Bundle, a single resource or
// newline-delimited JSON and gives one [Record] a resource, its bytes exactly as
// they came, with the container and the name under which it is filed.
// [ReadOMH] takes what a watch sends and gives FHIR Observations as such records.
// [Graph] shows the stored bytes of a resource as linked data (FHIR RDF in the
// R4 shape; [Shape.Graph] in another), and [FromGraph] makes the resource of
// linked data again. [Validate] tells what the definition of FHIR has against a
// resource, and [Outcome] tells that to a FHIR client.
//
// What can be relied on: a record's body is the received bytes, never a
// rewritten form; the same input always gives the same names and the same
// bytes, so that sending a file or a point twice adds nothing; a bad resource
// is told as a [Problem] that says where and what, and the others go on; input
// of any size and shape costs time in proportion to its length, and memory in
// proportion to its largest resource (see [Limits]).
package health
