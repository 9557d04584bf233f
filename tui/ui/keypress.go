package ui

import (
	"strings"
	"sync"

	tea "github.com/charmbracelet/bubbletea"
)

// named are the keys that have a name, by that name.
var named = sync.OnceValue(func() map[string]tea.KeyType {
	keys := make(map[string]tea.KeyType)
	for t := tea.KeyType(-128); t < 128; t++ {
		if name := t.String(); name != "" && t != tea.KeyRunes {
			keys[name] = t
		}
	}
	return keys
})

// KeyPress makes the message of a key from its name in a key map: "n", "ctrl+r", "alt+x", "enter".
func KeyPress(name string) tea.KeyMsg {
	rest, alt := strings.CutPrefix(name, "alt+")
	if rest == " " { // the one named key that is also text
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune(rest), Alt: alt}
	}
	if t, ok := named()[rest]; ok {
		return tea.KeyMsg{Type: t, Alt: alt}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rest), Alt: alt}
}
