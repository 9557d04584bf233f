package widget

import (
	"math"
	"strings"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Button is something to press: by its key, by a click, or by enter while its row is selected.
type Button struct {
	ID       string
	Key      string // "r"
	Label    string
	Disabled string // why it can't be pressed; empty when it can
	Busy     string // what it is doing; shown instead of the label
}

// Buttons is a row of buttons. The reason of a disabled one stands beside it, never only in a tooltip.
type Buttons struct {
	Items  []Button
	Active int // the one that enter presses
}

// rows says which buttons stand on which line. One that is wider than the width has a line to itself.
func (b *Buttons) rows(width int) [][]int {
	var rows [][]int
	used := 0
	for i := range b.Items {
		w := ui.Width(b.Items[i].text())
		if len(rows) == 0 || used+1+w > width {
			rows, used = append(rows, nil), -1
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], i)
		used += 1 + w
	}
	return rows
}

// Lines draws the buttons, on as many lines as they need, and under them why those that are disabled are, wrapped to width.
func (b *Buttons) Lines(theme *ui.Theme, width int, selected bool) []string {
	var lines, reasons []string
	for _, row := range b.rows(width) {
		parts := make([]string, len(row))
		for n, i := range row {
			parts[n] = b.Items[i].draw(theme, selected && i == b.Active)
		}
		lines = append(lines, strings.Join(parts, " "))
	}
	for _, btn := range b.Items {
		if btn.Disabled != "" {
			for n, line := range ui.Wrap(btn.Label+": "+btn.Disabled, width-2) {
				indent := "  "
				if n == 0 {
					indent = theme.Dim.Render("– ")
				}
				reasons = append(reasons, indent+theme.Dim.Render(line))
			}
		}
	}
	return append(lines, reasons...)
}

// At gives the button at cell x of a row that is drawn on one line, or -1.
func (b *Buttons) At(x int) int { return b.AtLine(x, 0, math.MaxInt) }

// AtLine gives the button at cell x of one of the lines that the buttons take in that width, or -1.
func (b *Buttons) AtLine(x, line, width int) int {
	rows := b.rows(width)
	if line < 0 || line >= len(rows) {
		return -1
	}
	for _, i := range rows[line] {
		w := ui.Width(b.Items[i].text())
		if x >= 0 && x < w {
			return i
		}
		x -= w + 1
	}
	return -1
}

func (b *Button) text() string {
	if b.Busy != "" {
		return "[ " + b.Key + "  " + b.Busy + " ]"
	}
	return "[ " + b.Key + "  " + b.Label + " ]"
}

func (b *Button) draw(theme *ui.Theme, selected bool) string {
	switch {
	case b.Disabled != "":
		return theme.Dim.Render(b.text())
	case b.Busy != "":
		return theme.Care.Render(b.text())
	case selected:
		return theme.Accent.Bold(true).Reverse(true).Render(b.text())
	default:
		label := strings.TrimPrefix(b.text(), "[ "+b.Key)
		return theme.Faint.Render("[ ") + theme.Accent.Render(b.Key) + theme.Text.Render(strings.TrimSuffix(label, "]")) + theme.Faint.Render("]")
	}
}
