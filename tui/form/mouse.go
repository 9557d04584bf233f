package form

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/widget"
)

// Mouse is the mouse: a click gives the focus, turns a switch, chooses of a list, folds a group, or presses a button; the wheel moves the
// focus.
func (f *Form) Mouse(m tea.MouseMsg) tea.Cmd {
	if n := widget.WheelRows(m); n != 0 {
		all := f.order()
		if next := slices.Index(all, f.Focus()) + n; next >= 0 && next < len(all) {
			return f.leave(all[next])
		}
		return nil
	}
	if m.Action != tea.MouseActionPress || m.Button != tea.MouseButtonLeft {
		return nil
	}
	at := f.top + m.Y
	if at < 0 || at >= len(f.items) || f.items[at].ID == "" {
		return nil
	}
	id := f.items[at].ID
	again := f.Focus() == id
	line := at - slices.IndexFunc(f.items, func(i widget.Item[string]) bool { return i.ID == id })
	if id == ButtonRow {
		if i := f.Buttons.AtLine(m.X-labelWidth-margin, line, f.valueWidth()); i >= 0 {
			return tea.Batch(f.leave(id), f.press(i))
		}
	}
	cmd := f.leave(id)
	x := f.field(id)
	switch {
	case strings.HasPrefix(id, groupRow):
		f.toggle(id)
	case x == nil:
	case x.Kind == List && again && line < len(f.list) && f.list[line].Disabled == "":
		f.Set(id, f.list[line].Value)
		return tea.Batch(cmd, f.changed(id))
	case x.Kind == Switch && line == 0, x.Kind == Choice && again && line == 0:
		f.step(x, 1, true)
		return tea.Batch(cmd, f.changed(id))
	}
	return cmd
}
