// Package tui is the terminal interface: the only importer of Bubble Tea, lipgloss and bubbles.
package tui

import (
	"context"
	"errors"

	"github.com/oidcscope/oidcscope/flows"
)

// Options say what the interface starts with.
type Options struct {
	Theme         string // "auto", "dark", "light", "high-contrast"
	NoColor       bool
	Mouse         bool
	ReducedMotion bool
	Version       string

	// At most one of these; none is the home screen.
	Practice string        // "pkce" or "device": start the practice provider and this flow
	Login    *Login        // a flow against a provider
	Inspect  *InspectInput // a token

	NoBrowser bool
	Step      bool
	Reveal    bool
}

// Login is a flow to start with.
type Login struct {
	Flow   string // "pkce" or "device"
	Config flows.Config
}

// InspectInput is a token to start with.
type InspectInput struct {
	Raw string
}

// Summary is what is printed after the interface has closed, redacted: one line each.
type Summary struct {
	Lines []string
	OK    bool
}

// Run shows the interface until it is quit. The terminal is left as it was, also after a panic.
func Run(ctx context.Context, o Options) (Summary, error) {
	return Summary{}, errors.New("under construction")
}
