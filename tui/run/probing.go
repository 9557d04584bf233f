package run

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Try makes the probes; it is [probe.Run] outside of tests.
type Try func(ctx context.Context, cfg probe.Config, emit func(probe.Event)) (*probe.Report, error)

// Probing is one run of the probes. The person can say something while the browser is out.
type Probing struct {
	feed
	Number int
	cancel context.CancelFunc
	pasted chan string
	words  chan probe.Word
	over   chan struct{}
	report *probe.Report // there once over is closed
}

// What a run of the probes says; ProbingDone closes it.
type (
	ProbingEvent struct {
		Number int
		Event  probe.Event
	}
	ProbingDone struct {
		Number int
		Report *probe.Report // nil when it could not start
		Err    error
	}
)

// For makes both messages for the probes' screen.
func (ProbingEvent) For() ui.Name { return ui.Probe }
func (ProbingDone) For() ui.Name  { return ui.Probe }

// StartProbing starts the goroutine. It ends with ctx.
func StartProbing(ctx context.Context, number int, try Try, cfg probe.Config) *Probing {
	p := &Probing{feed: newFeed(ctx), Number: number, pasted: make(chan string), words: make(chan probe.Word), over: make(chan struct{})}
	cfg.Client.Pasted, cfg.Say = p.pasted, p.words
	run, cancel := context.WithCancel(p.ctx)
	p.cancel = cancel
	go func() {
		defer close(p.over)
		defer cancel()
		report, err := p.protected(run, try, cfg)
		p.report = report
		p.say(ProbingDone{Number: number, Report: report, Err: err})
	}()
	return p
}

func (p *Probing) protected(ctx context.Context, try Try, cfg probe.Config) (report *probe.Report, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			report, err = nil, &Crash{Value: trouble, Stack: debug.Stack()}
		}
	}()
	return try(ctx, cfg, func(e probe.Event) { p.say(ProbingEvent{p.Number, e}) })
}

// Interrupt leaves out what is left; the report still comes, after the tokens were revoked.
func (p *Probing) Interrupt() { p.cancel() }

// Wait waits for the end of a run: what it got is revoked then, also when the program ends.
func (p *Probing) Wait() { <-p.over }

// Report is what came of a run that has ended; nil while it goes on.
func (p *Probing) Report() *probe.Report {
	select {
	case <-p.over:
		return p.report
	default:
		return nil
	}
}

// Say says something about the visit of the browser that is under way.
func (p *Probing) Say(w probe.Word) { hand(p.ctx, p.words, w) }

// Paste hands in the address that the browser ended on.
func (p *Probing) Paste(address string) { hand(p.ctx, p.pasted, address) }

// hand hands something over in a goroutine of its own, unless nobody waits for it any more: it must not be taken for a word about the next
// visit.
func hand[T any](ctx context.Context, to chan<- T, what T) {
	go func() {
		late := time.NewTimer(time.Second / 2)
		defer late.Stop()
		select {
		case to <- what:
		case <-late.C:
		case <-ctx.Done():
		}
	}()
}
