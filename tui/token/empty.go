package token

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// emptyPanes says how to get a token.
func (s *Screen) emptyPanes(width int) []widget.Pane {
	theme := s.c.Theme
	if s.reading != "" {
		return []widget.Pane{{ID: "empty", Title: "Reading " + s.reading, Hue: theme.Strong}}
	}
	if s.running != "" {
		return s.underWayPanes(width)
	}
	ways := widget.Table{Theme: theme, Width: width}.Rows([]widget.Pair{
		{ID: "practice", Name: "Practice login", Value: "a provider on this machine, nothing to set up", Style: theme.Dim, Mark: theme.Accent.Render("enter")},
		{ID: "login", Name: "Log in to a provider", Value: "issuer, client, flow", Style: theme.Dim, Mark: theme.Accent.Render("n")},
		{ID: "file", Name: "Open a file", Value: "a token, a saved run, a HAR, a log", Style: theme.Dim, Mark: theme.Accent.Render("o")},
	})
	paste := append([]widget.Row{draw.Fixed("", "")}, draw.Prose(theme.Text, "Or paste one here. It stays in this program: nothing is sent and nothing is written.", width)...)
	paste = append(paste, draw.Prose(theme.Dim, "Any form of token, or text with tokens in it: a token response, a curl command, a log. A file can be dropped here, too.", width)...)
	return []widget.Pane{{ID: "empty", Title: "No token yet", Hue: theme.Strong, Rows: append(ways, paste...)}}
}

// underWayPanes lead to the run whose tokens are waited for.
func (s *Screen) underWayPanes(width int) []widget.Pane {
	theme := s.c.Theme
	title, about := "A run is under way", "what each step sends and receives"
	if s.running == ui.RunLogin {
		title += " with " + s.provider
	}
	if s.held {
		title, about = title+", and held", "it waits for you: look at the request, change it, send it"
	}
	rows := widget.Table{Theme: theme, Width: width}.Rows([]widget.Pair{
		{ID: "run", Name: "See the run", Value: about, Style: theme.Dim, Mark: theme.Accent.Render("enter")},
		{ID: "file", Name: "Open a file", Value: "a token, a token response, a log", Style: theme.Dim, Mark: theme.Accent.Render("o")},
	})
	rows = append(rows, draw.Fixed("", ""))
	rows = append(rows, draw.Prose(theme.Text, "Its tokens will be here when they have come.", width)...)
	return []widget.Pane{{ID: "empty", Title: title, Hue: theme.Strong, Rows: rows}}
}

// pressedEmpty takes a key on the empty screen.
func (s *Screen) pressedEmpty(m tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(m, s.keys.Login):
		return s.choose("login")
	case key.Matches(m, s.c.Keys.Export):
		return s.export()
	case key.Matches(m, s.c.Keys.Enter):
		return s.choose(s.left.Selected())
	default:
		s.navigate(m)
		return nil
	}
}

func (s *Screen) choose(id string) tea.Cmd {
	switch id {
	case "login":
		return ui.Send(ui.OpenLogin{})
	case "file":
		s.askFile()
		return nil
	case "run":
		return ui.Send(ui.Goto{Screen: ui.Flow})
	}
	return ui.Send(ui.StartPractice{Flow: "pkce"})
}

// missingPanes says why a session has no such token, with the button where it helps.
func (s *Screen) missingPanes(width int) []widget.Pane {
	theme, sub := s.c.Theme, s.subject()
	pane := widget.Pane{ID: "missing", Title: "No " + sub.title, Hue: theme.Strong}
	if sub.which == flows.UserInfo {
		pane.Title = "No UserInfo"
	}
	pane.Rows = append(pane.Rows, draw.Fixed("", ""))
	pane.Rows = append(pane.Rows, draw.Prose(theme.Text, sub.missing, width)...)
	pane.Rows = append(pane.Rows, draw.Fixed("", ""))
	return []widget.Pane{s.withButtons(pane, width)}
}
