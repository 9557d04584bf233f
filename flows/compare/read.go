package compare

import (
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// reading is one run, taken apart by steps.
type reading struct {
	side  Side
	ids   []string
	steps map[string]*stepReading
	made  map[string]bool // names of the values that the run made by chance, or that are secret
}

type stepReading struct {
	title, outcome, said string
	took                 time.Duration
	requests             []flows.Exchange
	findings             map[string]string // by slug: the message
	values               map[string]string // by name
}

func read(events []flows.Event) *reading {
	r := &reading{steps: make(map[string]*stepReading), made: make(map[string]bool)}
	r.side.Ended = "not ended"
	failed := ""
	for _, e := range events {
		step := r.steps[e.Common().Step]
		switch e := e.(type) {
		case flows.RunStarted:
			r.begin(e)
			continue
		case flows.Done:
			r.side.Duration, r.side.Ended = e.Duration, "ok"
			switch {
			case e.Canceled:
				r.side.Ended = "cancelled"
			case !e.OK && failed != "":
				r.side.Ended = "failed at " + failed
			case !e.OK:
				r.side.Ended = "failed"
			}
			continue
		case flows.StepFailed:
			failed = e.Meta.Step
		case flows.Restarted:
			r.forget(e.Meta.Step)
			failed = ""
			continue
		}
		if step != nil {
			step.take(e, r)
		}
	}
	return r
}

func (r *reading) begin(e flows.RunStarted) {
	r.side.Run, r.side.Flow, r.side.Issuer, r.side.ClientID, r.side.Began = e.Run, e.Flow, e.Issuer, e.ClientID, e.Time
	for _, s := range e.Steps {
		if r.steps[s.ID] == nil {
			r.ids = append(r.ids, s.ID)
			r.steps[s.ID] = newStepReading(s.Title)
		}
	}
}

func newStepReading(title string) *stepReading {
	return &stepReading{title: title, outcome: "not reached", findings: make(map[string]string), values: make(map[string]string)}
}

// forget drops what the steps did before the run went back: what is compared is how it went in the end.
func (r *reading) forget(from string) {
	back := false
	for _, id := range r.ids {
		if back = back || id == from; back {
			r.steps[id] = newStepReading(r.steps[id].title)
		}
	}
}

func (s *stepReading) take(e flows.Event, r *reading) {
	switch e := e.(type) {
	case flows.StepStarted:
		s.outcome = "not ended"
	case flows.StepDone:
		s.outcome, s.said, s.took = "done", e.Note, e.Duration
	case flows.StepSkipped:
		s.outcome, s.said = "skipped", e.Reason
	case flows.StepKept:
		s.outcome = "kept"
	case flows.StepFailed:
		s.outcome, s.said = "failed", e.Problem.Error()
	case flows.NeedUser:
		if e.URL != "" {
			s.requests = append(s.requests, opened(e))
		}
	case flows.Exchange:
		s.requests = append(s.requests, e)
	case flows.Variable:
		s.values[e.Name] = e.Value
		if e.Secret || strings.HasPrefix(e.From, "made here") {
			r.made[e.Name] = true
		}
	case flows.Found:
		s.findings[e.Slug] = e.Message
	}
}

// opened is what the browser was sent with, as a request: the parameters of a login are nowhere else. What was answered, the
// browser alone saw.
func opened(e flows.NeedUser) flows.Exchange {
	purpose := e.Step
	if purpose == "authorize" {
		purpose = "authorization" // as the request of a capture is named
	}
	return flows.Exchange{Meta: e.Meta, Exchange: record.Exchange{Purpose: purpose, Edits: e.Edits, Request: record.Request{Method: "GET", URL: e.URL}}}
}
