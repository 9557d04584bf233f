package plain

import (
	"fmt"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Diff prints what tells two tokens apart.
func (p *Printer) Diff(before, after string, d inspect.Difference) {
	p.line(p.bold(safe.Text(before) + " → " + safe.Text(after)))
	if len(d.Changes) == 0 {
		p.verdict(markGood, p.good, "the same", count(d.Same, "value")+" of header and claims compared, and the signature")
		return
	}
	in := ""
	for i := range d.Changes {
		c := &d.Changes[i]
		if c.In == "signature" {
			p.line(p.bold("Signature") + "  another one")
			continue
		}
		if c.In != in {
			in = c.In
			p.line(p.bold(map[string]string{"header": "Header", "claims": "Claims"}[in]))
		}
		p.change(c)
	}
	if d.More > 0 {
		p.line(" " + p.dim(fmt.Sprintf("… and %s more", count(d.More, "change"))))
	}
	if d.Same > 0 {
		p.line(" " + p.dim("= "+fmt.Sprint(d.Same)+" of header and claims the same"))
	}
}

func (p *Printer) change(c *inspect.Change) {
	const column = 26
	name := " " + pad(safe.Short(orElse(c.Path, "(the whole)"), 200), column-4) + " "
	var text string
	switch c.Kind {
	case inspect.Added:
		name, text = p.good("+"+name), changed(c, c.After)
	case inspect.Removed:
		name, text = p.bad("–"+name), "was "+changed(c, c.Before)
	default:
		name, text = p.care("~"+name), changed(c, c.Before)+" → "+changed(c, c.After)
		switch {
		case c.Shift > 0:
			text = inspect.InWords(c.Shift) + " later: " + text
		case c.Shift < 0:
			text = inspect.InWords(c.Shift) + " earlier: " + text
		}
	}
	lines := wrap(text, p.width-column)
	p.line(" " + name + lines[0])
	p.under(column, asIs, joinLines(lines[1:]))
}

func joinLines(lines []string) string {
	text := ""
	for _, l := range lines {
		text += l + " "
	}
	return text
}

// changed writes a value on one line, a time as a date.
func changed(c *inspect.Change, v *inspect.Value) string {
	if t, fault := inspect.NumericDate(v); c.Time && fault == inspect.TimeFine {
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return safe.Short(v.Raw, 300)
}
