// Package doctor is the screen that checks a provider: checks turn as they run, the worst first, with what was asked and what came
// beside them, and what the provider offers (endpoints, flows, algorithms, keys) in tabs of their own. The checks themselves are
// flows/doctor's; this package only shows them.
package doctor

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Open asks the screen to check a provider; without an issuer and without documents it asks for one.
type Open struct{ Config doctor.Config }

// For makes Open a message for this screen.
func (Open) For() ui.Name { return ui.Doctor }

// The tabs, in their order.
const (
	tabChecks = iota
	tabEndpoints
	tabFlows
	tabAlgorithms
	tabKeys
)

// Screen is the doctor's screen.
type Screen struct {
	c    *ui.Common
	keys keyMap
	w, h int

	examine run.Examine
	ask     ask // the field for the issuer
	runs    runs

	tabs    widget.Tabs
	split   widget.ListDetails // the checks, or what the tab in front lists
	filter  *widget.Filter
	hits    int
	open    map[string]bool // groups of the list that are unfolded
	shown   map[string]*doctor.Outcome
	values  map[string]value // of rows that can be copied
	showing string           // id of the check in the details
	moved   bool             // the person has moved in the list of this run
}

// value is what a row is copied as.
type value struct{ name, text string }

// New makes the doctor's screen.
func New(c *ui.Common) *Screen {
	s := &Screen{c: c, keys: newKeyMap(), examine: doctor.Run, ask: newAsk(c), split: widget.NewListDetails(c.Theme),
		filter: widget.NewFilter(c.Theme), open: map[string]bool{}}
	s.tabs.Items = []widget.Tab{{Title: "Checks"}, {Title: "Endpoints"}, {Title: "Flows"}, {Title: "Algorithms"}, {Title: "Keys"}}
	return s
}

// Init does nothing.
func (s *Screen) Init() tea.Cmd { return nil }

// SetSize takes the size of the screen's area.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.ask.setWidth(w)
	s.rebuild()
}

// Title is the breadcrumb.
func (s *Screen) Title() string {
	if s.runs.issuer == "" {
		return "Doctor"
	}
	return "Doctor ▸ " + ui.ProviderName(s.runs.issuer)
}

// Typing reports whether a field takes the keys.
func (s *Screen) Typing() bool { return s.filter.Typing() || s.ask.open }

// Back reports whether esc closes something here.
func (s *Screen) Back() bool { return s.split.Inside || s.filter.Text() != "" }

// Update takes messages.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case Open:
		return s.opened(m.Config)
	case run.CheckupEvent:
		return s.event(m)
	case run.CheckupDone:
		return s.done(m)
	case again:
		return s.again(m)
	case tea.KeyMsg:
		return s.pressed(m)
	case tea.MouseMsg:
		return s.pointed(m)
	case ui.SessionChanged:
		s.ask.suggest(m.Session.Issuer)
	}
	return nil
}

// opened shows the field, or starts at once.
func (s *Screen) opened(cfg doctor.Config) tea.Cmd {
	if cfg.Issuer == "" && cfg.Document == nil && cfg.KeySet == nil {
		if s.runs.checkup == nil && s.runs.report == nil {
			return s.ask.show()
		}
		return nil
	}
	return s.start(cfg)
}

// pressed takes a key.
func (s *Screen) pressed(m tea.KeyMsg) tea.Cmd {
	k, g := s.keys, s.c.Keys
	is := func(b key.Binding) bool { return key.Matches(m, b) }
	switch {
	case s.ask.open:
		return s.asked(m)
	case s.filter.Typing():
		s.filter.Update(m)
		s.rebuild()
	case m.Paste:
		return s.ask.pasted(string(m.Runes))
	case is(k.Other):
		return s.ask.show()
	case !s.runs.any():
		if is(g.Enter) {
			return s.ask.show()
		}
	case is(k.Again):
		return s.start(s.runs.cfg)
	case is(k.Watch):
		return s.watch()
	case is(k.Passive):
		return s.passive()
	case is(k.LogIn):
		if why := s.loginDisabled(); why != "" {
			return ui.Send(ui.Notify{Text: why})
		}
		return ui.Send(ui.OpenLogin{Issuer: s.runs.issuer})
	case is(g.Export):
		return s.export()
	case is(g.Copy):
		return s.copy()
	case is(g.Filter):
		s.filter.Open()
		s.rebuild()
	case is(g.Back):
		s.back()
	case is(g.Next), is(g.Prev):
		s.turn(is(g.Next))
	case is(g.Enter), is(k.In):
		s.enter()
	case is(k.Out):
		s.leave()
	case s.split.Move(m, g):
		s.moved = true
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

// turn goes to the next tab.
func (s *Screen) turn(forward bool) {
	step := 1
	if !forward {
		step = -1
	}
	s.tabs.Move(step)
	s.split.Inside = false
	s.rebuild()
	s.split.List.End(-1)
}

// enter unfolds a group, or goes into the details of a check.
func (s *Screen) enter() {
	id := s.split.List.Selected()
	if group, ok := groupOf(id); ok && !s.split.Inside {
		s.open[group] = !s.open[group]
		s.rebuild()
		return
	}
	if s.tabs.Active == tabChecks && s.shown[id] != nil {
		s.split.Inside = true
		s.split.Details.Focus(1)
	}
}

// leave goes back to the list, and folds the group that is selected there.
func (s *Screen) leave() {
	if s.split.Inside {
		s.split.Inside = false
		return
	}
	if group, ok := groupOf(s.split.List.Selected()); ok && s.open[group] {
		s.open[group] = false
		s.rebuild()
	}
}

// pointed takes the mouse.
func (s *Screen) pointed(m tea.MouseMsg) tea.Cmd {
	if !s.runs.any() {
		if m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft && !s.ask.open {
			return s.ask.show()
		}
		return nil
	}
	a := s.areas()
	if m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft && a.tabs.Contains(m.X, m.Y) {
		if i := s.tabs.At(m.X - a.tabs.X); i >= 0 {
			s.tabs.Active, s.split.Inside = i, false
			s.rebuild()
		}
		return nil
	}
	if id, again := s.split.Point(m, a.list, a.details); id != "" {
		s.moved = true
		if _, group := groupOf(id); again || group {
			s.enter()
		}
		s.showSelected()
	}
	return nil
}
