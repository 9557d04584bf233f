package token

import (
	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// keyMap holds the keys of this screen alone; the common ones come from ui.Keys.
type keyMap struct {
	PrevTab, NextTab, Close, Open, Practice, Login             key.Binding
	Refresh, UserInfo, Introspect, Revoke                      key.Binding
	Walk, Keys, Compare, Before, Times, JSON, NextHit, PrevHit key.Binding
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
		Introspect: bind("i", "introspect", "i", "I"),
		Revoke:     bind("x", "revoke", "x", "X"),
		Walk:       bind("v", "signature", "v"),
		Keys:       bind("V", "check with keys", "V"),
		Compare:    bind("d", "compare", "d"),
		Open:       bind("o", "open file", "o"),
		Close:      bind("w", "close tab", "w", "ctrl+w"),
		NextHit:    bind("n", "next hit", "n"),
		PrevHit:    bind("N", "hit before", "N"),
		Times:      bind("t", "times", "t"),
		JSON:       bind("J", "JSON", "J"),
		Before:     bind("b", "before/after", "b"),
		Practice:   bind("enter", "practice login", "enter"),
		Login:      bind("n", "new login", "n"),
	}
}

// ShortHelp lists the keys of the bottom line, by what matters now.
func (s *Screen) ShortHelp() []key.Binding {
	k := s.keys
	switch {
	case s.guest != nil:
		return s.guest.Help()
	case s.filter.Typing():
		return s.filter.Keys()
	case s.subject() == nil:
		return []key.Binding{k.Practice, k.Login, k.Open}
	case s.filter.Text() != "":
		return []key.Binding{k.NextHit, k.PrevHit, s.c.Keys.Back, s.c.Keys.Copy}
	case s.zoomed != nil || s.view != viewPanes:
		back := s.c.Keys.Back
		return []key.Binding{back, k.JSON, s.c.Keys.Filter, s.c.Keys.Copy}
	}
	return s.paneHelp()
}

// paneHelp is the keys of the panes: what can be done with the token in front, then how to look at it.
func (s *Screen) paneHelp() []key.Binding {
	k, g, sub := s.keys, s.c.Keys, s.subject()
	var list []key.Binding
	if s.cantRefresh() == "" {
		list = append(list, k.Refresh)
	}
	if s.cantGiveKeys() == "" {
		list = append(list, k.Keys)
	}
	if s.cantWalk() == "" {
		list = append(list, k.Walk)
	}
	list = append(list, g.Copy, g.Filter, k.JSON, k.NextTab, k.Compare)
	if s.previous != nil {
		list = append(list, k.Before)
	}
	if sub.missing == "" && sub.hidden() {
		list = append(list, g.Reveal)
	}
	return append(list, g.Next, k.Times, g.Export, k.Open)
}

// FullHelp lists all keys, a group a column.
func (s *Screen) FullHelp() [][]key.Binding {
	k, g := s.keys, s.c.Keys
	return [][]key.Binding{
		{g.Up, g.Down, g.PageUp, g.PageDown, g.Top, g.Bottom, g.Next, g.Prev, g.Enter},
		{k.PrevTab, k.NextTab, k.Close, k.Open, k.Refresh, k.UserInfo, k.Introspect, k.Revoke, k.Before},
		{k.Walk, k.Keys, k.Compare, k.Times, k.JSON, g.Filter, k.NextHit, k.PrevHit, g.Copy, g.Export},
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
		{Binding: k.Refresh, Title: "Refresh the tokens", Disabled: s.cantRefresh(), Words: "renew RFC 6749"},
		{Binding: k.UserInfo, Title: "Ask the userinfo endpoint", Disabled: s.cantUserInfo()},
		{Binding: k.Introspect, Title: "Ask whether the token is still good", Disabled: s.cantIntrospect(), Words: "introspect introspection active RFC 7662"},
		{Binding: k.Revoke, Title: "Revoke the token", Disabled: s.cantRevoke(), Words: "revocation RFC 7009"},
		{Binding: k.Walk, Title: "Walk through the signature", Disabled: s.cantWalk()},
		{Binding: k.Keys, Title: "Check the token with keys, or open it with one", Disabled: s.cantGiveKeys()},
		{Binding: k.Compare, Title: "Compare with another token", Disabled: none},
		{Binding: k.Before, Title: "Show the tokens before the refresh", Disabled: before},
		{Binding: k.JSON, Title: "Show the whole JSON, or as it was sent", Disabled: none},
		{Binding: k.Times, Title: "Write times in UTC, local time, or raw", Disabled: none},
		{Binding: g.Filter, Title: "Search", Disabled: none},
		{Binding: g.Copy, Title: "Copy what is selected, or the token", Disabled: none},
		{Binding: g.Export, Title: "Write the token's report, claims, or the token to a file", Disabled: s.cantExport(), Words: "save export"},
		{Binding: k.NextTab, Title: "Next token", Disabled: none},
		{Binding: k.Open, Title: "Open a file: a token, a saved run, a browser's capture (HAR)", Words: "import replay har"},
		{Binding: k.Close, Title: "Close the tab", Disabled: s.cantClose()},
	}
	if none != "" {
		actions = append(actions,
			ui.Action{Binding: k.Practice, Title: "Practice login, to get a token"},
			ui.Action{Binding: k.Login, Title: "Log in to a provider"})
	}
	return actions
}
