package wire

import "github.com/oidcscope/oidcscope/tui/ui"

// areas are the rectangles of the screen, inside its own cells.
type areas struct{ list, details, filter ui.Rect }

// areas divides the screen: the list with the details, and a line for the filter while there is one.
func (s *Screen) areas() (a areas) {
	all := ui.Rect{W: max(s.w, 0), H: max(s.h, 0)}
	if s.filter.Typing() || s.filter.Text() != "" {
		all, a.filter = all.Bottom(1)
	}
	a.list, a.details = s.split.Split(all, 44, 40)
	return a
}
