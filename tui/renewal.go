package tui

import (
	"context"
	"errors"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// A kept session may be refreshed by a command line at the same time, and a rotated refresh token works once. So who refreshes one,
// revokes a token of it or ends it holds it: no other process does either until the end, and the run begins with the tokens as they are
// kept now. Waiting for another process happens in a command, as everything does that takes its time.

// Held is a kept session that no other process refreshes or ends until it is released.
type Held struct {
	Session *flows.Session // as it is kept now
	Begin   func()         // announces a refresh, which can't be done twice
	// Keep keeps what the refresh left, also one that failed: a refresh token that was rotated is all that there is.
	Keep    func(ctx context.Context, left *flows.Session, failed error) error
	Release func()
}

// holding is a kept session that is held for a run.
type holding struct {
	open  *openSession
	held  *Held // nil while it is waited for
	run   int   // number of the run; 0 before it began
	once  bool  // the run can't be done twice: the next process is to know that it began
	begin func(*flows.Session) tea.Cmd
	end   func(*holding, ui.RunEnded) tea.Cmd // keeps what the run left, and releases
}

type (
	heldNow struct {
		of   *holding
		held *Held
		err  error
	}
	heldSlow struct{ of *holding }
)

// refresh refreshes the current session.
func (a *app) refresh() tea.Cmd {
	return a.alone(holding{once: true, end: a.keepHeld, begin: func(*flows.Session) tea.Cmd { return a.inPlace(ui.RunRefresh, flows.Refresh) }})
}

// alone begins a run over the current session while no other process refreshes or ends it. Where nothing is to be held it begins at
// once, or says why it can't.
func (a *app) alone(of holding) tea.Cmd {
	one, hold := a.sessions.current, a.options.Sessions.Hold
	if one == nil || one.kept == "" || hold == nil || a.away() != nil || a.runs.Running() != nil {
		return of.begin(a.runs.Session())
	}
	if a.sessions.holding != nil {
		return a.notify(ui.Notify{Text: "another oidcscope is busy with this session: still waiting for it", Kind: ui.NoteCare})
	}
	of.open = one
	ctx, name := a.ctx, one.kept
	a.sessions.holding = &of
	return tea.Batch(func() tea.Msg {
		held, err := hold(ctx, name)
		return heldNow{&of, held, err}
	}, tea.Tick(time.Second, func(time.Time) tea.Msg { return heldSlow{&of} }))
}

// waitsForOthers tells that a run has not begun yet.
func (a *app) waitsForOthers(m heldSlow) tea.Cmd {
	if a.sessions.holding != m.of || m.of.held != nil {
		return nil
	}
	return a.notify(ui.Notify{Text: "another oidcscope is busy with this session: waiting for it", Kind: ui.NoteCare})
}

// nowHeld begins the run, with the tokens that are kept when another process has refreshed them meanwhile.
func (a *app) nowHeld(m heldNow) tea.Cmd {
	s, one := &a.sessions, m.of.open
	m.of.held = m.held
	if m.err != nil {
		s.holding = nil
		if errors.Is(m.err, keep.ErrNone) { // another process has forgotten it: it lives on in memory
			one.kept = ""
			told := a.notify(ui.Notify{Text: "this session is not kept any more: it was forgotten elsewhere", Kind: ui.NoteCare})
			if s.current != one { // another one was taken up meanwhile, with which nobody wanted this
				return told
			}
			return tea.Batch(told, m.of.begin(one.session))
		}
		return a.failed(m.err)
	}
	if s.current != one || a.runs.Running() != nil {
		s.holding = nil
		m.held.Release()
		return a.failed(errUnderWay)
	}
	var cmds []tea.Cmd
	if now := m.held.Session; now.Tokens.Refresh != one.session.Tokens.Refresh || now.Tokens.Access != one.session.Tokens.Access {
		told, err := a.runs.Use(now, one.title, one.helper)
		if err != nil {
			s.holding = nil
			m.held.Release()
			return a.failed(err)
		}
		one.session = now
		cmds = append(cmds, a.tell(told...), a.notify(ui.Notify{Text: "another oidcscope has refreshed this session: its tokens are taken", Kind: ui.NoteInfo}))
	}
	if m.of.once {
		m.held.Begin()
	}
	before := a.runs.Current()
	cmds = append(cmds, m.of.begin(one.session))
	if m.of.run = a.runs.Current(); m.of.run == before { // it says why
		s.holding = nil
		m.held.Release()
	}
	return tea.Batch(cmds...)
}

// keepHeld keeps what a held refresh left, and lets the others in.
func (a *app) keepHeld(of *holding, m ui.RunEnded) tea.Cmd {
	ctx, name := context.WithoutCancel(a.ctx), of.open.kept
	return a.saving(func() tea.Msg {
		defer of.held.Release()
		return keptNow{open: of.open, name: name, err: of.held.Keep(ctx, m.Session, m.Err), quiet: m.Err != nil}
	})
}

// keepRevoked keeps what a held revocation left; nothing is kept of a session without a token.
func (a *app) keepRevoked(of *holding, m ui.RunEnded) tea.Cmd {
	if m.Session == nil || m.Err != nil {
		of.held.Release()
		return nil
	}
	ctx, name, kept := context.WithoutCancel(a.ctx), of.open.kept, a.options.Sessions.Keep
	return a.saving(func() tea.Msg {
		defer of.held.Release()
		name, err := kept(ctx, name, m.Session, of.open.profile)
		return keptNow{open: of.open, name: name, err: err}
	})
}

// forgetHeld forgets a session that was ended; a person who interrupts has changed their mind.
func (a *app) forgetHeld(of *holding, m ui.RunEnded) tea.Cmd {
	a.sessions.ending = nil
	if m.Canceled {
		of.held.Release()
		return nil
	}
	ctx, name, forget := context.WithoutCancel(a.ctx), of.open.kept, a.options.Sessions.Forget
	return a.saving(func() tea.Msg {
		defer of.held.Release()
		return keptForgot{name, endedText("the kept session "+name+" is forgotten", m), forget(ctx, name)}
	})
}

// saving makes a command of work that keeps what can't be had again, such as a refresh token that was rotated: the end of the program
// waits for it.
func (a *app) saving(work tea.Cmd) tea.Cmd {
	a.c.Unfinished.Add(1)
	done := sync.OnceFunc(a.c.Unfinished.Done)
	return func() tea.Msg {
		defer done()
		return work()
	}
}
