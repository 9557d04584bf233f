package token

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// copy offers every form of what is selected, then those of the whole token. Secrets are named as such.
func (s *Screen) copy() tea.Cmd {
	sub := s.subject()
	if sub == nil || sub.missing != "" {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	e := s.zoomed
	if e == nil {
		e = s.entryOf(s.selected())
	}
	items := append(entryForms(e), tokenForms(sub)...)
	return ui.Send(ui.CopyMenu{Items: items})
}

func entryForms(e *entry) []ui.Copy {
	if e == nil || e.value == nil {
		return nil
	}
	name := safe.Short(e.title, 30)
	var items []ui.Copy
	if v := e.value; v.Kind == inspect.String {
		items = append(items, ui.Copy{Text: v.Str, What: "value of " + name})
	}
	items = append(items, ui.Copy{Text: e.value.Raw, What: name + " as JSON"})
	if e.path != "" {
		items = append(items, ui.Copy{Text: e.path, What: "path " + safe.Short(e.path, 40)})
	}
	return items
}

func tokenForms(sub *subject) []ui.Copy {
	var items []ui.Copy
	tok := sub.token()
	if tok != nil && tok.Header != nil {
		items = append(items, ui.Copy{Text: tok.Header.Raw, What: "header as JSON"})
	}
	if tok != nil && tok.Payload != nil {
		items = append(items, ui.Copy{Text: tok.Payload.Raw, What: "payload as JSON"})
	}
	if sub.which == flows.UserInfo {
		return append(items, ui.Copy{Text: sub.raw, What: "answer as it was sent"})
	}
	// An ID token is for the client alone; a refresh token goes to the token endpoint. Neither belongs into this header.
	if sub.which == flows.AccessToken || sub.which == pasted {
		items = append(items, ui.Copy{Text: "Authorization: Bearer " + sub.raw, What: "Authorization header", Secret: true})
	}
	return append(items, ui.Copy{Text: sub.raw, What: "raw " + tokenWord(sub), Secret: true})
}

func tokenWord(sub *subject) string {
	switch sub.which {
	case flows.IDToken:
		return "ID token"
	case flows.AccessToken:
		return "access token"
	case flows.RefreshToken:
		return "refresh token"
	default:
		return "token"
	}
}
