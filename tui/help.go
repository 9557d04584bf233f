package tui

import (
	"context"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

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
	h.rows = append(h.rows, screenRows(s.screen)...)
	h.rows = append(h.rows, helpRow{}, helpRow{text: "Everywhere"})
	h.rows = append(h.rows, globalRows(a.c)...)
	return h
}

// screenRows are the keys of one screen: what can be done there, then what moves about in it.
func screenRows(screen ui.Screen) []helpRow {
	var rows []helpRow
	seen := map[string]bool{}
	for _, action := range screen.Actions() {
		k := action.Binding.Help().Key
		seen[k] = true
		rows = append(rows, helpRow{k, action.Title, action.Disabled})
	}
	for _, group := range screen.FullHelp() {
		for _, b := range group {
			if k := b.Help().Key; !seen[k] {
				seen[k] = true
				rows = append(rows, helpRow{key: k, text: b.Help().Desc})
			}
		}
	}
	return rows
}

// globalRows are the keys that mean the same on every screen.
func globalRows(c *ui.Common) []helpRow {
	var rows []helpRow
	for _, b := range c.Keys.Global() {
		rows = append(rows, helpRow{key: b.Help().Key, text: b.Help().Desc})
	}
	return append(rows, helpRow{key: "click", text: "select, press a button, a tab or a key below"}, helpRow{key: "wheel", text: "scroll"})
}

// KeyGroup is the keys of one place in the interface, for documentation.
type KeyGroup struct {
	Title string
	Keys  [][2]string // the key as it is shown, and what it does
}

// KeyGroups lists the keys as the help overlay does: every screen's in a program that has just started, and last those that work
// everywhere.
func KeyGroups() []KeyGroup {
	c := &ui.Common{Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys(), Now: time.Now}
	a := newApp(context.Background(), Options{}, c, outside{})
	group := func(title string, rows []helpRow) KeyGroup {
		g := KeyGroup{Title: title}
		for _, r := range rows {
			if r.key != "" {
				g.Keys = append(g.Keys, [2]string{r.key, r.text})
			}
		}
		return g
	}
	var groups []KeyGroup
	for _, s := range a.screens {
		groups = append(groups, group(s.title, screenRows(s.screen)))
	}
	return append(groups, group("Everywhere", globalRows(c)))
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
