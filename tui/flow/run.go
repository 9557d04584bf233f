package flow

import (
	"errors"
	"slices"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// phase is where the run as a whole stands.
type phase int

const (
	idle phase = iota // nothing has run; the ladder is a preview
	running
	waiting // for the person
	held
	succeeded
	failed
	canceled
)

// run is what the screen knows of a run. It is folded from the root's messages alone, so a test, or a saved run, drives it
// like a live one.
type run struct {
	began     ui.RunBegan
	steps     []step
	events    []flows.Event // all of them, to be compared with another run's
	exchanges []flows.Exchange
	variables []flows.Variable
	findings  []flows.Found
	received  []flows.Received

	stop    *flows.Stop // where the run is held; nil: nowhere
	heldAt  time.Time
	need    *flows.NeedUser
	needAt  time.Time
	browser error // why it could not be opened
	wait    *flows.Waiting
	slowed  int // slow_down answers (RFC 8628 3.5)
	done    *flows.Done
	ended   *ui.RunEnded
	secrets *secret.Set
	resent  []flows.Resent
	back    []flows.Restarted
	last    flows.Meta // of the newest event; it knows the engine's secrets

	mode        ui.GateMode
	breakpoints map[string]ui.Breakpoint
	traced      traced
	version     int // grows with every change; part of the keys of caches
}

type step struct {
	flows.Step
	state     widget.StepState
	began     time.Time
	took      time.Duration
	held      time.Duration // at the gate; it counts for no step
	note      string
	problem   *flows.Problem
	exchanges []int // indexes into run.exchanges
	edits     []string
	asked     string // the address that the person was asked to open
	foretold  []foretold
	kept      bool // it did not run: a run before did

	askedEdits []string // what was changed in it at the gate
}

// foretold is a prediction about an edit made in the step, and what became of it.
type foretold struct {
	exchange int
	predict.Prediction
	verdict *predict.Verdict // nil: nothing yet
}

// begin starts over with the steps of a new run. Breakpoints stay: they belong to the flow, not to one run of it.
func (r *run) begin(m ui.RunBegan) {
	*r = run{began: m, secrets: new(secret.Set), mode: m.Mode, breakpoints: r.breakpoints, version: r.version + 1}
	r.secrets.Add(m.Config.ClientSecret.Reveal())
	for _, s := range m.Flow.Steps {
		r.steps = append(r.steps, step{Step: s})
	}
}

func (r *run) phase() phase {
	switch {
	case r.ended != nil && r.ended.Canceled, r.done != nil && r.done.Canceled:
		return canceled
	case r.ended != nil && r.ended.Err != nil, r.done != nil && !r.done.OK:
		return failed
	case r.ended != nil, r.done != nil:
		return succeeded
	case r.stop != nil:
		return held
	case r.need != nil:
		return waiting
	case r.began.Run == 0:
		return idle
	default:
		return running
	}
}

// over reports whether nothing more will come.
func (r *run) over() bool { p := r.phase(); return p == succeeded || p == failed || p == canceled }

// index finds a step by its id, or gives -1.
func (r *run) index(id string) int {
	return slices.IndexFunc(r.steps, func(s step) bool { return s.ID == id })
}

// current is the step that is under way, held or failed; else the last one that ended; -1 before the first.
func (r *run) current() int {
	if r.stop != nil {
		if i := r.index(r.stop.Step); i >= 0 {
			return i
		}
	}
	last := -1
	for i := range r.steps {
		switch r.steps[i].state {
		case widget.StepRunning, widget.StepHeld, widget.StepFailed:
			return i
		case widget.StepDone:
			last = i
		}
	}
	return last
}

// lastGood is the last step that has not failed. An optional step may fail in a run that succeeds.
func (r *run) lastGood() int {
	for i := len(r.steps) - 1; i > 0; i-- {
		if r.steps[i].state != widget.StepFailed {
			return i
		}
	}
	return 0
}

// event folds one event of the engine into the run.
func (r *run) event(e flows.Event) {
	r.version++
	meta := e.Common()
	r.last, r.events = meta, append(r.events, e)
	s := &step{} // events of the whole run change a step that is thrown away
	if i := r.index(meta.Step); i >= 0 {
		s = &r.steps[i]
	} else if _, failed := e.(flows.StepFailed); failed && len(r.steps) > 0 {
		s = &r.steps[0] // a run that could not begin says why at the step that it did not get to
	}
	switch e := e.(type) {
	case flows.RunStarted:
		r.started(e)
	case flows.StepStarted:
		s.state, s.began = widget.StepRunning, meta.Time
	case flows.StepDone:
		s.state, s.took, s.note = widget.StepDone, e.Duration, e.Note
		r.answered(meta.Step)
	case flows.StepSkipped:
		s.state, s.note = widget.StepSkipped, e.Reason
	case flows.StepFailed:
		if problem := e.Problem; problem.Kind == flows.ProblemCanceled {
			s.state, s.note = widget.StepSkipped, "cancelled"
		} else {
			s.state, s.problem = widget.StepFailed, &problem
		}
		if !s.began.IsZero() {
			s.took = max(meta.Time.Sub(s.began)-s.held, 0)
		}
		r.answered(meta.Step)
	case flows.Exchange:
		r.exchanged(s, e)
	case flows.NeedUser:
		r.need, r.needAt, r.wait, r.slowed = &e, meta.Time, nil, 0
		if s.asked, s.askedEdits = e.URL, e.Edits; len(e.Edits) > 0 {
			s.edits = e.Edits
		}
	case flows.Waiting:
		r.wait = &e
		if e.Reason == "slow_down" {
			r.slowed++
		}
	case flows.Variable:
		if e.Secret {
			r.secrets.Add(e.Value)
		}
		r.variables = append(r.variables, e)
	case flows.Received:
		r.secrets.Add(e.Raw.Reveal())
		r.received = append(r.received, e)
	case flows.Found:
		r.findings = append(r.findings, e)
	case flows.Done:
		r.done, r.need, r.stop = &e, nil, nil
	default:
		r.debugged(s, e)
	}
}

// started takes the steps from the event when the flow did not come with any, as in a saved run.
func (r *run) started(e flows.RunStarted) {
	if len(r.steps) > 0 {
		return
	}
	for _, s := range e.Steps {
		r.steps = append(r.steps, step{Step: flows.Step{ID: s.ID, Title: s.Title, From: s.From, To: s.To}})
	}
}

func (r *run) exchanged(s *step, e flows.Exchange) {
	r.exchanges = append(r.exchanges, e)
	s.exchanges = append(s.exchanges, len(r.exchanges)-1)
	if len(e.Edits) > 0 {
		s.edits = e.Edits
	}
	if len(e.AnswerEdits) > 0 {
		s.edits = append(slices.Clone(s.edits), e.AnswerEdits...)
	}
}

// answered ends the waiting for the person when the step that waited has ended. The step that asked need not be the one
// that waits: opening the browser is over at once, logging in is not.
func (r *run) answered(id string) {
	switch {
	case r.need == nil:
	case r.wait != nil && r.wait.Meta.Step == id, r.wait == nil && r.need.Meta.Step != id:
		r.need, r.wait = nil, nil
	}
}

func (r *run) end(m ui.RunEnded) {
	r.version++
	r.ended, r.stop, r.need = &m, nil, nil
	var problem *flows.Problem
	for i := range r.steps {
		s := &r.steps[i]
		if s.state != widget.StepRunning && s.state != widget.StepHeld {
			continue
		}
		switch {
		case m.Canceled:
			s.state, s.note = widget.StepSkipped, "cancelled"
		case errors.As(m.Err, &problem):
			s.state, s.problem = widget.StepFailed, problem
		case m.Err != nil:
			s.state, s.problem = widget.StepFailed, &flows.Problem{Got: m.Err.Error(), Mark: -1}
		}
	}
}

// scrub masks the secrets of the run in a text: those that the engine knows and those that came as variables.
func (r *run) scrub(text string) string { return r.last.Scrub(r.secrets.Scrub(text)) }

// duration is how long the run took, or has taken until now.
func (r *run) duration(now time.Time) time.Duration {
	switch {
	case r.done != nil:
		return r.done.Duration
	case r.ended != nil:
		return r.ended.Duration
	case r.began.At.IsZero():
		return 0
	default:
		return max(now.Sub(r.began.At), 0)
	}
}

// requests counts the exchanges, and how many of them were edited at the gate.
func (r *run) requests() (all, edited int) {
	for i := range r.exchanges {
		if len(r.exchanges[i].Edits) > 0 {
			edited++
		}
	}
	return len(r.exchanges), edited
}

// usesOf gives for a variable the steps that made it and that use it, as indexes.
func (r *run) usesOf(v *flows.Variable) (made int, used []int) {
	made = r.index(v.Meta.Step)
	for _, id := range v.UsedBy {
		if i := r.index(id); i >= 0 {
			used = append(used, i)
		}
	}
	return made, used
}
