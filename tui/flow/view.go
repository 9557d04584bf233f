package flow

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// View draws the screen: steps and details, side by side or one above the other.
func (s *Screen) View() string {
	a := &s.areas
	if a.body.W <= 0 || a.body.H <= 0 {
		return ui.Truncate("too small for a flow", s.w)
	}
	if s.qr && s.run.need != nil {
		return s.qrScreen()
	}
	steps := append([]string{s.c.Theme.Title("Steps", s.status(), a.stepsTitle.W, !s.details)}, s.stepLines()...)
	details := s.detailLines()
	if a.folded {
		for len(steps) < a.title.Y {
			steps = append(steps, "")
		}
		return strings.Join(append(steps, details...), "\n")
	}
	left := ui.Fit(strings.Join(steps, "\n"), a.steps.W, s.h)
	return ui.Beside(paneGap, left, strings.Join(details, "\n"))
}

func (s *Screen) detailLines() []string {
	a, t := &s.areas, s.c.Theme
	out := []string{t.Title(s.stepTitle(), s.stepNote(), a.title.W, s.details), s.tabLine().Line(t, a.tabs.W)}
	if a.airy {
		out = append(out, "")
	}
	switch {
	case s.edit != nil:
		out = append(out, s.editorLines()...)
	case s.paste != nil:
		out = append(out, s.pasteLines()...)
	default:
		out = append(out, s.columnLines()...)
	}
	if a.airy {
		out = append(out, "")
	}
	return append(out, ui.Truncate(s.buttons().Lines(t, a.buttons.W, false)[0], a.buttons.W))
}

// columnLines draws the tab, with the filter's line in place of the last one while there is a filter.
func (s *Screen) columnLines() []string {
	rows := s.column.Lines(s.details)
	if s.active() != tabVariables || len(rows) == 0 {
		return rows
	}
	hits := 0
	for _, r := range s.rows {
		if r.variable != nil {
			hits++
		}
	}
	if line := s.filter.Line(s.areas.body.W, hits); line != "" {
		rows[len(rows)-1] = line
	}
	return rows
}

func (s *Screen) stepTitle() string {
	st := s.step()
	switch {
	case st == nil:
		return "Details"
	case s.active() == tabResult:
		return safe.Text(s.run.began.Flow.Title)
	}
	return number(s.selected) + " " + safe.Text(st.Title)
}

// stepNote is how the step stands: the note on the details' title.
func (s *Screen) stepNote() string {
	st, t := s.step(), s.c.Theme
	if st == nil || s.active() == tabResult {
		return ""
	}
	note := ""
	switch st.state {
	case widget.StepDone:
		note = t.Good.Render("✓ done")
		if st.took > 0 {
			note = t.Good.Render("✓ ") + t.Dim.Render(ui.Duration(st.took))
		}
	case widget.StepFailed:
		note = t.Bad.Render("✗ failed")
	case widget.StepHeld:
		note = t.Care.Render("‖ held")
	case widget.StepSkipped:
		note = t.Dim.Render("– skipped")
	case widget.StepRunning:
		note = t.Accent.Render("▸ under way")
	}
	if len(st.edits) > 0 || st.state == widget.StepHeld && s.draft.applied() {
		note = t.Care.Render("✎ edited") + " " + note
	}
	if sign := breakSign(s.run.breakpoints[st.ID]); sign != "" {
		note = t.Care.Render(sign) + " " + note
	}
	return strings.TrimSpace(note)
}

// buttons are what can be done now, to be clicked. Each one stands for the key in its ID.
func (s *Screen) buttons() *widget.Buttons {
	b := &widget.Buttons{Active: -1}
	add := func(key, name, label string) {
		b.Items = append(b.Items, widget.Button{ID: key, Key: name, Label: label})
	}
	switch {
	case s.edit != nil:
		add("enter", "enter", "Apply")
		add("ctrl+d", "^d", "Drop")
		add("ctrl+n", "^n", "Add")
		add("esc", "esc", "Leave")
		return b
	case s.paste != nil:
		add("enter", "enter", "Go on with this address")
		add("esc", "esc", "Leave")
		return b
	}
	switch s.run.phase() {
	case idle:
		add("enter", "enter", "Start with the practice provider")
		add("f", "f", "Other flow")
	case held:
		s.heldButtons(add)
	case waiting:
		s.turnButtons(add, b)
	case succeeded:
		add("enter", "enter", "Tokens")
		if s.run.began.Replayed == "" {
			add("r", "r", "Run again")
		} else {
			add("e", "e", "Export")
		}
		if s.before != nil {
			add("d", "d", "Compare")
		}
	case failed, canceled:
		if s.run.began.Replayed == "" {
			add("r", "r", "Try again")
		} else {
			add("e", "e", "Export")
		}
		if s.before != nil {
			add("d", "d", "Compare")
		}
	default:
		add("n", "n", "Hold the next request")
		add("X", "X", "Abort")
	}
	return b
}

// heldButtons are what can be done with what is held.
func (s *Screen) heldButtons(add func(key, name, label string)) {
	switch {
	case s.run.answer() != nil:
		add("n", "n", "Take in")
		add("E", "E", "Edit")
		add("t", "t", "Send again")
		add("c", "c", "Run on")
	case s.run.request() != nil && s.run.stop.Kind == flows.BeforeReturn:
		add("n", "n", "Take in")
		add("E", "E", "Edit")
		add("c", "c", "Run on")
	case s.run.request() != nil && s.run.stop.Kind == flows.BeforeOpen:
		add("n", "n", "Open")
		add("i", "i", "Open, hold answer")
		add("E", "E", "Edit")
		add("c", "c", "Run on")
	case s.run.request() != nil:
		add("n", "n", "Send")
		add("i", "i", "Send, hold answer")
		add("E", "E", "Edit")
		add("c", "c", "Run on")
	default:
		add("n", "n", "Begin")
		add("c", "c", "Run to the end")
		if s.skipDisabled() == "" {
			add("S", "S", "Skip")
		}
	}
}

func (s *Screen) turnButtons(add func(key, name, label string), b *widget.Buttons) {
	opens := s.openDisabled() == ""
	if opens {
		add("o", "o", "Open")
	}
	if s.run.began.Helper != nil {
		add("a", "a", "Log in for me")
		if s.helping() {
			b.Items[len(b.Items)-1].Busy = "logging in …"
		}
	}
	if s.pasteDisabled() == "" {
		add("p", "p", "Paste")
	}
	if opens {
		add("Q", "Q", "QR")
	}
	if len(b.Items) == 0 {
		add("n", "n", "Hold the next request")
		add("X", "X", "Abort")
	}
}
