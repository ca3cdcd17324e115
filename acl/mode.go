package acl

import "strings"

// Mode is a set of things one may do to a resource. Web Access Control's four
// modes are unions of these finer ones; grants use the finer ones.
type Mode uint8

const (
	Read    Mode = 1 << iota // see the resource, list the container
	Create                   // add a new member to a container
	Insert                   // add to what a resource says, changing nothing that stands there
	Modify                   // change or replace what a resource says
	Delete                   // remove the resource
	Control                  // read and change the resource's own ACL

	Append = Create | Insert                   // acl:Append
	Write  = Create | Insert | Modify | Delete // acl:Write
	All    = Read | Write | Control
)

// Has says whether every mode of want is in m.
func (m Mode) Has(want Mode) bool { return m&want == want }

// WAC lists the Web Access Control modes that are whole in m, in the words of
// the WAC-Allow header: append is left out where write holds.
func (m Mode) WAC() []string {
	var words []string
	if m.Has(Read) {
		words = append(words, "read")
	}
	switch {
	case m.Has(Write):
		words = append(words, "write")
	case m.Has(Append):
		words = append(words, "append")
	}
	if m.Has(Control) {
		words = append(words, "control")
	}
	return words
}

// String names the finer modes, for people and for the journal.
func (m Mode) String() string {
	if m == 0 {
		return "nothing"
	}
	var words []string
	for i, name := range [...]string{"read", "create", "insert", "modify", "delete", "control"} {
		if m&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	return strings.Join(words, " ")
}
