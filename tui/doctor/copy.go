package doctor

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

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
	for _, f := range s.reports() {
		if f.What == "Markdown" || f.What == "JSON" {
			add("report as "+f.What, string(f.Data))
		}
	}
	if len(items) == 0 {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	return ui.Send(ui.CopyMenu{Items: items})
}

// reports are the whole report in its forms; none before there is one.
func (s *Screen) reports() []ui.Write {
	r := s.runs.report
	if r == nil {
		return nil
	}
	return ui.Reports("doctor", s.runs.issuer, s.c.Now(), r.Document(""), r.JSON())
}

// export offers to write the report to a file.
func (s *Screen) export() tea.Cmd {
	if s.runs.report == nil {
		return ui.Send(ui.Notify{Text: "there is no report yet"})
	}
	return ui.Send(ui.WriteMenu{Title: "Write the report", Items: s.reports()})
}
