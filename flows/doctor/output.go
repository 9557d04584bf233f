package doctor

import (
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/internal/report"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// JSON is the report in the form of the output contract: members are added, never renamed.
type JSON struct {
	Issuer     string      `json:"issuer"`
	Profile    Profile     `json:"profile"`
	Provider   string      `json:"provider,omitempty"`
	Checks     []JSONCheck `json:"checks"`
	Summary    Summary     `json:"summary"`
	Overview   Overview    `json:"overview"`
	Error      string      `json:"error,omitempty"` // why the provider could not be reached
	DurationMS int64       `json:"duration_ms"`
	Requests   int         `json:"requests"`
}

// JSONCheck is how one check ended. Severity, message, fix and ref are those of the worst finding; all stand in Findings.
type JSONCheck struct {
	ID       string         `json:"id"`
	Slug     string         `json:"slug"`
	Title    string         `json:"title"`
	Result   rule.Result    `json:"result"`
	Severity string         `json:"severity,omitempty"`
	Message  string         `json:"message,omitempty"`
	Fix      string         `json:"fix,omitempty"`
	Ref      string         `json:"ref,omitempty"`
	Reason   string         `json:"reason,omitempty"` // of not_reached and not_applicable
	Remark   string         `json:"remark,omitempty"`
	Findings []rule.Finding `json:"findings,omitempty"`
}

// JSON makes the contract's form of the report.
func (r *Report) JSON() JSON {
	j := JSON{Issuer: r.Issuer, Profile: r.Profile, Provider: r.Provider, Summary: Count(r.Outcomes), Overview: r.Overview, Error: r.Unreachable,
		DurationMS: r.Duration.Milliseconds(), Requests: r.Requests, Checks: make([]JSONCheck, len(r.Outcomes))}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		c := JSONCheck{ID: o.ID, Slug: o.Slug, Title: o.Title, Result: o.Result, Reason: o.Reason, Remark: o.Remark, Findings: o.Findings}
		if worst := o.worstFinding(); worst != nil {
			c.Severity, c.Message, c.Fix, c.Ref = worst.Severity.String(), worst.Message, worst.Fix, worst.Ref
		}
		j.Checks[i] = c
	}
	return j
}

// worstFinding is the first of the findings with the highest severity, nil without any.
func (o *Outcome) worstFinding() *rule.Finding {
	for i := range o.Findings {
		if o.Findings[i].Severity == o.Worst() {
			return &o.Findings[i]
		}
	}
	return nil
}

// Document makes of the report what package report writes as SARIF, JUnit and Markdown.
func (r *Report) Document(version string) *report.Report {
	target := r.Issuer
	if target == "" {
		target = "documents"
	}
	s := Count(r.Outcomes)
	d := &report.Report{Title: "Doctor: " + target, Target: target, Version: version, Checks: report.Checks(Rules()),
		Facts: [][2]string{{"issuer", target}, {"profile", string(r.Profile)}}}
	if r.Provider != "" {
		d.Facts = append(d.Facts, [2]string{"provider", r.Provider})
	}
	d.Facts = append(d.Facts, [2]string{"checks", fmt.Sprintf("%d: %d errors, %d warnings, %d notes", s.Checks, s.Errors, s.Warnings, s.Infos)},
		[2]string{"took", fmt.Sprintf("%s, %d requests", r.Duration.Round(time.Millisecond), r.Requests)})
	for i := range r.Outcomes {
		d.Results = append(d.Results, report.Result{Outcome: r.Outcomes[i].Outcome, Remark: r.Outcomes[i].Remark})
	}
	return d
}

// Bad reports whether a check found an error.
func (r *Report) Bad() bool { return Count(r.Outcomes).Errors > 0 }
