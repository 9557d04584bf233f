// Package report writes the outcomes of rules in the formats that other programs and people take: [SARIF] for code hosts and
// editors, [JUnit] for build servers, [Markdown] for tickets. It knows nothing of what was checked; a [Report] is made of a list of rules
// (see [Checks]) and of how they ended.
//
// It promises that what was not checked is never written as passed, and that no text leaves it that could drive a terminal or
// break out of its format.
package report

import (
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Report is what is written.
type Report struct {
	Title   string // "Doctor: https://idp.example"
	Target  string // what was checked: an address or a file
	Version string // of the program
	Facts   [][2]string
	Checks  []Check
	Results []Result // of these checks; a check without a result is left out
}

// Check describes a rule.
type Check struct {
	ID, Slug, Title, Why, Fix string
	Severity                  rule.Severity
	Refs                      []rule.Ref
}

// Result is how a rule ended.
type Result struct {
	rule.Outcome
	Remark string // what is known beside; may be empty
	In     string // which of several things it is about; empty when there is one
}

// Checks describes rules.
func Checks[S any](rules []rule.Rule[S]) []Check {
	all := make([]Check, len(rules))
	for i := range rules {
		r := &rules[i]
		all[i] = Check{ID: r.ID, Slug: r.Slug, Title: r.Title, Why: r.Why, Fix: r.Fix, Severity: r.Severity, Refs: r.Refs}
	}
	return all
}

// Found makes results of findings whose rules were not all recorded: one for each rule that found something.
func Found(findings []rule.Finding) []Result {
	var all []Result
	at := map[string]int{}
	for _, f := range findings {
		i, there := at[f.ID]
		if !there {
			i = len(all)
			at[f.ID] = i
			all = append(all, Result{Outcome: rule.Outcome{ID: f.ID, Slug: f.Slug, Result: rule.Found}})
		}
		all[i].Findings = append(all[i].Findings, f)
	}
	return all
}

func (r *Report) check(id string) *Check {
	for i := range r.Checks {
		if r.Checks[i].ID == id {
			return &r.Checks[i]
		}
	}
	return &Check{ID: id}
}

// count gives the number of results of one kind.
func (r *Report) count(kind rule.Result) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Result == kind {
			n++
		}
	}
	return n
}

func clean(text string) string { return safe.Text(text) }
