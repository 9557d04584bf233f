package main

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/internal/browser"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// system is the world around a command. Commands reach for nothing else, so that tests can put them into another world.
type system struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	lookupEnv      func(string) (string, bool)
	now            func() time.Time
	openBrowser    func(context.Context, string) error
	openTerminal   func() (*os.File, error) // the person's keyboard, also when stdin is a pipe
	readPassword   func(context.Context, *os.File) (string, error)
	ring           keep.Ring // the system keyring

	// What the streams are connected to, and how wide the terminals are, in cells; 0 for what is no terminal.
	stdinTerminal, stdoutTerminal, stderrTerminal bool
	stdinFile                                     bool // a file, which is there to be read without waiting
	stdoutWidth, stderrWidth                      int
}

func newSystem() *system {
	stdin, err := os.Stdin.Stat()
	return &system{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		lookupEnv:      os.LookupEnv,
		now:            time.Now,
		openBrowser:    browser.Open,
		openTerminal:   openTerminal,
		readPassword:   readPassword,
		ring:           keep.System(os.Getenv),
		stdinFile:      err == nil && stdin.Mode().IsRegular(),
		stdinTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		stderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		stdoutWidth:    terminalWidth(os.Stdout),
		stderrWidth:    terminalWidth(os.Stderr),
	}
}

// terminalWidth is 0 for what is no terminal. One that does not tell its size gets the usual one.
func terminalWidth(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	if w <= 0 {
		return plain.Width
	}
	return w
}

func (s *system) getenv(name string) string {
	value, _ := s.lookupEnv(name)
	return value
}

// interactive reports whether a person sits in front: then the terminal interface opens, unless text was asked for.
func (s *system) interactive() bool {
	return s.stdinTerminal && s.stdoutTerminal && s.getenv("TERM") != "dumb"
}

// answer prints to standard output, where nothing but the answer goes.
func (s *system) answer(noColor bool) *plain.Printer {
	return plain.New(s.stdout, s.stdoutWidth, s.stdoutTerminal && s.colour(noColor))
}

// notes prints to standard error: prompts, warnings, errors.
func (s *system) notes(noColor bool) *plain.Printer {
	return plain.New(s.stderr, s.stderrWidth, s.stderrTerminal && s.colour(noColor))
}

// colour reports whether colour is welcome on a terminal (https://no-color.org: any value but the empty one forbids it).
func (s *system) colour(noColor bool) bool {
	return !noColor && s.getenv("NO_COLOR") == "" && s.getenv("TERM") != "dumb"
}

// readPassword reads a line without echo, and gives the terminal its echo back also when ctx ends first. The read itself
// cannot be interrupted; it ends with the process.
func readPassword(ctx context.Context, from *os.File) (string, error) {
	fd := int(from.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type result struct {
		line []byte
		err  error
	}
	got := make(chan result, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		got <- result{line, err}
	}()
	select {
	case r := <-got:
		return string(r.line), r.err
	case <-ctx.Done():
		_ = term.Restore(fd, before) // nothing better can be done on the way out
		return "", context.Cause(ctx)
	}
}
