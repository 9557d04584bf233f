package doctor

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// ask is the field for the issuer.
type ask struct {
	input textinput.Model
	open  bool
	last  string // of a session, offered first
}

// maxIssuer bounds what a paste may put into the field, in characters.
const maxIssuer = 2048

func newAsk(c *ui.Common) ask {
	in := textinput.New()
	in.Prompt, in.Placeholder = "", "https://idp.example"
	in.CharLimit = maxIssuer
	in.TextStyle, in.PlaceholderStyle = c.Theme.Text, c.Theme.Dim
	in.Cursor.Style, in.Cursor.TextStyle = c.Theme.Accent, c.Theme.Text
	in.Cursor.SetMode(cursor.CursorStatic)
	return ask{input: in}
}

func (a *ask) setWidth(w int) { a.input.Width = max(10, min(w, 100)-16) }

// suggest remembers the issuer of a session.
func (a *ask) suggest(issuer string) { a.last = issuer }

// show opens the field.
func (a *ask) show() tea.Cmd {
	a.open = true
	if a.input.Value() == "" {
		a.input.SetValue(a.last)
	}
	a.input.CursorEnd()
	return a.input.Focus()
}

// pasted opens the field with a text.
func (a *ask) pasted(text string) tea.Cmd {
	a.input.SetValue(strings.TrimSpace(text))
	return a.show()
}

func (a *ask) close() {
	a.open = false
	a.input.Blur()
}

// asked is a key while the field is open.
func (s *Screen) asked(m tea.KeyMsg) tea.Cmd {
	switch m.Type {
	case tea.KeyEsc:
		s.ask.close()
		if !s.runs.any() {
			return ui.Send(ui.Goto{Screen: ui.Home})
		}
		return nil
	case tea.KeyEnter:
		issuer, err := readIssuer(s.ask.input.Value())
		if err != nil {
			return ui.Send(ui.Notify{Text: err.Error(), Kind: ui.NoteCare})
		}
		s.ask.close()
		return s.start(doctor.Config{Issuer: issuer, Transport: s.c.Transport, Passive: s.runs.cfg.Passive})
	}
	var cmd tea.Cmd
	s.ask.input, cmd = s.ask.input.Update(m)
	return cmd
}

// readIssuer takes an address, or the name of a provider whose issuer is one address for everybody.
func readIssuer(text string) (string, error) {
	text = strings.TrimSpace(text)
	if p, ok := preset.Find(text); ok {
		if pattern := p.Pattern(); pattern != "" && !strings.Contains(pattern, "{") {
			return pattern, nil
		}
	}
	if !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://") || strings.ContainsAny(text, " {}") {
		return "", errNoIssuer
	}
	return text, nil
}
