// Package quiet keeps Bubble Tea from asking the terminal for its background colour.
//
// Bubble Tea v1 asks while its package is initialised (tea_init.go), before any code of ours could choose, and waits up to
// five seconds for terminals that never answer. termenv, which asks in its name, does not when TERM says that the
// terminal is dumb. So this package says so until Bubble Tea is initialised, and package tui takes it back with [Restore]
// in the initialisation of a variable: before main, and after everything that tui imports.
//
// It works because of the order that the Go specification promises (section "Program initialization", since Go 1.21):
// packages are sorted by import path, and the first one whose imports are all initialised is next. This package imports
// nothing but syscall, and its path sorts before golang.org/x/sys/unix, which termenv needs and which needs syscall too.
// So it comes before termenv, lipgloss and Bubble Tea. It must never import anything else. The test in package tui
// starts the program in a terminal that never answers, and measures.
package quiet

import "syscall"

// before is what TERM was, and whether it was set at all.
var before, was = hush()

func hush() (string, bool) {
	term, ok := syscall.Getenv("TERM")
	_ = syscall.Setenv("TERM", "dumb")
	return term, ok
}

// Restore gives TERM its value back. The result has no meaning; it lets a variable's initialisation call it.
func Restore() bool {
	if !was {
		return syscall.Unsetenv("TERM") == nil
	}
	return syscall.Setenv("TERM", before) == nil
}
