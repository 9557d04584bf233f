package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// selected is the attempt that is selected in the list; nil: none.
func (s *Screen) selected() *probe.Probe {
	id := strings.TrimPrefix(s.split.List.Selected(), "failed.")
	if i := slices.IndexFunc(s.plan.Probes, func(p probe.Probe) bool { return p.ID == id }); i >= 0 {
		return &s.plan.Probes[i]
	}
	return nil
}

// detailPanes say everything about one attempt: what was sent, what was expected, what came, what to do, and where it is written.
func (s *Screen) detailPanes(p *probe.Probe, width int) []widget.Pane {
	if p == nil {
		return nil
	}
	t, o := s.c.Theme, s.run.outcomes[p.ID]
	glyph, style, word := s.verdict(p)
	panes := []widget.Pane{{ID: "probe", Title: p.ID + " " + p.Slug, Hue: t.Strong, Note: style.Render(glyph + " " + word), Rows: s.prose("", p.Title+": "+p.Does+".", width)}}
	add := func(id, title, text string) {
		if text != "" {
			panes = append(panes, widget.Pane{ID: id, Title: title, Hue: t.Strong, Rows: s.prose(id, text, width)})
		}
	}
	if sent := s.run.sent[p.ID]; len(sent) > 0 {
		pane := widget.Pane{ID: "sent", Title: "Sent", Hue: t.Strong, Note: t.Dim.Render("5 shows all of it")}
		for _, r := range sent {
			pane.Rows = append(pane.Rows, s.prose("", "→ "+r.line, width)...)
			pane.Rows = append(pane.Rows, s.prose("", "← "+r.answer, width)...)
		}
		panes = append(panes, pane)
	}
	add("expected", "Expected", p.Expects)
	if o.Result != probe.Inconclusive {
		add("got", "Came", o.Got)
	}
	add("reason", strings.ToUpper(word[:1])+word[1:]+", because", o.Reason)
	if o.Result == probe.Fail {
		add("fix", "What to do", o.Fix)
	}
	add("reference", "Where it is written", rule.JoinRefs(p.Refs))
	if len(p.Needs) > 0 {
		var needs []string
		for _, n := range p.Needs {
			needs = append(needs, string(n))
		}
		add("needs", "Needs", strings.Join(needs, ", "))
	}
	return panes
}

// prose wraps a text into a row; one with an id can be selected and copied.
func (s *Screen) prose(id, text string, width int) []widget.Row {
	lines := ui.Wrap(safe.Text(text), max(width, 8))
	if id != "" {
		s.values[id] = text
	}
	return []widget.Row{{ID: id, Height: len(lines), Draw: func(selected bool) []string {
		style := s.c.Theme.Text
		if selected {
			style = s.c.Theme.Button
		}
		drawn := make([]string, len(lines))
		for i, l := range lines {
			drawn[i] = style.Render(l)
		}
		return drawn
	}}}
}

// parameters names parameters, each once, in the order of the alphabet.
func parameters(names []string) string {
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return " with " + strings.Join(slices.Compact(names), ", ")
}

// ending says how a run ended, in a line.
func ending(r *probe.Report) string {
	switch {
	case r.Unreachable != "":
		return "not reached: " + safe.Short(r.Unreachable, 60)
	case r.Refused != "":
		return "nothing tried: " + safe.Short(r.Refused, 60)
	}
	text := fmt.Sprintf("%s, %s, %s", ui.Count(r.Requests, "request"), ui.Count(r.Visits, "visit"), ui.Duration(r.Duration))
	if r.Revoked+r.Left > 0 {
		text += fmt.Sprintf(", %d of %s revoked", r.Revoked, ui.Count(r.Revoked+r.Left, "token"))
	}
	if r.Interrupted {
		text = "interrupted: " + text
	}
	return text
}
