package run

import (
	"context"
	"runtime/debug"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Examine runs the doctor; it is [doctor.Run] outside of tests.
type Examine func(ctx context.Context, cfg doctor.Config, emit func(doctor.Event)) (*doctor.Report, error)

// Checkup is one run of the doctor.
type Checkup struct {
	feed
	Number int
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
	c := &Checkup{feed: newFeed(ctx), Number: number}
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
