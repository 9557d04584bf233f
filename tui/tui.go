// Package tui is the terminal interface: the only importer of Bubble Tea, lipgloss and bubbles.
//
// [Run] is all that others need. Inside, the root model (app.go) routes messages, does what screens ask for (act.go), and
// draws the frame (frame.go); package ui is the contract with the screens, and package run stands between the engine and
// all of them.
package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/term"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/browser"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Options say what the interface starts with.
type Options struct {
	Theme         string // "auto", "dark", "light", "high-contrast"; empty: auto
	NoColor       bool
	Mouse         bool
	ReducedMotion bool
	Version       string

	// At most one of these; none is the home screen.
	Practice string         // "pkce" or "device": start the practice provider and this flow
	Faults   bool           // the list of the practice provider's faults
	Login    *Login         // a flow against a provider
	Inspect  *InspectInput  // a token
	Doctor   *doctor.Config // a provider, or documents, to check
	Replay   []*archive.Run // runs of a file

	ReplayWarnings []string          // what could not be read of it
	Record         func(flows.Event) // told each event of the runs that are made; nil: nobody

	Transport       flows.Transport  // for logins that are started inside: proxy, authorities, timeout
	PracticeClient  string           // the registered client of a practice login; empty: the public one
	PracticeOptions practice.Options // of the practice provider, whenever it is started; its Fault is that of Practice

	Profiles      Profiles
	Sessions      Sessions
	Registrations Registrations
	Probes        Probes

	NoBrowser bool
	Step      bool
	Breaks    []string // ids of steps of which everything is held
	Reveal    bool
}

// Login is a flow to start with.
type Login struct {
	Flow   string // id of one of flows.Logins; empty: "pkce"
	Config flows.Config
	KeepAs string // name under which the session is kept; empty: it is not
	// Profile is what the client was made of, by which a kept session makes it again; nil: only Config is known.
	Profile *config.Profile
}

// InspectInput is a token to start with.
type InspectInput struct {
	Raw     string
	Keys    *inspect.KeySet // that may verify it; nil: none
	Context inspect.Context // what is known about it from elsewhere; a zero Now: the clock
}

// Summary is what is printed after the interface has closed, redacted: one line each.
type Summary struct {
	Lines       []string
	OK          bool // no login failed
	Interrupted bool // left with ctrl+c or SIGINT: exit code 130
}

// outside is the world beyond the screen, as functions, so that tests can replace it.
type outside struct {
	engine    run.Engine
	openURL   func(ctx context.Context, url string) error
	clipboard clipboard
	practice  map[string]*practice.Provider // by fault; "" is the one that makes no mistake
}

func realOutside() outside {
	return outside{engine: flows.Run, openURL: browser.Open,
		clipboard: clipboard{terminal: os.Stdout, getenv: os.Getenv, look: exec.LookPath, run: runTool, goos: runtime.GOOS}}
}

// endLimit is how long the end of the program waits for the engine to end.
const endLimit = 3 * time.Second

// Run shows the interface until it is quit. The terminal is left as it was, also after a panic or SIGTERM.
func Run(ctx context.Context, o Options) (Summary, error) { return show(ctx, o, realOutside()) }

func show(ctx context.Context, o Options, out outside) (Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tty := openTerminal()
	theme := chooseTheme(o, os.Getenv, tty.ask)
	c := &ui.Common{Context: ctx, Transport: o.Transport, Theme: theme, Keys: ui.NewKeys(), Now: time.Now, Reveal: o.Reveal, ReducedMotion: o.ReducedMotion,
		Profiles: o.Profiles.List}
	if o.NoBrowser {
		out.openURL = noBrowser
	}
	a := newApp(ctx, o, c, out)
	a.typed, a.pastes = tty.typed, &tty.pastes
	if w, h, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		a.resize(w, h) // so that the first frame is a whole one
	}
	program := append(tty.options(), tea.WithAltScreen(), tea.WithContext(ctx))
	if o.Mouse {
		program = append(program, tea.WithMouseCellMotion())
	}
	_, err := tea.NewProgram(a, program...).Run()
	a.stopped = a.stopped || errors.Is(err, tea.ErrInterrupted)
	cancel()
	a.close()
	return a.summary(), programError(err)
}

func noBrowser(context.Context, string) error {
	return errors.New("the browser is switched off (--no-browser): open the address yourself")
}

