package doctor

import (
	"slices"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// schedule judges the rules while the collector still collects: whenever a fact is settled, every rule whose needs are all
// known now is judged, in the order of the list. One lock covers the subject, the outcomes and the events, so a rule sees a
// subject at rest and events come one at a time.
type schedule struct {
	mu       sync.Mutex
	subject  *Subject
	rules    []Rule
	facts    map[Fact]standing
	outcomes map[string]Outcome
	emit     func(Event)
	silent   bool // the run was cancelled: nothing is told any more
}

func newSchedule(s *Subject, emit func(Event)) *schedule {
	return &schedule{subject: s, rules: Rules(), facts: map[Fact]standing{}, outcomes: map[string]Outcome{}, emit: emit}
}

// tell emits an event in turn.
func (s *schedule) tell(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.say(e)
}

func (s *schedule) say(e Event) {
	if !s.silent {
		s.emit(e)
	}
}

// settle makes a fact known. put may change the subject; it may be nil.
func (s *schedule) settle(f Fact, how standing, put func(*Subject)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.facts[f].settled {
		return
	}
	if put != nil {
		put(s.subject)
	}
	s.facts[f] = how
	s.judge()
}

// settleRest makes every fact that nobody settled absent, for one reason.
func (s *schedule) settleRest(reason string, which ...Fact) {
	for _, f := range which {
		s.settle(f, lacking(reason), nil)
	}
}

// judge runs what can be run. A rule that ran may be what another one waits for, so it goes round until nothing moves.
func (s *schedule) judge() {
	for moved := true; moved; {
		moved = false
		for i := range s.rules {
			r := &s.rules[i]
			if _, done := s.outcomes[r.ID]; done {
				continue
			}
			o, ready := s.run(r)
			if !ready {
				continue
			}
			moved = true
			out := s.subject.remarked(Outcome{Outcome: o, Title: r.Title})
			s.outcomes[r.ID] = out
			s.say(Checked{out})
		}
	}
}

// run judges one rule when its needs are known.
func (s *schedule) run(r *Rule) (o rule.Outcome, ready bool) {
	o = rule.Outcome{ID: r.ID, Slug: r.Slug}
	for _, need := range slices.Concat(r.Needs, causes(r.ID)) {
		if isRule(need) {
			if _, done := s.outcomes[need]; !done {
				return o, false
			}
		} else if !s.facts[Fact(need)].settled {
			return o, false
		}
	}
	for _, need := range r.Needs {
		if isRule(need) {
			if blocked, reason := blocks(s.outcomes[need]); blocked {
				o.Result, o.Reason = rule.NotReached, reason
				return o, true
			}
			continue
		}
		switch how := s.facts[Fact(need)]; {
		case how.nothing:
			o.Result, o.Reason = rule.NotApplicable, how.reason
			return o, true
		case how.absent:
			o.Result, o.Reason = rule.NotReached, how.reason
			return o, true
		}
	}
	o = r.Apply(s.subject)
	if o.Result == rule.Found {
		for _, cause := range causes(r.ID) {
			if s.outcomes[cause].Result == rule.Found {
				o.Result, o.Reason, o.Findings = rule.NotReached, because+cause, nil
				break
			}
		}
	}
	return o, true
}

// causes names the rules whose findings explain what this rule found, if it finds anything. Unlike Needs they don't keep it from
// being judged: a set with one bad key may have a usable one.
func causes(id string) []string {
	switch id {
	case "JWKS-004":
		return []string{"JWKS-007", "JWKS-012", "JWKS-016", "JWKS-018", "JWKS-021", "JWKS-026"}
	case "JWKS-005":
		return []string{"JWKS-012", "JWKS-022", "JWKS-023"}
	}
	return nil
}

// blocks says whether the outcome of a needed rule keeps another one from being judged, and why.
func blocks(o Outcome) (bool, string) {
	switch o.Result {
	case rule.Found:
		return true, because + o.ID
	case rule.NotReached: // for want of a fact does not block: an offline run has no answers, but may have documents
		return strings.HasPrefix(o.Reason, because), o.Reason
	}
	return false, ""
}

// because begins the reason of a rule that another rule's finding silenced.
const because = "because of "

// isRule tells the id of a rule from the name of a fact.
func isRule(need string) bool { return strings.ToUpper(need) == need }

// results lists the outcomes by the order of the rules.
func (s *schedule) results() []Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Outcome, 0, len(s.rules))
	for i := range s.rules {
		if o, ok := s.outcomes[s.rules[i].ID]; ok {
			all = append(all, o)
		}
	}
	return slices.Clip(all)
}
