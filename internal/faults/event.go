package faults

import "fmt"

// Kind is what a call does to the data folder.
type Kind uint8

// The kinds of events.
const (
	Write    Kind = iota + 1 // bytes into a file
	Truncate                 // a new length
	Sync                     // of a file or a folder
	Create                   // a new, empty file
	Mkdir
	Rename
	Unlink
	Rmdir
	Mark // a line on standard output: the program says how far it is
)

func (k Kind) String() string {
	names := [...]string{"?", "write", "truncate", "sync", "create", "mkdir", "rename", "unlink", "rmdir", "mark"}
	if int(k) >= len(names) {
		k = 0
	}
	return names[k]
}

// A File is a file or a folder, whatever it is called by now.
type File struct {
	Name  string // the path it was made under, below the data folder
	IsDir bool

	members map[string]*File // as of now
}

// An Event is one call, with the moments of its beginning and its end in steps of the recording.
type Event struct {
	Kind       Kind
	File       *File  // written, cut or synced, or what the name in Dir stands for
	Dir        *File  // where a name changes
	Name       string // which
	ToDir      *File  // Rename: where it goes
	ToName     string
	At         int64 // Write: the place in the file; Truncate: the new length
	Data       []byte
	Text       string // Mark: the line
	Begin, End int    // End is 0 while the call has not returned, and for ever if it failed
	Failed     bool
}

func (e *Event) String() string {
	switch e.Kind {
	case Mark:
		return fmt.Sprintf("mark %q", e.Text)
	case Write:
		return fmt.Sprintf("write %s at %d, %d bytes", e.File.Name, e.At, len(e.Data))
	case Truncate:
		return fmt.Sprintf("truncate %s to %d", e.File.Name, e.At)
	case Sync:
		return "sync " + e.File.Name
	case Rename:
		return fmt.Sprintf("rename %s/%s to %s/%s", e.Dir.Name, e.Name, e.ToDir.Name, e.ToName)
	}
	return fmt.Sprintf("%s %s/%s", e.Kind, e.Dir.Name, e.Name)
}

// A Recording is all that a program did to its data folder, which was empty when it began.
type Recording struct {
	Root   *File
	Events []*Event
	Steps  int // every beginning and every end of an event is a step
	Killed bool
	Status int    // what the program returned
	Stderr string // the end of what it said
}

// Marks are the lines the program had begun to say by a step.
func (r *Recording) Marks(step int) []string {
	var lines []string
	for _, e := range r.Events {
		if e.Kind == Mark && e.Begin <= step {
			lines = append(lines, e.Text)
		}
	}
	return lines
}
