package doctor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/report"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// copy offers what is selected, and the whole report in the forms that tickets and programs take.
func (s *Screen) copy() tea.Cmd {
	var items []ui.Copy
	add := func(what, text string) {
		if text != "" {
			items = append(items, ui.Copy{Text: text, What: what})
		}
	}
	if v, ok := s.values[s.split.Column().Selected()]; ok {
		add(v.name, v.text)
	}
	if o := s.shown[s.split.List.Selected()]; o != nil && s.tabs.Active == tabChecks {
		var lines []string
		for _, f := range o.Findings {
			lines = append(lines, fmt.Sprintf("%s %s %s: %s", f.ID, f.Severity, f.At, f.Message))
		}
		add("finding", strings.Join(lines, "\n"))
		if len(o.Findings) > 0 {
			add("fix", o.Findings[0].Fix)
		}
		add("check id", o.ID)
	}
	for _, f := range s.forms()[:2] {
		add("report as "+f.what, string(f.data))
	}
	if len(items) == 0 {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	return ui.Send(ui.CopyMenu{Items: items})
}

// form is the whole report in one form.
type form struct {
	what, extension string
	data            []byte
}

// forms are the report for people and for programs; empty data before there is one.
func (s *Screen) forms() []form {
	all := []form{{what: "Markdown", extension: ".md"}, {what: "JSON", extension: ".json"}, {what: "SARIF", extension: ".sarif"}, {what: "JUnit", extension: ".xml"}}
	r := s.runs.report
	if r == nil {
		return all
	}
	for i, write := range []func(io.Writer) error{
		func(w io.Writer) error { return report.Markdown(w, r.Document("")) },
		func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(r.JSON())
		},
		func(w io.Writer) error { return report.SARIF(w, r.Document("")) },
		func(w io.Writer) error { return report.JUnit(w, r.Document("")) },
	} {
		var b bytes.Buffer
		if write(&b) == nil {
			all[i].data = b.Bytes()
		}
	}
	return all
}

// export offers to write the report to a file.
func (s *Screen) export() tea.Cmd {
	if s.runs.report == nil {
		return ui.Send(ui.Notify{Text: "there is no report yet"})
	}
	host := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, strings.ToLower(ui.ProviderName(s.runs.issuer)))
	if host == "" {
		host = "documents"
	}
	name := "oidcscope-doctor-" + host + s.c.Now().UTC().Format("-20060102-150405")
	menu := ui.WriteMenu{Title: "Write the report"}
	for _, f := range s.forms() {
		if f.data != nil {
			menu.Items = append(menu.Items, ui.Write{What: f.what, Name: name + f.extension, Data: f.data})
		}
	}
	return ui.Send(menu)
}
