package run

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// gate decides where a run is held. The root changes it while the engine asks it, hence the lock. It outlives a run, so that
// breakpoints stay when a flow is run again.
type gate struct {
	mu          sync.Mutex
	step        ui.GateMode
	breakpoints map[string]ui.Breakpoint
	again       bool // the next stop is held: the command before asked for it
}

// stopped is a run that waits for its command.
type stopped struct {
	stop  flows.Stop
	at    time.Time
	reply chan flows.Command
}

func newGate() *gate { return &gate{breakpoints: map[string]ui.Breakpoint{}} }

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

func (g *gate) toggle(step string, at ui.Breakpoint) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.breakpoints[step] ^= at; g.breakpoints[step] == 0 {
		delete(g.breakpoints, step)
	}
}

// holds reports whether a run waits at a stop. quiet are the steps that send nothing which could be held: they are held as a whole.
func (g *gate) holds(at *flows.Stop, quiet []string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.again || at.Refused != "" {
		g.again = false
		return true
	}
	set := g.breakpoints[at.Step]
	switch at.Kind {
	case flows.BeforeStep:
		return set&ui.BreakBefore != 0 && slices.Contains(quiet, at.Step)
	case flows.BeforeSend, flows.BeforeOpen:
		return g.step >= ui.GateStep || set&ui.BreakBefore != 0
	case flows.BeforeTaking, flows.BeforeReturn:
		return g.step == ui.GateAll || set&ui.BreakAnswer != 0
	default: // after a failure the run ends, and can be taken up again from its trail
		return false
	}
}

func (g *gate) changed() ui.GateChanged {
	g.mu.Lock()
	defer g.mu.Unlock()
	return ui.GateChanged{Mode: g.step, Breakpoints: maps.Clone(g.breakpoints)}
}

// forRun is the [flows.Debug] of one run: it holds the run until the person answers or the run ends.
func (g *gate) forRun(s *stream, f flows.Flow) flows.Debug {
	var quiet []string
	for _, step := range f.Steps {
		if step.From == step.To || step.To == flows.You {
			quiet = append(quiet, step.ID)
		}
	}
	return func(ctx context.Context, at flows.Stop) (flows.Command, error) {
		if !g.holds(&at, quiet) {
			return flows.Command{}, nil
		}
		h := &stopped{stop: at, at: s.now(), reply: make(chan flows.Command, 1)}
		if !s.say(h) {
			return flows.Command{Do: flows.Abort}, context.Canceled
		}
		select {
		case c := <-h.reply:
			return c, nil
		case <-ctx.Done():
			return flows.Command{Do: flows.Abort}, ctx.Err()
		}
	}
}

// SetMode changes where the run is held from now on.
func (c *Controller) SetMode(m ui.GateMode) tea.Msg {
	c.gate.setMode(m)
	return c.gate.changed()
}

// ToggleBreakpoint sets or clears breakpoints of a step.
func (c *Controller) ToggleBreakpoint(step string, at ui.Breakpoint) tea.Msg {
	c.gate.toggle(step, at)
	return c.gate.changed()
}

// Release answers the stop at which the run is held.
func (c *Controller) Release(r ui.Release) ([]tea.Msg, error) {
	if c.held == nil {
		return nil, errors.New("the run is not held")
	}
	h := c.held
	c.held = nil
	c.gate.setMode(r.Mode)
	if r.Command.Do == flows.Resend {
		c.gate.mu.Lock()
		c.gate.again = true
		c.gate.mu.Unlock()
	}
	h.reply <- r.Command
	if r.Command.Do == flows.Abort || r.Command.Request.Action == record.Abort {
		c.Cancel()
	}
	return []tea.Msg{ui.RunReleased{Run: c.number, Stop: &h.stop, Command: r.Command}, c.gate.changed()}, nil
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
