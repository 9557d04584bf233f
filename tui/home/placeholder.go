package home

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/preset"
)

// choosePreset is a key for the issuer: it goes through the presets and takes one, and through the {places} in an address that was taken.
// It is not mine when it means something else.
func (f *loginForm) choosePreset(id string, m tea.KeyMsg) (mine bool, cmd tea.Cmd) {
	if id != "issuer" {
		return false, nil
	}
	switch {
	case len(f.presets) == 0:
		if m.Type == tea.KeyRunes {
			overPlaceholder(f.Input("issuer"))
		}
		return m.Type == tea.KeyTab && atLaterPlaceholder(f.Input("issuer")), nil
	case m.Type == tea.KeyUp:
		f.preset = max(0, f.preset-1)
	case m.Type == tea.KeyDown:
		f.preset = min(len(f.presets)-1, f.preset+1)
	case m.Type == tea.KeyTab, m.Type == tea.KeyEnter:
		return true, f.takePreset(f.presets[f.preset])
	default:
		return false, nil
	}
	return true, nil
}

// takePreset puts what is known of a provider into the form: its address, with the places that are to be filled, or its endpoints where it
// has no discovery document.
func (f *loginForm) takePreset(p *preset.Preset) tea.Cmd {
	for _, e := range p.Endpoints {
		if !strings.Contains(e.URL, "{") {
			f.Set(strings.ReplaceAll(e.Name, "_", "-"), e.URL)
		}
	}
	in := f.Input("issuer")
	f.Set("issuer", p.Pattern())
	in.CursorStart()
	if !toPlaceholder(in) {
		in.CursorEnd()
	}
	cmd := f.issuerChanged()
	if p.Pattern() == "" {
		cmd = tea.Batch(cmd, f.FocusOn("client-id"))
	}
	return cmd
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
func atLaterPlaceholder(in *textinput.Model) bool {
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
