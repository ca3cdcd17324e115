package faults

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// watch turns calls into events on the data folder.
type watch struct {
	folder string
	fds    map[int]*File
	r      *Recording
}

// opened is a call that has begun.
type opened struct {
	call  call
	event *Event // nil: it changes nothing
	file  *File  // what an open gives
	fd    int    // what a close takes
}

func newWatch(folder string, after *Recording) *watch {
	if after != nil {
		for _, e := range after.Events {
			e.Failed = e.Failed || e.End == 0 // it died before that
		}
		return &watch{folder: folder, fds: map[int]*File{}, r: after}
	}
	root := &File{Name: ".", IsDir: true, members: map[string]*File{}}
	return &watch{folder: folder, fds: map[int]*File{}, r: &Recording{Root: root, Status: -1}}
}

// begin reads a call from the program's memory. It is nil when it is none of ours.
func (w *watch) begin(c call, memory io.ReaderAt) (*opened, error) {
	o := &opened{call: c, fd: -1}
	var err error
	switch c.name {
	case "openat":
		err = w.open(o, memory)
	case "close":
		o.fd = int(int32(c.args[0]))
	case "write", "pwrite64":
		err = w.write(o, memory)
	case "ftruncate":
		o.event = w.onFile(c.args[0], Truncate)
		if o.event != nil {
			o.event.At = int64(c.args[1])
		}
	case "fsync", "fdatasync":
		o.event = w.onFile(c.args[0], Sync)
	case "mkdirat":
		err = w.name(o, memory, Mkdir, c.args[0], c.args[1])
	case "unlinkat":
		kind := Unlink
		if c.args[2]&0x200 != 0 {
			kind = Rmdir
		}
		err = w.name(o, memory, kind, c.args[0], c.args[1])
	case "renameat", "renameat2":
		err = w.rename(o, memory)
	default:
		err = w.unknown(c, memory)
	}
	if err != nil || o.event == nil && o.file == nil && o.fd < 0 {
		return nil, err
	}
	if o.event != nil {
		w.r.Steps++
		o.event.Begin = w.r.Steps
		w.r.Events = append(w.r.Events, o.event)
	}
	return o, nil
}

// end takes what a call returned.
func (w *watch) end(o *opened, got int64) {
	if e := o.event; e != nil {
		w.r.Steps++
		if got < 0 {
			e.Failed = true
		} else {
			e.End = w.r.Steps
			w.settle(e, got)
		}
	}
	switch {
	case o.fd >= 0:
		delete(w.fds, o.fd)
	case o.file != nil && got >= 0:
		w.fds[int(got)] = o.file
	}
}

// settle makes the names as they are after the event.
func (w *watch) settle(e *Event, got int64) {
	switch e.Kind {
	case Write:
		e.Data = e.Data[:min(int64(len(e.Data)), got)]
	case Create, Mkdir:
		e.Dir.members[e.Name] = e.File
	case Unlink, Rmdir:
		delete(e.Dir.members, e.Name)
	case Rename:
		delete(e.Dir.members, e.Name)
		e.ToDir.members[e.ToName] = e.File
	}
}

func (w *watch) open(o *opened, memory io.ReaderAt) error {
	dir, name, err := w.place(memory, o.call.args[0], o.call.args[1])
	if err != nil || dir == nil {
		return err
	}
	flags := int(o.call.args[2])
	o.file = dir
	if name != "" {
		o.file = dir.members[name]
	}
	if o.file == nil && flags&syscall.O_CREAT != 0 {
		o.file = &File{Name: filepath.Join(dir.Name, name)}
		o.event = &Event{Kind: Create, Dir: dir, Name: name, File: o.file}
	} else if o.file != nil && flags&syscall.O_TRUNC != 0 {
		o.event = &Event{Kind: Truncate, File: o.file}
	}
	if flags&syscall.O_APPEND != 0 && o.file != nil {
		return fmt.Errorf("%w: %s is opened for appending", ErrTrace, o.file.Name)
	}
	return nil
}

func (w *watch) write(o *opened, memory io.ReaderAt) error {
	c := o.call
	fd := int(int32(c.args[0]))
	file := w.fds[fd]
	if file == nil && fd != 1 {
		return nil
	}
	data := make([]byte, c.args[2])
	if _, err := memory.ReadAt(data, int64(c.args[1])); err != nil && len(data) > 0 {
		return fmt.Errorf("%w: read what is written: %w", ErrTrace, err)
	}
	switch {
	case file == nil:
		o.event = &Event{Kind: Mark, Text: strings.TrimSuffix(string(data), "\n")}
	case c.name == "pwrite64":
		o.event = &Event{Kind: Write, File: file, Data: data, At: int64(c.args[3])}
	default:
		o.event = &Event{Kind: Write, File: file, Data: data, At: w.length(file)}
	}
	return nil
}

