// Package wire is the screen of what really went over the wire: every exchange of every run, newest last, with headers,
// bodies, times, the connection and the peer's certificates. Secrets are taken out of an exchange before it is laid out,
// unless they are revealed.
package wire

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// entry is what a row of the details stands for, as it is shown: masked when it is a secret.
type entry struct{ name, value string }

// Screen is the wire screen.
type Screen struct {
	c        *ui.Common
	keys     keyMap
	w, h     int
	provider string
	log      log

	split   widget.ListDetails
	raw     bool // bodies as they were sent
	filter  *widget.Filter
	hits    int
	byID    map[string]*logged
	entries map[string]entry
	view    *view
	tree    widget.Tree
	docs    map[string]*inspect.Document // of the exchange that is shown, so that what is folded stays folded
	shownID string
}

// New makes the wire screen.
func New(c *ui.Common) *Screen {
	s := &Screen{c: c, keys: newKeyMap(), split: widget.NewListDetails(c.Theme),
		filter: widget.NewFilter(c.Theme), tree: widget.Tree{Theme: c.Theme}}
	s.rebuild()
	return s
}

// Init does nothing.
func (s *Screen) Init() tea.Cmd { return nil }

// SetSize takes the size of the screen's area.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.rebuild()
}

// Title is the breadcrumb.
func (s *Screen) Title() string {
	if s.provider == "" {
		return "Wire"
	}
	return s.provider + " ▸ Wire"
}

// Typing reports whether the filter takes the keys.
func (s *Screen) Typing() bool { return s.filter.Typing() }

// Back reports whether esc closes something here.
func (s *Screen) Back() bool { return s.split.Inside || s.filter.Text() != "" }

// Update takes messages.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		return s.pressed(m)
	case tea.MouseMsg:
		s.pointed(m)
	case ui.RunBegan:
		s.log.begin(m)
		s.provider = safe.Short(m.Title, 60)
	case ui.RunEvent:
		s.take(func() bool { return s.log.take(m) })
	case ui.FetchBegan:
		s.log.fetching(m)
	case ui.Fetched:
		s.take(func() bool { s.log.fetched(m); return true })
	case ui.RevealChanged:
		s.docs, s.shownID = nil, ""
		s.rebuild()
	}
	return nil
}

// take adds to the log. The newest exchange is selected as long as the person has not gone back to an older one.
func (s *Screen) take(keep func() bool) {
	last := s.log.last()
	follow := last == nil || !s.split.Inside && s.selected() == last
	if !keep() {
		return
	}
	s.rebuild()
	if follow {
		s.split.List.End(1)
		s.showSelected()
	}
}

// selected is the exchange whose details are shown.
func (s *Screen) selected() *logged { return s.byID[s.split.List.Selected()] }

// rebuild lays everything out anew.
func (s *Screen) rebuild() {
	a := s.areas()
	s.split.SetSize(a.list, a.details)
	s.split.List.Set(s.listPanes(widget.Inner(a.list.W)))
	s.layDetails(a)
}

// showSelected lays the details out for another exchange, from its top.
func (s *Screen) showSelected() {
	if id := s.split.List.Selected(); id == s.shownID {
		return
	}
	s.layDetails(s.areas())
	s.split.Details.End(-1)
}

func (s *Screen) layDetails(a areas) {
	if id := s.split.List.Selected(); id != s.shownID {
		s.shownID, s.docs = id, nil
	}
	s.split.Details.Set(s.detailPanes(s.selected(), widget.Inner(a.details.W)))
}

// pressed takes a key.
func (s *Screen) pressed(m tea.KeyMsg) tea.Cmd {
	k, g := s.keys, s.c.Keys
	is := func(b key.Binding) bool { return key.Matches(m, b) }
	switch {
	case m.Paste && !s.filter.Typing():
		return ui.Send(ui.OpenToken{Raw: string(m.Runes)})
	case s.filter.Typing():
		s.filter.Update(m)
		s.rebuild()
	case s.log.last() == nil:
		return s.pressedEmpty(m)
	case is(g.Copy):
		return s.copy()
	case is(g.Export):
		return s.export()
	case is(g.Filter):
		s.filter.Open()
		s.rebuild()
	case is(g.Back):
		s.back()
	case is(k.Raw):
		s.raw = !s.raw
		s.rebuild()
	case is(g.Next), is(g.Prev):
		s.turn(is(g.Next))
	case is(g.Enter):
		s.enter()
	case is(k.Fold), is(k.Unfold):
		s.fold(is(k.Fold))
	case s.split.Move(m, g):
		s.showSelected()
	}
	return nil
}

func (s *Screen) back() {
	if s.split.Inside {
		s.split.Inside = false
		return
	}
	s.filter.Clear()
	s.rebuild()
}

// turn goes from the list into the details and through their panes, and back.
func (s *Screen) turn(forward bool) {
	step := 1
	if !forward {
		step = -1
	}
	switch {
	case !s.split.Inside:
		s.split.Inside = true
		s.split.Details.Focus(step)
	case !s.split.Details.NextPane(step):
		s.split.Inside = false
	}
}

func (s *Screen) enter() {
	if !s.split.Inside {
		s.split.Inside = true
		s.split.Details.Focus(1)
		return
	}
	if s.tree.Toggle(s.tree.Node(s.split.Details.Selected())) {
		s.rebuild()
	}
}

// fold opens or closes a container; without one, left leaves the details and right enters them.
func (s *Screen) fold(closed bool) {
	if s.split.Inside && s.tree.Fold(s.tree.Node(s.split.Details.Selected()), closed) {
		s.rebuild()
		return
	}
	s.split.Inside = !closed
}

// pointed takes the mouse.
func (s *Screen) pointed(m tea.MouseMsg) {
	a := s.areas()
	id, again := s.split.Point(m, a.list, a.details)
	if id == "" {
		return
	}
	s.showSelected()
	if again && s.split.Inside {
		s.enter()
	}
}

// View draws the screen.
func (s *Screen) View() string {
	if s.w <= 0 || s.h <= 0 {
		return ""
	}
	if s.log.last() == nil {
		return s.empty()
	}
	a := s.areas()
	lines := s.split.Lines(a.list, a.details)
	if a.filter.H > 0 {
		lines = append(lines, " "+s.filter.Line(s.w-2, s.hits))
	}
	return strings.Join(lines[:min(len(lines), s.h)], "\n")
}
