// Package admin is the host's own door to the pods: what the command line
// talks to. [New] makes an ordinary http.Handler over a vault. `serve` puts it
// on a unix socket in the data folder that only the owner of that folder can
// open ([Listen]); a command that finds no server opens the vault itself and
// calls the same handler in its own process.
//
// There is no authentication here: whoever reaches the handler is the host and
// acts in every pod as its owner with the client urn:skrin:cli. It must never
// be put on a network address.
//
// # The interface
//
// Bodies are JSON in the types of this package. Times are RFC 3339, WebIDs and
// containers absolute IRIs (where a request names a container, a path from the
// pod's root such as "/health/labs/" will do). An error is [Problem]
// (application/problem+json) with a status of 400 (not understood), 404 (no such pod, grant), 409 (taken, not
// possible now), 422 (refused as it stands) or 5xx.
//
//	GET    /pods                            Pods
//	POST   /pods                            NewPod -> 201 Created, with the recovery key's text, once
//	GET    /pods/{pod}                      Pod
//	DELETE /pods/{pod}?account=keep         Deleted
//	GET    /pods/{pod}/issuers              Issuers
//	POST   /pods/{pod}/issuers              ChangeIssuers -> Issuers
//	POST   /pods/{pod}/import?name=FILE     the file -> ImportEvent lines
//	POST   /pods/{pod}/grants               NewGrant -> 201 Grant
//	GET    /pods/{pod}/grants               Grants
//	POST   /pods/{pod}/grants/confirm       Grants: those that rested count again
//	DELETE /pods/{pod}/grants/{id}          204: revoked, and durable
//	GET    /pods/{pod}/journal?from=N&limit=M   Journal: lines N, N+1, ..., at most M
//	POST   /pods/{pod}/journal/verify?since=SIZE:ROOT   VerifyEvent lines, the last with the head
//	POST   /pods/{pod}/verify               VerifyEvent lines, the last with the report
//	POST   /pods/{pod}/backup?host-slot=true    the backup, and the trailer Skrin-Outcome
//	POST   /pods/{pod}/compact              Compacted
//	POST   /pods/{pod}/rotate               RotateEvent lines: at the last one everything is sealed with a new key
//	POST   /pods/{pod}/recover              204: the present host has a slot
//	POST   /restore/look                    a backup's first 64 KiB -> BackupHead
//	POST   /restore?name=NAME               the backup -> RestoreEvent lines
//	POST   /adopt/look                      Adopt -> BackupHead
//	POST   /adopt                           Adopt -> RestoreEvent lines
//	POST   /verify                          VerifyEvent lines: what the host keeps besides the pods
//	GET    /invitations                     Invitations
//	POST   /invitations                     NewInvitation -> 201 Invited, with the code, once
//	DELETE /invitations/{id}                204; the first six characters of an id or more will do
//	GET    /accounts                        Accounts
//	POST   /accounts                        NewAccount -> 201 Account; the pod's WebID names this host's issuer then
//	GET    /accounts/{name}                 AccountInUse
//	DELETE /accounts/{name}                 204; its pods stay
//	POST   /accounts/{name}/sign-out        SignedOut
//	POST   /keys/replace                    204: the issuer signs with new keys, and what was signed before counts no more
//	GET    /clock                           Clock
//	POST   /clock/confirm                   Confirm -> Clock
//
// A recovery key comes in the field Skrin-Recovery-Key: with recover always, with
// look, restore and adopt where the host key does not open what is there.
//
// Answers that say "lines" are application/x-ndjson, one value a line, each
// sent when it is known. The last line of each has Done set; where it has
// Problem set too, the work stopped there. A connection that ends without such
// a line was cut.
//
// # Import
//
// The file may be a FHIR R4 Bundle, a single FHIR resource, FHIR resources one a
// line, or Open mHealth data points (one, an array, or one a line): which of
// them is found out from its beginning. It is read as a stream and filed below
// /health/ by type, some hundred records a transaction. Importing a file again
// changes nothing. One bad record is reported and the others go in.
package admin
