package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// ruleOf finds the rule of an outcome, for its reason and its examples.
func ruleOf(id string) *doctor.Rule {
	if place := doctor.Place(id); place >= 0 {
		return &doctor.Rules()[place]
	}
	return nil
}

// detailPanes says everything about one check: what was found, what was asked and what came, why it matters, what to do.
func (s *Screen) detailPanes(o *doctor.Outcome, width int) []widget.Pane {
	if o == nil {
		return nil
	}
	t := s.c.Theme
	glyph, style := s.mark(o)
	word := string(o.Result)
	if o.Result == rule.Found {
		word = o.Worst().String()
	}
	head := widget.Pane{ID: "check", Title: o.ID + " " + o.Slug, Hue: t.Strong, Note: style.Render(glyph + " " + strings.ReplaceAll(word, "_", " "))}
	head.Rows = s.prose(t.Text.Render, o.Title, width)
	if o.Reason != "" {
		head.Rows = append(head.Rows, s.prose(t.Dim.Render, o.Reason, width)...)
	}
	panes := []widget.Pane{head}
	if d := s.difference(o, width); d != nil {
		panes = append(panes, *d)
	}
	if len(o.Findings) > 0 {
		panes = append(panes, s.foundPane(o, width))
	}
	if o.Remark != "" {
		panes = append(panes, widget.Pane{ID: "remark", Title: "This provider", Hue: t.Accent, Rows: s.prose(t.Text.Render, o.Remark, width)})
	}
	r := ruleOf(o.ID)
	if r == nil {
		return panes
	}
	panes = append(panes, widget.Pane{ID: "why", Title: "Why it matters", Hue: t.Strong, Rows: s.prose(t.Text.Render, r.Why, width)})
	fix, ref := r.Fix, rule.JoinRefs(r.Refs)
	if len(o.Findings) > 0 {
		fix = o.Findings[0].Fix
	}
	s.values["fix"] = value{"fix", fix}
	panes = append(panes, widget.Pane{ID: "fix", Title: "What to do", Hue: t.Strong, Rows: s.named("fix", s.prose(t.Text.Render, fix, width))})
	examples := widget.Table{Theme: t, Width: width, MaxName: 6}.Rows([]widget.Pair{
		{Name: "good", Value: safe.Text(r.Good), Style: t.Dim}, {Name: "bad", Value: safe.Text(r.Bad), Style: t.Dim}, {Name: "see", Value: ref, Style: t.Dim}})
	return append(panes, widget.Pane{ID: "example", Title: "Examples, and where it is written", Hue: t.Strong, Rows: examples})
}

// foundPane lists the findings with their places.
func (s *Screen) foundPane(o *doctor.Outcome, width int) widget.Pane {
	t := s.c.Theme
	pane := widget.Pane{ID: "findings", Title: "Found", Hue: t.Strong}
	if len(o.Findings) > 1 {
		pane.Title = ui.Count(len(o.Findings), "finding")
	}
	for i, f := range o.Findings {
		id := fmt.Sprintf("finding.%d", i)
		s.values[id] = value{"finding", f.Message}
		pane.Rows = append(pane.Rows, s.named(id, s.prose(t.Text.Render, safe.Text(f.Message), width))...)
		if f.At != "" && !strings.Contains(f.Message, f.At) {
			pane.Rows = append(pane.Rows, s.prose(t.Dim.Render, "at "+safe.Text(f.At), width)...)
		}
	}
	return pane
}

// difference shows the issuer that was asked for under the one that the document names, with what differs marked: a slash at the
// end is hard to see.
func (s *Screen) difference(o *doctor.Outcome, width int) *widget.Pane {
	if !slices.Contains([]string{"DISC-005", "DISC-006", "DISC-007", "DISC-008"}, o.ID) || o.Result != rule.Found || s.runs.report == nil {
		return nil
	}
	t, sub := s.c.Theme, s.runs.report.Subject
	got := ""
	if len(o.Findings) > 0 && sub.Doc != nil {
		got = sub.Doc.Issuer()
	}
	at := 0
	for at < len(sub.Asked) && at < len(got) && sub.Asked[at] == got[at] {
		at++
	}
	show := func(id, name, text string) widget.Row {
		s.values[id] = value{name + " issuer", text}
		rest := text[at:]
		if rest == "" {
			rest = "▏" // it ends here
		}
		return widget.Row{ID: id, Height: 1, Draw: func(selected bool) []string {
			label := t.Dim
			if selected {
				label = t.Button
			}
			return []string{ui.Truncate(label.Render(ui.Pad(name, 9))+"  "+t.Text.Render(safe.Text(text[:at]))+t.Bad.Bold(true).Underline(true).Render(safe.Text(rest)), width)}
		}}
	}
	return &widget.Pane{ID: "difference", Title: "They differ", Hue: t.Strong, Rows: []widget.Row{show("asked", "asked", sub.Asked), show("document", "document", got)}}
}

// prose wraps a text into rows.
func (s *Screen) prose(style func(...string) string, text string, width int) []widget.Row {
	var rows []widget.Row
	for _, l := range ui.Wrap(safe.Text(text), max(width, 8)) {
		rows = append(rows, line(style(l)))
	}
	return rows
}

// named makes the rows of a paragraph one row that can be selected.
func (s *Screen) named(id string, rows []widget.Row) []widget.Row {
	if len(rows) == 0 {
		return nil
	}
	return []widget.Row{{ID: id, Height: len(rows), Draw: func(selected bool) []string {
		var lines []string
		for _, r := range rows {
			lines = append(lines, r.Draw(selected)...)
		}
		return lines
	}}}
}
