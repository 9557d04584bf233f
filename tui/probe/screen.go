// Package probe is the screen that tries on a provider what it must refuse. It asks before it begins: which client, then what will be done,
// how often the browser is needed, and whether the provider is the person's own. Then attempts turn as they run, in their groups, with what
// was sent, expected and what came beside them. The attempts themselves are flows/probe's; this package only shows them, and takes the
// person's word about a visit of the browser that does not come back.
package probe

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Open asks the screen for the form, with a provider or the name of a profile when one is given.
type Open struct{ Target string }

// Prepared is what came of [ui.PrepareProbe].
type Prepared struct {
	Config probe.Config
	Err    error
}

// For makes both messages for this screen.
func (Open) For() ui.Name     { return ui.Probe }
func (Prepared) For() ui.Name { return ui.Probe }

// stage is how far the screen is.
type stage int

const (
	choosing stage = iota // the form: which client
	agreeing              // what will be done, and whether it may begin
	probing               // results, also of a run that is over
)

// Screen is the screen of the probes.
type Screen struct {
	c    *ui.Common
	keys keyMap
	w, h int

	stage   stage
	form    *form.Form
	opened  bool // somebody has asked for the form: keys are text
	cfg     probe.Config
	plan    probe.Plan
	again   bool // the question came from the results, not from the form
	consent widget.Buttons
	top     int // first line of the plan that is visible

	try   run.Try
	run   attempts
	paste *widget.Field // the field for the address that the browser ended on; nil: closed

	split   widget.ListDetails
	filter  *widget.Filter
	hits    int
	values  map[string]string // of rows that can be copied
	showing string            // the attempt in the details
	moved   bool              // the person has moved in the list of this run
}

// New makes the screen.
func New(c *ui.Common) *Screen {
	s := &Screen{c: c, keys: newKeyMap(), try: probe.Run, split: widget.NewListDetails(c.Theme), filter: widget.NewFilter(c.Theme), values: map[string]string{}}
	s.form = s.newForm()
	s.consent.Items = []widget.Button{{ID: "begin", Key: "y", Label: "It is mine: begin"}, {ID: "back", Key: "n", Label: "Not now"}}
	s.consent.Active = 1
	return s
}

// Init does nothing.
func (s *Screen) Init() tea.Cmd { return nil }

// SetSize takes the size of the screen's area.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.form.SetSize(w, h)
	s.rebuild()
}

// Title is the breadcrumb.
func (s *Screen) Title() string {
	if s.stage == choosing {
		return "Probe"
	}
	return "Probe ▸ " + ui.ProviderName(s.cfg.Client.Issuer)
}

// Typing reports whether a field takes the keys.
func (s *Screen) Typing() bool {
	return s.stage == choosing && s.opened || s.paste != nil || s.filter.Typing()
}

// Back reports whether esc closes something here.
func (s *Screen) Back() bool {
	return s.stage == agreeing || s.stage == probing && (s.split.Inside || s.filter.Text() != "")
}

// Update takes messages.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case Open:
		return s.open(m.Target)
	case Prepared:
		return s.prepared(m)
	case run.ProbingEvent:
		return s.event(m)
	case run.ProbingDone:
		return s.done(m)
	case tea.KeyMsg:
		return s.pressed(m)
	case tea.MouseMsg:
		return s.pointed(m)
	}
	return nil
}

// open shows the form; a run that is under way stays in front.
func (s *Screen) open(target string) tea.Cmd {
	if s.run.under() {
		return nil
	}
	s.stage, s.opened = choosing, true
	if target != "" {
		s.form.Set("target", target)
		if s.form.Raw("client-id") == "" && !s.isProfile(target) {
			return s.form.FocusOn("client-id")
		}
	}
	return s.form.FocusOn(s.form.Focus())
}

// prepared shows what will be done. Nothing has been sent.
func (s *Screen) prepared(m Prepared) tea.Cmd {
	err := m.Err
	if err == nil {
		s.plan, err = probe.Select(m.Config)
	}
	if err != nil {
		return ui.Send(ui.Notify{Text: err.Error(), Kind: ui.NoteBad})
	}
	if len(s.plan.Probes) == 0 {
		return ui.Send(ui.Notify{Text: "no probe is left to make", Kind: ui.NoteCare})
	}
	s.cfg, s.stage, s.again, s.top, s.consent.Active = m.Config, agreeing, false, 0, 1
	return nil
}

// pressed takes a key.
func (s *Screen) pressed(m tea.KeyMsg) tea.Cmd {
	switch {
	case s.stage == choosing:
		return s.chooses(m)
	case s.stage == agreeing:
		return s.agrees(m)
	case s.paste != nil:
		return s.pastes(m)
	case s.filter.Typing():
		s.filter.Update(m)
		s.rebuild()
		return nil
	}
	return s.looks(m)
}

// looks is a key for the results.
func (s *Screen) looks(m tea.KeyMsg) tea.Cmd {
	k, g := s.keys, s.c.Keys
	is := func(b key.Binding) bool { return key.Matches(m, b) }
	switch {
	case is(k.Skip), is(k.SawError), is(k.Paste), is(k.Address), is(k.Stop):
		return s.speaks(m)
	case is(k.Again) && !s.run.under():
		s.stage, s.again, s.top, s.consent.Active = agreeing, true, 0, 1
	case is(k.Other) && !s.run.under():
		return s.open("")
	case is(g.Export):
		return s.export()
	case is(g.Copy):
		return s.copy()
	case is(g.Filter):
		s.filter.Open()
		s.rebuild()
	case is(g.Back):
		if s.split.Inside {
			s.split.Inside = false
		} else {
			s.filter.Clear()
			s.rebuild()
		}
	case is(g.Enter), is(k.In):
		if s.split.List.Selected() != "" {
			s.split.Inside = true
			s.split.Details.Focus(1)
		}
	case is(k.Out):
		s.split.Inside = false
	case s.split.Move(m, g):
		s.moved = true
		s.showSelected()
	}
	return nil
}

// pointed takes the mouse.
func (s *Screen) pointed(m tea.MouseMsg) tea.Cmd {
	switch s.stage {
	case choosing:
		s.opened = true
		return s.form.Mouse(m)
	case agreeing:
		return s.agreesByMouse(m)
	}
	a := s.areas()
	if id, again := s.split.Point(m, a.list, a.details); id != "" {
		s.moved = true
		s.split.Inside = s.split.Inside || again
		s.showSelected()
	}
	return nil
}
