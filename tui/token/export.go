package token

import (
	"bytes"
	"encoding/json"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// export offers to write the token in front to a file: what is known of it, what it says, and the token itself where that is
// no secret, or secrets are shown. The whole run is exported on the screens Flow and Wire.
func (s *Screen) export() tea.Cmd {
	if why := s.cantExport(); why != "" {
		return ui.Send(ui.Notify{Text: "e: " + why})
	}
	sub := s.subject()
	name := "oidcscope-" + string(sub.which) + s.c.Now().UTC().Format("-20060102-150405")
	menu := ui.WriteMenu{Title: "Write the " + tokenWord(sub) + " to a file"}
	add := func(what, extension string, data []byte) {
		if len(data) > 0 {
			menu.Items = append(menu.Items, ui.Write{What: what, Name: name + extension, Data: data})
		}
	}
	if sub.report != nil {
		add("report", ".report.json", indented(sub.report))
	}
	if tok := sub.token(); tok != nil && tok.Says() != nil {
		add("claims", ".json", append([]byte(tok.Says().Raw), '\n'))
	}
	switch {
	case sub.which == flows.UserInfo && sub.report == nil:
		add("answer", ".json", []byte(sub.raw+"\n"))
	case !sub.hidden() || s.c.Reveal:
		add("token", ".jwt", []byte(sub.raw+"\n"))
	}
	if len(menu.Items) == 0 {
		return ui.Send(ui.Notify{Text: "e: nothing but the token itself is known, and that is a secret: s shows secrets, then it can be written"})
	}
	return ui.Send(menu)
}

// cantExport says why there is nothing to write; empty when there is.
func (s *Screen) cantExport() string {
	sub := s.subject()
	switch {
	case sub == nil:
		return "there is no token"
	case sub.missing != "":
		return "there is nothing to write here"
	}
	return ""
}

// indented is the report as `inspect --json` gives it.
func indented(report any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if e.Encode(report) != nil {
		return nil
	}
	return b.Bytes()
}
