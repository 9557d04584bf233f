package plain

import (
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// checklist prints the specification's checklist, with its own numbers.
func (p *Printer) checklist(items []inspect.Item) {
	if len(items) == 0 {
		return
	}
	p.section("Checks · " + items[0].Ref)
	const most = 10 // cells of a subject that others are aligned to
	subject := 0
	for _, it := range items {
		subject = max(subject, min(width(safe.Text(it.Subject)), most))
	}
	column := 5 + 3 + subject + 2
	for _, it := range items {
		mark, paint, word := itemMark(p, it.Result)
		number := it.Number
		if number == it.Subject {
			number = "" // an item without a number in the specification
		}
		lines := wrap(safe.Text(joinNonEmpty(": ", joinNonEmpty(" · ", it.Title, word), it.Detail)), p.width-column)
		p.line("   " + paint(mark) + " " + pad(safe.Short(number, 2), 3) + pad(safe.Short(it.Subject, most-1), subject) + "  " + lines[0])
		for _, l := range lines[1:] {
			p.line(strings.Repeat(" ", column) + l)
		}
	}
}

// itemMark gives the mark of a checklist item, and a word where the mark alone could be misread.
func itemMark(p *Printer, r inspect.ItemResult) (string, func(string) string, string) {
	switch r {
	case inspect.ItemPass:
		return markGood, p.good, ""
	case inspect.ItemFail:
		return markBad, p.bad, "fails"
	case inspect.ItemNotApplicable:
		return markNeutral, p.dim, "not applicable"
	default:
		return markUnknown, p.care, "not checked"
	}
}

func (p *Printer) findings(findings []rule.Finding) {
	if len(findings) == 0 {
		return
	}
	p.section(count(len(findings), "finding"))
	for _, f := range findings {
		p.finding(3, f)
	}
}

func (p *Printer) finding(indent int, f rule.Finding) {
	mark, paint := markNeutral, p.dim
	switch f.Severity {
	case rule.Error:
		mark, paint = markBad, p.bad
	case rule.Warn:
		mark, paint = markCare, p.care
	}
	margin := strings.Repeat(" ", indent)
	p.line(margin + paint(mark+" "+f.ID+" "+f.Slug) + p.dim("  "+safe.Text(f.At)))
	p.under(indent+2, asIs, f.Message)
	if f.Fix != "" {
		p.under(indent+2, p.dim, "fix: "+f.Fix)
	}
	if f.Ref != "" {
		p.under(indent+2, p.dim, f.Ref)
	}
}
