package token

import (
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// comparison is what a refresh did to one token.
type comparison struct {
	note string // what became of the token as a whole
	inspect.Difference
}

// compare puts the token before a refresh beside the one after it. nil when there is nothing to compare.
func compare(which flows.TokenName, before, after *subject) *comparison {
	if before == nil || after == nil || before.raw == "" && after.raw == "" {
		return nil
	}
	c := &comparison{note: fate(which, before.raw, after.raw)}
	if before.raw == after.raw || before.report == nil || after.report == nil {
		return c
	}
	if before.report.Token != nil && after.report.Token != nil {
		c.Difference = inspect.DiffClaims(before.report.Token.Payload, after.report.Token.Payload)
	}
	return c
}

// fate says what became of a token in a refresh.
func fate(which flows.TokenName, before, after string) string {
	switch {
	case before == "":
		return "new: there was none before"
	case after == "":
		return "gone: the provider sent none"
	case before != after && which == flows.RefreshToken:
		return "rotated: the old one must not be used again (RFC 9700 4.14.2)"
	case before != after:
		return "a new one came"
	case which == flows.IDToken:
		return "the same: no new one came, which OpenID Connect Core 12.2 allows"
	case which == flows.RefreshToken:
		return "the same goes on: the provider did not rotate it"
	default:
		return "the same"
	}
}

// brief is the comparison in a line: what became of the token, and which claims are others.
func (c *comparison) brief() string {
	text := c.note
	for i := range c.Changes {
		sign := map[inspect.ChangeKind]string{inspect.Added: "+", inspect.Removed: "–"}[c.Changes[i].Kind]
		text += "; " + sign + safe.Short(c.Changes[i].Path, 30)
		if words := shiftText(c.Changes[i].Shift); words != "" {
			text += " " + words
		}
	}
	return text
}

// shiftText says a shift in words: "5 min later".
func shiftText(d time.Duration) string {
	switch {
	case d > 0:
		return widget.Span(d) + " later"
	case d < 0:
		return widget.Span(-d) + " earlier"
	default:
		return ""
	}
}

// changesPane shows what the last refresh did to this token, times as shifts. In a stack it is one line until it is opened: what the
// token says now must stay in sight.
func (s *Screen) changesPane(c *comparison, folded bool, width int) widget.Pane {
	theme := s.c.Theme
	pane := widget.Pane{ID: "changes", Title: "Changed by the refresh", Hue: theme.Strong}
	pane.Note = theme.Dim.Render(s.times.clock(s.session.At))
	if folded {
		s.entries["changes"] = &entry{title: "Changed by the refresh", lines: []line{{text: c.note, style: theme.Text}, {text: "enter lists the changes", style: theme.Dim}}}
		pane.Rows = append(pane.Rows, draw.Fixed("changes", ui.Truncate(theme.Text.Render(c.brief())+theme.Dim.Render(" ▸"), width)))
		return pane
	}
	pane.Rows = append(pane.Rows, draw.Prose(theme.Text, c.note, width)...)
	names := 0
	for i := range c.Changes {
		names = max(names, ui.Width(safe.Text(c.Changes[i].Path)))
	}
	for i := range c.Changes {
		pane.Rows = append(pane.Rows, s.changeRow(i, &c.Changes[i], min(names, 18), width))
	}
	if c.More > 0 {
		pane.Rows = append(pane.Rows, draw.Fixed("", theme.Dim.Render("… and "+ui.Count(c.More, "change")+" more")))
	}
	if c.Same > 0 {
		pane.Rows = append(pane.Rows, draw.Fixed("", theme.Dim.Render("= "+ui.Count(c.Same, "claim")+" the same")))
	}
	return pane
}

func (s *Screen) changeRow(i int, c *inspect.Change, names, width int) widget.Row {
	theme, id := s.c.Theme, fmt.Sprintf("change.%d", i)
	mark, style := changeMark(theme, c.Kind)
	before, after := changeValue(s.times, c.Time, c.Before), changeValue(s.times, c.Time, c.After)
	e := &entry{title: safe.Text(c.Path)}
	short := ""
	switch c.Kind {
	case inspect.Added:
		short = after
		e.lines = []line{{text: "added: " + short, style: theme.Text, exact: true}}
	case inspect.Removed:
		short = "was " + before
		e.lines = []line{{text: "removed; it " + short, style: theme.Text, exact: true}}
	default:
		e.lines = []line{{text: "before  " + before, style: theme.Text, exact: true}, {text: "after   " + after, style: theme.Text, exact: true}}
		short = ui.Truncate(before, 24) + " → " + after
		if words := shiftText(c.Shift); words != "" {
			short = words
			e.lines = append(e.lines, line{text: words, style: theme.Text})
		}
	}
	s.entries[id] = e
	head := style.Render(mark) + " " + theme.Text.Render(ui.Pad(safe.Text(c.Path), names)) + "  "
	return draw.Fixed(id, head+theme.Dim.Render(ui.Truncate(short, max(width-names-4, 1))))
}
