package plain

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Topic prints one explanation.
func (p *Printer) Topic(t *explain.Topic) {
	const column = 14
	p.ends(0, safe.Text(t.Name), p.bold, string(t.Kind), p.dim)
	if t.Title != "" {
		p.under(2, p.accent, t.Title)
	}
	p.under(2, asIs, t.Text)
	for _, d := range t.Details {
		if d.Text == "" {
			continue
		}
		lines := wrap(safe.Text(d.Text), p.width-column)
		p.line("  " + p.dim(pad(d.Label, column-2)) + lines[0])
		for _, l := range lines[1:] {
			p.line(strings.Repeat(" ", column) + l)
		}
	}
	for _, part := range []struct {
		label string
		texts []string
	}{{"reference", t.Refs}, {"see also", t.See}} {
		if len(part.texts) > 0 {
			lines := wrap(safe.Text(strings.Join(part.texts, " · ")), p.width-column)
			p.line("  " + p.dim(pad(part.label, column-2)) + lines[0])
			for _, l := range lines[1:] {
				p.line(strings.Repeat(" ", column) + l)
			}
		}
	}
}

// Topics prints the names of all topics of a kind, several on a line.
func (p *Printer) Topics(kind explain.Kind, names []string) {
	p.line(p.bold(strings.ToUpper(string(kind[:1]))+string(kind[1:])) + p.dim("  "+count(len(names), "topic")))
	p.under(2, asIs, strings.Join(names, ", "))
}
