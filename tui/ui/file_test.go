package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDroppedFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	path := filepath.Join(dir, "my token.jwt")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dropped, want := range map[string]string{
		path: path, "'" + path + "' ": path, strings.ReplaceAll(path, " ", `\ `): path, "file://" + path + "\n": path, "~/my token.jwt": "~/my token.jwt",
		"/no/such/file": "", "eyJ.e30.": "", "": "", "/": "", dir: "", path + "\n" + path: "", "my token.jwt": "",
	} {
		if got := DroppedFile(dropped); got != want {
			t.Errorf("%q: %q, want %q", dropped, got, want)
		}
	}
	if got := ExpandHome("~/x"); got != dir+"/x" {
		t.Errorf("~/x is %q", got)
	}
	if got := ExpandHome("~other/x"); got != "~other/x" {
		t.Errorf("someone else's home folder is not known: %q", got)
	}
}
