package flow

import (
	"slices"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// debugged folds the events of a run that is held, changed, or taken back.
func (r *run) debugged(s *step, e flows.Event) {
	switch e := e.(type) {
	case flows.Predicted:
		for _, p := range e.Predictions {
			s.foretold = append(s.foretold, foretold{exchange: e.Exchange, Prediction: p})
		}
	case flows.Judged:
		for _, v := range e.Verdicts {
			if f := r.prophecy(e.Exchange, v.ID, v.Edit); f != nil {
				f.verdict = &v
			}
		}
	case flows.Resent:
		r.resent = append(r.resent, e)
	case flows.StepKept:
		s.state, s.note, s.kept = widget.StepDone, "kept from the run before", true
	case flows.Restarted:
		r.restarted(e)
	}
}

// prophecy finds a prediction that waits for its verdict, in whichever step it was made.
func (r *run) prophecy(exchange int, id, edit string) *foretold {
	for i := range r.steps {
		for j := range r.steps[i].foretold {
			if f := &r.steps[i].foretold[j]; f.exchange == exchange && f.ID == id && f.Edit == edit && f.verdict == nil {
				return f
			}
		}
	}
	return nil
}

// restarted puts the steps from the one that runs next back to where they were before. What was sent in them stays to be looked at.
func (r *run) restarted(e flows.Restarted) {
	from := r.index(e.Step)
	if from < 0 {
		return
	}
	r.back = append(r.back, e)
	r.need, r.wait = nil, nil
	later := map[string]bool{}
	for i := from; i < len(r.steps); i++ {
		s := &r.steps[i]
		later[s.ID] = true
		*s = step{Step: s.Step, exchanges: s.exchanges}
	}
	r.variables = slices.DeleteFunc(r.variables, func(v flows.Variable) bool { return later[v.Meta.Step] })
	r.received = slices.DeleteFunc(r.received, func(t flows.Received) bool { return later[t.Meta.Step] })
	r.findings = slices.DeleteFunc(r.findings, func(f flows.Found) bool { return later[f.Meta.Step] })
}

func (r *run) hold(m ui.RunHeld) {
	r.version++
	r.stop, r.heldAt = m.Stop, m.At
	if i := r.index(m.Stop.Step); i >= 0 {
		r.steps[i].state = widget.StepHeld
	}
}

func (r *run) release(m ui.RunReleased, now time.Time) {
	r.version++
	r.stop = nil
	i := r.index(m.Stop.Step)
	if i >= 0 {
		r.steps[i].held += now.Sub(r.heldAt)
	}
	if i < 0 || r.steps[i].state != widget.StepHeld {
		return
	}
	s := &r.steps[i]
	if s.state = widget.StepRunning; m.Stop.Kind == flows.BeforeStep {
		s.state = widget.StepPending
	}
	s.edits = append(slices.Clone(s.edits), m.Command.Request.Edits...)
	s.edits = append(s.edits, m.Command.Answer.Edits...)
}

// request is the request that is held; nil when something else is.
func (r *run) request() *record.Held {
	if r.stop == nil {
		return nil
	}
	return r.stop.Held
}

// answer is the exchange whose answer is held; nil when something else is.
func (r *run) answer() *flows.Exchange {
	if r.stop == nil || r.stop.Answer == nil {
		return nil
	}
	return &flows.Exchange{Meta: r.stop.Meta, Exchange: r.stop.Answer.Exchange}
}
