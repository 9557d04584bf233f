package widget

import (
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

// Lines draws the buttons, and under them why those that are disabled are, wrapped to width.
func (b *Buttons) Lines(theme *ui.Theme, width int, selected bool) []string {
	parts := make([]string, len(b.Items))
	var reasons []string
	for i, btn := range b.Items {
		parts[i] = btn.draw(theme, selected && i == b.Active)
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
	return append([]string{strings.Join(parts, " ")}, reasons...)
}

// At gives the button at cell x of the first line, or -1.
func (b *Buttons) At(x int) int {
	for i := range b.Items {
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
