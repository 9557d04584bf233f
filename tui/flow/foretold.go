package flow

import (
	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// An edit is an experiment: what it must cause is said before it is made, and what it did cause after.

// foretoldLines say what edits must cause, for the space under the editor.
func (s *Screen) foretoldLines(all []predict.Prediction, width int) []string {
	t := s.c.Theme
	if len(all) == 0 {
		if len(s.edit.editor.Edits()) == 0 {
			return nil
		}
		return []string{t.Title("What must happen then", "", width+1, false), "  " + t.Dim.Render(ui.Truncate("no specification that is known here says", width-2))}
	}
	out := []string{t.Title("What must happen then", "", width+1, false)}
	for _, p := range all {
		for i, l := range ui.Wrap(safe.Text(s.scrub(p.Text)), min(width-2, measure)) {
			mark := "  "
			if i == 0 {
				mark = t.Accent.Render("→ ")
			}
			out = append(out, mark+t.Text.Render(l))
		}
		if p.Ref != "" {
			out = append(out, "  "+t.Dim.Render(safe.Text(p.Ref)))
		}
	}
	return out
}

// foretoldPanes show what was predicted of the step's edits, and what became of it.
func (s *Screen) foretoldPanes(st *step) []widget.Pane {
	if len(st.foretold) == 0 {
		return nil
	}
	t := s.c.Theme
	p := widget.Pane{ID: "foretold", Title: "What your edits had to cause", Hue: t.Text}
	for i := range st.foretold {
		f := &st.foretold[i]
		mark, said, style := "· ", "nothing has shown it yet", t.Dim
		if s.answerHere() {
			said = "the answer is held: this is judged when the run takes it in"
		}
		if f.verdict != nil {
			mark, style = verdictMark(t, f.verdict.Result)
			said = f.verdict.Said
		}
		text := s.hanging(t.Dim.Render("✎ "), f.Edit+": "+f.Text, t.Text)
		text = append(text, s.hanging(style.Render(mark), said, style)...)
		if f.Ref != "" {
			text = append(text, "  "+t.Dim.Render(safe.Text(f.Ref)))
		}
		p.Rows = append(p.Rows, s.value("foretold."+number(i), row{name: "prediction", value: f.Edit + ": " + f.Text + "; " + said}, text...))
	}
	return []widget.Pane{p}
}

func verdictMark(t *ui.Theme, r predict.Result) (string, lipgloss.Style) {
	switch r {
	case predict.AsPredicted:
		return "✓ ", t.Good
	case predict.NotRefused, predict.NotAccepted:
		return "✗ ", t.Bad
	case predict.Otherwise:
		return "! ", t.Care
	default:
		return "– ", t.Dim
	}
}

// hanging wraps a text under its mark.
func (s *Screen) hanging(mark, text string, style lipgloss.Style) []string {
	var out []string
	for i, l := range ui.Wrap(safe.Text(s.scrub(text)), min(s.inner()-2, measure)) {
		if i > 0 {
			mark = "  "
		}
		out = append(out, mark+style.Render(l))
	}
	return out
}
