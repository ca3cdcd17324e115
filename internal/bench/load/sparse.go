package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// copySparse copies a folder of files with their holes. The database makes a file
// longer than what it has written, and a hole that was filled with zeroes would
// count as memory of whoever maps the file.
func copySparse(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return copyFile(filepath.Join(to, rel), path)
	})
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	page, hole := make([]byte, 4<<10), make([]byte, 4<<10)
	for at := int64(0); ; at += int64(len(page)) {
		n, err := io.ReadFull(in, page)
		if n == 0 && err == io.EOF {
			return out.Close()
		}
		if err != nil && err != io.ErrUnexpectedEOF {
			return err
		}
		if !bytes.Equal(page[:n], hole[:n]) {
			_, err = out.WriteAt(page[:n], at)
		} else {
			err = out.Truncate(at + int64(n))
		}
		if err != nil {
			return err
		}
	}
}
