package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	whole "github.com/oidcscope/oidcscope/internal/file"
)

// SaveProfile writes a profile to the file at path, in place of the one of its name or at the end. Everything else in the file
// stays as it is. The file is replaced as a whole, by one that only its owner can read.
func SaveProfile(path string, p Profile) error {
	if err := CheckName(p.Name); err != nil {
		return err
	}
	if _, err := p.check(); err != nil {
		return fmt.Errorf("profile %q: %w", p.Name, err)
	}
	return change(path, func(text string) (string, error) { return withProfile(text, p) })
}

// RemoveProfile takes a profile out of the file at path.
func RemoveProfile(path, name string) error {
	return change(path, func(text string) (string, error) { return withoutProfile(text, name) })
}

// Text gives the text of the file at path; empty when there is none.
func Text(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read the configuration: %w", err)
	case info.Size() > maxFile:
		return "", fmt.Errorf("%s: larger than %d bytes", path, maxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the configuration: %w", err)
	}
	return string(data), nil
}

// Write replaces the file at path. A link stays a link: what it points to is replaced.
func Write(path, text string) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	err := whole.Write(path, true, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}

func change(path string, how func(string) (string, error)) error {
	text, err := Text(path)
	if err != nil {
		return err
	}
	changed, err := how(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return Write(path, changed)
}
