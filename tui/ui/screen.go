// Package ui holds what all screens share: the [Screen] contract, the intents that screens return, the messages that the
// root sends them, the [Theme], the global [Keys], and small helpers for text and rectangles. It exists beside package tui
// so that the root model can import the screens without a cycle.
//
// A screen is made by its package's New(*[Common]) and listed in tui/screens.go. It sees the program through three doors:
// messages that the root sends to every screen (messages.go), what it may read at any time in [Common], and the intents it
// returns as commands (intents.go; [Send] makes one). It never starts goroutines, never touches the network, and never
// keeps a style of its own.
package ui

import (
	"context"
	"sync"
	"time"

	"github.com/charmbracelet/bubbles/help"
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/internal/config"
)

// Screen is one of the program's screens. Screens are pointers: Update changes them and returns a command.
//
// View returns at most height lines of at most width cells; the root cuts what is larger and fills what is smaller.
// Mouse messages arrive with coordinates inside the screen: its first cell is 0, 0.
type Screen interface {
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	View() string
	SetSize(width, height int)
	// Title is the breadcrumb of the frame: "Practice provider ▸ Authorization code + PKCE".
	Title() string
	// Typing reports whether keys are text now, so that global keys must not act. A screen that is typing also gets
	// esc, tab and the function keys; only ctrl+c is kept from it.
	Typing() bool
	help.KeyMap
	// Actions lists everything that can be done here, for the help overlay and the command palette. What can't be done
	// now is listed with the reason. Choosing one in the palette presses the first key of its binding.
	Actions() []Action
}

// Overlay is what a screen implements when esc means something to it (closing an editor, clearing a filter). Without it,
// or when Back returns false, esc goes home.
type Overlay interface {
	// Back reports whether esc should be given to the screen.
	Back() bool
}

// Explainable is what a screen implements whose selection has a name that can be looked up: a claim, a header parameter, a
// parameter of a request, an error code, a check, a step. The root explains it on K.
type Explainable interface {
	// Topic names what is selected as [explain.Find] takes it, and says what it is there, so that of several things of one
	// name ("iss" is a claim and a parameter) the right one comes first. An empty name: nothing is selected; an empty kind:
	// any.
	Topic() (name string, kind explain.Kind)
}

// Action is something a screen can do.
type Action struct {
	Binding  key.Binding
	Title    string
	Disabled string // why it can't be done now; empty when it can
	Words    string // further ones that the palette finds it by; not shown
}

// Common is what every screen is made with. Screens read it and never write it.
type Common struct {
	Context       context.Context // ends with the program; for the commands of a screen
	Transport     flows.Transport // how requests travel that have no configuration of their own
	Theme         *Theme
	Keys          *Keys
	Now           func() time.Time
	Reveal        bool // secrets are shown; [RevealChanged] tells when it changes
	ReducedMotion bool
	Past          []PastRun // runs of this session of the program, newest last
	Profiles      []config.Profile
	Unfinished    sync.WaitGroup // what the end of the program waits for: the writing of what can't be had again, the revoking of tokens
}

// Name says which screen. Its number is the key that shows it.
type Name string

const (
	Home   Name = "home"
	Flow   Name = "flow"
	Token  Name = "token"
	Doctor Name = "doctor"
	Wire   Name = "wire"
	Probe  Name = "probe"
)

// Addressed is a message that belongs to one screen: the root gives it to that screen alone, also when it is hidden. A
// screen's asynchronous results implement it, and carry a number of their own so that a stale one can be dropped.
type Addressed interface{ For() Name }

// Send makes a command that delivers one message, such as an intent.
func Send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
