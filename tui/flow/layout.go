package flow

import (
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// areas are the rectangles of the screen. Side by side, the ladder stands at the left and the details at the right; folded,
// the steps are a list above the details.
type areas struct {
	folded bool
	airy   bool // a line of space around the details' parts, and between the rows of the ladder

	stepsTitle, lanes, steps   ui.Rect // lanes is the line with the names of the lifelines
	title, tabs, body, buttons ui.Rect
}

const (
	sideBySide = widget.LadderMin + paneGap + 61 // the least width for the ladder and all tabs of the details
	paneGap    = 2
	foldedList = 5 // rows of the folded list that the details can spare
)

// layout divides w × h cells for that many steps.
func layout(w, h, steps int) areas {
	all := ui.Rect{W: max(w, 0), H: max(h, 0)}
	if w < sideBySide {
		return foldedLayout(all, steps)
	}
	a := areas{airy: h >= 24}
	share := 45
	if w >= 160 { // room for a column of titles in the ladder
		share = 50
	}
	left, right := all.Columns(share, widget.LadderMin, paneGap)
	a.stepsTitle, left = left.Top(1)
	a.lanes, a.steps = left.Top(1)
	a.details(right)
	return a
}

func foldedLayout(all ui.Rect, steps int) areas {
	a := areas{folded: true}
	list := widget.Stepper{Steps: make([]widget.LadderStep, steps)}
	height := foldedList
	if all.H >= 28 {
		height = steps // a narrow but high terminal has room for all
	}
	a.stepsTitle, all = all.Top(1)
	a.steps, all = all.Top(min(list.Rows(all.W, height), height))
	a.details(all)
	return a
}

func (a *areas) details(r ui.Rect) {
	a.title, r = r.Top(1)
	a.tabs, r = r.Top(1)
	if a.airy {
		_, r = r.Top(1)
	}
	a.body, a.buttons = r.Bottom(1)
	if a.airy {
		a.body, _ = a.body.Bottom(1)
	}
}
