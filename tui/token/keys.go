package token

import (
	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// keyMap holds the keys of this screen alone; the common ones come from ui.Keys.
type keyMap struct {
	PrevTab, NextTab, Refresh, UserInfo, Introspect, Revoke, Times, JSON, Before, Practice, Login key.Binding
}

func newKeyMap() keyMap {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return keyMap{
		PrevTab:    bind("←/h", "token before, or fold", "left", "h"),
		NextTab:    bind("→/l", "next token", "right", "l"),
		Refresh:    bind("r", "refresh", "r"),
		UserInfo:   bind("U", "userinfo", "U"),
		Introspect: bind("I", "introspect", "I"),
		Revoke:     bind("X", "revoke", "X"),
		Times:      bind("t", "times", "t"),
		JSON:       bind("J", "JSON", "J"),
		Before:     bind("d", "before/after", "d"),
		Practice:   bind("enter", "practice login", "enter"),
		Login:      bind("n", "new login", "n"),
	}
}

// ShortHelp lists the keys of the bottom line, by what matters now.
func (s *Screen) ShortHelp() []key.Binding {
	k := s.keys
	switch {
	case s.filter.Typing():
		return s.filter.Keys()
	case s.subject() == nil:
		return []key.Binding{k.Practice, k.Login}
	case s.zoomed != nil || s.view != viewPanes:
		back := s.c.Keys.Back
		return []key.Binding{back, k.JSON, s.c.Keys.Filter, s.c.Keys.Copy}
	}
	list := []key.Binding{}
	if s.cantRefresh() == "" {
		list = append(list, k.Refresh)
	}
	list = append(list, k.NextTab, s.c.Keys.Next, k.Times, k.JSON)
	if s.previous != nil {
		list = append(list, k.Before)
	}
	return append(list, s.c.Keys.Copy, s.c.Keys.Filter, s.c.Keys.Reveal)
}

// FullHelp lists all keys, a group a column.
func (s *Screen) FullHelp() [][]key.Binding {
	k, g := s.keys, s.c.Keys
	return [][]key.Binding{
		{g.Up, g.Down, g.PageUp, g.PageDown, g.Top, g.Bottom, g.Next, g.Prev, g.Enter},
		{k.PrevTab, k.NextTab, k.Refresh, k.UserInfo, k.Introspect, k.Revoke, k.Before},
		{k.Times, k.JSON, g.Filter, g.Copy},
	}
}

// Actions lists everything that can be done here.
func (s *Screen) Actions() []ui.Action {
	k, g, none := s.keys, s.c.Keys, ""
	if s.subject() == nil {
		none = "there is no token"
	}
	before := none
	if s.previous == nil {
		before = "nothing was refreshed yet"
	}
	actions := []ui.Action{
		{Binding: k.Refresh, Title: "Refresh the tokens", Disabled: s.cantRefresh()},
		{Binding: k.UserInfo, Title: "Ask the userinfo endpoint", Disabled: s.cantUserInfo()},
		{Binding: k.Introspect, Title: "Ask whether the token is still good", Disabled: s.cantIntrospect()},
		{Binding: k.Revoke, Title: "Revoke the token", Disabled: s.cantRevoke()},
		{Binding: k.Before, Title: "Show the tokens before the refresh", Disabled: before},
		{Binding: k.JSON, Title: "Show the whole JSON, or as it was sent", Disabled: none},
		{Binding: k.Times, Title: "Write times in UTC, local time, or raw", Disabled: none},
		{Binding: g.Filter, Title: "Filter claims", Disabled: none},
		{Binding: g.Copy, Title: "Copy what is selected, or the token", Disabled: none},
		{Binding: k.NextTab, Title: "Next token", Disabled: none},
	}
	if none != "" {
		actions = append(actions,
			ui.Action{Binding: k.Practice, Title: "Practice login, to get a token"},
			ui.Action{Binding: k.Login, Title: "Log in to a provider"})
	}
	return actions
}
