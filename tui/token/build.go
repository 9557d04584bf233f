package token

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// rebuild lays everything out anew.
func (s *Screen) rebuild() {
	s.setTabs(s.w - 2)
	if s.guest != nil {
		area := s.guestArea()
		s.guest.SetSize(area.W, area.H)
		return
	}
	s.entries, s.hits = make(map[string]*entry), s.hits[:0]
	s.tree.Filter, s.inner.Filter = s.filter.Text(), s.filter.Text()
	s.compared = s.compare()
	if sub := s.subject(); sub != nil {
		s.phase = sub.life.Phase(s.now)
	}
	a := s.areas()
	s.left.SetSize(a.left.W, a.left.H)
	s.right.SetSize(a.right.W, a.right.H)
	left, right := s.panes(a)
	s.left.Set(left)
	s.right.Set(right)
	if s.fresh && s.subject() != nil {
		s.fresh, s.onRight = false, false
		s.begin()
	}
	if len(right) == 0 {
		s.onRight = false
	}
}

// guestArea is what a guest has: all but the tabs, and where there is room a line between.
func (s *Screen) guestArea() ui.Rect {
	_, rest := ui.Rect{W: max(s.w, 0), H: max(s.h, 0)}.Top(1)
	if s.h >= 24 {
		_, rest = rest.Top(1)
	}
	return rest
}

// begin selects where reading begins: what changed, the first fault, or else the first claim, with the header in sight.
func (s *Screen) begin() {
	s.left.End(-1)
	works := func(b widget.Button) bool { return b.Disabled == "" }
	if s.buttons.Active < len(s.buttons.Items) && !works(s.buttons.Items[s.buttons.Active]) {
		s.buttons.Active = max(0, slices.IndexFunc(s.buttons.Items, works))
	}
	r := s.subject().report
	if s.left.Pane() == "changes" && s.listed {
		return
	}
	if r != nil && len(r.Claims) > 0 && r.Error == nil {
		s.left.Peek("payload." + r.Claims[0].Name)
	}
}

// areas is the layout of what is shown now: JSON and a zoomed value have the whole width.
func (s *Screen) areas() areas {
	a := layout(s.w, s.h, s.filter.Typing() || s.filter.Text() != "")
	if sub := s.subject(); sub == nil {
		return areas{left: ui.Rect{W: max(s.w, 0), H: max(s.h, 0)}}
	} else if s.view != viewPanes || s.zoomed != nil || sub.missing != "" {
		a.left.W = max(s.w, 0)
		if a.details.X == 0 {
			a.left.H += a.details.H
		}
		a.right, a.details = ui.Rect{}, ui.Rect{}
	}
	return a
}

func (s *Screen) panes(a areas) (left, right []widget.Pane) {
	sub, width := s.subject(), widget.Inner(a.left.W)
	switch {
	case sub == nil:
		return s.emptyPanes(width), nil
	case sub.missing != "":
		return s.missingPanes(width), nil
	case s.zoomed != nil:
		return s.zoomPanes(width), nil
	case s.view == viewTree:
		return s.treePanes(width), nil
	case s.view == viewSent:
		return s.sentPanes(width), nil
	case a.stacked:
		// What a refresh changed comes first: it is what the person waits for, and below it would not be seen.
		left = append(s.changesPanes(width, !s.listed), s.tokenPanes(width)...)
		return append(left, s.verdictPanes(width, nil)...), nil
	default:
		left = s.tokenPanes(width)
		if a.roomy {
			left = append(left, s.plainPanes(width)...)
		}
		width = widget.Inner(a.right.W)
		return left, s.verdictPanes(width, s.changesPanes(width, false))
	}
}

// column is the one that has the focus.
func (s *Screen) column() *widget.Column {
	if s.onRight {
		return s.right
	}
	return s.left
}

func (s *Screen) selected() string { return s.column().Selected() }

// matches is key.Matches, shorter.
func matches(m tea.KeyMsg, b key.Binding) bool { return key.Matches(m, b) }
