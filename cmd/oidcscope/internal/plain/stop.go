package plain

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Stop prints what waits at a stop of a run that is held.
func (r *Run) Stop(at flows.Stop) {
	p := r.p
	r.shown = make(map[pair]bool)
	switch at.Kind {
	case flows.BeforeStep:
		p.under(detail, p.care, "‖ held before the step "+orElse(r.steps[at.Step].Title, at.Step))
	case flows.BeforeSend:
		p.under(detail, p.care, "‖ held: "+at.Held.Request.Method+" "+r.place(at.Held))
		r.Draft(at.Held, record.Decision{})
	case flows.BeforeOpen:
		p.under(detail, p.care, "‖ held: the browser is to open "+r.place(at.Held))
		r.Draft(at.Held, record.Decision{})
	case flows.BeforeReturn:
		p.under(detail, p.care, "‖ held: the browser came back to "+r.place(at.Held))
		r.Draft(at.Held, record.Decision{})
	case flows.BeforeTaking:
		e := at.Answer.Exchange
		p.under(detail, p.care, fmt.Sprintf("‖ held: the answer to exchange %d, before it is taken in", e.ID))
		r.response(flows.Exchange{Exchange: e})
		for _, earlier := range at.Answer.Earlier {
			r.differs(earlier, e)
		}
	case flows.AfterFailure:
		p.under(detail, p.care, "‖ held after the failure, before the run ends")
	}
}

// place is the address of what is held, without its parameters.
func (r *Run) place(held *record.Held) string {
	base, _, _ := strings.Cut(held.Request.URL.String(), "?")
	if !r.reveal {
		base = secret.URL(base)
	}
	return base
}

// Draft prints a held request as it would go with the changes made so far.
func (r *Run) Draft(held *record.Held, d record.Decision) {
	req, body, err := d.Edited(held)
	if err != nil {
		r.p.under(detail, r.p.bad, err.Error())
		return
	}
	r.pairs(r.parameters(req.URL.RawQuery))
	for _, h := range record.Fields(req.Header) {
		if h.Name == "Authorization" || h.Name == "Dpop" {
			r.pairs([]pair{{h.Name, r.header(h)}})
		}
	}
	r.pairs(r.sent(body, req.Header.Get("Content-Type")))
	r.edits("edited", d.Differences(held))
	r.Predictions(flows.PredictRequest(held, d))
}

// DraftAnswer prints a held answer as it would be taken in with the changes made so far.
func (r *Run) DraftAnswer(held *record.HeldAnswer, d record.AnswerDecision) {
	r.edits("edited", d.Differences(held))
	r.Predictions(flows.PredictAnswer(held, d))
}

func (r *Run) edits(label string, edits []string) {
	for _, edit := range edits {
		r.p.under(detail, r.p.care, label+": "+edit)
	}
}

// Predictions prints what edits must cause.
func (r *Run) Predictions(all []predict.Prediction) {
	for _, one := range all {
		r.p.under(detail, r.p.accent, joinNonEmpty("  ", "⇒ "+one.Edit+": "+one.Text, one.Ref))
	}
}

func (r *Run) verdicts(all []predict.Verdict) {
	for _, v := range all {
		mark, paint := markNeutral, r.p.dim
		switch v.Result {
		case predict.AsPredicted:
			mark, paint = markGood, r.p.good
		case predict.NotRefused, predict.NotAccepted:
			mark, paint = markBad, r.p.bad
		case predict.Otherwise:
			mark, paint = "!", r.p.care
		}
		r.p.under(detail, paint, mark+" "+v.Edit+": "+v.Said)
	}
}

// differs tells how the answers to a request that was sent twice compare.
func (r *Run) differs(first, again record.Exchange) {
	text := fmt.Sprintf("exchange %d, the same request", first.ID)
	if first.Response == nil || again.Response == nil {
		r.p.under(detail, r.p.dim, text+", had no answer")
		return
	}
	r.p.under(detail, r.p.dim, text+", was answered "+first.Response.Reason+"; the answer held here: "+
		orElse(strings.Join(record.AnswerDifferences(first.Response, again.Response), ", "), "the same"))
}

// debugged prints the events of a run that is held, edited or begun anew.
func (r *Run) debugged(e flows.Event) {
	p := r.p
	switch e := e.(type) {
	case flows.Predicted:
		r.Predictions(e.Predictions)
	case flows.Judged:
		r.verdicts(e.Verdicts)
	case flows.Resent:
		text := fmt.Sprintf("exchange %d repeats exchange %d: ", e.Exchange, e.Of)
		if e.Same {
			p.under(detail, p.dim, text+"the same answer")
			return
		}
		p.under(detail, p.care, text+strings.Join(e.Differences, ", "))
	case flows.Restarted:
		p.blank()
		p.under(2, p.care, "↺ back to "+orElse(r.steps[e.Step].Title, e.Step))
		p.under(detail, p.dim, e.Text)
	}
}

// Restarts prints where the run can go back to.
func (r *Run) Restarts(all []flows.Restart) {
	for _, one := range all {
		r.p.under(detail, asIs, "r "+joinNonEmpty("  ", one.Step, r.steps[one.Step].Title))
		r.p.under(detail+4, r.p.care, one.Text)
	}
}

// Variables prints the values of the run, where they came from and where they went.
func (r *Run) Variables(all []flows.TracedVariable) {
	for _, v := range all {
		value := v.Value
		if v.Secret && !r.reveal {
			value = secret.New(value).String()
		}
		r.pairs([]pair{{v.Name, joinNonEmpty("   ", value, v.From)}})
		var uses []string
		done := make(map[string]bool)
		for _, u := range v.Uses {
			done[u.Step] = true
			text := u.Step + ": " + string(u.Where) + " " + u.Name
			if u.Exchange != 0 {
				text += fmt.Sprintf(" (exchange %d)", u.Exchange)
			}
			uses = append(uses, text)
		}
		for _, step := range v.UsedBy {
			if !done[step] {
				uses = append(uses, step+", later")
			}
		}
		r.p.under(2*detail, r.p.dim, joinNonEmpty(" ", "→", strings.Join(uses, " · ")))
	}
}
