package token

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/widget"
)

// wheelLines is how far one notch of the wheel scrolls.
const wheelLines = 3

// pointed takes the mouse: the wheel scrolls what is under it; a click selects, and on what is selected it presses.
func (s *Screen) pointed(m tea.MouseMsg) tea.Cmd {
	if s.guest != nil {
		return s.pointedGuest(m)
	}
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
		s.showTab(s.tabAt(m.X - 1))
	case area.Contains(m.X, m.Y):
		return s.click(col, right, m.X-area.X, m.Y-area.Y)
	}
	return nil
}

// pointedGuest gives the mouse to the guest; a click on a tab leaves it.
func (s *Screen) pointedGuest(m tea.MouseMsg) tea.Cmd {
	area := s.guestArea()
	switch {
	case m.Button == tea.MouseButtonWheelUp:
		s.guest.Wheel(-wheelLines)
	case m.Button == tea.MouseButtonWheelDown:
		s.guest.Wheel(wheelLines)
	case m.Action != tea.MouseActionPress || m.Button != tea.MouseButtonLeft:
	case m.Y == 0:
		if i := s.tabAt(m.X - 1); i >= 0 {
			s.leave()
			s.showTab(i)
		}
	case area.Contains(m.X, m.Y):
		return s.hosted(s.guest.Click(m.X-area.X, m.Y-area.Y))
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
