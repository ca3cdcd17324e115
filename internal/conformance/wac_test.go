package conformance

import (
	"net/http"
	"strings"
)

// What Web Access Control (editor's draft of April 2026) and the Solid Protocol say about one request, read from their
// text and from nothing of ours. The two rules at the end are Skrin's own, and stand in DIVERGENCES.md.

// rights are the modes that a rule gives.
type rights struct{ read, append, write, control bool }

var accessSets = []rights{
	{},
	{read: true},
	{append: true},
	{write: true},
	{read: true, append: true},
	{read: true, write: true},
	{control: true},
}

func (r rights) String() string {
	if modes := r.modes(); modes != "" {
		return strings.ReplaceAll(modes, "acl:", "")
	}
	return "nothing"
}

// modes writes them as the objects of acl:mode.
func (r rights) modes() string {
	var words []string
	for _, m := range []struct {
		has  bool
		word string
	}{{r.read, "acl:Read"}, {r.append, "acl:Append"}, {r.write, "acl:Write"}, {r.control, "acl:Control"}} {
		if m.has {
			words = append(words, m.word)
		}
	}
	return strings.Join(words, ", ")
}

// adds: "acl:Append is a subclass of acl:Write", so that either will do (section 5.3, acl:mode entailment).
func (r rights) adds() bool { return r.append || r.write }

// A thing is what a request is about.
type thing int

const (
	document thing = iota // an RDF document in a container
	aclOf                 // its ACL resource
	metaOf                // its description resource
	folder                // a container in the container
)

// A state is what there is of the thing.
type state int

const (
	missing state = iota // nothing of that name
	bare                 // the subject, without ACL and description: what is inherited counts
	full                 // the subject with both: its own ACL counts
)

// An operation is a request that somebody may make.
type operation struct {
	on     thing
	method string
	patch  string // "insert", "delete" (and insert), "where" (and insert); "" without a patch
}

func (op operation) String() string {
	return strings.TrimSpace(op.method+" "+op.patch) + [...]string{"", " .acl", " .meta", " container"}[op.on]
}

const (
	allowed = 0 // the status depends on the operation alone
	denied  = http.StatusForbidden
)

// expected gives the status for somebody who has these rights in the container and on what is asked for; 403 stands for
// every refusal of access.
func (op operation) expected(container, resource rights, s state) int {
	if op.method == http.MethodOptions {
		return http.StatusNoContent // "to determine communication options": nobody reads or writes by it
	}
	status := op.access(container, resource, s)
	if status == allowed {
		status = op.outcome(s)
	}
	switch {
	case status != http.StatusNotFound || mayKnow(op, container, resource, s):
		return status
	case op.method == http.MethodPost && op.on != folder: // what they would hear if it existed
		return http.StatusMethodNotAllowed
	}
	return denied
}

// access is WAC section 5.3, "Reading and Writing Resources".
func (op operation) access(container, resource rights, s state) int {
	ok := false
	switch op.on {
	case aclOf: // "the operation can only be allowed with the acl:Control access mode"
		ok = resource.control
	case metaOf: // Solid Protocol 4.3.2: "the authorization rule that is used for the subject resource"
		ok = op.mayDescribe(resource, s)
	default:
		ok = op.mayAct(container, resource, s)
	}
	if ok {
		return allowed
	}
	return denied
}

func (op operation) mayAct(container, resource rights, s state) bool {
	creates := s == missing
	switch op.method {
	case http.MethodGet, http.MethodHead:
		return resource.read
	case http.MethodPost: // to the container itself, to make something in it
		return resource.adds()
	case http.MethodPut: // create: on the resource, and on the container; replace: Write on the resource
		return creates && resource.adds() && container.adds() || !creates && resource.write
	case http.MethodPatch:
		return op.mayPatch(resource) && (!creates || container.adds())
	case http.MethodDelete: // "Authorizations allowing acl:Write on the resource and the containing container"
		return resource.write && container.write
	}
	return false
}

// mayPatch is Solid Protocol 5.3.1: where reads, insertions append, deletions read and write.
func (op operation) mayPatch(resource rights) bool {
	switch op.patch {
	case "delete":
		return resource.read && resource.write
	case "where":
		return resource.read && resource.adds()
	}
	return resource.adds()
}

func (op operation) mayDescribe(resource rights, s state) bool {
	switch op.method {
	case http.MethodGet, http.MethodHead:
		return resource.read
	case http.MethodPut:
		return resource.write || s != full && resource.append
	case http.MethodPost:
		return resource.adds()
	case http.MethodPatch:
		return op.mayPatch(resource)
	}
	return resource.write
}

// outcome is what an operation that is allowed leads to.
func (op operation) outcome(s state) int {
	there := s == full || s == bare && (op.on == document || op.on == folder)
	orphan := s == missing && (op.on == aclOf || op.on == metaOf) // nothing to be described
	switch {
	case op.method == http.MethodPost && op.on == folder && there:
		return http.StatusCreated
	case op.method == http.MethodPost && there:
		return http.StatusMethodNotAllowed // Protocol 5: "not supported by the target resource"
	case op.method == http.MethodPost, orphan:
		return http.StatusNotFound // Protocol 5.3: "a resource without an existing representation"
	case op.method == http.MethodPut && !there, op.patch == "insert" && !there:
		return http.StatusCreated
	case op.patch != "" && !there:
		return http.StatusConflict // Protocol 5.3.1: nothing matches, nothing can be deleted
	case op.method == http.MethodPut && op.on == folder:
		return http.StatusConflict
	case !there:
		return http.StatusNotFound
	case op.method == http.MethodGet, op.method == http.MethodHead:
		return http.StatusOK
	}
	return http.StatusNoContent
}

// mayKnow is Skrin's: nobody learns whether a name exists in a container that they may not read, and what is absent is
// told to those alone who could have read it.
func mayKnow(op operation, container, resource rights, s state) bool {
	reads := resource.read
	if op.on == aclOf {
		reads = resource.control
	}
	return reads && (s != missing || container.read)
}

// wacAllow is the WAC-Allow field (section 6.1) for somebody with these rights. Where an access mode is listed, one that
// it includes is not listed besides.
func wacAllow(user, public rights) string {
	words := func(r rights) string {
		var w []string
		if r.read {
			w = append(w, "read")
		}
		if r.write {
			w = append(w, "write")
		} else if r.append {
			w = append(w, "append")
		}
		if r.control {
			w = append(w, "control")
		}
		return strings.Join(w, " ")
	}
	return `user="` + words(user) + `",public="` + words(public) + `"`
}
