package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// listPanes are the attempts in their groups: those that failed stand in a group of their own once the run is over, above all others.
func (s *Screen) listPanes(width int) []widget.Pane {
	s.hits = 0
	var panes []widget.Pane
	if failed := s.failed(); len(failed) > 0 {
		pane := widget.Pane{ID: "failed", Title: "Not refused as it should be", Hue: s.c.Theme.Bad}
		for i := range failed {
			if s.matches(&failed[i]) {
				pane.Rows = append(pane.Rows, s.row(&failed[i], "failed."+failed[i].ID, width))
			}
		}
		panes = append(panes, pane)
	}
	for _, f := range probe.Families() {
		pane := widget.Pane{ID: f.Title, Title: f.Title, Hue: s.c.Theme.Strong}
		for i := range f.Probes {
			if p := &f.Probes[i]; s.planned(p.ID) && s.matches(p) {
				pane.Rows = append(pane.Rows, s.row(p, p.ID, width))
				s.hits++
			}
		}
		if len(pane.Rows) > 0 {
			panes = append(panes, pane)
		}
	}
	return panes
}

// failed are the attempts that succeeded and should not have, the worst first.
func (s *Screen) failed() []probe.Probe {
	var all []probe.Probe
	for _, p := range s.plan.Probes {
		if o, ok := s.run.outcomes[p.ID]; ok && o.Result == probe.Fail {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b probe.Probe) int {
		return int(s.run.outcomes[b.ID].Severity) - int(s.run.outcomes[a.ID].Severity)
	})
	return all
}

func (s *Screen) matches(p *probe.Probe) bool {
	o := s.run.outcomes[p.ID]
	switch _, _, word := s.verdict(p); strings.ToLower(s.filter.Text()) { // the words of the summary mean what it counts
	case "passed", "not applicable", "not reached", "inconclusive", "under way", "to come":
		return strings.EqualFold(word, s.filter.Text())
	case "failed":
		return o.Result == probe.Fail
	case "open":
		return o.Result == probe.NotReached || o.Result == probe.Inconclusive
	}
	return s.filter.Text() == "" || widget.ContainsFold(strings.Join([]string{p.ID, p.Slug, p.Title, p.Does, string(o.Result), o.Got, o.Reason}, "\n"), s.filter.Text())
}

// verdict is how an attempt shows: a glyph, its style, and its verdict in words.
func (s *Screen) verdict(p *probe.Probe) (glyph string, style lipgloss.Style, word string) {
	t := s.c.Theme
	o, ended := s.run.outcomes[p.ID]
	switch {
	case s.run.trying == p.ID:
		return "●", t.Accent, "under way"
	case !ended:
		return "·", t.Dim, "to come"
	}
	switch o.Result {
	case probe.Pass:
		return "✓", t.Good, "passed"
	case probe.NotApplicable:
		return "–", t.Dim, "not applicable"
	case probe.NotReached:
		return "?", t.Dim, "not reached"
	case probe.Inconclusive:
		return "?", t.Care, "inconclusive"
	}
	if o.Severity == rule.Error {
		return "✗", t.Bad, "error"
	}
	return "!", t.Care, o.Severity.String()
}

// row is one attempt on one line.
func (s *Screen) row(p *probe.Probe, id string, width int) widget.Row {
	t := s.c.Theme
	return widget.Row{ID: id, Height: 1, Draw: func(selected bool) []string {
		glyph, style, word := s.verdict(p)
		text := t.Text
		if selected {
			text = t.Button
		}
		left := style.Render(glyph) + " " + text.Render(p.ID) + "  " + t.Text.Render(safe.Text(p.Title))
		return []string{ui.Between(left, style.Render(word), max(1, width-1))}
	}}
}

// summary counts the verdicts.
func (s *Screen) summary() (left, right string) {
	t, r := s.c.Theme, &s.run
	count := map[probe.Result]int{}
	errors := 0
	for _, o := range r.outcomes {
		count[o.Result]++
		if o.Result == probe.Fail && o.Severity == rule.Error {
			errors++
		}
	}
	parts := []string{t.Bad.Render(fmt.Sprintf("✗ %d", errors)), t.Care.Render(fmt.Sprintf("! %d", count[probe.Fail]-errors)), t.Good.Render(fmt.Sprintf("✓ %d passed", count[probe.Pass]))}
	rest := "– %d not applicable  ? %d open"
	if s.w < 110 {
		rest = "– %d  ? %d"
	}
	parts = append(parts, t.Dim.Render(fmt.Sprintf(rest, count[probe.NotApplicable], count[probe.NotReached]+count[probe.Inconclusive])))
	switch {
	case r.under() && r.stopping:
		right = t.Care.Render("stopping …")
	case r.under():
		right = t.Accent.Render(fmt.Sprintf("● %d of %d", len(r.outcomes), len(s.plan.Probes)))
	case r.problem != nil:
		right = t.Bad.Render("✗ " + safe.Short(r.problem.Error(), 60))
	case r.report != nil:
		right = t.Dim.Render(ending(r.report))
	}
	return strings.Join(parts, "  "), right
}
