// Package golden compares what a screen draws with a file that a person has looked at. It is used by tests and imports no
// testing package, so that it lives on the floor of the screens.
//
// Run the tests with OIDCSCOPE_UPDATE_GOLDEN=1 to write the files anew, and then read the difference in git before it is
// committed.
package golden

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Env is the variable that makes [Check] write instead of compare.
const Env = "OIDCSCOPE_UPDATE_GOLDEN"

// Check compares a drawn screen with testdata/NAME.golden. Spaces at the ends of lines don't count. The error names the
// first line that differs.
func Check(name, drawn string) error {
	path := filepath.Join("testdata", filepath.FromSlash(name)+".golden")
	got := trimmed(drawn)
	if os.Getenv(Env) != "" {
		return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(got), 0o644))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w (write it with %s=1)", err, Env)
	}
	want := string(data)
	if got == want {
		return nil
	}
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		if at(a, i) != at(b, i) {
			return fmt.Errorf("%s, line %d:\nwant %q\ngot  %q\nthe whole screen:\n%s", path, i+1, at(a, i), at(b, i), got)
		}
	}
	return fmt.Errorf("%s differs", path)
}

func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line)"
}
