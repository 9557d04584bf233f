// Package file writes whole files: a reader sees the one before or the one after, never half of one, and nobody but its owner
// can read it.
package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes what write writes to the file at path. Unless replace is set, a file that is there stays as it is, and the
// error is one of [fs.ErrExist].
func Write(path string, replace bool, write func(io.Writer) error) error {
	if !replace {
		if err := Absent(path); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".oidcscope-*") // only its owner can read it, by its making
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil && replace {
		err = os.Rename(f.Name(), path)
	} else if err == nil {
		err = place(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, ignoreAbsent(os.Remove(f.Name())))
	}
	return nil
}

// Absent says that there is a file at path already; nil when there is none.
func Absent(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
		}
		return err
	}
	return nil
}

// place gives a written file its name, unless another has it by now. A link can't replace a file, a renaming can.
func place(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	if err := Absent(to); err != nil { // a file system without links
		return err
	}
	return os.Rename(from, to)
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
