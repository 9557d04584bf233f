package token

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// pressed takes a key.
func (s *Screen) pressed(m tea.KeyMsg) tea.Cmd {
	switch {
	case s.guest != nil && (!m.Paste || s.guest.Typing()):
		return s.hosted(s.guest.Press(m))
	case m.Paste && !s.filter.Typing():
		return ui.Send(ui.OpenToken{Raw: string(m.Runes)})
	case s.filter.Typing():
		changed := s.filter.Update(m)
		s.rebuild()
		if changed {
			s.firstHit()
		}
		return nil
	case matches(m, s.keys.Open):
		s.askFile()
		return nil
	case s.subject() == nil:
		return s.pressedEmpty(m)
	}
	if cmd, done := s.command(m); done {
		return cmd
	}
	s.navigate(m)
	return nil
}

// command takes the keys that do something.
func (s *Screen) command(m tea.KeyMsg) (tea.Cmd, bool) {
	k, g := s.keys, s.c.Keys
	for _, c := range []struct {
		key key.Binding
		do  func() tea.Cmd
	}{
		{k.Refresh, s.refresh}, {k.UserInfo, s.userInfo}, {k.Introspect, s.introspect}, {k.Revoke, s.revoke},
		{k.Walk, s.walkThrough}, {k.Keys, s.askKeys}, {k.Compare, s.compareWith}, {k.Close, s.closeTab},
		{g.Copy, s.copy}, {g.Export, s.export}, {g.Enter, s.enter},
	} {
		if matches(m, c.key) {
			return c.do(), true
		}
	}
	switch {
	case matches(m, k.NextHit) && s.filter.Text() != "":
		s.nextHit(1)
		return nil, true
	case matches(m, k.PrevHit) && s.filter.Text() != "":
		s.nextHit(-1)
		return nil, true
	case matches(m, k.JSON):
		s.showView((s.view + 1) % views)
		return nil, true
	case matches(m, k.Times):
		s.times = (s.times + 1) % timeForms
	case matches(m, k.Before) && s.previous == nil:
		return ui.Send(ui.Notify{Text: "nothing was refreshed yet"}), true
	case matches(m, k.Before):
		s.before = !s.before
	case matches(m, g.Filter):
		s.filter.Open()
	case matches(m, g.Back):
		s.back()
	default:
		return nil, false
	}
	s.rebuild()
	return nil, true
}

// navigate takes the keys that move.
func (s *Screen) navigate(m tea.KeyMsg) bool {
	k, g, col := s.keys, s.c.Keys, s.column()
	switch {
	case matches(m, g.Up):
		col.Move(-1)
	case matches(m, g.Down):
		col.Move(1)
	case matches(m, g.PageUp):
		col.Page(-1)
	case matches(m, g.PageDown):
		col.Page(1)
	case matches(m, g.Top):
		col.End(-1)
	case matches(m, g.Bottom):
		col.End(1)
	case matches(m, g.Next):
		s.nextPane(1)
	case matches(m, g.Prev):
		s.nextPane(-1)
	case matches(m, k.PrevTab):
		s.sideways(-1)
	case matches(m, k.NextTab):
		s.sideways(1)
	default:
		return false
	}
	return true
}

// nextPane goes through the panes of one column and then those of the other.
func (s *Screen) nextPane(step int) {
	if s.column().NextPane(step) {
		return
	}
	if s.right.Selected() != "" {
		s.onRight = !s.onRight
	}
	s.column().Focus(step)
}

// sideways folds and unfolds what can be, chooses a button on the row of buttons, and else changes the token.
func (s *Screen) sideways(step int) {
	id := s.selected()
	if next := s.buttons.Active + step; id == buttonRow && next >= 0 && next < len(s.buttons.Items) {
		s.buttons.Active = next
		return
	}
	if e := s.entryOf(id); e != nil && e.value != nil && s.folding().Fold(e.value, step < 0) {
		s.rebuild()
		return
	}
	if s.view == viewPanes {
		s.showTab(s.tabs.Active + step)
	}
}

