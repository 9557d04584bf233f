package doctor

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	if r := s.runs.report; r != nil {
		var b bytes.Buffer
		if report.Markdown(&b, r.Document("")) == nil {
			add("report as Markdown", b.String())
		}
		if text, err := json.MarshalIndent(r.JSON(), "", "  "); err == nil {
			add("report as JSON", string(text))
		}
	}
	if len(items) == 0 {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	return ui.Send(ui.CopyMenu{Items: items})
}