// programError is what went wrong with the program itself; that it was asked to end is no error.
func programError(err error) error {
	switch {
	case err == nil, errors.Is(err, tea.ErrInterrupted), errors.Is(err, context.Canceled):
		return nil
	case errors.Is(err, tea.ErrProgramPanic):
		return fmt.Errorf("oidcscope itself failed, please report it: %w", err)
	default:
		return err
	}
}

// close ends what the program started.
func (a *app) close() {
	a.runs.Close(endLimit)
	a.finish(endLimit)
	for _, p := range a.outside.practice {
		_ = p.Close()
	}
}

// finish waits for what must come to its end, and no longer than limit: a keyring may ask a person, who has left.
func (a *app) finish(limit time.Duration) {
	all := make(chan struct{})
	go func() { a.c.Unfinished.Wait(); close(all) }()
	select {
	case <-all:
	case <-time.After(limit):
	}
}

// start is the command for what the options ask to begin with: the breakpoints are set before anything runs.
func (a *app) start() tea.Cmd {
	var cmds []tea.Cmd
	for _, step := range a.options.Breaks {
		cmds = append(cmds, a.tell(a.runs.ToggleBreakpoint(step, ui.BreakBefore|ui.BreakAnswer)))
	}
	return tea.Batch(append(cmds, a.opening())...)
}

// opening is what is opened at the start.
func (a *app) opening() tea.Cmd {
	switch o := a.options; {
	case o.Practice != "":
		return ui.Send(ui.StartPractice{Flow: o.Practice, Fault: o.PracticeOptions.Fault})
	case o.Faults:
		return ui.Send(ui.OpenFaults{})
	case o.Login != nil:
		return func() tea.Msg {
			flow, err := flowByID(o.Login.Flow, o.Login.Config)
			if err != nil {
				return ui.Notify{Text: err.Error(), Kind: ui.NoteBad}
			}
			return ui.StartFlow{Flow: flow, Config: o.Login.Config, Title: ui.ProviderName(o.Login.Config.Issuer), Step: o.Step, KeepAs: o.Login.KeepAs, Profile: o.Login.Profile}
		}
	case o.Doctor != nil:
		return ui.Send(ui.OpenDoctor{Config: *o.Doctor})
	case len(o.Replay) > 0:
		return ui.Send(opened{runs: o.Replay, warnings: o.ReplayWarnings})
	case o.Inspect != nil:
		return ui.Send(ui.OpenToken{Raw: o.Inspect.Raw, Keys: o.Inspect.Keys, Context: o.Inspect.Context})
	default:
		return nil
	}
}

// summary is what is left to say after the screen has gone.
func (a *app) summary() Summary {
	s := Summary{OK: true, Interrupted: a.stopped}
	for _, p := range a.c.Past {
		if p.Outcome == ui.Under { // nothing goes on after the program
			p.Outcome, p.Duration = ui.Canceled, a.c.Now().Sub(p.At)
		}
		line := p.Text() + " · " + string(p.Outcome)
		if p.Problem != "" {
			line += ": " + p.Problem
		}
		s.Lines = append(s.Lines, line)
		s.OK = s.OK && (p.Outcome == ui.OK || p.Kind != ui.RunLogin)
	}
	for _, b := range a.busyScreens() {
		if line := b.Epilogue(); line != "" {
			s.Lines = append(s.Lines, line)
		}
	}
	if session := a.runs.Session(); session != nil {
		for _, name := range []flows.TokenName{flows.IDToken, flows.AccessToken} {
			if r := session.Reports[name]; r != nil {
				s.Lines = append(s.Lines, fmt.Sprintf("%s: signature %s, %s", name, r.Signature.Status, remains(session, name, a.c.Now())))
			}
		}
	}
	return s
}

// remains is how long a token of a session can be used. One that was revoked can't, whatever its expiry says.
func remains(s *flows.Session, name flows.TokenName, now time.Time) string {
	left := lifetime(s.Reports[name].Time, now)
	switch {
	case s.Forgotten(name):
		return "revoked (" + left + ")"
	case s.Over():
		return "of a session that was ended (" + left + ")"
	default:
		return left
	}
}

func lifetime(t inspect.Times, now time.Time) string {
	switch {
	case t.ExpiresAt == nil:
		return "no expiry"
	case t.ExpiresAt.After(now):
		return "expires in " + ui.Clock(t.ExpiresAt.Sub(now))
	default:
		return "expired " + ui.Clock(now.Sub(*t.ExpiresAt)) + " ago"
	}
}
