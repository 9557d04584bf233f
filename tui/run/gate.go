package run

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// gate decides which requests are held. The root changes it while the engine asks it, hence the lock. It outlives a run,
// so that breakpoints stay when a flow is run again.
type gate struct {
	mu          sync.Mutex
	step        ui.GateMode
	breakpoints map[string]bool
}

// heldRequest is a request that waits for its answer.
type heldRequest struct {
	*record.Held
	at    time.Time
	reply chan record.Decision
}

func newGate() *gate { return &gate{breakpoints: map[string]bool{}} }

func (g *gate) mode() ui.GateMode {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.step
}

func (g *gate) setMode(m ui.GateMode) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.step = m
}

func (g *gate) toggle(step string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.breakpoints[step] {
		delete(g.breakpoints, step)
	} else {
		g.breakpoints[step] = true
	}
}

func (g *gate) holds(step string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.step == ui.GateStep || g.breakpoints[step]
}

func (g *gate) changed() ui.GateChanged {
	g.mu.Lock()
	defer g.mu.Unlock()
	return ui.GateChanged{Mode: g.step, Breakpoints: maps.Clone(g.breakpoints)}
}

// forRun is the record.Gate of one run: it holds a request until the person answers or the run ends.
func (g *gate) forRun(s *stream) record.Gate {
	return func(ctx context.Context, held *record.Held) (record.Decision, error) {
		if !g.holds(held.Step) {
			return record.Decision{}, nil
		}
		h := &heldRequest{Held: held, at: s.now(), reply: make(chan record.Decision, 1)}
		if !s.say(h) {
			return record.Decision{Action: record.Abort}, context.Canceled
		}
		select {
		case d := <-h.reply:
			return d, nil
		case <-ctx.Done():
			return record.Decision{Action: record.Abort}, ctx.Err()
		}
	}
}

// SetMode changes which requests are held from now on.
func (c *Controller) SetMode(m ui.GateMode) tea.Msg {
	c.gate.setMode(m)
	return c.gate.changed()
}

// ToggleBreakpoint sets or clears the breakpoint of a step.
func (c *Controller) ToggleBreakpoint(step string) tea.Msg {
	c.gate.toggle(step)
	return c.gate.changed()
}

// Release answers the held request.
func (c *Controller) Release(r ui.Release) ([]tea.Msg, error) {
	if c.held == nil {
		return nil, errors.New("no request is held")
	}
	h := c.held
	c.held = nil
	c.gate.setMode(r.Mode)
	h.reply <- r.Decision
	if r.Decision.Action == record.Abort {
		c.Cancel()
	}
	return []tea.Msg{ui.RequestReleased{Run: c.number, Held: h.Held, Decision: r.Decision}, c.gate.changed()}, nil
}

// Paste gives the run the address that the person ended on.
func (c *Controller) Paste(url string) error {
	if c.current == nil {
		return errors.New("no run is waiting for an address")
	}
	select {
	case c.current.pasted <- url:
		return nil
	default:
		return errors.New("the address pasted before is still being looked at")
	}
}

// Helped is the end of a login that the program made by itself.
type Helped struct {
	Run int
	Err error
}

// Help does the person's part of the current run with the run's helper. The command blocks until that is done.
func (c *Controller) Help() (tea.Cmd, error) {
	if c.current == nil || c.last.Helper == nil {
		return nil, errors.New("only the practice provider can be logged in to by the program")
	}
	helper, need, run := c.last.Helper, c.need, c.number
	switch need.Kind {
	case flows.NeedOpenURL, flows.NeedPaste:
		return func() tea.Msg { return Helped{run, helper.LogIn(need.URL)} }, nil
	case flows.NeedDevice:
		return func() tea.Msg { return Helped{run, helper.ApproveDevice(need.UserCode)} }, nil
	default:
		return nil, errors.New("the run does not wait for you yet")
	}
}
