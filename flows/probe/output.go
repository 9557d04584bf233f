package probe

import (
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/internal/report"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// JSON is the report in the form of the output contract: members are added, never renamed.
type JSON struct {
	Issuer      string      `json:"issuer"`
	ClientID    string      `json:"client_id"`
	OtherID     string      `json:"other_client_id,omitempty"`
	Probes      []JSONProbe `json:"probes"`
	Summary     Summary     `json:"summary"`
	Error       string      `json:"error,omitempty"` // why the provider could not be asked
	Interrupted bool        `json:"interrupted"`
	Logins      int         `json:"logins"` // visits of the browser
	Requests    int         `json:"requests"`
	Revoked     int         `json:"revoked"` // tokens, at the end
	Left        int         `json:"left"`    // tokens that were left to expire
	DurationMS  int64       `json:"duration_ms"`
}

// JSONProbe is how one probe ended.
type JSONProbe struct {
	ID       string `json:"id"`
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Result   Result `json:"result"`
	Severity string `json:"severity,omitempty"` // of a fail
	Expected string `json:"expected"`
	Got      string `json:"got,omitempty"`
	Reason   string `json:"reason,omitempty"` // of not_applicable, not_reached and inconclusive
	Fix      string `json:"fix,omitempty"`
	Ref      string `json:"ref"`
}

// JSON makes the contract's form of the report.
func (r *Report) JSON() JSON {
	j := JSON{Issuer: r.Issuer, ClientID: r.ClientID, OtherID: r.OtherID, Summary: r.Count(), Error: r.trouble(), Interrupted: r.Interrupted,
		Logins: r.Visits, Requests: r.Requests, Revoked: r.Revoked, Left: r.Left, DurationMS: r.Duration.Milliseconds(), Probes: make([]JSONProbe, len(r.Outcomes))}
	for i, o := range r.Outcomes {
		p := JSONProbe{ID: o.ID, Slug: o.Slug, Title: o.Title, Result: o.Result, Expected: o.Expected, Got: o.Got, Reason: o.Reason, Fix: o.Fix, Ref: o.Ref}
		if o.Result == Fail {
			p.Severity = o.Severity.String()
		}
		j.Probes[i] = p
	}
	return j
}

// trouble is why there are no results.
func (r *Report) trouble() string {
	if r.Unreachable != "" {
		return r.Unreachable
	}
	return r.Refused
}

// Document makes of the report what package report writes as SARIF, JUnit and Markdown.
func (r *Report) Document(version string) *report.Report {
	s := r.Count()
	d := &report.Report{Title: "Probes: " + r.Issuer, Target: r.Issuer, Version: version, Checks: Checks(),
		Facts: [][2]string{{"issuer", r.Issuer}, {"client", r.ClientID}}}
	if r.OtherID != "" {
		d.Facts = append(d.Facts, [2]string{"second client", r.OtherID})
	}
	d.Facts = append(d.Facts,
		[2]string{"probes", fmt.Sprintf("%d: %d passed, %d failed, %d not applicable, %d not reached, %d inconclusive", s.Probes, s.Passed, s.Failed, s.NotApplicable, s.NotReached, s.Inconclusive)},
		[2]string{"took", fmt.Sprintf("%s, %d requests, %d logins", r.Duration.Round(time.Millisecond), r.Requests, r.Visits)})
	if why := r.trouble(); why != "" {
		d.Facts = append(d.Facts, [2]string{"not reached", why})
	}
	if r.Interrupted {
		d.Facts = append(d.Facts, [2]string{"interrupted", "yes: what was left is not reached"})
	}
	for _, o := range r.Outcomes {
		d.Results = append(d.Results, report.Result{Outcome: o.rule()})
	}
	return d
}

// Checks describes the probes as package report wants it.
func Checks() []report.Check {
	var all []report.Check
	for _, p := range Probes() {
		all = append(all, report.Check{ID: p.ID, Slug: p.Slug, Title: p.Title, Why: capital(p.Does) + ". Expected: " + p.Expects + ".", Fix: p.Fix, Severity: p.Severity, Refs: p.Refs})
	}
	return all
}

func capital(text string) string { return string(text[0]&^' ') + text[1:] }

// rule is the outcome as one of a rule.
func (o *Outcome) rule() rule.Outcome {
	out := rule.Outcome{ID: o.ID, Slug: o.Slug, Reason: o.Reason}
	switch o.Result {
	case Pass:
		out.Result = rule.Pass
	case NotApplicable:
		out.Result = rule.NotApplicable
	case NotReached:
		out.Result = rule.NotReached
	case Inconclusive:
		out.Result = rule.Inconclusive
	default:
		out.Result = rule.Found
		out.Findings = []rule.Finding{{ID: o.ID, Slug: o.Slug, Severity: o.Severity, At: o.Slug, Ref: o.Ref, Fix: o.Fix,
			Message: "expected " + o.Expected + "; got: " + o.Got}}
	}
	return out
}