// length is where a plain write goes on: whoever writes so here has made the file and writes it from its beginning.
func (w *watch) length(f *File) int64 {
	var at int64
	for _, e := range w.r.Events {
		if e.File != f || e.Failed {
			continue
		}
		switch e.Kind {
		case Write:
			at = e.At + int64(len(e.Data))
		case Truncate:
			at = e.At
		}
	}
	return at
}

func (w *watch) onFile(arg uint64, kind Kind) *Event {
	if file := w.fds[int(int32(arg))]; file != nil {
		return &Event{Kind: kind, File: file}
	}
	return nil
}

func (w *watch) name(o *opened, memory io.ReaderAt, kind Kind, at, path uint64) error {
	dir, name, err := w.place(memory, at, path)
	if err != nil || dir == nil || name == "" {
		return err
	}
	e := &Event{Kind: kind, Dir: dir, Name: name, File: dir.members[name]}
	if kind == Mkdir {
		e.File = &File{Name: filepath.Join(dir.Name, name), IsDir: true, members: map[string]*File{}}
	}
	o.event = e
	return nil
}

func (w *watch) rename(o *opened, memory io.ReaderAt) error {
	c := o.call
	dir, name, err := w.place(memory, c.args[0], c.args[1])
	if err != nil {
		return err
	}
	to, toName, err := w.place(memory, c.args[2], c.args[3])
	if err != nil || dir == nil && to == nil {
		return err
	}
	if dir == nil || to == nil || dir.members[name] == nil {
		return fmt.Errorf("%w: a rename between the data folder and elsewhere, or of what is not known", ErrTrace)
	}
	o.event = &Event{Kind: Rename, Dir: dir, Name: name, File: dir.members[name], ToDir: to, ToName: toName}
	return nil
}

// place finds the folder and the name that a path means. The folder is nil for paths elsewhere, the name "" for the
// data folder itself.
func (w *watch) place(memory io.ReaderAt, at, path uint64) (*File, string, error) {
	text, err := readText(memory, path)
	if err != nil {
		return nil, "", err
	}
	from, rest := w.fds[int(int32(at))], text
	if filepath.IsAbs(text) {
		var inside bool
		if rest, inside = strings.CutPrefix(filepath.Clean(text), w.folder); !inside || rest != "" && rest[0] != '/' {
			return nil, "", nil
		}
		from = w.r.Root
	}
	if from == nil {
		return nil, "", nil
	}
	rest = strings.Trim(filepath.Clean("/"+rest), "/")
	for {
		name, below, more := strings.Cut(rest, "/")
		if !more {
			return from, name, nil
		}
		if from = from.members[name]; from == nil || !from.IsDir {
			return nil, "", nil // the call will fail
		}
		rest = below
	}
}

func readText(memory io.ReaderAt, at uint64) (string, error) {
	var text []byte
	var page [256]byte
	for len(text) < 4096 {
		n, err := memory.ReadAt(page[:], int64(at)+int64(len(text)))
		if end := bytes.IndexByte(page[:n], 0); end >= 0 {
			return string(append(text, page[:end]...)), nil
		}
		if err != nil {
			return "", fmt.Errorf("%w: read a path: %w", ErrTrace, err)
		}
		text = append(text, page[:n]...)
	}
	return "", fmt.Errorf("%w: a path without end", ErrTrace)
}

// unknown refuses calls that would change files in ways that are not followed.
func (w *watch) unknown(c call, memory io.ReaderAt) error {
	ours := false
	switch c.name {
	case "mmap":
		const shared, writable = syscall.MAP_SHARED, syscall.PROT_WRITE
		ours = c.args[3]&shared != 0 && c.args[2]&writable != 0 && w.fds[int(int32(c.args[4]))] != nil
	case "writev", "pwritev", "fallocate", "dup", "dup2", "dup3":
		ours = w.fds[int(int32(c.args[0]))] != nil
	case "sendfile":
		ours = w.fds[int(int32(c.args[0]))] != nil
	case "splice", "copy_file_range":
		ours = w.fds[int(int32(c.args[2]))] != nil
	case "io_uring_setup":
		ours = true
	case "linkat":
		dir, _, err := w.place(memory, c.args[2], c.args[3])
		return worse(err, dir != nil, c.name)
	case "open", "creat", "truncate", "unlink", "rmdir", "mkdir", "rename", "link":
		text, err := readText(memory, c.args[0])
		return worse(err, strings.HasPrefix(text, w.folder+string(os.PathSeparator)), c.name)
	}
	return worse(nil, ours, c.name)
}

func worse(err error, ours bool, name string) error {
	if err == nil && ours {
		err = fmt.Errorf("%w: the program changes its folder with %s, which is not followed", ErrTrace, name)
	}
	return err
}
