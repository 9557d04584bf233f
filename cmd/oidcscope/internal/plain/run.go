package plain

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Run prints the events of one run as they come.
type Run struct {
	p      *Printer
	steps  map[string]flows.Step
	order  []string
	reveal bool

	waiting  string        // the reason last printed, so that a poll does not print a line each time
	shown    map[pair]bool // what this step has printed, so that it is not said twice
	received []flows.Received
	came     bool   // an ID token, in this run
	left     bool   // it came, and the step that checks it was skipped
	refusal  string // the answer of a step that did not fail, and says no
}

// Run begins to print a run of the flow. Secrets are masked unless reveal is set.
func (p *Printer) Run(f flows.Flow, reveal bool) *Run {
	r := &Run{p: p, steps: make(map[string]flows.Step, len(f.Steps)), reveal: reveal}
	for _, s := range f.Steps {
		r.steps[s.ID] = s
		r.order = append(r.order, s.ID)
	}
	return r
}

// detail is where the lines under a step's title start, in cells.
const detail = 4

// Event prints one event.
func (r *Run) Event(e flows.Event) {
	p := r.p
	switch e := e.(type) {
	case flows.RunStarted:
		r.started(e)
	case flows.StepStarted:
		r.step(e.Step)
	case flows.StepDone:
		r.stepDone(e)
	case flows.StepSkipped:
		r.left = r.left || r.came && strings.HasPrefix(e.Step, string(flows.IDToken))
		p.under(detail, p.dim, markNeutral+" skipped: "+e.Reason)
	case flows.Exchange:
		r.exchange(e)
	case flows.NeedUser:
		r.needUser(e)
	case flows.Waiting:
		r.wait(e)
	case flows.Variable:
		r.came = r.came || e.Name == string(flows.IDToken)
		r.variable(e)
	case flows.Received:
		r.receive(e)
	case flows.Found:
		p.finding(detail, e.Finding)
	case flows.StepFailed:
		r.failed(e)
	case flows.Done:
		r.done(e)
	default:
		r.debugged(e)
	}
}

func (r *Run) started(e flows.RunStarted) {
	p := r.p
	client := ""
	if e.ClientID != "" {
		client = "client " + safe.Short(e.ClientID, 40)
	}
	p.ends(0, safe.Text(e.Title), p.bold, client, p.dim)
	p.under(0, p.dim, e.Issuer)
	for _, w := range e.Warnings {
		p.Warn(w)
	}
}

func (r *Run) step(id string) {
	p, s := r.p, r.steps[id]
	r.waiting, r.shown = "", make(map[pair]bool)
	number := "·"
	for i, other := range r.order {
		if other == id {
			number = fmt.Sprint(i + 1)
		}
	}
	between := string(s.From) + " → " + string(s.To)
	if s.From == s.To {
		between = string(s.From)
	}
	p.blank()
	p.ends(max(0, 2-len(number)), number+"  "+safe.Text(orElse(s.Title, id)), p.bold, between, p.dim)
	p.under(detail, p.dim, joinNonEmpty("  ", sentence(s.Why), rule.JoinRefs(s.Refs[:min(len(s.Refs), maxRefs)])))
}

// maxRefs is how many references of a step are printed; the first is the one that asks for it.
const maxRefs = 2

// sentence is the first sentence of a text.
func sentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if first, _, more := strings.Cut(text, ". "); more {
		return first + "."
	}
	return text
}

func (r *Run) needUser(e flows.NeedUser) {
	switch e.Kind {
	case flows.NeedDevice:
		pairs := []pair{{"user code", e.UserCode}, {"address", e.VerificationURI}}
		if !e.ExpiresAt.IsZero() {
			pairs = append(pairs, pair{"the code ends in", span(e.ExpiresAt.Sub(e.Time))})
		}
		r.pairs(pairs)
	case flows.NeedElsewhere:
		r.p.under(detail, r.p.accent, "the provider asks the person on a device of theirs")
	default:
		r.edits("edited", e.Edits)
		r.address("open", e.URL)
	}
}

