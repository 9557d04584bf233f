package flow

import (
	"strconv"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// pressed takes a key: to the editor, the paste field or the filter while one of them is open, else as a command.
func (s *Screen) pressed(m tea.KeyMsg) tea.Cmd {
	switch {
	case s.edit != nil:
		return s.editKey(m)
	case s.paste != nil:
		return s.pasteKey(m)
	case s.filter.Typing():
		s.filter.Update(m)
		return nil
	case m.Paste:
		return s.pastedKeys(m)
	case key.Matches(m, s.c.Keys.Back):
		s.back()
		return nil
	}
	if cmd, taken := s.moved(m); taken {
		return cmd
	}
	return s.command(m)
}

func (s *Screen) back() {
	switch {
	case s.filter.Text() != "":
		s.filter.Clear()
	case s.qr:
		s.qr = false
	default:
		s.details = false
	}
}

// moved takes the keys that move the focus and the selection.
func (s *Screen) moved(m tea.KeyMsg) (tea.Cmd, bool) {
	k := s.c.Keys
	switch {
	case key.Matches(m, k.Up):
		s.move(-1)
	case key.Matches(m, k.Down):
		s.move(1)
	case key.Matches(m, k.PageUp):
		s.column.Page(-1)
	case key.Matches(m, k.PageDown):
		s.column.Page(1)
	case key.Matches(m, k.Top):
		s.toEnd(-1)
	case key.Matches(m, k.Bottom):
		s.toEnd(1)
	case key.Matches(m, s.keys.Pane):
		s.details = !s.details
	case m.String() == "left", m.String() == "h":
		s.turnTab(-1)
	case m.String() == "right", m.String() == "l":
		s.turnTab(1)
	default:
		return nil, false
	}
	return nil, true
}

func (s *Screen) move(n int) {
	if s.details {
		s.column.Move(n)
		return
	}
	s.choose(s.selected + n)
}

func (s *Screen) toEnd(n int) {
	switch {
	case s.details:
		s.column.End(n)
	case n < 0:
		s.choose(0)
	default:
		s.choose(len(s.run.steps) - 1)
	}
}

// command takes the keys of the key map. A key that can't act now says why.
func (s *Screen) command(m tea.KeyMsg) tea.Cmd {
	for _, a := range s.Actions() {
		if !key.Matches(m, a.Binding) {
			continue
		}
		if a.Disabled != "" {
			return ui.Send(ui.Notify{Text: a.Binding.Help().Key + ": " + a.Disabled})
		}
		return s.do(m)
	}
	return nil
}

func (s *Screen) do(m tea.KeyMsg) tea.Cmd {
	k := &s.keys
	switch {
	case key.Matches(m, k.Next):
		return s.goOn(ui.GateStep)
	case key.Matches(m, k.Continue):
		return s.goOn(ui.GateFree)
	case key.Matches(m, k.Drop):
		return ui.Send(ui.Release{Command: flows.Command{Request: record.Decision{Action: record.Drop}}, Mode: s.run.mode})
	case key.Matches(m, k.Abort):
		if s.run.stop != nil {
			return ui.Send(ui.Release{Command: flows.Command{Do: flows.Abort}, Mode: s.run.mode})
		}
		return ui.Send(ui.Cancel{})
	case key.Matches(m, k.Into):
		return s.goOn(ui.GateAll)
	case key.Matches(m, k.Skip):
		return ui.Send(ui.Release{Command: flows.Command{Do: flows.Skip}, Mode: s.run.mode})
	case key.Matches(m, k.Again):
		return ui.Send(ui.Release{Command: flows.Command{Do: flows.Resend, Exchange: s.again()}, Mode: s.run.mode})
	case key.Matches(m, k.Edit):
		s.openEditor()
	case key.Matches(m, k.Break):
		return ui.Send(ui.ToggleBreakpoint{Step: s.step().ID, At: ui.BreakBefore})
	case key.Matches(m, k.BreakAnswer):
		return ui.Send(ui.ToggleBreakpoint{Step: s.step().ID, At: ui.BreakAnswer})
	case key.Matches(m, s.c.Keys.Export):
		return ui.Send(ui.Export{})
	case key.Matches(m, k.Restart):
		return s.restart()
	case key.Matches(m, k.From):
		return s.restartHere()
	case key.Matches(m, k.Open):
		return ui.Send(ui.OpenURL{URL: s.address()})
	case key.Matches(m, k.LogIn):
		s.helped = s.c.Now()
		return ui.Send(ui.LogInForMe{})
	case key.Matches(m, k.Paste):
		s.openPaste("")
	case key.Matches(m, k.QR):
		s.qr = !s.qr
	default:
		return s.look(m)
	}
	return nil
}

// look takes the keys that change what is shown, not what happens.
func (s *Screen) look(m tea.KeyMsg) tea.Cmd {
	k := &s.keys
	switch {
	case key.Matches(m, k.Copy):
		return s.copy()
	case key.Matches(m, k.Filter):
		s.filter.Open()
	case key.Matches(m, k.Raw):
		s.raw = !s.raw
	case key.Matches(m, k.Older):
		_, count := s.chosen()
		s.exchange = min(s.exchange+1, count-1)
	case key.Matches(m, k.Newer):
		s.exchange = max(s.exchange-1, 0)
	case key.Matches(m, k.Compare):
		s.details = true
		s.setTab(tabCompare)
	case key.Matches(m, k.Enter):
		return s.enter()
	case key.Matches(m, k.OtherFlow):
		s.preview++
		s.showPreview()
	case key.Matches(m, k.NewLogin):
		return ui.Send(ui.OpenLogin{})
	}
	return nil
}

// goOn sends what is held, with its edits, or changes how the next requests are held.
func (s *Screen) goOn(mode ui.GateMode) tea.Cmd {
	if s.run.stop == nil {
		return ui.Send(ui.SetGate{Mode: mode})
	}
	return ui.Send(ui.Release{Command: s.draft.command(s.use), Mode: mode})
}

func (s *Screen) enter() tea.Cmd {
	switch {
	case s.run.phase() == idle:
		return ui.Send(ui.StartPractice{Flow: s.run.began.Flow.ID})
	case s.run.phase() == succeeded && (!s.details || s.active() == tabResult):
		return ui.Send(ui.Goto{Screen: ui.Token})
	case s.details:
		return s.choice()
	}
	s.details = true
	return nil
}

// choice is what enter, or a second click, does with the selected row: fold it, or copy it.
func (s *Screen) choice() tea.Cmd {
	if id, ok := sentAgain(s.column.Selected()); ok {
		s.use, s.draft = id, nil
		return ui.Send(ui.Notify{Text: "the answer of exchange " + strconv.Itoa(id) + " will be taken in"})
	}
	if s.bodyShown() && s.tree.Toggle(s.tree.Node(s.column.Selected())) {
		s.run.version++
		return nil
	}
	return s.copy()
}

// pointed takes the mouse: the wheel scrolls what is under it, a click selects a step, opens a tab, presses a button.
func (s *Screen) pointed(m tea.MouseMsg) tea.Cmd {
	switch {
	case m.Action != tea.MouseActionPress:
	case m.Button == tea.MouseButtonWheelUp:
		s.wheel(m, -1)
	case m.Button == tea.MouseButtonWheelDown:
		s.wheel(m, 1)
	case m.Button == tea.MouseButtonLeft:
		return s.clicked(m.X, m.Y)
	}
	return nil
}

func (s *Screen) wheel(m tea.MouseMsg, n int) {
	switch {
	case !s.areas.steps.Contains(m.X, m.Y) && !s.areas.lanes.Contains(m.X, m.Y):
		s.column.Wheel(3 * n)
	case s.edit == nil && s.paste == nil:
		s.choose(s.selected + n)
	}
}

func (s *Screen) clicked(x, y int) tea.Cmd {
	a := &s.areas
	switch {
	case s.qr:
		s.qr = false
	case a.buttons.Contains(x, y):
		return s.press(s.buttons().At(x - a.buttons.X))
	case s.edit != nil:
		s.clickEditor(x, y)
	case s.paste != nil:
	case a.steps.Contains(x, y):
		if i := s.stepAt(x-a.steps.X, y-a.steps.Y); i >= 0 {
			s.details = false
			s.choose(i)
		}
	case a.tabs.Contains(x, y):
		tabs := s.tabLine()
		if i := tabs.At(x - a.tabs.X); i >= 0 {
			s.setTab(s.tabs()[i])
		}
	case a.body.Contains(x, y):
		s.details = true
		if _, again := s.column.Click(y - a.body.Y); again {
			return s.choice()
		}
	}
	return nil
}

// press does what the button's key does.
func (s *Screen) press(i int) tea.Cmd {
	b := s.buttons()
	if i < 0 || i >= len(b.Items) {
		return nil
	}
	return s.pressed(ui.KeyPress(b.Items[i].ID))
}
