package wire

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// copy offers what is selected, and the forms of the exchange. All of it is what is shown: without secrets, unless they
// are revealed.
func (s *Screen) copy() tea.Cmd {
	e, v := s.selected(), s.view
	if e == nil || v == nil {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	var items []ui.Copy
	add := func(what, text string) {
		if text != "" {
			items = append(items, ui.Copy{Text: text, What: what, Secret: s.c.Reveal})
		}
	}
	if s.split.Inside {
		id := s.split.Details.Selected()
		if row, ok := s.entries[id]; ok {
			add(safe.Short(row.name, 30), row.value)
		} else if n := s.tree.Node(id); n != nil {
			if n.Kind == inspect.String {
				add("value", n.Str)
			}
			add("value as JSON", n.Raw)
			add("path", id)
		}
	}
	curl := "curl command"
	if !s.c.Reveal {
		curl += " without secrets (s reveals them)"
	}
	add(curl, widget.Curl(e.Request.Method, v.url, v.request.headers, string(v.request.body)))
	add("URL", v.url)
	add("request body", string(v.request.body))
	if v.response != nil {
		add("answer", string(v.response.body))
	}
	return ui.Send(ui.CopyMenu{Items: items})
}

// export offers the run of the selected exchange. What the doctor or a form fetched belongs to none.
func (s *Screen) export() tea.Cmd {
	e := s.selected()
	if e == nil || e.run.number <= 0 {
		return ui.Send(ui.Notify{Text: "only a run can be exported: y copies this request"})
	}
	return ui.Send(ui.Export{Run: e.run.number})
}

// empty says what will be here, and how to get it.
func (s *Screen) empty() string {
	theme := s.c.Theme
	lines := []string{
		theme.Title("Nothing went over the wire yet", "", s.w-1, true),
		"  " + theme.Text.Render("Every request of a login is kept here, as it was sent and as it was answered."),
		"",
		"  " + theme.KeyHint(s.keys.Practice) + theme.Dim.Render("  a provider on this machine, nothing to set up"),
		"  " + theme.KeyHint(s.keys.Login) + theme.Dim.Render("  issuer, client, flow"),
	}
	return strings.Join(lines[:min(len(lines), s.h)], "\n")
}

func (s *Screen) pressedEmpty(m tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(m, s.keys.Practice):
		return ui.Send(ui.StartPractice{Flow: "pkce"})
	case key.Matches(m, s.keys.Login):
		return ui.Send(ui.OpenLogin{})
	default:
		return nil
	}
}
