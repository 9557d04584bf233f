package token

import "github.com/oidcscope/oidcscope/tui/ui"

// areas are the rectangles of the screen, inside its own cells.
type areas struct {
	tabs, raw, summary, filter ui.Rect
	left, right                ui.Rect // right is empty in a stack
	details                    ui.Rect
	stacked                    bool
	roomy                      bool // the JSON stands under the claims, the details under the verdicts
}

// Two columns need 100 cells.
const (
	twoColumns = 100
	gap        = 2
)

// layout divides w × h cells. A stack has everything in one column that scrolls, with a line that sums it up; two columns
// have the token on the left and what is known about it on the right, and where there is room in both directions the JSON as well. filtering asks for the filter's line.
func layout(w, h int, filtering bool) areas {
	all := ui.Rect{W: max(w, 0), H: max(h, 0)}
	a := areas{stacked: w < twoColumns}
	a.tabs, all = all.Top(1)
	switch {
	case a.stacked:
		a.raw, all = all.Top(1)
		a.summary, all = all.Top(1)
	case h < 45:
		a.raw, all = all.Top(2)
	default:
		a.raw, all = all.Top(4)
		_, all = all.Top(1)
	}
	if filtering {
		all, a.filter = all.Bottom(1)
	}
	if a.stacked {
		a.left, a.details = all.Bottom(min(4, all.H/3))
		return a
	}
	a.left, a.right = all.Columns(58, 0, gap)
	if a.roomy = w >= 160 && h >= 45; a.roomy {
		a.right, a.details = a.right.Bottom(min(14, all.H/3))
		return a
	}
	a.left, a.details = a.left.Bottom(min(7, all.H/3))
	return a
}
