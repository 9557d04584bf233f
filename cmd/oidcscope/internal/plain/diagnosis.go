package plain

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// labels is the width of the column of labels.
const labels = 13

// Diagnosis prints a diagnosis that stands alone: what the provider said, then what it means.
func (p *Printer) Diagnosis(said *flows.OAuthError, d *flows.Diagnosis) {
	p.diagnosis(d, "  ")
	p.blank()
	p.labelled("  ", "read as", joinNonEmpty(": ", joinNonEmpty(" · ", said.Code, said.SubCode), short(said.Description)))
	p.labelled("  ", "hint", said.Hint)
	p.labelled("  ", "more at", said.URI)
	p.labelled("  ", "trace id", said.TraceID)
}

// short keeps a whole page from being repeated.
func short(text string) string { return safe.Short(text, 240) }

// diagnosis prints what happened, why it probably did, what to do on that provider, and what was looked at to say so.
func (p *Printer) diagnosis(d *flows.Diagnosis, indent string) {
	for _, l := range wrap(safe.Text(d.Summary), p.width-len(indent)) {
		p.line(indent[2:] + "  " + p.bold(l))
	}
	if known, ok := preset.Find(d.Provider); ok {
		p.labelled(indent, "provider", known.Name)
	}
	for i, cause := range d.Causes {
		label := ""
		if i == 0 {
			label = "probably"
		}
		p.labelled(indent, label, fmt.Sprintf("%d. %s", i+1, cause))
	}
	label := "what to do"
	for _, fix := range d.Fixes {
		p.labelled(indent, label, "→ "+fix.Text)
		label = ""
		if fix.Value != "" { // on a line of its own, whole, so that it can be copied
			p.line(strings.Repeat(" ", len(indent)+labels+4) + p.accent(safe.Text(fix.Value)))
		}
	}
	p.labelled(indent, "checked", strings.Join(d.Checked, ", "))
	p.labelled(indent, "see", d.Ref)
	p.labelled(indent, "diagnosis", d.ID)
}

// labelled prints a text beside its label; nothing for an empty text.
func (p *Printer) labelled(indent, label, text string) {
	if text == "" {
		return
	}
	column := len(indent) + labels + 2
	for i, l := range wrap(safe.Text(text), p.width-column) {
		if i > 0 {
			label = ""
		}
		p.line(indent + p.dim(pad(label, labels)) + "  " + l)
	}
}
