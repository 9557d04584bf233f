package token

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// wheelLines is how far one notch of the wheel scrolls.
const wheelLines = 3

// pressed takes a key.
func (s *Screen) pressed(m tea.KeyMsg) tea.Cmd {
	switch {
	case m.Paste && !s.filter.Typing():
		return ui.Send(ui.OpenToken{Raw: string(m.Runes)})
	case s.filter.Typing():
		s.filter.Update(m)
		s.rebuild()
		return nil
	case s.subject() == nil:
		return s.pressedEmpty(m)
	}
	if cmd, done := s.command(m); done {
		return cmd
	}
	if s.navigate(m) {
		return nil
	}
	return nil
}

// command takes the keys that do something.
func (s *Screen) command(m tea.KeyMsg) (tea.Cmd, bool) {
	k, g := s.keys, s.c.Keys
	switch {
	case matches(m, k.Refresh):
		return s.refresh(), true
	case matches(m, k.UserInfo):
		return s.userInfo(), true
	case matches(m, k.Introspect):
		return s.introspect(), true
	case matches(m, k.Revoke):
		return s.revoke(), true
	case matches(m, k.Times):
		s.times = (s.times + 1) % timeForms
	case matches(m, k.JSON):
		s.showView((s.view + 1) % views)
		return nil, true
	case matches(m, k.Before):
		if s.previous == nil {
			return ui.Send(ui.Notify{Text: "nothing was refreshed yet"}), true
		}
		s.before = !s.before
	case matches(m, g.Copy):
		return s.copy(), true
	case matches(m, g.Filter):
		s.filter.Open()
	case matches(m, g.Back):
		s.back()
	case matches(m, g.Enter):
		return s.enter(), true
	default:
		return nil, false
	}
	s.rebuild()
	return nil, true
}

// navigate takes the keys that move.
func (s *Screen) navigate(m tea.KeyMsg) bool {
	k, g, col := s.keys, s.c.Keys, s.column()
	switch {
	case matches(m, g.Up):
		col.Move(-1)
	case matches(m, g.Down):
		col.Move(1)
	case matches(m, g.PageUp):
		col.Page(-1)
	case matches(m, g.PageDown):
		col.Page(1)
	case matches(m, g.Top):
		col.End(-1)
	case matches(m, g.Bottom):
		col.End(1)
	case matches(m, g.Next):
		s.nextPane(1)
	case matches(m, g.Prev):
		s.nextPane(-1)
	case matches(m, k.PrevTab):
		s.sideways(-1)
	case matches(m, k.NextTab):
		s.sideways(1)
	default:
		return false
	}
	return true
}

// nextPane goes through the panes of one column and then those of the other.
func (s *Screen) nextPane(step int) {
	if s.column().NextPane(step) {
		return
	}
	if s.right.Selected() != "" {
		s.onRight = !s.onRight
	}
	s.column().Focus(step)
}

// sideways folds and unfolds what can be, chooses a button on the row of buttons, and else changes the token.
func (s *Screen) sideways(step int) {
	id := s.selected()
	if next := s.buttons.Active + step; id == buttonRow && next >= 0 && next < len(s.buttons.Items) {
		s.buttons.Active = next
		return
	}
	if e := s.entryOf(id); e != nil && e.value != nil && s.folding().Fold(e.value, step < 0) {
		s.rebuild()
		return
	}
	if s.view == viewPanes {
		s.showTab(s.tabs.Active + step)
	}
}

func (s *Screen) showTab(i int) {
	if i < 0 || i >= len(s.tabs.Items) {
		return
	}
	s.tabs.Active = i
	s.zoomed = nil
	s.rebuild()
}

func (s *Screen) showView(v view) {
	s.view, s.zoomed, s.onRight = v, nil, false
	s.rebuild()
	s.left.End(-1)
}

