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
	number, subject := 2, 0
	for i := range items {
		number = max(number, min(width(safe.Text(itemNumber(&items[i]))), 5))
		subject = max(subject, min(width(safe.Text(items[i].Subject)), most))
	}
	column := 5 + number + 1 + subject + 2
	for i := range items {
		it := &items[i]
		mark, paint, word := itemMark(p, it.Result)
		lines := wrap(safe.Text(joinNonEmpty(": ", joinNonEmpty(" · ", it.Title, word), it.Detail)), p.width-column)
		p.line("   " + paint(mark) + " " + pad(cut(itemNumber(it), number), number+1) + pad(cut(it.Subject, subject), subject) + "  " + lines[0])
		for _, l := range lines[1:] {
			p.line(strings.Repeat(" ", column) + l)
		}
	}
}

// itemNumber is the number that the specification gives the item; some have none.
func itemNumber(it *inspect.Item) string {
	if it.Number == it.Subject {
		return ""
	}
	return it.Number
}

// cut makes a text printable and at most n cells wide, the mark that something is missing included.
func cut(s string, n int) string {
	if width(safe.Text(s)) <= n {
		return safe.Text(s)
	}
	return safe.Short(s, n-1)
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
