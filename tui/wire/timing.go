package wire

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// phase is one part of the time an exchange took.
type phase struct {
	name  string
	took  time.Duration
	fill  string // tells the parts apart without colour
	style lipgloss.Style
}

// phases are the parts that happened, in order. What none of them accounts for (writing the request, waiting for a free
// connection) is "other".
func phases(theme *ui.Theme, t record.Timing) []phase {
	all := []phase{
		{"DNS", t.DNS, "░", theme.Dim},
		{"connect", t.Connect, "▒", theme.Dim},
		{"TLS", t.TLS, "▓", theme.Text},
		{"wait", t.Wait, "█", theme.Accent},
		{"read", t.Read, "▄", theme.Text},
	}
	var happened []phase
	rest := t.Total
	for _, p := range all {
		if p.took > 0 {
			happened = append(happened, p)
			rest -= p.took
		}
	}
	if rest > t.Total/20 {
		happened = append(happened, phase{"other", rest, "·", theme.Faint})
	}
	return happened
}

// withTiming adds the bar that splits the time, and its legend.
func (s *Screen) withTiming(pane widget.Pane, t record.Timing, width int) widget.Pane {
	parts := phases(s.c.Theme, t)
	if len(parts) == 0 || t.Total <= 0 {
		return pane
	}
	var bar strings.Builder
	for i, n := range split(parts, min(width, 72)) {
		bar.WriteString(parts[i].style.Render(strings.Repeat(parts[i].fill, n)))
	}
	pane.Rows = append(pane.Rows, line(bar.String()))
	text, used := "", 0
	for _, p := range parts {
		w := ui.Width(p.name) + ui.Width(widget.Span(p.took)) + 3
		if used > 0 && used+2+w > width {
			pane.Rows = append(pane.Rows, line(text))
			text, used = "", 0
		}
		if used > 0 {
			text, used = text+"  ", used+2
		}
		text += p.style.Render(p.fill) + " " + s.c.Theme.Dim.Render(p.name+" ") + s.c.Theme.Text.Render(widget.Span(p.took))
		used += w
	}
	pane.Rows = append(pane.Rows, line(text))
	return pane
}

// split divides width cells by time. What happened has at least one cell; the longest gives what that costs.
func split(parts []phase, width int) []int {
	var total time.Duration
	longest := 0
	for i, p := range parts {
		total += p.took
		if p.took > parts[longest].took {
			longest = i
		}
	}
	cells, used := make([]int, len(parts)), 0
	for i, p := range parts {
		cells[i] = max(int(int64(width)*int64(p.took)/max(int64(total), 1)), 1)
		used += cells[i]
	}
	cells[longest] = max(cells[longest]+width-used, 1)
	return cells
}
