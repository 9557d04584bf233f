package ui

import (
	"os"
	"strings"
)

// ExpandHome puts the home folder in the place of a leading ~.
func ExpandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return home + rest
}

// DroppedFile gives the path when a text is nothing but that of a file that exists, else "": what terminals paste when a file is dropped
// on them, quoted or with backslashes as for a shell.
func DroppedFile(text string) string {
	const longest = 4096
	text = strings.TrimSpace(text)
	if len(text) > longest || strings.ContainsAny(text, "\r\n") {
		return ""
	}
	path := strings.TrimPrefix(strings.Trim(text, `'"`), "file://")
	if path == text && os.PathSeparator == '/' {
		path = strings.ReplaceAll(path, `\`, "")
	}
	drive := len(path) > 2 && path[1] == ':'
	if len(path) < 2 || path[0] != '/' && path[0] != '~' && !drive {
		return ""
	}
	if info, err := os.Stat(ExpandHome(path)); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return path
}
