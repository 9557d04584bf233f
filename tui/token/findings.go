package token

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// findingsPane lists what the checks found, the worst first.
func (s *Screen) findingsPane(findings []rule.Finding, width int) widget.Pane {
	theme := s.c.Theme
	findings = slices.Clone(findings)
	slices.SortStableFunc(findings, func(a, b rule.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	pane := widget.Pane{ID: "findings", Title: "Findings " + fmt.Sprint(len(findings)), Hue: theme.Strong}
	for i := range findings {
		f := &findings[i]
		id := fmt.Sprintf("finding.%d", i)
		glyph, style := draw.Severity(theme, f.Severity)
		name := safe.Text(f.ID + " " + f.Slug)
		s.entries[id] = s.findingEntry(f, name)
		head := style.Render(glyph+" "+f.Severity.String()) + "  " + theme.Text.Render(name)
		if f.At != "" {
			head += theme.Dim.Render(" · " + safe.Short(f.At, 60))
		}
		pane.Rows = append(pane.Rows, draw.Fixed(id, ui.Truncate(head, width)))
		for _, text := range ui.Wrap(safe.Text(f.Message), max(width-2, 8)) {
			pane.Rows = append(pane.Rows, draw.Fixed("", "  "+theme.Dim.Render(text)))
		}
	}
	return pane
}

// findingEntry is a finding with what the details say of it, and all there is to say for enter.
func (s *Screen) findingEntry(f *rule.Finding, name string) *entry {
	theme := s.c.Theme
	e := &entry{title: name, finding: f, lines: []line{{text: safe.Text(f.Message), style: theme.Text}}}
	if f.Fix != "" {
		e.lines = append(e.lines, line{text: "Fix: " + safe.Text(f.Fix), style: theme.Text})
	}
	if f.Ref != "" {
		e.lines = append(e.lines, line{text: safe.Text(f.Ref), style: theme.Dim, tail: "enter says why, and shows examples"})
	}
	r := ruleOf(f.ID)
	if r == nil {
		e.more = e.lines
		return e
	}
	add := func(heading, text string, exact bool) {
		if text != "" {
			e.more = append(e.more, line{}, line{text: heading, style: theme.Strong}, line{text: safe.Text(text), style: theme.Text, exact: exact})
		}
	}
	_, style := draw.Severity(theme, f.Severity)
	e.more = []line{{text: f.Severity.String() + ": " + safe.Text(r.Title), style: style}, {text: safe.Text(f.Message), style: theme.Text}}
	add("Where", f.At, true)
	add("Why it matters", r.Why, false)
	add("Fix", r.Fix, false)
	add("Good", r.Good, true)
	add("Bad", r.Bad, true)
	add("Reference", rule.JoinRefs(r.Refs), false)
	for _, ref := range r.Refs {
		if ref.URL != "" {
			e.more = append(e.more, line{text: ref.URL, style: theme.Dim, exact: true})
		}
	}
	return e
}

// rules is the list of checks by id, made when the first finding is shown.
var rules = sync.OnceValue(func() map[string]lint.Rule {
	all := make(map[string]lint.Rule)
	for _, r := range lint.Rules() {
		all[r.ID] = r
	}
	return all
})

// ruleOf gives the check that a finding comes from, or nil.
func ruleOf(id string) *lint.Rule {
	if r, ok := rules()[id]; ok {
		return &r
	}
	return nil
}

func worst(findings []rule.Finding) rule.Severity {
	w := rule.Info
	for i := range findings {
		w = max(w, findings[i].Severity)
	}
	return w
}
