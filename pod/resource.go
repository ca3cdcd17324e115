package pod

import (
	"fmt"
	"io"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// Resource is what a reader gets.
type Resource struct {
	Path      Path
	MediaType string // as stored, with its parameters; "" for containers
	Size      int64  // bytes of the body; 0 for containers
	ETag      string // opaque and strong, without quotes; changes with every change of the body or, for containers, of the members
	Created   time.Time
	Modified  time.Time
	Decision  acl.Decision // what the asker may do here, and why
	Governing Path         // the resource whose ACL is in force here: Path's subject or the nearest container above that has one; its ACL() is the effective ACL

	// Description is what a container's description says of it besides what the
	// server says, for those who may read that; nil: nothing, or not asked for.
	// It is the caller's.
	Description *linkeddata.Graph

	// Body is nil for containers and for Head. The caller closes it. Where the
	// right to read can end while bytes still flow, reading fails with
	// ErrDenied from that moment on.
	Body io.ReadSeekCloser
	// Done is closed when that right has ended; nil where it cannot end
	// before the body is sent (the owner's readings, small bodies).
	Done <-chan struct{}
}

// Member is one line of a container's listing.
type Member struct {
	Path      Path
	MediaType string // "" for containers
	Size      int64
	Modified  time.Time
}

// Draft is a resource that is to be written.
type Draft struct {
	Name       string    // Append: the wished name, decoded ("" for a random one). Put ignores it
	Exact      bool      // Append: this name or none. The same bytes there already: nothing changes; other bytes: ErrExists, unless Replace
	Replace    bool      // Append with Exact: other bytes under the name are replaced, which takes Modify
	IfTaken    string    // Append with Exact: the name to take, just as exactly, when other bytes are there and Replace is not set; "": none
	Container  bool      // Append: make a container
	MediaType  string    // required for anything with a body
	Body       io.Reader // read once, to its end; nil is an empty body
	References []string  // how other health records refer to this one ("Patient/1", "urn:uuid:..."), for Resolve
}

const (
	maxMediaType  = 255
	maxReferences = 64
	maxReference  = 1024
)

// check bounds what stands in a directory entry besides the name.
func (d Draft) check() error {
	if len(d.MediaType) > maxMediaType {
		return fmt.Errorf("%w: longer than %d bytes", ErrMediaType, maxMediaType)
	}
	if len(d.References) > maxReferences {
		return fmt.Errorf("%w: more than %d references", ErrTooLarge, maxReferences)
	}
	for _, ref := range d.References {
		if len(ref) > maxReference {
			return fmt.Errorf("%w: a reference of more than %d bytes", ErrTooLarge, maxReference)
		}
	}
	return nil
}

// Receipt tells what a write has done.
type Receipt struct {
	Path      Path
	ETag      string
	Created   bool         // the resource is new
	Unchanged bool         // it stood there already with the same bytes
	Decision  acl.Decision // what the asker may do with it
}

// Precondition is what must hold at the moment of the change (RFC 9110
// section 13). It is checked in the transaction that changes, after access.
type Precondition struct {
	IfMatch           []string // opaque tags without quotes, or "*"
	IfNoneMatch       []string
	IfUnmodifiedSince time.Time // zero: not asked
}
