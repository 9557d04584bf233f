// Package draw is what the token screen and the views inside of it draw alike: rows of a column, and the words for verdicts.
package draw

import (
	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Fixed is a row of one line that does not change.
func Fixed(id, text string) widget.Row {
	return widget.Row{ID: id, Height: 1, Draw: func(bool) []string { return []string{text} }}
}

// Prose is a paragraph that can't be selected; none for an empty text.
func Prose(style lipgloss.Style, text string, width int) []widget.Row {
	if text == "" {
		return nil
	}
	var rows []widget.Row
	for _, l := range ui.Wrap(text, max(width, 1)) {
		rows = append(rows, Fixed("", style.Render(l)))
	}
	return rows
}

// Verdict says how a signature check ended: a glyph, a word and a colour, so that none of them has to be trusted alone.
func Verdict(theme *ui.Theme, status inspect.Status) (string, lipgloss.Style) {
	switch status {
	case inspect.Verified:
		return "✓ verified", theme.Good
	case inspect.Invalid:
		return "✗ invalid", theme.Bad
	case inspect.Refused:
		return "✗ refused", theme.Bad
	case inspect.Unsecured:
		return "✗ unsigned", theme.Bad
	case inspect.Unsupported:
		return "? can't be checked here", theme.Care
	default:
		return "? not checked", theme.Care
	}
}

// Severity gives the glyph and the colour of a finding.
func Severity(theme *ui.Theme, s rule.Severity) (string, lipgloss.Style) {
	switch s {
	case rule.Error:
		return "✗", theme.Bad
	case rule.Warn:
		return "!", theme.Care
	default:
		return "i", theme.Accent
	}
}
