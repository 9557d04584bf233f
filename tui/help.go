package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// help is the ? overlay. It is made from the key maps, so it can't say anything that is not so.
type help struct {
	c     *ui.Common
	rows  []helpRow
	top   int
	page  int
	close key.Binding
}

// helpRow is a heading (no key) or a key with what it does.
type helpRow struct{ key, text, disabled string }

func newHelp(a *app) *help {
	s := a.screens[a.front]
	h := &help{c: a.c, close: key.NewBinding(key.WithKeys("esc", "?", "q"), key.WithHelp("esc", "close"))}
	h.rows = append(h.rows, helpRow{text: s.title})
	seen := map[string]bool{}
	for _, action := range s.screen.Actions() {
		k := action.Binding.Help().Key
		seen[k] = true
		h.rows = append(h.rows, helpRow{k, action.Title, action.Disabled})
	}
	for _, group := range s.screen.FullHelp() {
		for _, b := range group {
			if k := b.Help().Key; !seen[k] {
				seen[k] = true
				h.rows = append(h.rows, helpRow{key: k, text: b.Help().Desc})
			}
		}
	}
	h.rows = append(h.rows, helpRow{}, helpRow{text: "Everywhere"})
	for _, b := range a.c.Keys.Global() {
		h.rows = append(h.rows, helpRow{key: b.Help().Key, text: b.Help().Desc})
	}
	h.rows = append(h.rows, helpRow{key: "click", text: "select, press a button, a tab or a key below"}, helpRow{key: "wheel", text: "scroll"})
	return h
}

func (h *help) update(msg tea.Msg) (bool, tea.Cmd) {
	k := h.c.Keys
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch {
		case key.Matches(m, h.close):
			return true, nil
		case key.Matches(m, k.Up):
			h.top--
		case key.Matches(m, k.Down):
			h.top++
		case key.Matches(m, k.PageUp):
			h.top -= h.page
		case key.Matches(m, k.PageDown):
			h.top += h.page
		case key.Matches(m, k.Top):
			h.top = 0
		case key.Matches(m, k.Bottom):
			h.top = len(h.rows)
		}
	case tea.MouseMsg:
		h.top += wheel(m)
	}
	return false, nil
}

// wheel is how many rows a mouse message scrolls.
func wheel(m tea.MouseMsg) int {
	switch m.Button {
	case tea.MouseButtonWheelUp:
		return -3
	case tea.MouseButtonWheelDown:
		return 3
	default:
		return 0
	}
}

func (h *help) view(w, height int) (string, string) {
	t := h.c.Theme
	h.page = min(height, len(h.rows))
	h.top = max(0, min(h.top, len(h.rows)-h.page))
	keys := 0
	for _, r := range h.rows {
		keys = max(keys, ui.Width(r.key))
	}
	width := min(w, 72)
	var lines []string
	for _, r := range h.rows[h.top : h.top+h.page] {
		switch {
		case r.key == "":
			lines = append(lines, ui.Pad(t.Strong.Render(r.text), width))
		case r.disabled != "":
			lines = append(lines, ui.Pad(t.Faint.Render(ui.Pad(r.key, keys))+"  "+t.Dim.Render(r.text+": "+r.disabled), width))
		default:
			lines = append(lines, ui.Pad(t.Accent.Render(ui.Pad(r.key, keys))+"  "+t.Text.Render(r.text), width))
		}
	}
	title := "Keys"
	if h.page < len(h.rows) {
		title = "Keys, more with ↑ ↓"
	}
	return title, strings.Join(lines, "\n")
}

func (h *help) hints() []key.Binding {
	return []key.Binding{h.c.Keys.Up, h.c.Keys.Down, h.close}
}
