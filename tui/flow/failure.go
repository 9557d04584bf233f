package flow

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// failurePanes say what was expected and what came, what the provider said, why that probably happened and what to do. The
// raw answer stands below our reading of it.
func (s *Screen) failurePanes() []widget.Pane {
	p, t := s.step().problem, s.c.Theme
	head := widget.Pane{ID: "failure", Rows: s.headline(p)}
	for _, e := range s.step().edits {
		head.Rows = append(head.Rows, lines("  "+t.Care.Render("✎ you edited this step: "+safe.Text(e))))
	}
	panes := append([]widget.Pane{head}, s.foretoldPanes(s.step())...)
	if d := p.Diagnosis; d != nil {
		panes = append(panes, s.diagnosisPanes(d)...)
	}
	if rows := s.differenceRows(p); len(rows) > 0 {
		panes = append(panes, widget.Pane{ID: "difference", Title: "Expected and got", Hue: t.Text, Rows: rows})
	}
	if p.OAuth != nil {
		panes = append(panes, widget.Pane{ID: "oauth", Title: "In the provider's own words", Hue: t.Text, Rows: s.oauthRows(p.OAuth)})
	}
	if e := s.exchangeOf(p); e != nil {
		panes = append(panes, widget.Pane{ID: "answer", Title: "The answer", Hue: t.Text, Rows: s.answerRows(e)})
		if e.Response != nil && len(e.Response.Body.Data) > 0 {
			panes = append(panes, s.bodyPane("failure.body", "Its body", headerOf(e.Response.Headers, "Content-Type"), e.Response.Body))
		}
	}
	return panes
}

func (s *Screen) headline(p *flows.Problem) []widget.Row {
	text := p.Error()
	switch {
	case p.Diagnosis != nil && p.Diagnosis.Summary != "":
		text = p.Diagnosis.Summary
	case p.OAuth != nil && p.Kind == flows.ProblemRefused:
		text = "The provider refused: " + joinNonEmpty(" · ", p.OAuth.Code, p.OAuth.Description)
	case p.Failure != nil:
		text = p.Failure.Message
	case p.Kind == flows.ProblemCheck && p.Mark >= 0:
		text = "What came is not what was expected."
	}
	var rows []widget.Row
	for i, line := range ui.Wrap(safe.Text(s.scrub(text)), min(s.inner()-2, measure)) {
		mark := "  "
		if i == 0 {
			mark = "✗ "
		}
		rows = append(rows, lines(s.c.Theme.Bad.Render(mark+line)))
	}
	return rows
}

// exchangeOf is the exchange that a problem is about; else the step's last.
func (s *Screen) exchangeOf(p *flows.Problem) *flows.Exchange {
	for i := range s.run.exchanges {
		if e := &s.run.exchanges[i]; p.Exchange != 0 && e.ID == p.Exchange {
			return e
		}
	}
	return s.sent()
}

func (s *Screen) diagnosisPanes(d *flows.Diagnosis) []widget.Pane {
	t := s.c.Theme
	var panes []widget.Pane
	if len(d.Causes) > 0 {
		p := widget.Pane{ID: "causes", Title: "Probable causes", Note: t.Dim.Render("most likely first"), Hue: t.Text}
		for i, c := range d.Causes {
			p.Rows = append(p.Rows, s.item(number(i)+". ", c, t.Text)...)
		}
		panes = append(panes, p)
	}
	if len(d.Fixes) > 0 {
		title := "What to do"
		if d.Provider != "" {
			title += " at " + safe.Text(providerName(d.Provider))
		}
		p := widget.Pane{ID: "fixes", Title: title, Hue: t.Text}
		for i, f := range d.Fixes {
			p.Rows = append(p.Rows, s.item("→ ", f.Text, t.Text)...)
			if f.Value != "" {
				var text []string
				for _, piece := range widget.Chop(safe.Text(s.scrub(f.Value)), s.inner()-4) {
					text = append(text, "  "+t.Accent.Render(piece))
				}
				p.Rows = append(p.Rows, s.value("fix."+number(i), row{name: "fix", value: f.Value}, text...))
			}
		}
		panes = append(panes, p)
	}
	var about []widget.Row
	for _, line := range []string{labelled("checked: ", strings.Join(d.Checked, ", ")), joinNonEmpty(" · ", d.ID, d.Ref)} {
		if line != "" {
			about = append(about, s.dim(line)...)
		}
	}
	if len(about) > 0 {
		panes = append(panes, widget.Pane{ID: "about", Rows: about})
	}
	return panes
}

