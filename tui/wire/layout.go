package wire

import "github.com/oidcscope/oidcscope/tui/ui"

// areas are the rectangles of the screen, inside its own cells.
type areas struct{ list, details, filter ui.Rect }

// gap is the space between the columns.
const gap = 2

// layout divides w × h cells: the list beside the details from 110 cells on, else above them.
func layout(w, h int, filtering bool) (a areas) {
	all := ui.Rect{W: max(w, 0), H: max(h, 0)}
	if filtering {
		all, a.filter = all.Bottom(1)
	}
	if w >= 110 {
		a.list, a.details = all.Columns(44, 0, gap)
		return a
	}
	a.list, a.details = all.Top(max(all.H*2/5, 4))
	return a
}