func (r *Run) wait(e flows.Waiting) {
	if e.Reason == r.waiting {
		return
	}
	r.waiting = e.Reason
	text := "waiting: " + e.Reason
	switch e.Reason {
	case "callback":
		text = "waiting for the browser to come back"
	case "user":
		text = "waiting for the person to answer"
	case "notification":
		text = "waiting for the provider's notification"
		if e.Interval > 0 {
			text += "; without one, asking every " + duration(e.Interval)
		}
		r.p.under(detail, r.p.dim, "… "+text)
		return
	case "authorization_pending":
		text = "waiting for the other device (authorization_pending)"
	case "slow_down":
		text = "the provider asks to poll less often (slow_down)"
	}
	if e.Interval > 0 {
		text += ", asking every " + duration(e.Interval)
	}
	r.p.under(detail, r.p.dim, "… "+text)
}

func (r *Run) variable(e flows.Variable) {
	value := e.Value
	if e.Secret && !r.reveal {
		value = secret.New(value).String()
	}
	if !r.shown[pair{e.Name, value}] {
		r.pairs([]pair{{e.Name, joinNonEmpty("   ", value, e.From)}})
	}
}

// receive tells in one line what came; the token itself is printed at the end, where it is looked for.
func (r *Run) receive(e flows.Received) {
	p := r.p
	r.received = append(r.received, e)
	text, paint := string(e.Which), p.dim
	if e.Report != nil {
		text += ": " + string(e.Report.Kind)
		if e.Report.Signature.Status == inspect.Verified {
			text, paint = text+", signature verified", p.good
		}
		if at := e.Report.Time.ExpiresAt; at != nil && e.Report.Time.Status == inspect.TimeValid {
			text += ", expires in " + span(at.Sub(e.Report.Time.At))
		}
	}
	p.under(detail, paint, "● "+text)
}

func (r *Run) stepDone(e flows.StepDone) {
	mark, paint := r.p.done(e.Outcome)
	r.p.ends(detail, mark+" "+safe.Text(orElse(e.Note, "done")), paint, duration(e.Duration), r.p.dim)
	if e.Outcome == flows.NotGood {
		r.refusal, _, _ = strings.Cut(e.Note, ":")
	}
}

// done is the mark of a step that did not fail.
func (p *Printer) done(o flows.Outcome) (string, func(string) string) {
	switch o {
	case flows.NotGood:
		return markBad, p.bad
	case flows.NotChecked:
		return markUnknown, p.care
	default:
		return markGood, p.good
	}
}

func (r *Run) done(e flows.Done) {
	p := r.p
	p.blank()
	switch {
	case e.OK && r.refusal != "":
		p.ends(0, markBad+" done: "+safe.Text(r.refusal), p.bad, duration(e.Duration), p.dim)
	case e.OK:
		names := make([]string, len(e.Tokens))
		outcome := flows.Good
		for i, t := range e.Tokens {
			names[i] = string(t)
			if t == flows.IDToken && r.left {
				names[i], outcome = names[i]+" (not checked)", flows.NotChecked
			}
		}
		mark, paint := p.done(outcome)
		p.ends(0, mark+" "+joinNonEmpty(": ", "done", strings.Join(names, ", ")), paint, duration(e.Duration), p.dim)
	case e.Canceled:
		p.line(p.care(markNeutral + " cancelled"))
	default:
		p.ends(0, markBad+" failed", p.bad, duration(e.Duration), p.dim)
	}
}

// Tokens prints what the run received: the ID token first, because it is what a login is about, and each token once, as it was last
// judged.
func (r *Run) Tokens() {
	latest := make(map[flows.TokenName]flows.Received)
	for _, t := range r.received {
		latest[t.Which] = t
	}
	for _, which := range []flows.TokenName{flows.IDToken, flows.AccessToken, flows.RefreshToken} {
		if t := latest[which]; t.Report != nil {
			r.p.blank()
			r.p.line(r.p.dim(strings.Repeat("─", r.p.width)))
			r.token(t)
		}
	}
}

func (r *Run) token(t flows.Received) {
	title := string(t.Which)
	switch t.Which {
	case flows.IDToken:
		title = "ID token"
	case flows.AccessToken:
		title = "Access token"
	case flows.RefreshToken:
		title = "Refresh token"
	}
	r.p.Report(title, t.Report)
	if r.reveal {
		r.p.section("As received")
		r.p.under(3, asIs, t.Raw.Reveal())
	}
}
