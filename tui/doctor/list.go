package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// listPanes is what was found, the worst first, then the checks without findings in groups that unfold.
func (s *Screen) listPanes(width int) []widget.Pane {
	all := s.runs.all()
	s.shown, s.hits = map[string]*doctor.Outcome{}, 0
	found := s.group(all, rule.Found, width)
	pane := widget.Pane{ID: "found", Title: "Findings", Hue: s.c.Theme.Strong, Rows: found}
	if len(found) == 0 {
		word := "no finding so far"
		if s.runs.checkup == nil || s.runs.quiet {
			word = "nothing was found"
		}
		if s.filter.Text() != "" {
			word = "none with this text"
		}
		pane.Rows = []widget.Row{line(s.c.Theme.Dim.Render(word))}
	}
	panes := []widget.Pane{pane}
	if changes := s.changeRows(width); len(changes) > 0 {
		panes = append(panes, widget.Pane{ID: "changed", Title: "Changed when checked last", Hue: s.c.Theme.Care, Rows: changes})
	}
	rest := widget.Pane{ID: "rest", Title: "Without findings", Hue: s.c.Theme.Strong}
	for _, g := range []struct {
		name, word string
		result     rule.Result
		glyph      string
		style      lipgloss.Style
	}{
		{"passed", "passed", rule.Pass, "✓", s.c.Theme.Good},
		{"not-applicable", "not applicable", rule.NotApplicable, "–", s.c.Theme.Dim},
		{"not-reached", "not reached", rule.NotReached, "?", s.c.Theme.Care},
	} {
		rows := s.group(all, g.result, width)
		rest.Rows = append(rest.Rows, s.groupRow(g.name, fmt.Sprintf("%s %d %s", g.glyph, len(rows), g.word), g.style, len(rows)))
		if s.open[g.name] || s.filter.Text() != "" {
			rest.Rows = append(rest.Rows, rows...)
		}
	}
	return append(panes, rest)
}

// group is a row for each outcome of one kind; findings are sorted by their severity.
func (s *Screen) group(all []doctor.Outcome, kind rule.Result, width int) []widget.Row {
	var some []*doctor.Outcome
	for i := range all {
		if o := &all[i]; o.Result == kind && s.matches(o) {
			some = append(some, o)
		}
	}
	slices.SortStableFunc(some, func(a, b *doctor.Outcome) int {
		return cmp.Or(cmp.Compare(b.Worst(), a.Worst()), cmp.Compare(doctor.Place(a.ID), doctor.Place(b.ID)))
	})
	rows := make([]widget.Row, len(some))
	for i, o := range some {
		s.shown[o.ID] = o
		rows[i] = s.row(o, width)
	}
	s.hits += len(rows)
	return rows
}

func (s *Screen) matches(o *doctor.Outcome) bool {
	part := s.filter.Text()
	if part == "" {
		return true
	}
	text := []string{o.ID, o.Slug, o.Title, o.Reason, o.Remark, string(o.Result), o.Worst().String()}
	for _, f := range o.Findings {
		text = append(text, f.Message, f.At)
	}
	return widget.ContainsFold(strings.Join(text, "\n"), part)
}

// mark is how an outcome shows: a glyph, its style, and the word behind it for people without colour.
func (s *Screen) mark(o *doctor.Outcome) (string, lipgloss.Style) {
	t := s.c.Theme
	switch o.Result {
	case rule.Pass:
		return "✓", t.Good
	case rule.NotApplicable:
		return "–", t.Dim
	case rule.NotReached:
		return "?", t.Care
	}
	switch o.Worst() {
	case rule.Error:
		return "✗", t.Bad
	case rule.Warn:
		return "!", t.Care
	default:
		return "·", t.Accent
	}
}

// row is one check on one line: its mark, its id, and what was found, or what it is about.
func (s *Screen) row(o *doctor.Outcome, width int) widget.Row {
	t := s.c.Theme
	return widget.Row{ID: o.ID, Height: 1, Draw: func(selected bool) []string {
		glyph, style := s.mark(o)
		text, about := t.Text, t.Dim
		if selected {
			text = t.Button
		}
		what := o.Title
		if len(o.Findings) > 0 {
			what, about = o.Findings[0].Message, t.Text
			if n := len(o.Findings); n > 1 {
				what = fmt.Sprintf("%d× %s", n, what)
			}
		}
		left := style.Render(glyph) + " " + text.Render(ui.Pad(o.ID, 9)) + "  "
		return []string{ui.Truncate(left+about.Render(safe.Text(what)), width)}
	}}
}

const groupPrefix = "group."

func groupOf(id string) (string, bool) { return strings.CutPrefix(id, groupPrefix) }

func (s *Screen) groupRow(name, text string, style lipgloss.Style, count int) widget.Row {
	id := groupPrefix + name
	if count == 0 {
		id = ""
	}
	return widget.Row{ID: id, Height: 1, Draw: func(selected bool) []string {
		arrow := ""
		if count > 0 {
			arrow = " ▸"
			if s.open[name] {
				arrow = " ▾"
			}
		}
		if selected {
			return []string{s.c.Theme.Button.Render(text + arrow)}
		}
		return []string{style.Render(text) + s.c.Theme.Dim.Render(arrow)}
	}}
}

// changeRows tells what a watched provider did otherwise than the time before.
func (s *Screen) changeRows(width int) []widget.Row {
	var rows []widget.Row
	for _, c := range s.runs.changes {
		word := string(c.Before.Result) + " → " + string(c.Now.Result)
		if len(c.Now.Findings) > 0 {
			word = c.Now.Findings[0].Message
		}
		glyph, style := s.mark(&c.Now)
		rows = append(rows, line(ui.Truncate(style.Render(glyph)+" "+s.c.Theme.Text.Render(ui.Pad(c.Now.ID, 9))+"  "+
			s.c.Theme.Dim.Render(strings.ReplaceAll(safe.Text(word), "_", " ")), width)))
	}
	return rows
}

func line(text string) widget.Row {
	return widget.Row{Height: 1, Draw: func(bool) []string { return []string{text} }}
}
