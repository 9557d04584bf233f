package flow

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// paste is the field for the address that the browser ended on, on a machine that the redirect can't reach.
type paste struct {
	field widget.Field
	err   error
	sent  bool
	found int // findings there were when it was sent
}

func (s *Screen) openPaste(text string) {
	s.paste = &paste{field: widget.NewField(clean(text))}
	s.tab = tabTurn
}

// pastedKeys takes a paste outside of any field: while the person is waited for it can only be that address.
func (s *Screen) pastedKeys(m tea.KeyMsg) tea.Cmd {
	if s.pasteDisabled() != "" {
		return nil
	}
	s.openPaste(string(m.Runes))
	return nil
}

func (s *Screen) pasteKey(m tea.KeyMsg) tea.Cmd {
	p := s.paste
	switch {
	case key.Matches(m, s.keys.EditLeave):
		s.paste = nil
	case key.Matches(m, s.keys.PasteSend):
		text := clean(p.field.Value())
		if p.err = checkPaste(text, s.run.need.URL, s.run.need.RedirectURI); p.err != nil {
			return nil
		}
		p.sent, p.found = true, len(s.run.findings)
		return ui.Send(ui.PasteAddress{URL: text})
	default:
		if p.field.Key(m) {
			p.err, p.sent = nil, false
		}
	}
	return nil
}

// clean takes away what copying from a terminal or a mail adds: line breaks and spaces, which no address holds, and
// quotes or brackets around it.
func clean(text string) string {
	return strings.Trim(strings.Join(strings.Fields(text), ""), `"'<>`)
}

// checkPaste says early and in plain words what can't be right. What only the engine can judge, it judges.
func checkPaste(text, began, redirect string) error {
	if text == "" {
		return errors.New("paste the whole address from the browser's address bar")
	}
	u, err := url.Parse(text)
	if err != nil {
		return errors.New("this is no address: it can't be read as a URL")
	}
	want, _ := url.Parse(redirect)
	if sent, err := url.Parse(began); err == nil && u.Host == sent.Host && u.Path == sent.Path && sent.Host != "" && (want == nil || want.Host != sent.Host) {
		return errors.New("this is the address the login began with; paste the one it ended on")
	}
	if want != nil && u.Host != "" && want.Host != "" && (u.Host != want.Host || u.Path != want.Path) {
		return fmt.Errorf("want an address that begins with %s, got %q", redirect, safe.Short(u.Scheme+"://"+u.Host+u.Path, 60))
	}
	answer := u.Query()
	if fragment, err := url.ParseQuery(u.Fragment); err == nil {
		for name, v := range fragment {
			answer[name] = append(answer[name], v...)
		}
	}
	if bare, err := url.ParseQuery(text); err == nil && u.Host == "" {
		for name, v := range bare {
			answer[strings.TrimPrefix(name, "?")] = v
		}
	}
	if !answer.Has("code") && !answer.Has("error") && !answer.Has("response") {
		return errors.New("it holds neither code nor error: log in to the end, then copy the address of the last page, also if that page could not be shown")
	}
	return nil
}

// pasteLines draws the field, what belongs into it, and what is wrong with what is in it.
func (s *Screen) pasteLines() []string {
	a, t, p := &s.areas, s.c.Theme, s.paste
	w := a.body.W - 2
	var out []string
	add := func(text string, style func(...string) string) {
		for _, line := range ui.Wrap(text, min(w, measure)) {
			out = append(out, "  "+style(line))
		}
	}
	add("Log in with any browser, on any machine. The last page will not load there; its address is all that is needed. Paste it here:", t.Text.Render)
	out = append(out, "")
	for i, line := range p.field.Lines(w-2, true, func(c string) string { return t.Text.Reverse(true).Render(c) }) {
		mark := "  "
		if i == 0 {
			mark = t.Accent.Render("▸ ")
		}
		out = append(out, mark+"  "+line)
	}
	out = append(out, "")
	switch {
	case p.err != nil:
		add("✗ "+safe.Text(p.err.Error()), t.Bad.Render)
	case p.sent && s.pasteFault() != "":
		add("✗ "+safe.Text(s.scrub(s.pasteFault())), t.Bad.Render)
	case p.sent:
		add("▸ given to the run", t.Dim.Render)
	default:
		add("It begins with "+safe.Text(s.run.need.RedirectURI)+"?code=…", t.Dim.Render)
	}
	for len(out) < a.body.H {
		out = append(out, "")
	}
	return out[:a.body.H]
}

// pasteFault is what the engine said about a paste that it could not use, since that was sent.
func (s *Screen) pasteFault() string {
	if n := len(s.run.findings); n > s.paste.found {
		return s.run.findings[n-1].Message
	}
	return ""
}
