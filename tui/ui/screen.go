// Package ui holds what all screens share: the [Screen] contract, the intents that screens return, the theme, and the keys.
// It exists beside package tui so that the root model can import the screens without a cycle.
package ui

import (
	"github.com/charmbracelet/bubbles/help"
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
)

// Screen is one of the program's screens. Screens are pointers: Update changes them and returns a command.
type Screen interface {
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	View() string
	SetSize(width, height int)
	// Title is the breadcrumb of the frame: "Practice provider ▸ Authorization code + PKCE".
	Title() string
	// Typing reports whether keys are text now, so that global keys must not act.
	Typing() bool
	help.KeyMap
	// Actions lists everything that can be done here, for the help overlay and the command palette. What can't be done
	// now is listed with the reason.
	Actions() []Action
}

// Action is something a screen can do.
type Action struct {
	Binding  key.Binding
	Title    string
	Disabled string // why it can't be done now; empty when it can
}

// Name says which screen.
type Name string

const (
	Home   Name = "home"
	Flow   Name = "flow"
	Token  Name = "token"
	Wire   Name = "wire"
	Doctor Name = "doctor"
	Learn  Name = "learn"
)

// Intents are what screens ask the root to do. They are messages.
type (
	// Goto shows a screen.
	Goto struct{ Screen Name }
	// StartFlow starts a run and shows it.
	StartFlow struct {
		Flow   flows.Flow
		Config flows.Config
		Title  string // "Practice provider"
		Helper LoginHelper
		Step   bool // hold every request
	}
	// StartPractice starts the practice provider, then a flow ("pkce" or "device") against it.
	StartPractice struct{ Flow string }
	// OpenToken inspects text that was pasted or typed.
	OpenToken struct{ Raw string }
	// Notify shows a line for a few seconds.
	Notify struct {
		Text string
		Kind NoteKind
	}
	// Copy puts text into the clipboard (OSC 52, and the platform's tool where there is one).
	Copy struct {
		Text string
		What string // for the notice: "access token"
	}
	// OpenURL opens the browser.
	OpenURL struct{ URL string }
)

// NoteKind colours a notice.
type NoteKind int

const (
	NoteInfo NoteKind = iota
	NoteGood
	NoteBad
	NoteCare
)

// LoginHelper logs in without a browser. Only the practice provider has one.
type LoginHelper interface {
	LogIn(authURL string) error
	ApproveDevice(userCode string) error
}
