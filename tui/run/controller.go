// Package run stands between the engine and the screens: it runs one flow at a time in a goroutine of its own and turns
// what the engine says into messages. A [Controller] belongs to the root model and is used from its Update alone; the only
// code that runs elsewhere is the engine's goroutine in stream.go and the gate it asks in gate.go.
//
// The stream has one rule: one goroutine, one unbuffered channel, one reading command, which Receive re-arms. So the
// engine is never ahead of the screen, events keep their order, and nothing is left behind when the program ends.
package run

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/diagnose"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Engine runs a flow; it is [flows.Run] outside of tests.
type Engine func(ctx context.Context, f flows.Flow, cfg flows.Config, emit func(flows.Event)) (*flows.Session, error)

// Request is everything that is needed to start a run, and to start it again.
type Request struct {
	Kind   ui.RunKind
	Flow   flows.Flow
	Config flows.Config
	Title  string
	Helper ui.LoginHelper
	Mode   ui.GateMode
	Aside  bool              // what it leaves does not become the current session
	From   *flows.Checkpoint // of a run before, where this one begins; nil: at the first step
}

// Controller starts runs, holds and releases their requests, and remembers the session that they leave.
type Controller struct {
	ctx     context.Context
	engine  Engine
	now     func() time.Time
	number  int
	current *stream // nil when nothing runs
	last    *Request
	login   *Request     // the last login, for Restart
	trail   *flows.Trail // of the last login, for RestartFrom
	held    *stopped
	need    flows.NeedUser // what the person was asked last in this run
	session *flows.Session
	title   string         // of the session's provider
	helper  ui.LoginHelper // who can log in there; nil: only a person
	gate    *gate
	left    []*stream // abandoned, perhaps still ending
}

// New makes a controller whose runs end when ctx does.
func New(ctx context.Context, engine Engine, now func() time.Time) *Controller {
	return &Controller{ctx: ctx, engine: engine, now: now, gate: newGate()}
}

// Session is the current session, or nil.
func (c *Controller) Session() *flows.Session { return c.session }

// Running is the request of the run that is under way, or nil.
func (c *Controller) Running() *Request {
	if c.current == nil {
		return nil
	}
	return c.last
}

// Began is when the run that is under way began; the zero time when there is none.
func (c *Controller) Began() time.Time {
	if c.current == nil {
		return time.Time{}
	}
	return c.current.began
}

// Held is the stop at which the run waits, or nil, and since when.
func (c *Controller) Held() (*flows.Stop, time.Time) {
	if c.held == nil {
		return nil, time.Time{}
	}
	return &c.held.stop, c.held.at
}

// Start begins a run. One that is under way is cancelled and left: the messages returned tell its end, then the new
// beginning. The command reads the first event.
func (c *Controller) Start(r Request) ([]tea.Msg, tea.Cmd) {
	var told []tea.Msg
	var before *stream
	if c.current != nil {
		before = c.current
		told = append(told, c.leave())
	}
	r.Config.Diagnose, r.Config.Trail, r.Config.From = diagnose.Problem, new(flows.Trail), r.From
	c.number++
	c.last, c.held, c.need = &r, nil, flows.NeedUser{}
	if r.Kind == ui.RunLogin {
		login := r
		login.From = nil
		c.login, c.trail = &login, r.Config.Trail
	}
	c.gate.setMode(r.Mode)
	c.current = newStream(c.ctx, c.number, c.now)
	told = append(told,
		ui.RunBegan{Run: c.number, Kind: r.Kind, Flow: r.Flow, Config: r.Config, Title: r.Title, Helper: r.Helper,
			Mode: r.Mode, Session: c.session, At: c.current.began},
		c.gate.changed())
	c.current.run(c.engine, r, c.gate, before)
	return told, c.current.next()
}

// Number gives a number to a run that is not made here.
func (c *Controller) Number() int {
	c.number++
	return c.number
}

// Current is the number of the run that began last.
func (c *Controller) Current() int { return c.number }

// Is reports whether the run of that number is under way.
func (c *Controller) Is(number int) bool { return c.current != nil && c.current.number == number }

// Again makes an earlier login the one that [Controller.Restart] runs.
func (c *Controller) Again(r Request) { c.login = &r }

// Restart runs the last login again from its first step.
func (c *Controller) Restart() ([]tea.Msg, tea.Cmd, error) {
	if c.login == nil {
		return nil, nil, errors.New("nothing has run yet")
	}
	r := *c.login
	r.Mode = c.gate.mode()
	told, cmd := c.Start(r)
	return told, cmd, nil
}

