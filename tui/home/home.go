// Package home is the screen that the program opens with: what can be started, and what ran in this session. It also holds
// the form for a new login.
package home

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Screen is the home screen.
type Screen struct {
	c      *ui.Common
	keys   keyMap
	w, h   int
	cursor int
}

// ShowForm asks the screen for the form of a new login.
type ShowForm struct{ Issuer string }

// For makes ShowForm a message for this screen.
func (ShowForm) For() ui.Name { return ui.Home }

type keyMap struct {
	Open, Device, Login key.Binding
}

// New makes the home screen.
func New(c *ui.Common) *Screen {
	bind := func(k, desc string) key.Binding { return key.NewBinding(key.WithKeys(k), key.WithHelp(k, desc)) }
	return &Screen{c: c, keys: keyMap{Open: bind("enter", "open"), Device: bind("d", "practice device code"), Login: bind("n", "new login")}}
}

// item is a row that can be opened.
type item struct {
	title, about, key string
	intent            tea.Msg
}

func (s *Screen) items() []item {
	items := []item{
		{"Practice login", "a provider on this machine, nothing to set up", "enter", ui.StartPractice{Flow: "pkce"}},
		{"Practice with a code", "the same, as a device without a browser does it", "d", ui.StartPractice{Flow: "device"}},
	}
	return items
}

// Init does nothing.
func (s *Screen) Init() tea.Cmd { return nil }

// SetSize takes the size of the screen's area.
func (s *Screen) SetSize(w, h int) { s.w, s.h = w, h }

// Title is empty: home is where the breadcrumb begins.
func (s *Screen) Title() string { return "" }

// Typing is false: nothing is typed here.
func (s *Screen) Typing() bool { return false }

// Update takes keys.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch items := s.items(); {
	case key.Matches(m, s.c.Keys.Up):
		s.cursor = max(0, s.cursor-1)
	case key.Matches(m, s.c.Keys.Down):
		s.cursor = min(len(items)-1, s.cursor+1)
	case key.Matches(m, s.keys.Open):
		return ui.Send(items[s.cursor].intent)
	case key.Matches(m, s.keys.Device):
		return ui.Send(ui.StartPractice{Flow: "device"})
	}
	return nil
}

// View draws the list.
func (s *Screen) View() string {
	t := s.c.Theme
	lines := []string{"", "   " + t.Strong.Render("Start")}
	for i, it := range s.items() {
		title := t.Text.Render(ui.Pad(it.title, 26))
		if i == s.cursor {
			title = t.Strong.Render(ui.Pad(it.title, 26))
		}
		lines = append(lines, " "+t.Cursor(i == s.cursor, true)+ui.Between(title+t.Dim.Render(it.about), t.Accent.Render(it.key)+" ", s.w-3))
	}
	lines = append(lines, "", "   "+t.Strong.Render("Recent runs")+t.Dim.Render("  this session"))
	for i := len(s.c.Past) - 1; i >= 0; i-- {
		p := s.c.Past[i]
		lines = append(lines, "   "+t.Dim.Render(p.At.Format("15:04")+"  ")+safe.Text(p.Text())+" · "+string(p.Outcome))
	}
	return strings.Join(lines, "\n")
}

// ShortHelp lists the keys of the bottom line.
func (s *Screen) ShortHelp() []key.Binding { return []key.Binding{s.keys.Open, s.keys.Device} }

// FullHelp lists all keys.
func (s *Screen) FullHelp() [][]key.Binding { return [][]key.Binding{s.ShortHelp()} }

// Actions lists what can be done here.
func (s *Screen) Actions() []ui.Action {
	return []ui.Action{{Binding: s.keys.Open, Title: "Open what is selected"}, {Binding: s.keys.Device, Title: "Practice login: device code"}}
}
