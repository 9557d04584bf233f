package main

import (
	"time"

	"github.com/oidcscope/oidcscope/e2e/tmux"
)

// scene is one picture: a command, and what is done before it is taken.
type scene struct {
	name    string
	rows    int // of the terminal; 0: as many as usual
	command func(*studio) ([]string, error)
	acts    []func(*tmux.Terminal) error
}

// scenes in the order of a first visit.
var scenes = []scene{
	{name: "home", command: program(), acts: acts(see("Start"))},
}

// program is the binary with arguments.
func program(args ...string) func(*studio) ([]string, error) {
	return func(s *studio) ([]string, error) { return append([]string{s.binary}, args...), nil }
}

func acts(list ...func(*tmux.Terminal) error) []func(*tmux.Terminal) error { return list }

// see waits for texts, and then a little for what is drawn after them.
func see(texts ...string) func(*tmux.Terminal) error {
	return func(t *tmux.Terminal) error {
		_, err := t.WaitFor(15*time.Second, texts...)
		time.Sleep(300 * time.Millisecond)
		return err
	}
}

func press(keys ...string) func(*tmux.Terminal) error {
	return func(t *tmux.Terminal) error { return t.Keys(keys...) }
}
