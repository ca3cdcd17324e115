// Package access serves what the citizen decides and sees: the pod's grants and
// its journal.
//
// # Grants
//
// {pod}/.access/grants/ is an access grant endpoint of Linked Web Storage: POST an
// access grant (application/lws+json) to give one, GET it to see it, DELETE it to
// revoke it. The answer to a DELETE is sent when the revocation is in force. GET
// of the endpoint lists the grants that have not been revoked and not ended,
// each with its status; with ?status=all also the others. A revoked grant is
// answered with 410. Only the owner may do any of this, except that whoever a
// grant was given to may GET it.
//
// # Journal
//
// {pod}/.journal/ is for the owner: JSON, or Turtle by negotiation. ?from=N begins
// at line N, ?limit=M gives at most M lines (500; at most 1000).
//
//	{"head": "SIZE:ROOT",
//	 "next": "https://.../.journal/?from=500",
//	 "lines": [{"n": 0, "at": "...", "who": "https://...", "did": "read", "path": "/health/labs/x",
//	            "allowed": true, "because": "...", "grant": "...", "purpose": "...", "until": "...",
//	            "proof": {"record": "...", "salt": "...", "leaf": "..."}}],
//	 "consistency": {"from": "SIZE:ROOT", "hashes": ["..."]}}
//
// The journal is a Merkle tree as in RFC 6962: leaf = SHA-256(0x00 || SHA-256(salt ||
// record)), where record is the text of proof.record in UTF-8; root, salt, leaf
// and hashes are base64url without padding. Whoever keeps a head and later asks
// with ?since=SIZE:ROOT gets under consistency the hashes that prove (RFC 6962,
// section 2.1.2) that the tree under head still begins with the tree that was
// kept. A journal that is shorter than a kept head is answered with 409.
package access
