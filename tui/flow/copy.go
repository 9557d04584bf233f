package flow

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// copy offers what can be copied here: the selected value, the address, the exchange as a curl command, the answer's body.
// What is secret is left out of it unless secrets are revealed.
func (s *Screen) copy() tea.Cmd {
	var items []ui.Copy
	if r, ok := s.rows[s.column.Selected()]; ok && r.value != "" && (s.details || s.active() == tabTurn) {
		if r.secret && !s.c.Reveal {
			items = append(items, ui.Copy{Text: secret.Mask(r.value), What: r.name + ", redacted (s reveals secrets)"})
		} else {
			items = append(items, ui.Copy{Text: r.value, What: r.name, Secret: r.secret})
		}
	}
	if n := s.tree.Node(s.column.Selected()); n != nil && s.details && s.bodyShown() {
		text := n.Raw
		if n.Kind == inspect.String {
			text = n.Str
		}
		items = append(items, ui.Copy{Text: text, What: "value", Secret: s.c.Reveal})
	}
	if s.run.need != nil && s.active() == tabTurn {
		items = append(items, s.turnCopies()...)
	} else if m, _, ok := s.message(); ok {
		items = append(items, s.requestCopies(m)...)
	}
	items = distinct(items)
	if len(items) == 0 {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	return ui.Send(ui.CopyMenu{Items: items})
}

func (s *Screen) turnCopies() []ui.Copy {
	n := s.run.need
	items := []ui.Copy{{Text: n.UserCode, What: "user code"}, {Text: n.URL, What: "address"}, {Text: n.VerificationURI, What: "address"},
		{Text: n.VerificationURIComplete, What: "address with the code"}}
	if f := s.forward(); f != "" {
		items = append(items, ui.Copy{Text: f, What: "ssh command"})
	}
	return items
}

func (s *Screen) requestCopies(m message) []ui.Copy {
	items := []ui.Copy{
		{Text: s.hidden(m.url(), secret.URL), What: "URL"},
		{Text: s.hidden(curl(m), func(string) string { return curl(m.redacted()) }), What: "curl command"},
	}
	if body := m.content(); len(body) > 0 {
		items = append(items, ui.Copy{Text: s.hidden(string(body), secret.Form), What: "request body"})
	}
	if e := s.sent(); e != nil && e.Response != nil && len(e.Response.Body.Data) > 0 {
		text := s.bodyText(headerOf(e.Response.Headers, "Content-Type"), e.Response.Body.Data)
		items = append(items, ui.Copy{Text: text, What: "answer's body"})
	}
	for i := range items {
		items[i].Secret = s.c.Reveal
	}
	return items
}

// hidden is a text without its secrets, unless they are revealed.
func (s *Screen) hidden(text string, redact func(string) string) string {
	if s.c.Reveal {
		return text
	}
	return s.run.scrub(redact(text))
}

func distinct(items []ui.Copy) []ui.Copy {
	var out []ui.Copy
	seen := make(map[string]bool)
	for _, c := range items {
		if !seen[c.Text] && c.Text != "" {
			seen[c.Text] = true
			out = append(out, c)
		}
	}
	return out
}

// redacted is the message with its secrets masked.
func (m message) redacted() message {
	params := make([]widget.Param, len(m.params))
	for i, p := range m.params {
		if p.In == widget.InHeader {
			p.Value = secret.HeaderValue(p.Name, p.Value)
		} else if p.Secret {
			p.Value, p.Raw = secret.Mask(p.Value), ""
		}
		params[i] = p
	}
	m.params = params
	if len(m.body) > 0 {
		m.body = secret.JSON(m.body)
	}
	return m
}

// curl writes the request as a shell command.
func curl(m message) string {
	var headers []record.Header
	for _, p := range m.params {
		if p.In == widget.InHeader {
			headers = append(headers, record.Header{Name: p.Name, Value: p.Value})
		}
	}
	return widget.Curl(m.method, m.url(), headers, string(m.content()))
}