// RestartFrom goes back to a step of the last login. A run that is held goes back itself; one that is over begins anew there, with
// what was known before the step.
func (c *Controller) RestartFrom(step string) ([]tea.Msg, tea.Cmd, error) {
	switch {
	case c.held != nil:
		told, err := c.Release(ui.Release{Command: flows.Command{Do: flows.RestartFrom, Step: step}, Mode: c.gate.mode()})
		return told, nil, err
	case c.current != nil:
		return nil, nil, errors.New("the run is under way: hold it first, or wait for its end")
	case c.login == nil:
		return nil, nil, errors.New("nothing has run yet")
	}
	r := *c.login
	if r.From = c.trail.At(step); r.From == nil {
		return nil, nil, errors.New("the run has not come to this step")
	}
	r.Mode = c.gate.mode()
	told, cmd := c.Start(r)
	return told, cmd, nil
}

// Use makes another session the current one, with the title of its provider and who can log in there. While a run is under way it
// can't be done: what the run leaves would be taken for this session's.
func (c *Controller) Use(s *flows.Session, title string, helper ui.LoginHelper) ([]tea.Msg, error) {
	if c.current != nil {
		return nil, errors.New("a run is under way: wait for it, or cancel it first")
	}
	c.session, c.title, c.helper = s, title, helper
	return []tea.Msg{ui.SessionChanged{Run: c.number, Kind: ui.RunSwitch, Title: title, Session: s}}, nil
}

// InPlace starts a run over the current session: a refresh, or a userinfo call.
func (c *Controller) InPlace(kind ui.RunKind, flow func(*flows.Session) flows.Flow) ([]tea.Msg, tea.Cmd, error) {
	switch {
	case c.session == nil:
		return nil, nil, errors.New("no session: log in first")
	case c.current != nil:
		return nil, nil, errors.New("a run is under way: wait for it, or cancel it first")
	}
	r := Request{Kind: kind, Flow: flow(c.session), Config: c.session.Config, Mode: c.gate.mode(), Title: c.title, Helper: c.helper}
	told, cmd := c.Start(r)
	return told, cmd, nil
}

// Cancel asks the current run to end. Its last events still arrive.
func (c *Controller) Cancel() {
	if c.current != nil {
		c.current.cancel()
	}
}

// Receive takes what the reading command brought. It gives the messages for the screens, none when the run is no longer
// the current one, and the command that reads the next.
func (c *Controller) Receive(e Envelope) ([]tea.Msg, tea.Cmd) {
	if c.current == nil || e.run != c.current.number {
		return nil, nil
	}
	switch m := e.msg.(type) {
	case *stopped:
		c.held = m
		return []tea.Msg{ui.RunHeld{Run: e.run, Stop: &m.stop, At: m.at}}, c.current.next()
	case ended:
		return c.finish(m), nil
	case flows.Event:
		if need, ok := m.(flows.NeedUser); ok {
			c.need = need
		}
		return []tea.Msg{ui.RunEvent{Run: e.run, Event: m}}, c.current.next()
	default:
		return nil, c.current.next()
	}
}

func (c *Controller) finish(m ended) []tea.Msg {
	run := c.current
	c.current, c.held = nil, nil
	run.stop()
	kind := c.last.Kind
	told := []tea.Msg{ui.RunEnded{Run: run.number, Kind: kind, Session: m.session, Err: m.err,
		Canceled: run.canceled && m.err != nil, Duration: m.at.Sub(run.began), At: m.at}}
	if m.session != nil && !c.last.Aside {
		c.session, c.title, c.helper = m.session, c.last.Title, c.last.Helper
		told = append(told, ui.SessionChanged{Run: run.number, Kind: kind, Title: c.title, Session: m.session})
	}
	return told
}

// leave abandons the current run: what it still has to say is dropped.
func (c *Controller) leave() tea.Msg {
	run, now := c.current, c.now()
	run.abandon()
	c.left = append(c.left, run)
	c.current, c.held = nil, nil
	return ui.RunEnded{Run: run.number, Kind: c.last.Kind, Err: context.Canceled, Canceled: true, Duration: now.Sub(run.began), At: now}
}

// Close cancels everything and waits for the engine's goroutines, at most for limit. It reports whether all have ended.
func (c *Controller) Close(limit time.Duration) bool {
	if c.current != nil {
		c.leave()
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for _, s := range c.left {
		select {
		case <-s.done:
		case <-timer.C:
			return false
		}
	}
	c.left = nil
	return true
}
