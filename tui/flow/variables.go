package flow

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// variablePanes list what the run has made so far, where each value came from, and which steps use it.
func (s *Screen) variablePanes() []widget.Pane {
	if len(s.run.variables) == 0 {
		return []widget.Pane{s.text("Nothing has been made yet. What a step makes or receives, and a later one uses, stands here: state, nonce, verifier, code, tokens.")}
	}
	p := widget.Pane{ID: "variables"}
	for i := range s.run.variables {
		v := &s.run.variables[i]
		if !widget.ContainsFold(v.Name, s.filter.Text()) && !widget.ContainsFold(v.From, s.filter.Text()) && !(!v.Secret && widget.ContainsFold(v.Value, s.filter.Text())) {
			continue
		}
		p.Rows = append(p.Rows, s.variableRow(i))
	}
	if len(p.Rows) == 0 {
		return []widget.Pane{s.text("No variable has that in its name, value or origin. esc shows all.")}
	}
	return []widget.Pane{p}
}

func (s *Screen) variableRow(i int) widget.Row {
	t, v := s.c.Theme, &s.run.variables[i]
	name := s.nameColumn(s.inner() / 3)
	id := fmt.Sprintf("variable.%d", i)
	var text []string
	for n, piece := range widget.Chop(s.mask(v.Value, v.Secret), max(s.inner()-name-2, 12)) {
		if n == 3 {
			text = append(text, t.Dim.Render("…"))
			break
		}
		text = append(text, t.Text.Render(piece))
	}
	origin := ""
	made, used := s.run.usesOf(v)
	if made >= 0 {
		origin = "step " + number(made)
	}
	if len(used) > 0 {
		origin += " → " + stepList(used)
	}
	origin = joinNonEmpty(" · ", origin, safe.Text(v.From))
	for _, line := range ui.Wrap(origin, max(s.inner()-name-2, 12)) {
		text = append(text, t.Dim.Render(line))
	}
	for _, use := range s.run.seen(v) {
		text = append(text, t.Accent.Render("◂ ")+t.Dim.Render(ui.Truncate(s.useText(use), max(s.inner()-name-4, 12))))
	}
	for n := range text {
		head := ""
		if n == 0 {
			head = t.Strong.Render(ui.Truncate(safe.Text(v.Name), name))
		}
		text[n] = ui.Pad(head, name) + "  " + text[n]
	}
	return s.value(id, row{name: v.Name, value: v.Value, secret: v.Secret, variable: v}, text...)
}

// nameColumn is how wide the column with the names of the variables is.
func (s *Screen) nameColumn(most int) int {
	width := 0
	for i := range s.run.variables {
		width = max(width, ui.Width(safe.Text(s.run.variables[i].Name)))
	}
	return min(max(width, 14), max(most, 22))
}

// useText says where a value turned up: "step 5, form body: code_verifier".
func (s *Screen) useText(u flows.Use) string {
	places := map[flows.Where]string{flows.InForm: "form body", flows.InAddress: "address", flows.InHeader: "header",
		flows.InBrowser: "your browser", flows.InReturn: "brought back", flows.InClaim: "claim of a token"}
	text := places[u.Where] + ": " + safe.Text(u.Name)
	if i := s.run.index(u.Step); i >= 0 {
		text = "step " + number(i) + ", " + text
	}
	return text
}

// seen lists where a value really turned up, after every edit; what was meant to use it is in UsedBy.
func (r *run) seen(v *flows.Variable) []flows.Use {
	if r.traced.version != r.version {
		r.traced = traced{r.version, flows.TraceVariables(r.events)}
	}
	for i := range r.traced.all {
		if t := &r.traced.all[i]; t.Name == v.Name && t.Value == v.Value {
			return t.Uses
		}
	}
	return nil
}

// traced is kept until the run goes on.
type traced struct {
	version int
	all     []flows.TracedVariable
}

func stepList(steps []int) string {
	parts := make([]string, len(steps))
	for i, n := range steps {
		parts[i] = number(n)
	}
	word := "step "
	if len(steps) > 1 {
		word = "steps "
	}
	return word + strings.Join(parts, ", ")
}

// findingPanes list what was noticed about the run itself.
func (s *Screen) findingPanes() []widget.Pane {
	if len(s.run.findings) == 0 {
		if s.run.over() {
			return []widget.Pane{s.text("Nothing was found in this run. What was checked of the tokens stands on the Token screen.")}
		}
		return []widget.Pane{s.text("Nothing was found so far.")}
	}
	p := widget.Pane{ID: "findings"}
	for i := range s.run.findings {
		f := &s.run.findings[i]
		p.Rows = append(p.Rows, s.findingRow(i, f.Finding, s.run.index(f.Meta.Step)))
	}
	return []widget.Pane{p}
}

func (s *Screen) findingRow(i int, f rule.Finding, step int) widget.Row {
	t := s.c.Theme
	style, mark := t.Dim, "i"
	switch f.Severity {
	case rule.Error:
		style, mark = t.Bad, "✗"
	case rule.Warn:
		style, mark = t.Care, "!"
	}
	head := style.Render(mark+" "+joinNonEmpty(" ", f.ID, safe.Text(f.Slug))) + " "
	if step >= 0 {
		head += t.Dim.Render("step " + number(step))
	}
	text := []string{head}
	add := func(label, body string, style func(...string) string) {
		if body = safe.Text(s.scrub(body)); body == "" {
			return
		}
		for _, line := range ui.Wrap(label+body, min(s.inner()-2, measure)) {
			text = append(text, "  "+style(line))
		}
	}
	add("", f.Message, t.Text.Render)
	add("fix: ", f.Fix, t.Text.Render)
	add("", f.Ref, t.Dim.Render)
	return s.value(fmt.Sprintf("finding.%d", i), row{name: "finding", value: joinNonEmpty(" ", f.ID, f.Slug, s.scrub(f.Message))}, text...)
}
