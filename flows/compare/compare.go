// Package compare lays two runs beside each other, of the same flow or of two: what was sent, what came, how long it took,
// what was found, step by step. It works on the events alone, those of a run that has just ended as well as those that were
// read from a file, and it is pure.
//
// Values that every run makes anew (state, nonce, code, tokens) always differ, and say nothing: such a difference is kept and
// marked as [Fresh], but a step that has no other is [Same]. Whether a value is one of those is known from the run's own
// variables, and from the names of what is secret or random by its nature.
package compare

import (
	"slices"
	"time"

	"github.com/oidcscope/oidcscope/flows"
)

// Change says how two things relate.
type Change string

const (
	Same       Change = "same"
	Changed    Change = "changed"
	OnlyFirst  Change = "only_first"
	OnlySecond Change = "only_second"
	Fresh      Change = "fresh" // another value, as in every run
)

// Comparison is two runs, beside each other.
type Comparison struct {
	First    Side   `json:"first"`
	Second   Side   `json:"second"`
	Steps    []Step `json:"steps"`
	Differ   int    `json:"differ"`   // steps that are not the same
	Outcomes Change `json:"outcomes"` // whether both ended alike
}

// Side is one of the two runs.
type Side struct {
	Run      string        `json:"run"`
	Flow     string        `json:"flow"`
	Issuer   string        `json:"issuer"`
	ClientID string        `json:"client_id"`
	Began    time.Time     `json:"began"`
	Ended    string        `json:"ended"` // "ok", "failed at token", "cancelled", "not ended"
	Duration time.Duration `json:"-"`
}

// Step is one step of either run.
type Step struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Change   Change           `json:"change"`
	Outcome  [2]string        `json:"outcome"` // "done", "skipped", "failed", "kept", "not reached"
	Said     [2]string        `json:"-"`       // its note, or why it was skipped, or the problem
	Took     [2]time.Duration `json:"-"`       // without time at a gate
	Requests []Request        `json:"requests,omitempty"`
	Findings []Difference     `json:"findings,omitempty"`
	Values   []Difference     `json:"values,omitempty"` // variables
}

// Request is one request of a step, the first of its purpose beside the first, the second beside the second.
type Request struct {
	Purpose string           `json:"purpose"`
	Change  Change           `json:"change"`
	Sent    []Difference     `json:"sent,omitempty"`   // method, address, parameters, header fields
	Status  [2]int           `json:"status"`           // 0: no answer
	Answer  []Difference     `json:"answer,omitempty"` // members, header fields
	Took    [2]time.Duration `json:"-"`
	ID      [2]int           `json:"exchange"` // of the exchanges; 0: none
}

// Difference is one thing that is not the same on both sides. Before and After may be secret.
type Difference struct {
	Name   string `json:"name"` // "scope", "header Authorization", "member expires_in"
	Change Change `json:"change"`
	Before string `json:"-"`
	After  string `json:"-"`
	Secret bool   `json:"secret,omitempty"`
}

// Runs compares two runs by their events, each from RunStarted to Done. A run that has not ended is compared as far as it went.
func Runs(first, second []flows.Event) Comparison {
	a, b := read(first), read(second)
	c := Comparison{First: a.side, Second: b.side, Outcomes: Changed}
	if a.side.Ended == b.side.Ended {
		c.Outcomes = Same
	}
	for _, id := range order(a, b) {
		step := compareSteps(id, a, b)
		if step.Change != Same {
			c.Differ++
		}
		c.Steps = append(c.Steps, step)
	}
	return c
}

// order gives the steps of both: those of the first run, and each of the second alone after the one that it follows.
func order(a, b *reading) []string {
	all := slices.Clone(a.ids)
	at := -1
	for _, id := range b.ids {
		if i := slices.Index(all, id); i >= 0 {
			at = i
			continue
		}
		at++
		all = slices.Insert(all, at, id)
	}
	return all
}

func compareSteps(id string, a, b *reading) Step {
	x, inFirst := a.steps[id]
	y, inSecond := b.steps[id]
	step := Step{ID: id, Change: Same}
	switch {
	case !inFirst:
		x = &stepReading{outcome: "not in this flow"}
		step.Change, step.Title = OnlySecond, y.title
	case !inSecond:
		y = &stepReading{outcome: "not in this flow"}
		step.Change, step.Title = OnlyFirst, x.title
	default:
		step.Title = x.title
	}
	step.Outcome, step.Said, step.Took = [2]string{x.outcome, y.outcome}, [2]string{x.said, y.said}, [2]time.Duration{x.took, y.took}
	step.Requests = compareRequests(x, y, a, b)
	step.Findings = compareFields("", x.findings, y.findings, a.elsewhere(b))
	step.Values = compareFields("", x.values, y.values, freshIn(a, b))
	if step.Change != Same {
		return step
	}
	requests := slices.ContainsFunc(step.Requests, func(r Request) bool { return r.Change != Same })
	if x.outcome != y.outcome || requests || anyReal(step.Findings) || anyReal(step.Values) {
		step.Change = Changed
	}
	return step
}

// anyReal reports whether one of the differences says anything.
func anyReal(all []Difference) bool {
	return slices.ContainsFunc(all, func(d Difference) bool { return d.Change != Fresh })
}
