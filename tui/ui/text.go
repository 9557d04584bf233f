package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/internal/safe"
)

// Width is the number of cells that styled text takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Truncate cuts styled text to at most width cells, with … as the last when something was cut.
func Truncate(s string, width int) string {
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(s, width, "…")
}

// Pad makes styled text exactly width cells wide: cut, or filled with spaces on the right.
func Pad(s string, width int) string {
	s = Truncate(s, width)
	if missing := width - Width(s); missing > 0 {
		s += strings.Repeat(" ", missing)
	}
	return s
}

// PadLeft is [Pad] with the spaces on the left, for numbers.
func PadLeft(s string, width int) string {
	s = Truncate(s, width)
	if missing := width - Width(s); missing > 0 {
		s = strings.Repeat(" ", missing) + s
	}
	return s
}

// Wrap breaks text at spaces into lines of at most width cells, and words that are longer than a line anywhere.
func Wrap(s string, width int) []string {
	if width <= 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, width, ""), "\n")
}

// Between puts left at the start and right at the end of a line of width cells. Left is cut first.
func Between(left, right string, width int) string {
	right = Truncate(right, width)
	room := width - Width(right)
	if right != "" {
		room-- // at least one space between
	}
	if room <= 0 {
		return Pad(right, width)
	}
	return Pad(Truncate(left, room), width-Width(right)) + right
}

// Fit makes a block exactly width cells wide and height lines high.
func Fit(block string, width, height int) string {
	if height <= 0 {
		return ""
	}
	lines := strings.Split(block, "\n")
	fitted := make([]string, height)
	for i := range fitted {
		if i < len(lines) {
			fitted[i] = Pad(lines[i], width)
		} else {
			fitted[i] = Pad("", width)
		}
	}
	return strings.Join(fitted, "\n")
}

// Beside puts blocks next to each other with gap cells between. Every block but the last must be a rectangle ([Fit]).
func Beside(gap int, blocks ...string) string {
	var rows [][]string
	height := 0
	for _, b := range blocks {
		rows = append(rows, strings.Split(b, "\n"))
		height = max(height, len(rows[len(rows)-1]))
	}
	lines := make([]string, height)
	for y := range lines {
		cells := make([]string, len(rows))
		for i, column := range rows {
			if y < len(column) {
				cells[i] = column[y]
			} else {
				cells[i] = strings.Repeat(" ", Width(column[0]))
			}
		}
		lines[y] = strings.Join(cells, strings.Repeat(" ", gap))
	}
	return strings.Join(lines, "\n")
}

// Title is the rule above a pane: "─ Claims ──────". The pane that has the focus has a heavier rule, so that it shows
// without colour. The title may be styled; note stands at the right end and may be empty.
func (t *Theme) Title(title, note string, width int, focused bool) string {
	return t.titled(t.Strong.Render(title), note, width, focused)
}

// PartTitle is [Theme.Title] for a part of a token, in the part's own hue.
func (t *Theme) PartTitle(part lipgloss.Style, title, note string, width int, focused bool) string {
	return t.titled(part.Bold(true).Render(title), note, width, focused)
}

func (t *Theme) titled(title, note string, width int, focused bool) string {
	line, rule := "─", t.Faint
	if focused {
		line, rule = "━", t.Accent
	}
	if note != "" {
		note = " " + note + " " + rule.Render(line)
	}
	title = Truncate(rule.Render(line)+" "+title, width-1-Width(note)) + " "
	if rest := width - Width(title) - Width(note); rest > 0 {
		title += rule.Render(strings.Repeat(line, rest))
	}
	return Truncate(title+note, width)
}

// Line is a faint rule.
func (t *Theme) Line(width int) string { return t.Faint.Render(strings.Repeat("─", max(0, width))) }

// Cursor is the two cells before a row of a list: "▸ " on the selected one. A list without the focus shows it dim.
func (t *Theme) Cursor(selected, focused bool) string {
	switch {
	case selected && focused:
		return t.Accent.Render("▸") + " "
	case selected:
		return t.Dim.Render("▸") + " "
	default:
		return "  "
	}
}

// KeyHint is one key with what it does: "r refresh".
func (t *Theme) KeyHint(b key.Binding) string {
	h := b.Help()
	return t.Accent.Render(h.Key) + " " + t.Dim.Render(h.Desc)
}

// ProviderName is what an issuer is called on the screen: its host, and its path when it has one.
func ProviderName(issuer string) string {
	name := issuer
	if _, rest, ok := strings.Cut(issuer, "://"); ok {
		name = rest
	}
	return safe.Short(strings.TrimSuffix(name, "/"), 60)
}
