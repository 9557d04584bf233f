package plain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// ProbePlan says what probing will do, before it is done.
func (p *Printer) ProbePlan(issuer, client, other string, plan probe.Plan) {
	p.line(p.bold("Probe: " + safe.Text(issuer)))
	p.Table(count(len(plan.Probes), "probe"), [][2]string{{"client", client}, {"second client", orElse(other, "none: what needs one is left out")}})
	var parts []string
	for _, f := range probe.Families() {
		if n := len(membersOf(f, plan)); n > 0 {
			parts = append(parts, fmt.Sprintf("%s (%d)", strings.ToLower(f.Title[:1])+f.Title[1:], n))
		}
	}
	p.blank()
	p.under(1, asIs, "About: "+strings.Join(parts, ", ")+".")
	p.blank()
	p.under(1, asIs, "Each sends something that the provider has to refuse, or looks whether it does what it has to do. Nothing is tried more than once. "+
		"The tokens that come of it are revoked at the end.")
	p.under(1, asIs, probeLogins(plan))
	p.blank()
	p.under(1, p.care, "Do this at a provider that is yours to test, with a client made for tests. The attempts are in its logs, and may raise an alarm there.")
}

// membersOf are the probes of a family that a plan has.
func membersOf(f probe.Family, plan probe.Plan) []probe.Probe {
	return slices.DeleteFunc(slices.Clone(f.Probes), func(m probe.Probe) bool {
		return !slices.ContainsFunc(plan.Probes, func(p probe.Probe) bool { return p.ID == m.ID })
	})
}

func probeLogins(plan probe.Plan) string {
	switch {
	case plan.Visits+plan.IfOpen == 0:
		return "No login is needed."
	case plan.Visits == 0:
		return fmt.Sprintf("The browser is only opened where the provider leaves a question open, up to %s.", times(plan.IfOpen))
	}
	text := fmt.Sprintf("The browser is opened up to %s", times(plan.Visits))
	if plan.IfOpen > 0 {
		text += fmt.Sprintf(", and up to %s more where the provider leaves a question open", times(plan.IfOpen))
	}
	return text + fmt.Sprintf(". You type your password %s; the other visits need a click at most.", times(max(plan.Typing, 1)))
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// ProbeList prints the probes that were selected.
func (p *Printer) ProbeList(plan probe.Plan) {
	for _, f := range probe.Families() {
		for i, m := range membersOf(f, plan) {
			if i == 0 {
				p.section(f.Title)
			}
			p.ends(3, m.ID+" "+pad(m.Slug, probeColumn)+" "+m.Title, asIs, probeVisit(&m), p.dim)
		}
	}
	p.blank()
	p.under(1, p.dim, "login: the browser is needed; login?: only where the provider leaves the question open without it")
}

const probeColumn = 22

func probeVisit(m *probe.Probe) string {
	switch {
	case m.Visit == "":
		return ""
	case m.IfOpen:
		return "login?"
	}
	return "login"
}

// ProbeBegin is the head of a run.
func (p *Printer) ProbeBegin(issuer, client string, probes int) {
	p.ends(0, "Probe: "+safe.Text(issuer), p.bold, count(probes, "probe"), p.dim)
	p.under(1, p.dim, "client "+client)
	p.blank()
}

// ProbeOutcome prints how one probe ended: in a line, and what people have to act on with its reason and repair.
func (p *Printer) ProbeOutcome(o *probe.Outcome) {
	mark, paint, text := markGood, p.good, o.Got
	switch o.Result {
	case probe.NotApplicable:
		mark, paint, text = markNeutral, p.dim, "not applicable: "+o.Reason
	case probe.NotReached:
		mark, paint, text = markUnknown, p.dim, "not reached: "+o.Reason
	case probe.Inconclusive:
		mark, paint, text = markUnknown, p.care, "inconclusive: "+o.Reason
	case probe.Fail:
		p.probeFail(o)
		return
	}
	const column = 3 + 2 + 8 + probeColumn + 1
	lines := wrap(safe.Text(text), max(p.width-column, 20))
	p.line("   " + paint(mark+" "+o.ID+" "+pad(o.Slug, probeColumn)) + " " + p.dim(lines[0]))
	for _, l := range lines[1:] {
		p.line(strings.Repeat(" ", column) + p.dim(l))
	}
}

func (p *Printer) probeFail(o *probe.Outcome) {
	mark, paint := markBad, p.bad
	switch o.Severity {
	case rule.Warn:
		mark, paint = markCare, p.care
	case rule.Info:
		mark, paint = markCare, asIs
	}
	p.line("   " + paint(mark+" "+o.ID+" "+pad(o.Slug, probeColumn)) + " " + paint(o.Title) + p.dim("  "+o.Severity.String()))
	for _, row := range [][2]string{{"expected", o.Expected}, {"got", o.Got}, {"fix", o.Fix}, {"reference", o.Ref}} {
		const column = 17
		lines := wrap(safe.Text(row[1]), p.width-column)
		p.line("     " + p.dim(pad(row[0], column-5)) + lines[0])
		for _, l := range lines[1:] {
			p.line(strings.Repeat(" ", column) + l)
		}
	}
}

// ProbeEnd counts the results of a run.
func (p *Printer) ProbeEnd(r *probe.Report) {
	switch {
	case r.Unreachable != "":
		p.verdict(markBad, p.bad, "not reached", r.Unreachable)
	case r.Refused != "":
		p.verdict(markBad, p.bad, "nothing tried", r.Refused)
	case r.Interrupted:
		p.verdict(markUnknown, p.care, "interrupted", "what was left was not reached")
	}
	s := r.Count()
	p.section(count(s.Probes, "probe") + ", " + count(r.Requests, "request") + ", " + count(r.Visits, "login") + ", " + duration(r.Duration.Round(time.Millisecond)))
	p.line("   " + p.bad(fmt.Sprintf("%s %s", markBad, count(s.Errors, "error"))) + "  " + p.care(fmt.Sprintf("%s %s", markCare, count(s.Warnings, "warning"))) +
		"  " + fmt.Sprintf("%s %s", markCare, count(s.Infos, "note")))
	p.line("   " + p.good(fmt.Sprintf("%s %d passed", markGood, s.Passed)) + "  " + p.dim(fmt.Sprintf("%s %d not applicable", markNeutral, s.NotApplicable)) +
		"  " + p.dim(fmt.Sprintf("%s %d not reached", markUnknown, s.NotReached)) + "  " + p.dim(fmt.Sprintf("%s %d inconclusive", markUnknown, s.Inconclusive)))
	if r.Revoked+r.Left > 0 {
		p.under(3, p.dim, fmt.Sprintf("%s revoked, %d left to expire by themselves", count(r.Revoked, "token"), r.Left))
	}
}
