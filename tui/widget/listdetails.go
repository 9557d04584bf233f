package widget

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// ListDetails is a list and, beside or under it, the details of what is selected there. One of the two has the focus. The screen
// that owns it lays both columns out and says where they are; keys and the mouse are alike on every such screen.
type ListDetails struct {
	List, Details *Column
	Inside        bool // the details have the focus
}

// listGap is the space between the list and the details beside it.
const listGap = 2

// NewListDetails makes two empty columns; the list has the focus.
func NewListDetails(theme *ui.Theme) ListDetails {
	return ListDetails{List: NewColumn(theme), Details: NewColumn(theme)}
}

// Split divides an area: the list takes share percent of the width from 110 cells on, else low percent of the height.
func (l *ListDetails) Split(all ui.Rect, share, low int) (list, details ui.Rect) {
	if all.W >= 110 {
		return all.Columns(share, 0, listGap)
	}
	return all.Top(max(all.H*low/100, 4))
}

// SetSize sets the sizes of both columns.
func (l *ListDetails) SetSize(list, details ui.Rect) {
	l.List.SetSize(list.W, list.H)
	l.Details.SetSize(details.W, details.H)
}

// Column is the one with the focus.
func (l *ListDetails) Column() *Column {
	if l.Inside {
		return l.Details
	}
	return l.List
}

// Move takes the keys that move the selection, and reports whether this was one.
func (l *ListDetails) Move(m tea.KeyMsg, k *ui.Keys) bool {
	col := l.Column()
	switch {
	case key.Matches(m, k.Up):
		col.Move(-1)
	case key.Matches(m, k.Down):
		col.Move(1)
	case key.Matches(m, k.PageUp):
		col.Page(-1)
	case key.Matches(m, k.PageDown):
		col.Page(1)
	case key.Matches(m, k.Top):
		col.End(-1)
	case key.Matches(m, k.Bottom):
		col.End(1)
	default:
		return false
	}
	return true
}

// Point takes the mouse: the wheel scrolls what is under it, a click selects a row and gives its column the focus. It gives the
// row that was clicked, "" when none was, and whether it was selected, in the column with the focus, before.
func (l *ListDetails) Point(m tea.MouseMsg, list, details ui.Rect) (id string, again bool) {
	col, area, inside := l.List, list, details.Contains(m.X, m.Y)
	if inside {
		col, area = l.Details, details
	}
	switch {
	case m.Button == tea.MouseButtonWheelUp:
		col.Wheel(-3)
	case m.Button == tea.MouseButtonWheelDown:
		col.Wheel(3)
	case m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft && area.Contains(m.X, m.Y):
		if id, again = col.Click(m.Y - area.Y); id != "" {
			again = again && l.Inside == inside
			l.Inside = inside
		}
	}
	return id, again
}

// Lines draws both, side by side or one above the other, as their areas are.
func (l *ListDetails) Lines(list, details ui.Rect) []string {
	lines := l.List.Lines(!l.Inside)
	if details.W == 0 || details.H == 0 {
		return lines
	}
	beside := l.Details.Lines(l.Inside)
	if details.X == list.X {
		return append(lines, beside...)
	}
	for i := range lines {
		lines[i] = ui.Pad(lines[i], list.W+listGap) + beside[i]
	}
	return lines
}
