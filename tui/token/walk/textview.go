package walk

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// textRow is a window on a text of the token: as many lines as fit, the mark among them, and under its line the mark itself.
func (m *Model) textRow(id, text string, shown, width, most int) widget.Row {
	total := max((len(text)+width-1)/width, 1)
	lines := min(total, most)
	m.text.top[shown] = 0
	if id == m.text.row() {
		m.text.top[shown] = min(max(m.text.offset()/width-lines/2, 0), total-lines)
	}
	top, marked := m.text.top[shown], m.text.markLine(id)
	height := lines
	if marked >= 0 {
		height++
	}
	m.copies[id] = []ui.Copy{{Text: text, What: id + " as text", Secret: m.secret}}
	return widget.Row{ID: id, Height: height, Draw: func(bool) []string {
		out := make([]string, 0, height)
		for i := range lines {
			from := min((top+i)*width, len(text))
			to := min(from+width, len(text))
			out = append(out, m.coloured(id, text, from, to))
			if i == marked {
				out = append(out, m.markUnder(id, from, to))
			}
		}
		return out
	}}
}

// coloured draws a line of a text in the hues of its parts; changed characters stand out.
func (m *Model) coloured(id, text string, from, to int) string {
	theme := m.c.Theme
	styles := [...]lipgloss.Style{theme.Header, theme.Payload, theme.Signature, theme.Dim, theme.Bad.Bold(true).Underline(true)}
	kind := func(i int) int {
		part, at := m.text.place(id, i)
		switch {
		case id == inputRow && i == len(m.text.parts[0]):
			return 3 // the dot
		case m.text.changed(part, at):
			return 4
		}
		return part
	}
	var b strings.Builder
	for i := from; i < to; {
		j := i + 1
		for j < to && kind(j) == kind(i) {
			j++
		}
		b.WriteString(styles[kind(i)].Render(safe.Text(text[i:j])))
		i = j
	}
	return b.String()
}

// markUnder is the line under the mark's line: ^ under the mark, ~ under what was changed.
func (m *Model) markUnder(id string, from, to int) string {
	theme := m.c.Theme
	line := make([]byte, to-from)
	for i := range line {
		line[i] = ' '
		if part, at := m.text.place(id, from+i); m.text.changed(part, at) {
			line[i] = '~'
		}
	}
	at := m.text.offset() - from
	if at < 0 || at >= len(line) {
		return ""
	}
	part := [3]string{"header", "payload", "signature"}[m.text.part]
	mark := theme.Bad.Render(string(line[:at])) + theme.Accent.Bold(true).Render("^") + theme.Bad.Render(strings.TrimRight(string(line[at+1:]), " "))
	note := fmt.Sprintf(" %s, character %d", part, m.text.at+1)
	if ui.Width(mark)+len(note) <= to-from {
		mark += theme.Dim.Render(note)
	}
	return mark
}
