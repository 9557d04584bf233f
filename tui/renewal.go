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

// A kept session may be refreshed by a command line at the same time, and a rotated refresh token works once. So the refresh of one is
// held: no other process refreshes it until its end, and it begins with the tokens as they are kept now. Waiting for another process
// happens in a command, as everything does that takes its time.

// Held is a kept session that no other process refreshes or ends until it is released.
type Held struct {
	Session *flows.Session // as it is kept now
	// Keep keeps what the refresh left, also one that failed: a refresh token that was rotated is all that there is.
	Keep    func(ctx context.Context, left *flows.Session, failed error) error
	Release func()
}

// holding is the refresh of a kept session that is held.
type holding struct {
	open *openSession
	held *Held // nil while it is waited for
	run  int   // number of the run; 0 before it began
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
	one, hold := a.sessions.current, a.options.Sessions.Hold
	if one == nil || one.kept == "" || hold == nil || a.away() != nil || a.runs.Running() != nil {
		return a.inPlace(ui.RunRefresh, flows.Refresh) // which says why it can't be done
	}
	if a.sessions.holding != nil {
		return a.notify(ui.Notify{Text: "another oidcscope is busy with this session: still waiting for it", Kind: ui.NoteCare})
	}
	of, ctx, name := &holding{open: one}, a.ctx, one.kept
	a.sessions.holding = of
	return tea.Batch(func() tea.Msg {
		held, err := hold(ctx, name)
		return heldNow{of, held, err}
	}, tea.Tick(time.Second, func(time.Time) tea.Msg { return heldSlow{of} }))
}

// waitsForOthers tells that a refresh has not begun yet.
func (a *app) waitsForOthers(m heldSlow) tea.Cmd {
	if a.sessions.holding != m.of || m.of.held != nil {
		return nil
	}
	return a.notify(ui.Notify{Text: "another oidcscope is busy with this session: waiting for it", Kind: ui.NoteCare})
}

// nowHeld begins the refresh, with the tokens that are kept when another process has refreshed them meanwhile.
func (a *app) nowHeld(m heldNow) tea.Cmd {
	s, one := &a.sessions, m.of.open
	m.of.held = m.held
	if m.err != nil {
		s.holding = nil
		if errors.Is(m.err, keep.ErrNone) { // another process has forgotten it: it lives on in memory
			one.kept = ""
			told := a.notify(ui.Notify{Text: "this session is not kept any more: it was forgotten elsewhere", Kind: ui.NoteCare})
			if s.current != one { // another one was taken up meanwhile, of which nobody wanted a refresh
				return told
			}
			return tea.Batch(told, a.refresh())
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
	told, next, err := a.runs.InPlace(ui.RunRefresh, flows.Refresh)
	if err != nil {
		s.holding = nil
		m.held.Release()
	} else {
		m.of.run = a.runs.Current()
	}
	return tea.Batch(append(cmds, a.began(told, next, err))...)
}

// keepHeld keeps what a held refresh left, and lets the others in.
func (a *app) keepHeld(m ui.RunEnded) tea.Cmd {
	of, ctx := a.sessions.holding, a.ctx
	a.sessions.holding = nil
	name := of.open.kept
	return a.saving(func() tea.Msg {
		defer of.held.Release()
		return keptNow{open: of.open, name: name, err: of.held.Keep(context.WithoutCancel(ctx), m.Session, m.Err), quiet: m.Err != nil}
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
