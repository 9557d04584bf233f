//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/e2e/tmux"
)

// prompt ends every command in a [shell]; it holds the exit status of the one before.
const prompt = "status=%s$ "

// shell is a terminal with a shell that starts the program, so that it can be seen how the program leaves the terminal.
type shell struct {
	*tmux.Terminal
	dir string
}

// startShell starts a POSIX shell without line editing, which would set terminal modes of its own.
func startShell(t *testing.T, env ...string) shell {
	t.Helper()
	s := shell{dir: t.TempDir()}
	// Set in the shell itself: it keeps no PS1 of its environment, and tmux no PATH.
	setup := fmt.Sprintf("PS1='%s'\nPATH='%s':\"$PATH\"\n", fmt.Sprintf(prompt, "$?"), filepath.Dir(binary))
	profile := filepath.Join(s.dir, "profile")
	if err := os.WriteFile(profile, []byte(setup), 0o600); err != nil {
		t.Fatal(err)
	}
	env = cleanEnv(t, append(env, "ENV="+profile)...)
	s.Terminal = terminal(t, env, "sh")
	see(t, s.Terminal, 5*time.Second, strings.TrimSpace(fmt.Sprintf(prompt, "0")))
	s.settings(t, "before")
	s.enter(t, "command -v oidcscope")
	see(t, s.Terminal, 5*time.Second, binary)
	return s
}

// enter types a command line.
func (s shell) enter(t *testing.T, line string) {
	t.Helper()
	if err := s.Type(line); err != nil {
		t.Fatal(err)
	}
	press(t, s.Terminal, "Enter")
}

// settings writes what stty says of the terminal to a file, and gives it.
func (s shell) settings(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(s.dir, name)
	s.enter(t, "clear; stty -a > "+file+" && echo $((6*7)) settings "+name) // 42: the answer, not its question
	see(t, s.Terminal, 5*time.Second, "42 settings "+name)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// left checks that the program has ended with a status and left the terminal as it found it.
func (s shell) left(t *testing.T, status int) {
	t.Helper()
	s.prompted(t, strings.TrimSpace(fmt.Sprintf(prompt, fmt.Sprint(status))))
	flags := s.Format("alternate=#{alternate_on} cursor=#{cursor_flag} mouse=#{mouse_any_flag} keypad=#{keypad_flag}")
	if want := "alternate=0 cursor=1 mouse=0 keypad=0"; flags != want {
		t.Errorf("the terminal was left with %s, want %s", flags, want)
	}
	for _, mode := range s.modes(t) {
		t.Errorf("the program left the terminal's mode %s changed", mode)
	}
	before, err := os.ReadFile(filepath.Join(s.dir, "before"))
	if err != nil {
		t.Fatal(err)
	}
	if after := s.settings(t, "after"); after != string(before) {
		t.Errorf("stty before:\n%s\nand after:\n%s", before, after)
	}
}

// prompted waits until the shell's prompt is the last thing on the screen. An older prompt comes into view as soon as the
// program leaves the alternate screen, while it may still be reading keys.
func (s shell) prompted(t *testing.T, prompt string) {
	t.Helper()
	_, err := s.WaitUntil(10*time.Second, "the prompt "+prompt+" at the end", func(screen string) bool {
		return strings.HasSuffix(strings.TrimRight(screen, " \n"), prompt)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// modes lists what the program left changed. tmux writes its record of the output a little after its screen.
func (s shell) modes(t *testing.T) []string {
	t.Helper()
	for end := time.Now().Add(3 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		wrote, err := s.Wrote()
		if err != nil {
			t.Fatal(err)
		}
		if left := leftOver(wrote); len(left) == 0 || time.Now().After(end) {
			return left
		}
	}
}

// leftOver lists the DEC private modes that are not as a terminal starts with: all off but the cursor (25) and wrapping (7).
func leftOver(wrote []byte) []string {
	last := make(map[string]string)
	for _, m := range regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`).FindAllSubmatch(wrote, -1) {
		for mode := range bytes.SplitSeq(m[1], []byte(";")) {
			last[string(mode)] = string(m[2])
		}
	}
	var modes []string
	for mode, state := range last {
		if onAtStart := mode == "25" || mode == "7"; onAtStart != (state == "h") {
			modes = append(modes, mode+state)
		}
	}
	return modes
}
