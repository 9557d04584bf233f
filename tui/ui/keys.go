package ui

import "github.com/charmbracelet/bubbles/key"

// Keys are the keys that mean the same everywhere. A screen's own key map must not take one of them, except those that
// the root leaves to the screens (second group), which a screen uses by these bindings so that help texts agree.
type Keys struct {
	// Acted on by the root.
	Quit, Kill, Help, Palette, Mouse, Back, Reveal key.Binding
	Explain                                        key.Binding // f1 also while keys are text
	Sessions                                       key.Binding
	Screens                                        key.Binding // 1 to 6

	// Left to the screens.
	Up, Down, PageUp, PageDown, Top, Bottom key.Binding
	Next, Prev                              key.Binding // pane
	Enter, Copy, Filter, Export             key.Binding
}

// NewKeys makes the global key map.
func NewKeys() *Keys {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return &Keys{
		Quit:     bind("q", "quit", "q"),
		Kill:     bind("ctrl+c", "quit at once", "ctrl+c"),
		Help:     bind("?", "help", "?"),
		Palette:  bind(":", "commands", ":"),
		Mouse:    bind("m", "mouse on or off", "m"),
		Back:     bind("esc", "back", "esc"),
		Reveal:   bind("s", "reveal or hide secrets", "s"),
		Explain:  bind("K", "explain what is selected", "K", "f1"),
		Sessions: bind("L", "sessions", "L"),
		Screens:  bind("1–6", "switch screen", "1", "2", "3", "4", "5", "6"),

		Up:       bind("↑/k", "up", "up", "k"),
		Down:     bind("↓/j", "down", "down", "j"),
		PageUp:   bind("pgup", "page up", "pgup"),
		PageDown: bind("pgdn", "page down", "pgdown"),
		Top:      bind("home/g", "first", "home", "g"),
		Bottom:   bind("end/G", "last", "end", "G"),
		Next:     bind("tab", "next pane", "tab"),
		Prev:     bind("shift+tab", "previous pane", "shift+tab"),
		Enter:    bind("enter", "open", "enter"),
		Copy:     bind("y", "copy", "y"),
		Filter:   bind("/", "filter", "/"),
		Export:   bind("e", "export", "e"),
	}
}

// Global lists the bindings that the root acts on, in the order of the help.
func (k *Keys) Global() []key.Binding {
	return []key.Binding{k.Screens, k.Palette, k.Help, k.Explain, k.Sessions, k.Reveal, k.Mouse, k.Back, k.Quit, k.Kill}
}
