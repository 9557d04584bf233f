package doctor

import (
	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// keyMap holds the keys of this screen alone.
type keyMap struct{ Again, Watch, Passive, Other, LogIn, In, Out, Check key.Binding }

func newKeyMap() keyMap {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return keyMap{
		Again:   bind("r", "check again", "r"),
		Watch:   bind("w", "watch", "w"),
		Passive: bind("p", "passive or not", "p"),
		Other:   bind("n", "another provider", "n"),
		LogIn:   bind("N", "log in to it", "N"),
		In:      bind("→/l", "unfold, or into the details", "right", "l"),
		Out:     bind("←/h", "fold, or back to the list", "left", "h"),
		Check:   bind("enter", "check", "enter"),
	}
}

// ShortHelp lists the keys of the bottom line.
func (s *Screen) ShortHelp() []key.Binding {
	k, g := s.keys, s.c.Keys
	switch {
	case s.ask.open:
		return []key.Binding{k.Check, g.Back}
	case s.filter.Typing():
		return s.filter.Keys()
	case !s.runs.any():
		return []key.Binding{g.Enter}
	}
	return []key.Binding{g.Next, k.Again, k.Watch, k.Passive, k.Other, k.LogIn, g.Export, g.Copy, g.Filter}
}

// FullHelp lists all keys, a group a column.
func (s *Screen) FullHelp() [][]key.Binding {
	k, g := s.keys, s.c.Keys
	return [][]key.Binding{
		{g.Up, g.Down, g.PageUp, g.PageDown, g.Top, g.Bottom},
		{g.Next, g.Prev, g.Enter, k.In, k.Out},
		{k.Again, k.Watch, k.Passive, k.Other, k.LogIn, g.Export, g.Copy, g.Filter},
	}
}

// loginDisabled says why there is nobody to log in to.
func (s *Screen) loginDisabled() string {
	switch {
	case !s.runs.any():
		return "nothing was checked yet"
	case s.runs.issuer == "":
		return "the key set alone names no provider"
	default:
		return ""
	}
}

// Actions lists everything that can be done here.
func (s *Screen) Actions() []ui.Action {
	none := ""
	if !s.runs.any() {
		none = "nothing was checked yet"
	}
	return []ui.Action{
		{Binding: s.keys.Other, Title: "Check another provider"},
		{Binding: s.keys.Again, Title: "Check again", Disabled: none},
		{Binding: s.keys.Watch, Title: "Watch the provider: check every minute, tell what changes", Disabled: none},
		{Binding: s.keys.Passive, Title: "Check passively, or ask the endpoints too", Disabled: none},
		{Binding: s.keys.LogIn, Title: "Log in to this provider", Disabled: s.loginDisabled()},
		{Binding: s.c.Keys.Export, Title: "Write the report to a file: Markdown, JSON, SARIF, JUnit", Disabled: none, Words: "save export"},
		{Binding: s.c.Keys.Copy, Title: "Copy a finding, a fix, the report", Disabled: none},
		{Binding: s.c.Keys.Filter, Title: "Filter checks", Disabled: none},
	}
}
