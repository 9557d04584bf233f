package token

import (
	"fmt"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// copy offers every form of what is selected, then those of the whole token. Secrets are named as such.
func (s *Screen) copy() tea.Cmd {
	sub := s.subject()
	if s.guest != nil {
		return ui.Send(ui.CopyMenu{Items: s.guest.Copies()})
	}
	if sub == nil || sub.missing != "" {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	e := s.zoomed
	if e == nil {
		e = s.entryOf(s.selected())
	}
	items := append(s.entryForms(e), tokenForms(sub)...)
	return ui.Send(ui.CopyMenu{Items: items})
}

func (s *Screen) entryForms(e *entry) []ui.Copy {
	if e != nil && e.finding != nil {
		return []ui.Copy{{Text: findingText(e.finding), What: "finding " + e.finding.ID}}
	}
	if e == nil || e.value == nil {
		return nil
	}
	name := safe.Short(e.title, 30)
	var items []ui.Copy
	if v := e.value; v.Kind == inspect.String {
		items = append(items, ui.Copy{Text: v.Str, What: "value of " + name})
	}
	items = append(items, ui.Copy{Text: e.value.Raw, What: name + " as JSON"})
	if at, ok := s.pointer(e.value); ok {
		items = append(items, ui.Copy{Text: at, What: "path as JSON pointer " + safe.Short(at, 40)})
	}
	if e.path != "" {
		items = append(items, ui.Copy{Text: e.path, What: "path " + safe.Short(e.path, 40)})
	}
	return items
}

// findingText is a finding as a line of text.
func findingText(f *rule.Finding) string {
	text := fmt.Sprintf("%s %s %s", f.ID, f.Slug, f.Severity)
	if f.At != "" {
		text += " at " + f.At
	}
	return text + ": " + f.Message
}

// pointer is the JSON pointer of a value (RFC 6901) in the header or the payload.
func (s *Screen) pointer(v *inspect.Value) (string, bool) {
	tok := s.subject().token()
	if tok == nil {
		return "", false
	}
	for _, root := range []*inspect.Value{tok.Header, tok.Says()} {
		if at, ok := pointerTo(root, v); ok {
			return at, true
		}
	}
	return "", false
}

// pointerTo goes down to the value itself.
func pointerTo(root, v *inspect.Value) (string, bool) {
	switch {
	case root == nil:
		return "", false
	case root == v:
		return "", true
	}
	for i := range root.Members {
		if at, ok := pointerTo(&root.Members[i].Value, v); ok {
			return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(root.Members[i].Name) + at, true
		}
	}
	for i := range root.Items {
		if at, ok := pointerTo(&root.Items[i], v); ok {
			return "/" + strconv.Itoa(i) + at, true
		}
	}
	return "", false
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
	if tok != nil && signed(sub.report) && len(tok.Parts) > 2 {
		for i, name := range []string{"header", "payload", "signature"} {
			items = append(items, ui.Copy{Text: tok.Parts[i].Text, What: name + " part as it was sent", Secret: true})
		}
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
