package widget

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Item is a line of a list that is drawn whole, and what it belongs to; the zero ID is nothing that can be selected. What has thousands of
// lines is a [Column].
type Item[ID comparable] struct {
	ID   ID
	Text string
}

// Scrolled is the first visible one of items when h fit: the selected one stays visible, and above the first its headings too.
func Scrolled[ID comparable](items []Item[ID], selected, first ID, top, h int) int {
	from, to := -1, 0
	for i, it := range items {
		if it.ID == selected {
			to = i
			if from < 0 {
				from = i
			}
		}
	}
	if selected == first {
		from = 0
	}
	top = max(0, min(top, len(items)-h))
	if to >= top+h {
		top = to - h + 1
	}
	return max(0, min(top, from))
}

// Visible joins the items that fit into w × h cells.
func Visible[ID comparable](items []Item[ID], top, w, h int) string {
	var lines []string
	for _, it := range items[top:min(len(items), top+max(h, 0))] {
		lines = append(lines, ui.Truncate(it.Text, w))
	}
	return strings.Join(lines, "\n")
}

// WheelRows is how many rows the wheel moves.
func WheelRows(m tea.MouseMsg) int {
	switch m.Button {
	case tea.MouseButtonWheelUp:
		return -1
	case tea.MouseButtonWheelDown:
		return 1
	default:
		return 0
	}
}