// back undoes one layer: the filter, the zoomed value, the JSON, the look back.
func (s *Screen) back() {
	switch {
	case s.filter.Text() != "":
		s.filter.Clear()
	case s.zoomed != nil:
		path := s.zoomed.path
		s.zoomed = nil
		s.rebuild()
		s.left.Select(path)
	case s.view != viewPanes:
		s.view = viewPanes
	default:
		s.before = false
	}
}

// enter presses a button, folds a container, and shows anything else whole.
func (s *Screen) enter() tea.Cmd {
	id := s.selected()
	if id == buttonRow {
		return s.press(s.buttons.Active)
	}
	e := s.entryOf(id)
	switch {
	case e == nil:
	case e.value == nil:
	case widget.Length(e.value) > 0 && !(s.showsPanes() && inline(e.value)):
		s.folding().Toggle(e.value)
		s.rebuild()
	case s.zoomed == nil:
		s.zoomed, s.onRight = e, false
		s.rebuild()
		s.left.End(-1)
	}
	return nil
}

// showsPanes reports whether the panes are shown, rather than JSON or one value.
func (s *Screen) showsPanes() bool { return s.view == viewPanes && s.zoomed == nil }

// folding is the tree whose containers the keys fold.
func (s *Screen) folding() *widget.Tree {
	if s.showsPanes() {
		return &s.inner
	}
	return &s.tree
}

func (s *Screen) press(i int) tea.Cmd {
	if i < 0 || i >= len(s.buttons.Items) {
		return nil
	}
	switch s.buttons.Items[i].ID {
	case "refresh":
		return s.refresh()
	case "introspect":
		return s.introspect()
	case "revoke":
		return s.revoke()
	default:
		return s.userInfo()
	}
}

func (s *Screen) refresh() tea.Cmd {
	if why := s.cantRefresh(); why != "" {
		return ui.Send(ui.Notify{Text: "can't refresh: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.Refresh{})
}

func (s *Screen) userInfo() tea.Cmd {
	if why := s.cantUserInfo(); why != "" {
		return ui.Send(ui.Notify{Text: "can't ask for userinfo: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.FetchUserInfo{})
}

func (s *Screen) introspect() tea.Cmd {
	if why := s.cantIntrospect(); why != "" {
		return ui.Send(ui.Notify{Text: "can't introspect: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.Introspect{Which: s.subject().which})
}

func (s *Screen) revoke() tea.Cmd {
	if why := s.cantRevoke(); why != "" {
		return ui.Send(ui.Notify{Text: "can't revoke: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.Revoke{Which: s.subject().which})
}

// pointed takes the mouse: the wheel scrolls what is under it; a click selects, and on what is selected it presses.
func (s *Screen) pointed(m tea.MouseMsg) tea.Cmd {
	a := s.areas()
	col, area := s.left, a.left
	right := a.right.Contains(m.X, m.Y)
	if right {
		col, area = s.right, a.right
	}
	switch {
	case m.Button == tea.MouseButtonWheelUp:
		col.Wheel(-wheelLines)
	case m.Button == tea.MouseButtonWheelDown:
		col.Wheel(wheelLines)
	case m.Action != tea.MouseActionPress || m.Button != tea.MouseButtonLeft:
	case s.subject() != nil && a.tabs.Contains(m.X, m.Y):
		if i := s.tabs.At(m.X - 1); i >= 0 {
			s.showTab(i)
		}
	case area.Contains(m.X, m.Y):
		return s.click(col, right, m.X-area.X, m.Y-area.Y)
	}
	return nil
}

func (s *Screen) click(col *widget.Column, right bool, x, y int) tea.Cmd {
	id, cell, line := col.Cell(x, y)
	if id == "" {
		return nil
	}
	_, again := col.Click(y)
	was := s.onRight
	s.onRight = right
	switch {
	case s.subject() == nil:
		return s.choose(id)
	case id == buttonRow:
		if i := s.buttons.AtLine(cell, line, s.buttonWidth); i >= 0 {
			s.buttons.Active = i
			return s.press(i)
		}
	case again && was == right:
		return s.enter()
	}
	return nil
}