// providerName gives the name of a preset's id; a name stays as it is.
func providerName(id string) string {
	if p, ok := preset.Find(id); ok {
		return p.Name
	}
	return id
}

// labelled puts a label before a text; nothing before nothing.
func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

// item is a paragraph that hangs under its mark.
func (s *Screen) item(mark, text string, style lipgloss.Style) []widget.Row {
	var rows []widget.Row
	lead := ui.Width(mark)
	for i, line := range ui.Wrap(safe.Text(s.scrub(text)), min(s.inner()-lead, measure)) {
		head := strings.Repeat(" ", lead)
		if i == 0 {
			head = s.c.Theme.Dim.Render(mark)
		}
		rows = append(rows, lines(head+style.Render(line)))
	}
	return rows
}

// differenceRows put what was expected over what came, with the first difference marked in both.
func (s *Screen) differenceRows(p *flows.Problem) []widget.Row {
	var rows []widget.Row
	add := func(label, text string, style lipgloss.Style, note string) {
		if text == "" {
			return
		}
		shown := s.marked(s.scrub(text), p.Mark, style, note, s.inner()-10)
		for i := range shown {
			head := ""
			if i == 0 {
				head = s.c.Theme.Dim.Render(label)
			}
			shown[i] = ui.Pad(head, 8) + "  " + shown[i]
		}
		rows = append(rows, s.value(label, row{name: label, value: s.scrub(text)}, shown...))
	}
	add("expected", p.Expected, s.c.Theme.Good, "^")
	add("got", p.Got, s.c.Theme.Bad, "^ first difference")
	if p.Ref != "" {
		rows = append(rows, s.dim(p.Ref)...)
	}
	return rows
}

// marked wraps a text and points at the byte offset mark with a note on a line of its own, which is seen without colour.
// Without a mark it is plain text.
func (s *Screen) marked(text string, mark int, style lipgloss.Style, note string, width int) []string {
	t := s.c.Theme
	if mark < 0 || mark > len(text) {
		var out []string
		for _, line := range ui.Wrap(safe.Text(text), max(width, 8)) {
			out = append(out, t.Text.Render(line))
		}
		return out
	}
	// Escapes make text longer, so the mark is counted in what is shown.
	same := ui.Width(safe.Text(text[:mark]))
	pieces := widget.Chop(safe.Text(text[:mark])+safe.Text(text[mark:]), max(width, 8))
	var out []string
	done := 0
	for i, piece := range pieces {
		w := ui.Width(piece)
		cut := max(min(same-done, w), 0)
		out = append(out, t.Text.Render(ansi.Truncate(piece, cut, ""))+style.Bold(true).Render(ansi.TruncateLeft(piece, cut, "")))
		last := i == len(pieces)-1
		if same >= done && (same < done+w || last) {
			if same-done+ui.Width(note) > width {
				note = "^"
			}
			out = append(out, strings.Repeat(" ", same-done)+style.Render(note))
		}
		done += w
	}
	return out
}

func (s *Screen) oauthRows(o *flows.OAuthError) []widget.Row {
	t := s.c.Theme
	var pairs []widget.Pair
	add := func(name, value string) {
		if value == "" {
			return
		}
		value = s.scrub(value)
		s.rows["oauth."+name] = row{name: name, value: value}
		pairs = append(pairs, widget.Pair{ID: "oauth." + name, Name: name, Value: safe.Text(value), Style: t.Text})
	}
	add("error", o.Code)
	add("error_description", o.Description)
	add("error_uri", o.URI)
	add("sub_code", o.SubCode)
	add("hint", o.Hint)
	add("trace_id", o.TraceID)
	return s.table().Rows(pairs)
}
