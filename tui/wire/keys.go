package wire

import (
	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// keyMap holds the keys of this screen alone.
type keyMap struct{ Raw, Fold, Unfold, Practice, Login key.Binding }

func newKeyMap() keyMap {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return keyMap{
		Raw:      bind("v", "pretty or as sent", "v"),
		Fold:     bind("←/h", "fold, or back to the list", "left", "h"),
		Unfold:   bind("→/l", "unfold, or into the details", "right", "l"),
		Practice: bind("enter", "practice login", "enter"),
		Login:    bind("n", "new login", "n"),
	}
}

// ShortHelp lists the keys of the bottom line.
func (s *Screen) ShortHelp() []key.Binding {
	k, g := s.keys, s.c.Keys
	switch {
	case s.filter.Typing():
		return s.filter.Keys()
	case s.log.last() == nil:
		return []key.Binding{k.Practice, k.Login}
	}
	return []key.Binding{g.Next, k.Raw, g.Copy, g.Filter, g.Reveal}
}

// FullHelp lists all keys, a group a column.
func (s *Screen) FullHelp() [][]key.Binding {
	k, g := s.keys, s.c.Keys
	return [][]key.Binding{
		{g.Up, g.Down, g.PageUp, g.PageDown, g.Top, g.Bottom},
		{g.Next, g.Prev, g.Enter, k.Fold, k.Unfold},
		{k.Raw, g.Copy, g.Filter, g.Export},
	}
}

// Actions lists everything that can be done here.
func (s *Screen) Actions() []ui.Action {
	none := ""
	if s.log.last() == nil {
		none = "nothing went over the wire yet"
	}
	return []ui.Action{
		{Binding: s.keys.Raw, Title: "Show bodies pretty, or as they were sent", Disabled: none},
		{Binding: s.c.Keys.Copy, Title: "Copy as curl, a header, a body", Disabled: none},
		{Binding: s.c.Keys.Filter, Title: "Filter exchanges", Disabled: none},
		{Binding: s.c.Keys.Export, Title: "Export the run: events, HAR, curl, Markdown", Disabled: none, Words: "save write"},
	}
}
