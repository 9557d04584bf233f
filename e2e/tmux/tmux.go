// Package tmux runs a program in a terminal of a given size, types into it, and reads what it shows. Each [Terminal] is a
// tmux server of its own, so that nothing of the user's tmux is touched.
package tmux

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Options of a terminal.
type Options struct {
	Width, Height int      // in cells
	Dir           string   // working directory of the program
	Env           []string // "NAME=value", added to this process's environment
	Command       []string // program and arguments
}

// Terminal is a running one.
type Terminal struct {
	dir string // holds the server's socket and the log of what the program wrote
	env []string
}

// Start runs the program. Close the terminal when done.
func Start(o Options) (*Terminal, error) {
	dir, err := os.MkdirTemp("", "tmux")
	if err != nil {
		return nil, err
	}
	t := &Terminal{dir: dir, env: append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "TMUX=")}
	// The program is started by respawn-pane, after the log of its output is in place: pipe-pane alone would lose the start.
	err = errors.Join(
		t.run("-f", os.DevNull, "new-session", "-d", "-s", "s", "-x", strconv.Itoa(o.Width), "-y", strconv.Itoa(o.Height), "cat"),
		t.run("set-option", "-g", "remain-on-exit", "on"),
		t.run("set-option", "-g", "status", "off"),
		t.run("set-option", "-g", "window-size", "manual"),
		t.run("set-option", "-g", "default-terminal", "xterm-256color"),
		t.run("set-option", "-ga", "terminal-overrides", ",*:Tc"),
		t.run("resize-window", "-t", "s", "-x", strconv.Itoa(o.Width), "-y", strconv.Itoa(o.Height)),
		t.run("pipe-pane", "-t", "s", "cat > "+quote(t.log())),
	)
	if err == nil {
		args := []string{"respawn-pane", "-k", "-t", "s"}
		if o.Dir != "" {
			args = append(args, "-c", o.Dir)
		}
		for _, e := range append([]string{"COLORTERM=truecolor", "TMUX=", "TMUX_PANE="}, o.Env...) {
			args = append(args, "-e", e)
		}
		// The shell writes the exit status down: tmux 3.3 loses it now and then (pane_dead without pane_dead_status). Its trap is
		// for itself; the program gets its own signals.
		err = t.run(append(args, "trap : INT; "+quoteAll(o.Command)+"; echo $? > "+quote(t.status()))...)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// Close ends the program and the terminal.
func (t *Terminal) Close() {
	t.run("kill-server") // fails when the server is gone already, which is what is wanted
	os.RemoveAll(t.dir)
}

// Keys presses keys by tmux's names: "Enter", "C-c", "Up", "n".
func (t *Terminal) Keys(keys ...string) error {
	for _, k := range keys {
		if err := t.run("send-keys", "-t", "s", k); err != nil {
			return err
		}
	}
	return nil
}

// Type types text as it is.
func (t *Terminal) Type(text string) error { return t.run("send-keys", "-t", "s", "-l", text) }

// Paste pastes text as a terminal does: bracketed, when the program asked for that.
func (t *Terminal) Paste(text string) error {
	file := filepath.Join(t.dir, "paste")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	return errors.Join(t.run("load-buffer", file), t.run("paste-buffer", "-p", "-t", "s"))
}

// Click presses and releases the left mouse button at a cell, counted from 1.
func (t *Terminal) Click(x, y int) error {
	return t.Type(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x, y, x, y))
}

// Resize changes the size of the terminal.
func (t *Terminal) Resize(width, height int) error {
	return t.run("resize-window", "-t", "s", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
}

// Screen is the text on the screen.
func (t *Terminal) Screen() string {
	out, _ := t.output("capture-pane", "-p", "-t", "s")
	return out
}

// Styled is the text on the screen with its SGR sequences.
func (t *Terminal) Styled() string {
	out, _ := t.output("capture-pane", "-e", "-p", "-t", "s")
	return out
}

// Format expands a tmux format for the terminal: "#{cursor_flag}".
func (t *Terminal) Format(format string) string {
	out, _ := t.output("display-message", "-p", "-t", "s", format)
	return strings.TrimSpace(out)
}

// Wrote is every byte that the program wrote so far.
func (t *Terminal) Wrote() ([]byte, error) { return os.ReadFile(t.log()) }

// WaitFor waits until the screen holds all the texts, and returns it.
func (t *Terminal) WaitFor(timeout time.Duration, texts ...string) (string, error) {
	return t.WaitUntil(timeout, fmt.Sprintf("%q on the screen", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// WaitUntil waits until the screen is as wanted, and returns it. The error ends with the last screen.
func (t *Terminal) WaitUntil(timeout time.Duration, what string, wanted func(screen string) bool) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for {
		screen := t.Screen()
		if wanted(screen) {
			return screen, nil
		}
		select {
		case <-ctx.Done():
			return screen, fmt.Errorf("want %s within %v, got this screen:\n%s", what, timeout, Frame(screen))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// WaitExit waits until the program has ended and gives its exit status.
func (t *Terminal) WaitExit(timeout time.Duration) (int, error) {
	var status string
	_, err := t.WaitUntil(timeout, "the program to end", func(string) bool {
		data, _ := os.ReadFile(t.status())
		status = strings.TrimSpace(string(data))
		return status != ""
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(status)
}

// Frame draws a line above and below a screen, for test logs.
func Frame(screen string) string {
	rule := strings.Repeat("─", 60)
	return rule + "\n" + strings.TrimRight(screen, "\n") + "\n" + rule
}

func (t *Terminal) log() string { return filepath.Join(t.dir, "wrote") }

func (t *Terminal) status() string { return filepath.Join(t.dir, "status") }

func (t *Terminal) run(args ...string) error {
	_, err := t.output(args...)
	return err
}

func (t *Terminal) output(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tmux", append([]string{"-S", filepath.Join(t.dir, "socket")}, args...)...)
	cmd.Env = t.env
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("tmux %s: %w: %s", args[0], err, strings.TrimSpace(problems.String()))
	}
	return string(out), nil
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return strings.Join(quoted, " ")
}

func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
