package token

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/oidcscope/oidcscope/inspect"

	"github.com/oidcscope/oidcscope/tui/token/form"
	"github.com/oidcscope/oidcscope/tui/token/walk"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// guest is a view that takes the place of the panes until it is left: the signature walk, a comparison, a form. The tabs stay in sight
// above it.
type guest interface {
	SetSize(w, h int)
	// Press takes a key; left closes the guest.
	Press(tea.KeyMsg) (cmd tea.Cmd, left bool)
	// Click takes a click at a cell of the guest's area.
	Click(x, y int) (cmd tea.Cmd, left bool)
	Wheel(lines int)
	Lines() []string
	Typing() bool
	Help() []key.Binding
	Copies() []ui.Copy
	Name() string // for the breadcrumb
	// Changed tells that secrets are revealed or hidden now.
	Changed()
}

// invite shows a guest.
func (s *Screen) invite(g guest) {
	s.guest, s.zoomed, s.onRight = g, nil, false
	s.filter.Clear()
	s.rebuild()
}

// leave closes the guest, and with it what was under way for it.
func (s *Screen) leave() {
	if f, ok := s.guest.(*keysForm); ok {
		f.stop()
	}
	s.guest = nil
	s.rebuild()
}

// hosted takes what the guest made of a key or a click.
func (s *Screen) hosted(cmd tea.Cmd, left bool) tea.Cmd {
	if left {
		s.leave()
	}
	return cmd
}

// walkView is the signature walk as a guest.
type walkView struct {
	*walk.Model
	back key.Binding
	own  key.Binding    // the key that opened it closes it
	keys key.Binding    // asks for keys
	ask  func() tea.Cmd // nil: this token takes none
}

func (v *walkView) Press(k tea.KeyMsg) (tea.Cmd, bool) {
	if !v.Typing() && matches(k, v.own) || matches(k, v.back) && !v.Back() {
		return nil, true
	}
	if !v.Typing() && v.ask != nil && matches(k, v.keys) {
		return v.ask(), false
	}
	return v.Key(k), false
}

// Help lists the keys of the walk, and the one for keys where it leads on.
func (v *walkView) Help() []key.Binding {
	list := v.Model.Help()
	if v.ask != nil && !v.Typing() {
		list = append(list, v.keys)
	}
	return list
}

func (v *walkView) Click(x, y int) (tea.Cmd, bool) {
	return v.Model.Click(x, y), false
}

func (v *walkView) Name() string { return "signature" }

// cantWalk says why there is no signature to walk through; empty when there is one.
func (s *Screen) cantWalk() string {
	if sub := s.subject(); sub == nil || sub.token() == nil || !signed(sub.report) {
		return "there is no signature to walk through: only signed tokens have one"
	} else if p := sub.token().Part("signature"); sub.report.Signature.Status == inspect.Verified && p != nil && p.Text == "" {
		return "the signature was masked when the run was saved"
	}
	return ""
}

func (s *Screen) walkThrough() tea.Cmd {
	sub := s.subject()
	if why := s.cantWalk(); why != "" {
		return ui.Send(ui.Notify{Text: why})
	}
	model, cmd := walk.New(s.c, sub.token(), sub.keys, sub.hidden())
	v := &walkView{Model: model, back: s.c.Keys.Back, own: s.keys.Walk, keys: s.keys.Keys}
	if s.cantGiveKeys() == "" {
		v.ask = s.askKeys
	}
	s.invite(v)
	return cmd
}

// openForm asks for the path of a file.
type openForm struct {
	*form.Form
}

func (f *openForm) Press(k tea.KeyMsg) (tea.Cmd, bool) { return f.answer(f.Key(k)) }

func (f *openForm) Click(x, y int) (tea.Cmd, bool) { return f.answer(f.Form.Click(x, y)) }

func (f *openForm) answer(a form.Answer) (tea.Cmd, bool) {
	path := f.Values()["path"]
	if dropped := ui.DroppedFile(path); dropped != "" {
		path = dropped // without its quotes
	}
	switch {
	case a == form.Left:
		return nil, true
	case a == form.Sent && path == "":
		f.Fail("wanted the path of a file")
	case a == form.Sent:
		f.Busy("reading…")
		return ui.Send(ui.OpenFile{Path: path, From: ui.Token}), false
	}
	return nil, false
}

func (f *openForm) Typing() bool      { return true }
func (f *openForm) Copies() []ui.Copy { return nil }
func (f *openForm) Name() string      { return "open a file" }
func (f *openForm) Changed()          {}

func (s *Screen) askFile() {
	s.invite(&openForm{Form: form.New(s.c.Theme, "Open a file",
		"A saved run is replayed, a browser's capture (HAR) imported. Of anything else, every token in it gets a tab. Nothing is sent, nothing is written.", "open",
		[]form.Field{{ID: "path", Label: "File", Path: true, Hint: "tab completes; ~ is your home folder"}})})
}
