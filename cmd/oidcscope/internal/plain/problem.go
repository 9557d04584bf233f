package plain

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// failed prints why a step failed: what was expected, what came, the provider's words, and what to do about it.
func (r *Run) failed(e flows.StepFailed) {
	p := r.p
	p.blank()
	what := "The run can't begin"
	if e.Step != "" {
		what = orElse(r.steps[e.Step].Title, e.Step) + " failed"
	}
	p.line("    " + p.bad(markBad+" "+what))
	r.labelled("expected", e.Expected)
	words := providerWords(e.OAuth)
	if !strings.Contains(e.Got, words) || words == "" { // else what came is what the provider says
		r.labelled("got", e.Got)
	} else if e.OAuth.Status >= 300 {
		r.labelled("got", fmt.Sprintf("HTTP %d", e.OAuth.Status))
	}
	r.difference(e.Problem)
	if o := e.OAuth; o != nil {
		who := "provider says"
		if e.Step == "call" {
			who = "it says" // the resource, which need not be the provider's
		}
		r.labelled(who, words)
		r.labelled("more at", o.URI)
		r.labelled("trace id", o.TraceID)
	}
	if e.Failure != nil && e.Failure.Message != e.Got {
		r.labelled("network", e.Failure.Message)
	}
	if e.Diagnosis == nil || e.Diagnosis.Ref != e.Ref {
		r.labelled("see", e.Ref)
	}
	if e.Diagnosis != nil {
		p.blank()
		p.diagnosis(e.Diagnosis, "      ")
	}
}

// providerWords are those of an error answer.
func providerWords(o *flows.OAuthError) string {
	if o == nil {
		return ""
	}
	if o.Description == o.Code {
		return o.Code
	}
	return joinNonEmpty(": ", o.Code, o.Description)
}

func (r *Run) labelled(label, text string) { r.p.labelled("      ", label, text) }

// difference points at the first byte in which two short values differ: a trailing slash is hard to see.
func (r *Run) difference(problem flows.Problem) {
	at, a, b := problem.Mark, problem.Expected, problem.Got
	if at < 0 || a == "" || b == "" || at > min(len(a), len(b)) {
		return
	}
	piece := func(s string) string {
		if at == len(s) {
			return "ends"
		}
		return fmt.Sprintf("goes on with %q", s[at:min(len(s), at+12)])
	}
	r.labelled("they differ", fmt.Sprintf("at character %d: expected %s, got %s", at+1, piece(a), piece(b)))
}
