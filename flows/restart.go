package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// Trail is what a run leaves on its way, so that it can go back to a step: what was known before each step, and which
// values are used up since. Give a new one to Config.Trail; it may be asked at any time, also when the run is over, and by
// any goroutine. It holds the run's secrets.
type Trail struct {
	mu     sync.Mutex
	run    string
	steps  []Step
	points []*Checkpoint // by index of the step; nil for one that the run has not come to
	values []Variable
	spent  map[string]spending // by the value's name and text
	failed string
}

// Checkpoint is a run as it was before one of its steps. Config.From begins a run of the same flow there.
type Checkpoint struct {
	step     int
	id       string // of the step
	flow     string // id of the flow
	of       string // id of the run
	before   []*Checkpoint
	progress progress
	dpop     *dpopKey
	secrets  *secret.Set
	values   []Variable
	spent    map[string]spending
	text     string // what is used up, when this was asked for
}

// spending is where a value was used up.
type spending struct {
	exchange int
	step     string
}

// startTrail begins the trail of a run, with what a checkpoint holds when it begins at one. A run that nobody can send back to a
// step leaves none: what happens to the values is not noted on a nil trail.
func (s *state) startTrail() {
	if s.trail = s.cfg.Trail; s.trail == nil && s.cfg.Debug != nil {
		s.trail = new(Trail)
	}
	if from := s.cfg.From; from != nil {
		s.progress, s.secrets = from.progress.clone(), from.secrets
	}
	s.trail.start(s)
}

func (t *Trail) start(s *state) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.run, t.steps, t.failed = s.id, s.flow.Steps, ""
	t.points, t.values, t.spent = make([]*Checkpoint, len(t.steps)), nil, make(map[string]spending)
	if from := s.cfg.From; from != nil {
		copy(t.points, from.before)
		t.values, t.spent = slices.Clone(from.values), maps.Clone(from.spent)
	}
}

// fits reports whether a flow can begin at the checkpoint.
func (c *Checkpoint) fits(f Flow) bool {
	return c == nil || c.flow == f.ID && c.step < len(f.Steps) && f.Steps[c.step].ID == c.id
}

// begin gives the index of the step that a run begins with.
func (s *state) begin() int {
	if s.cfg.From == nil {
		return 0
	}
	return s.cfg.From.step
}

// tellKept opens a run that begins at a checkpoint with what need not be found out again.
func (s *state) tellKept() {
	from := s.cfg.From
	if from == nil || !from.fits(s.flow) {
		return
	}
	s.emit(Restarted{Meta: s.metaOf(from.id), Of: from.of, Text: from.text})
	for _, step := range s.flow.Steps[:from.step] {
		s.emit(StepKept{s.metaOf(step.ID)})
		for _, v := range from.values {
			if v.Step == step.ID {
				v.Meta = s.metaOf(step.ID)
				s.emit(v)
			}
		}
	}
}

// keep takes a snapshot before a step.
func (t *Trail) keep(s *state, i int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.points[i] = &Checkpoint{step: i, id: t.steps[i].ID, flow: s.flow.ID, of: t.run, before: slices.Clone(t.points[:i]), progress: s.progress.clone(),
		dpop: s.dpop, secrets: s.secrets, values: slices.Clone(t.values)}
}

// goBack puts the run back to the step that it was left for.
func (s *state) goBack() (to int, back bool) {
	leave := s.debug.leave
	s.debug.leave = nil
	if leave == nil || leave.to == "" {
		return 0, false
	}
	point := s.trail.At(leave.to)
	s.closeCallback()
	s.pings.close()
	s.progress = point.progress.clone()
	s.trail.rewind(point)
	s.debug.pending = nil
	s.debug.edits = slices.DeleteFunc(s.debug.edits, func(e Edited) bool { return s.trail.index(e.Step) >= point.step })
	s.emit(Restarted{Meta: s.metaOf(leave.to), Of: s.id, Text: point.text})
	return point.step, true
}

// rewind forgets what was found out after the checkpoint; what was used up stays used up.
func (t *Trail) rewind(c *Checkpoint) {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.points[c.step:])
	t.values, t.failed = slices.Clone(c.values), ""
}

// made remembers a value; the newest of a name and an origin counts.
func (t *Trail) made(v Variable) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.values = slices.DeleteFunc(t.values, func(old Variable) bool { return old.Name == v.Name && old.Step == v.Step && old.From == v.From })
	t.values = append(t.values, v)
}

// fail remembers which step failed.
func (t *Trail) fail(step string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = step
}

func (t *Trail) has(step string) bool { return t.At(step) != nil }

// At gives the run as it was before a step; nil when it has not come to it.
func (t *Trail) At(step string) *Checkpoint {
	restarts := t.Restarts()
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, c := range t.points {
		if c == nil || c.id != step {
			continue
		}
		point := *c
		point.spent = maps.Clone(t.spent)
		for _, r := range restarts {
			if r.Step == t.steps[i].ID {
				point.text = r.Text
			}
		}
		return &point
	}
	return nil
}

// Retry tells how to try again after a failure: from the failed step, or from the one that makes anew what is used up.
// It reports false for a run in which no step failed.
func (t *Trail) Retry() (Restart, bool) {
	t.mu.Lock()
	failed := t.failed
	t.mu.Unlock()
	for _, r := range t.Restarts() {
		if r.Step == failed {
			return r, true
		}
	}
	return Restart{}, false
}

// Restarts lists the steps that the run can go back to, those that it has come to.
func (t *Trail) Restarts() []Restart {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []Restart
	for i, c := range t.points {
		if c != nil {
			all = append(all, t.restartAt(i))
		}
	}
	return all
}

// restartAt says what a step would find used up, and where to begin instead.
func (t *Trail) restartAt(i int) Restart {
	r := Restart{Step: t.steps[i].ID, From: t.steps[i].ID}
	first := i
	values := slices.Clone(t.points[i].values)
	for _, v := range t.values { // what a step is given it names itself
		if given(v) && t.index(v.Step) == i {
			values = append(values, v)
		}
	}
	for _, v := range values {
		use, spent := t.spent[v.Name+"\x00"+v.Value]
		if !spent || t.index(use.step) < i { // what is not used again may be used up
			continue
		}
		rule, _ := onceRule(v.Name)
		made := Spent{Name: v.Name, Exchange: use.exchange, Text: "the " + v.Name + " " + rule.was(use.exchange) + "; " + rule.says}
		if maker := t.index(v.Step); maker >= 0 && maker < i && t.points[maker] != nil && !given(v) {
			made.MadeBy = v.Step
			first = min(first, t.index(t.restartAt(maker).From))
		}
		r.Spent = append(r.Spent, made)
	}
	r.From = t.steps[first].ID
	r.Text = t.words(r)
	return r
}

// words says what is used up and what to do.
func (t *Trail) words(r Restart) string {
	if len(r.Spent) == 0 {
		return ""
	}
	var parts []string
	for _, s := range r.Spent {
		parts = append(parts, s.Text)
	}
	if r.From == r.Step {
		return strings.Join(parts, "; ") + ". No step makes a new one: the provider will probably refuse it"
	}
	return fmt.Sprintf("%s. To have a new one, begin with %q", strings.Join(parts, "; "), t.steps[t.index(r.From)].Title)
}

func (t *Trail) index(step string) int {
	return slices.IndexFunc(t.steps, func(s Step) bool { return s.ID == step })
}
