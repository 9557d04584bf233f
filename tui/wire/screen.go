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

	list    *widget.Column
	details *widget.Column
	inside  bool // the details have the focus
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
	s := &Screen{c: c, keys: newKeyMap(), list: widget.NewColumn(c.Theme), details: widget.NewColumn(c.Theme),
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
func (s *Screen) Back() bool { return s.inside || s.filter.Text() != "" }

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
	follow := last == nil || !s.inside && s.selected() == last
	if !keep() {
		return
	}
	s.rebuild()
	if follow {
		s.list.End(1)
		s.showSelected()
	}
}

// selected is the exchange whose details are shown.
func (s *Screen) selected() *logged { return s.byID[s.list.Selected()] }

// rebuild lays everything out anew.
func (s *Screen) rebuild() {
	a := layout(s.w, s.h, s.filter.Typing() || s.filter.Text() != "")
	s.list.SetSize(a.list.W, a.list.H)
	s.details.SetSize(a.details.W, a.details.H)
	s.list.Set(s.listPanes(widget.Inner(a.list.W)))
	s.layDetails(a)
}

// showSelected lays the details out for another exchange, from its top.
func (s *Screen) showSelected() {
	if id := s.list.Selected(); id == s.shownID {
		return
	}
	s.layDetails(layout(s.w, s.h, s.filter.Typing() || s.filter.Text() != ""))
	s.details.End(-1)
}

func (s *Screen) layDetails(a areas) {
	if id := s.list.Selected(); id != s.shownID {
		s.shownID, s.docs = id, nil
	}
	s.details.Set(s.detailPanes(s.selected(), widget.Inner(a.details.W)))
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
	default:
		s.move(m)
	}
	return nil
}

func (s *Screen) back() {
	if s.inside {
		s.inside = false
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
	case !s.inside:
		s.inside = true
		s.details.Focus(step)
	case !s.details.NextPane(step):
		s.inside = false
	}
}

func (s *Screen) enter() {
	if !s.inside {
		s.inside = true
		s.details.Focus(1)
		return
	}
	if s.tree.Toggle(s.tree.Node(s.details.Selected())) {
		s.rebuild()
	}
}

// fold opens or closes a container; without one, left leaves the details and right enters them.
func (s *Screen) fold(closed bool) {
	if s.inside && s.tree.Fold(s.tree.Node(s.details.Selected()), closed) {
		s.rebuild()
		return
	}
	s.inside = !closed
}

func (s *Screen) column() *widget.Column {
	if s.inside {
		return s.details
	}
	return s.list
}

func (s *Screen) move(m tea.KeyMsg) {
	g, col := s.c.Keys, s.column()
	switch {
	case key.Matches(m, g.Up):
		col.Move(-1)
	case key.Matches(m, g.Down):
		col.Move(1)
	case key.Matches(m, g.PageUp):
		col.Page(-1)
	case key.Matches(m, g.PageDown):
		col.Page(1)
	case key.Matches(m, g.Top):
		col.End(-1)
	case key.Matches(m, g.Bottom):
		col.End(1)
	default:
		return
	}
	s.showSelected()
}

// pointed takes the mouse.
func (s *Screen) pointed(m tea.MouseMsg) {
	a := layout(s.w, s.h, s.filter.Typing() || s.filter.Text() != "")
	col, area := s.list, a.list
	inside := a.details.Contains(m.X, m.Y)
	if inside {
		col, area = s.details, a.details
	}
	switch {
	case m.Button == tea.MouseButtonWheelUp:
		col.Wheel(-3)
	case m.Button == tea.MouseButtonWheelDown:
		col.Wheel(3)
	case m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft && area.Contains(m.X, m.Y):
		id, again := col.Click(m.Y - area.Y)
		if id == "" {
			return
		}
		was := s.inside
		s.inside = inside
		s.showSelected()
		if inside && was && again {
			s.enter()
		}
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
	a := layout(s.w, s.h, s.filter.Typing() || s.filter.Text() != "")
	lines := s.list.Lines(!s.inside)
	details := s.details.Lines(s.inside)
	if a.details.X > 0 {
		for i := range lines {
			lines[i] = ui.Pad(lines[i], a.list.W+gap) + details[i]
		}
	} else {
		lines = append(lines, details...)
	}
	if a.filter.H > 0 {
		lines = append(lines, " "+s.filter.Line(s.w-2, s.hits))
	}
	return strings.Join(lines[:min(len(lines), s.h)], "\n")
}
