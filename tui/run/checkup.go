package run

import (
	"context"
	"runtime/debug"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Examine runs the doctor; it is [doctor.Run] outside of tests.
type Examine func(ctx context.Context, cfg doctor.Config, emit func(doctor.Event)) (*doctor.Report, error)

// Checkup is one run of the doctor. It follows the rule of all streams: one goroutine, one unbuffered channel, one reading command
// ([Checkup.Next]), which its owner arms again with each message.
type Checkup struct {
	Number   int
	ctx      context.Context
	stop     context.CancelFunc
	messages chan tea.Msg
}

// CheckupMsg is what a checkup says; Done closes it.
type (
	CheckupEvent struct {
		Number int
		Event  doctor.Event
	}
	CheckupDone struct {
		Number int
		Report *doctor.Report // nil when it was cancelled or could not start
		Err    error
	}
)

// For makes both messages for the doctor's screen.
func (CheckupEvent) For() ui.Name { return ui.Doctor }
func (CheckupDone) For() ui.Name  { return ui.Doctor }

// StartCheckup starts the goroutine. It ends with ctx, and when the checkup is stopped.
func StartCheckup(ctx context.Context, number int, examine Examine, cfg doctor.Config) *Checkup {
	c := &Checkup{Number: number, messages: make(chan tea.Msg)}
	c.ctx, c.stop = context.WithCancel(ctx)
	go func() {
		report, err := c.protected(examine, cfg)
		c.say(CheckupDone{Number: number, Report: report, Err: err})
	}()
	return c
}

func (c *Checkup) protected(examine Examine, cfg doctor.Config) (report *doctor.Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			report, err = nil, &Crash{Value: p, Stack: debug.Stack()}
		}
	}()
	return examine(c.ctx, cfg, func(e doctor.Event) { c.say(CheckupEvent{c.Number, e}) })
}

func (c *Checkup) say(msg tea.Msg) {
	select {
	case c.messages <- msg:
	case <-c.ctx.Done():
	}
}

// Next reads one message.
func (c *Checkup) Next() tea.Cmd {
	return func() tea.Msg {
		select {
		case msg := <-c.messages:
			return msg
		case <-c.ctx.Done():
			return nil
		}
	}
}

// Stop ends the checkup; nothing more is read from it.
func (c *Checkup) Stop() { c.stop() }
