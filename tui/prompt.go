package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// prompt is an overlay that asks for one line of text.
type prompt struct {
	c             *ui.Common
	title, detail string
	verb          string // what enter does
	input         textinput.Model
	problem       string
	check         func(text string) (problem string)
	then          func(text string) tea.Msg
}

func newPrompt(c *ui.Common, title, detail, verb, placeholder string, check func(string) string, then func(string) tea.Msg) *prompt {
	in := textinput.New()
	in.Prompt, in.Placeholder, in.CharLimit = "", placeholder, 2048
	in.TextStyle, in.PlaceholderStyle, in.Cursor.Style, in.Cursor.TextStyle = c.Theme.Text, c.Theme.Dim, c.Theme.Accent, c.Theme.Text
	in.Cursor.SetMode(cursor.CursorStatic)
	in.Focus()
	return &prompt{c: c, title: title, detail: detail, verb: verb, input: in, check: check, then: then}
}

func (o *prompt) update(msg tea.Msg) (bool, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	switch {
	case !ok:
		return false, nil
	case m.Type == tea.KeyEsc:
		return true, nil
	case m.Type == tea.KeyEnter && !m.Paste:
		text := strings.TrimSpace(o.input.Value())
		if o.problem = o.check(text); o.problem != "" {
			return false, nil
		}
		return true, ui.Send(o.then(text))
	}
	o.problem = ""
	var cmd tea.Cmd
	o.input, cmd = o.input.Update(m)
	return false, cmd
}

func (o *prompt) view(w, _ int) (string, string) {
	t, w := o.c.Theme, min(w, 76)
	o.input.Width = max(1, w-3)
	var lines []string
	for _, l := range ui.Wrap(o.detail, w) {
		lines = append(lines, t.Dim.Render(l))
	}
	last := ""
	if o.problem != "" {
		last = t.Bad.Render("✗ " + ui.Truncate(o.problem, w-2))
	}
	return o.title, strings.Join(append(lines, "", ui.Pad(t.Accent.Render("▸ ")+o.input.View(), w), last), "\n")
}

func (o *prompt) hints() []key.Binding {
	return []key.Binding{key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", o.verb)), o.c.Keys.Back}
}
