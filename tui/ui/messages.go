package ui

import (
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// Messages that the root sends to every screen, shown or not. A run has a number that grows with every run of the program;
// the root has already dropped what came from a run that is no longer the current one.
type (
	// RunBegan opens a run, before its first event: the flow's steps are known now.
	RunBegan struct {
		Run     int
		Kind    RunKind
		Flow    flows.Flow
		Config  flows.Config
		Title   string // of the provider: "Practice provider", "keycloak.example"
		Helper  LoginHelper
		Mode    GateMode
		Session *flows.Session // that a refresh or userinfo run works on
		At      time.Time

		Replayed string // of a run that was read from a file: what it is, and why nothing can be sent; empty for a live one
	}
	// RunEvent is one event of the engine, in order.
	RunEvent struct {
		Run   int
		Event flows.Event
	}
	// RunEnded closes a run, after its last event. Err is a *flows.Problem, a context error, or nil.
	RunEnded struct {
		Run      int
		Kind     RunKind
		Session  *flows.Session // nil unless tokens came
		Err      error
		Canceled bool
		Duration time.Duration
		At       time.Time
	}
	// RunHeld says that the run waits at a stop. Answer with [Release].
	RunHeld struct {
		Run  int
		Stop *flows.Stop
		At   time.Time
	}
	// RunReleased says that it no longer does.
	RunReleased struct {
		Run     int
		Stop    *flows.Stop
		Command flows.Command
	}
	// GateChanged tells the mode and the breakpoints (by step id) of the current run.
	GateChanged struct {
		Mode        GateMode
		Breakpoints map[string]Breakpoint
	}
	// SessionChanged tells the session that is now current, after a login, a refresh or a userinfo call.
	// Session.Previous is the one before a refresh.
	SessionChanged struct {
		Run     int
		Kind    RunKind
		Title   string // of the provider
		Session *flows.Session
	}
	// FetchBegan opens a series of requests that belong to no run, such as the doctor's; Number grows with each series.
	FetchBegan struct {
		Number int
		Title  string
		At     time.Time
	}
	// Fetched is one finished request of the series.
	Fetched struct {
		Number   int
		Exchange record.Exchange
	}
	// BrowserFailed tells that the browser could not be opened, and why.
	BrowserFailed struct{ Err error }
	// TokenOpened asks the token screen to show text that came from a person rather than from a run, with what the person
	// said about it. Without keys it is verified with the session's, if they are of the same issuer.
	TokenOpened OpenToken
	// TokensIn asks the token screen to look for tokens in a file.
	TokensIn struct{ Path string }
	// FileFailed tells the token screen that the file it asked for by [OpenFile] could not be read.
	FileFailed struct{ Err error }
	// ProfilesChanged follows [SaveProfile]; [Common.Profiles] has the list.
	ProfilesChanged struct{ Saved string }
	// RegistrationChanged tells the client that was registered, looked at or changed last; a nil Session: it is gone.
	RegistrationChanged struct {
		Name    string // of its profile; may be empty
		Session *flows.Session
	}
	// RevealChanged follows [ToggleReveal]; [Common.Reveal] has the same value.
	RevealChanged struct{ Reveal bool }
	// Tick comes once a second, on the second, while the program runs.
	Tick struct{ Now time.Time }
	// Shown tells a screen that it came to the front or left it.
	Shown struct{ Screen Name }
)

// For makes TokenOpened a message for the token screen.
func (TokenOpened) For() Name { return Token }

// For makes both messages for the token screen.
func (TokensIn) For() Name   { return Token }
func (FileFailed) For() Name { return Token }

// RunKind says what a run is for.
type RunKind string

const (
	RunLogin    RunKind = "login"
	RunRefresh  RunKind = "refresh"
	RunUserInfo RunKind = "userinfo"

	RunSwitch RunKind = "switch" // no run: another session became the current one
	RunCheck  RunKind = "check"  // of a session that was kept

	RunIntrospect RunKind = "introspect"
	RunRevoke     RunKind = "revoke"
)