func (s *Screen) showTab(i int) {
	if i < 0 || i >= len(s.tabs.Items) {
		return
	}
	s.tabs.Active = i
	s.zoomed, s.fresh = nil, true
	s.rebuild()
}

func (s *Screen) showView(v view) {
	s.view, s.zoomed, s.onRight = v, nil, false
	s.rebuild()
	s.left.End(-1)
}

// back undoes one layer: the search, the zoomed value, the JSON, the token inside, the look back.
func (s *Screen) back() {
	switch {
	case s.filter.Text() != "":
		s.filter.Clear()
	case s.zoomed != nil:
		id := s.zoomedFrom
		s.zoomed = nil
		s.rebuild()
		s.onRight = !s.left.Select(id) && s.right.Select(id)
	case s.view != viewPanes:
		s.view = viewPanes
	case s.tab() != s.subject():
		outer := s.tab()
		for outer.child.child != nil {
			outer = outer.child
		}
		outer.child = nil
	default:
		s.before = false
	}
}

// enter presses a button, folds a container, goes inside of what is a token itself, and shows anything else whole.
func (s *Screen) enter() tea.Cmd {
	id := s.selected()
	if id == buttonRow {
		return s.press(s.buttons.Active)
	}
	e := s.entryOf(id)
	switch {
	case id == "changes":
		s.listed = true
		s.rebuild()
		s.left.End(-1)
	case strings.HasSuffix(id, widget.MoreRow):
		s.showMore(strings.TrimSuffix(id, widget.MoreRow))
	case id == "signature" && s.cantWalk() == "":
		return s.walkThrough()
	case e == nil:
	case e.enter != nil:
		s.subject().child = e.enter()
		s.fresh = true
		s.rebuild()
	case widget.Length(e.value) > 0 && !(s.showsPanes() && inline(e.value)):
		s.folding().Toggle(e.value)
		s.rebuild()
	case s.zoomed == nil && (e.value != nil || len(e.more) > 0):
		s.zoomed, s.zoomedFrom, s.onRight = e, id, false
		s.rebuild()
		s.left.End(-1)
	}
	return nil
}

// showMore lays out more of a long list, of claims or of what is in a container.
func (s *Screen) showMore(of string) {
	if v := s.folding().Node(of); v != nil {
		s.folding().ShowMore(v)
	} else {
		s.longer[of]++
	}
	s.rebuild()
}

// showsPanes reports whether the panes are shown, rather than JSON or one value.
func (s *Screen) showsPanes() bool { return s.view == viewPanes && s.zoomed == nil }

// folding is the tree whose containers the keys fold.
func (s *Screen) folding() *widget.Tree {
	if s.showsPanes() {
		return &s.inner
	}
	return &s.tree
}

func (s *Screen) press(i int) tea.Cmd {
	if i < 0 || i >= len(s.buttons.Items) {
		return nil
	}
	switch s.buttons.Items[i].ID {
	case "refresh":
		return s.refresh()
	case "introspect":
		return s.introspect()
	case "revoke":
		return s.revoke()
	case "keys":
		return s.askKeys()
	case "walk":
		return s.walkThrough()
	default:
		return s.userInfo()
	}
}

func (s *Screen) refresh() tea.Cmd {
	if why := s.cantRefresh(); why != "" {
		return ui.Send(ui.Notify{Text: "can't refresh: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.Refresh{})
}

func (s *Screen) userInfo() tea.Cmd {
	if why := s.cantUserInfo(); why != "" {
		return ui.Send(ui.Notify{Text: "can't ask for userinfo: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.FetchUserInfo{})
}

func (s *Screen) introspect() tea.Cmd {
	if why := s.cantIntrospect(); why != "" {
		return ui.Send(ui.Notify{Text: "can't introspect: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.Introspect{Which: s.subject().which})
}

func (s *Screen) revoke() tea.Cmd {
	if why := s.cantRevoke(); why != "" {
		return ui.Send(ui.Notify{Text: "can't revoke: " + why, Kind: ui.NoteCare})
	}
	return ui.Send(ui.Revoke{Which: s.subject().which})
}
