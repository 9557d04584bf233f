package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// menu is an overlay of things to choose one of: forms to copy, forms to write. Digits choose directly.
type menu struct {
	c     *ui.Common
	title string
	verb  string      // what enter does
	again key.Binding // the key that opened it chooses too
	rows  []menuRow
	list  list
}

// menuRow is one of them, with the message that choosing it sends.
type menuRow struct {
	what   string
	secret bool
	then   tea.Msg
}

func (o *menu) update(msg tea.Msg) (bool, tea.Cmd) {
	k := o.c.Keys
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch {
		case key.Matches(m, k.Back, k.Quit):
			return true, nil
		case key.Matches(m, k.Up):
			o.list.move(-1, len(o.rows))
		case key.Matches(m, k.Down):
			o.list.move(1, len(o.rows))
		case key.Matches(m, k.Enter, o.again):
			return true, ui.Send(o.rows[o.list.cursor].then)
		case m.Type == tea.KeyRunes && len(m.Runes) == 1:
			if i := int(m.Runes[0] - '1'); i >= 0 && i < len(o.rows) {
				return true, ui.Send(o.rows[i].then)
			}
		}
	case tea.MouseMsg:
		o.list.move(wheel(m)/3, len(o.rows))
		if i := o.list.top + m.Y; isClick(m) && i < len(o.rows) {
			return true, ui.Send(o.rows[i].then)
		}
	}
	return false, nil
}

func (o *menu) view(w, h int) (string, string) {
	t := o.c.Theme
	var lines []string
	from, to := o.list.window(len(o.rows), h)
	for i := from; i < to; i++ {
		row, number := o.rows[i], " "
		if i < 9 {
			number = string(rune('1' + i))
		}
		line := t.Cursor(i == o.list.cursor, true) + t.Accent.Render(number) + "  " + t.Text.Render(row.what)
		if row.secret {
			line += t.Care.Render("  ! secret")
		}
		lines = append(lines, ui.Truncate(line, w))
	}
	return o.title, strings.Join(lines, "\n")
}

func (o *menu) hints() []key.Binding {
	return []key.Binding{o.c.Keys.Up, o.c.Keys.Down,
		key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", o.verb)), o.c.Keys.Back}
}
