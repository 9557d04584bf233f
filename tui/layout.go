package tui

import "github.com/oidcscope/oidcscope/tui/ui"

// The smallest terminal that every screen can be drawn in.
const (
	minWidth  = 60
	minHeight = 20
)

// areas are the rectangles of the frame: where am I (Head), the screens' names on a rule (Tabs), the screen itself (Body),
// one line for notices, and the keys that matter here.
type areas struct {
	Head, Tabs, Body, Notice, Keys ui.Rect
	Small                          bool // below the minimum: one line says so, and nothing else is drawn
}

// layout divides a terminal of w × h cells. From 24 lines on, notices have a line of their own, which is space most of
// the time; below, they take the place of the keys for the seconds they last, unless there is a warning that stays: that has
// as many lines as it needs.
func layout(w, h, warning int) areas {
	all := ui.Rect{W: max(0, w), H: max(0, h)}
	if w < minWidth || h < minHeight {
		return areas{Small: true, Body: all}
	}
	var a areas
	a.Head, all = all.Top(1)
	a.Tabs, all = all.Top(1)
	all, a.Keys = all.Bottom(1)
	if a.Notice = a.Keys; h >= 24 || warning > 0 {
		all, a.Notice = all.Bottom(max(warning, 1))
	}
	a.Body = all
	return a
}
