package home

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// choosePreset is a key for the list of presets; false when it means something else.
func (f *form) choosePreset(m tea.KeyMsg) (bool, tea.Cmd) {
	switch m.Type {
	case tea.KeyUp:
		f.preset = max(0, f.preset-1)
	case tea.KeyDown:
		f.preset = min(len(f.presets)-1, f.preset+1)
	case tea.KeyTab, tea.KeyEnter:
		in := &f.inputs[issuerField]
		in.SetValue(f.presets[f.preset].Pattern())
		in.CursorStart()
		if !toPlaceholder(in) {
			in.CursorEnd()
		}
		return true, f.issuerChanged()
	default:
		return false, nil
	}
	return true, nil
}

// toPlaceholder moves the cursor to the next placeholder; false when there is none.
func toPlaceholder(in *textinput.Model) bool {
	value, at := []rune(in.Value()), in.Position()
	for i := at; i < len(value); i++ {
		if value[i] == '{' {
			in.SetCursor(i)
			return true
		}
	}
	return false
}

// atLaterPlaceholder moves from the one placeholder to the next; false when the cursor does not move.
func (f *form) atLaterPlaceholder() bool {
	in := &f.inputs[issuerField]
	before := in.Position()
	return toPlaceholder(in) && in.Position() != before
}

// overPlaceholder takes a placeholder away when the cursor stands before it, so that typing replaces it.
func overPlaceholder(in *textinput.Model) {
	value, at := []rune(in.Value()), in.Position()
	if at < len(value) && value[at] == '{' {
		if end := strings.IndexByte(string(value[at:]), '}'); end > 0 {
			in.SetValue(string(value[:at]) + string(value[at:])[end+1:])
			in.SetCursor(at)
		}
	}
}
