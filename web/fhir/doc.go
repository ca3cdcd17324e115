// Package fhir takes health data in over HTTP: what a hospital's export or a
// watch POSTs to a container at or below {pod}/health/.
//
// What is taken, by Content-Type:
//
//	application/fhir+json            a FHIR R4 Bundle, a resource, or an array of resources
//	application/fhir+ndjson          FHIR resources, one a line
//	application/vnd.openmhealth+json Open mHealth data points: one, an array, or one a line
//	application/json, application/x-ndjson, application/jsonl
//	                                 any of these, when the first object has a
//	                                 resourceType, or a header with a schema_id;
//	                                 everything else is an ordinary POST of the Solid Protocol
//
// POSTed to /health/ itself the records are filed by type into its
// sub-containers, in transactions of some hundred, so a Bundle may be as large
// as a body may be. POSTed to any container below, they become members of that
// container, all in one transaction: this is for watches.
//
// The answer is 201 when anything is new, 200 when all of it was there already,
// and says what was done:
//
//	{"created": 3, "unchanged": 1, "replaced": 0,
//	 "containers": [{"container": "https://.../health/vitals/", "created": 3, "unchanged": 1, "replaced": 0}],
//	 "refused": 1,
//	 "problems": [{"entry": 2, "where": "body.heart_rate", "what": "..."}]}
//
// Entries count from 0; -1 is the content as a whole. When nothing was valid, or
// a POST to one container broke off, nothing is filed and the answer is 422 with
// the same list in its problem document. A single resource also gets a Location.
// Sending the same again is always safe.
package fhir
