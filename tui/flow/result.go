package flow

import (
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// resultPanes say that the run succeeded, what it brought, and where to go from here.
func (s *Screen) resultPanes() []widget.Pane {
	t := s.c.Theme
	all, edited := s.run.requests()
	text := "✓ " + s.run.began.Flow.Title + " finished."
	head := widget.Pane{ID: "result", Rows: []widget.Row{lines(t.Good.Bold(true).Render(text))}}
	sum := joinNonEmpty(" · ", ui.Count(s.run.count(widget.StepDone), "step"), ui.Count(all, "request"), ui.Duration(s.run.duration(s.c.Now())))
	if skipped := s.run.count(widget.StepSkipped); skipped > 0 {
		sum += " · " + ui.Count(skipped, "step") + " skipped"
	}
	if n := s.run.count(widget.StepFailed); n > 0 {
		head.Rows = append(head.Rows, lines("  "+t.Bad.Render("✗ "+ui.Count(n, "step")+" failed, which the login does not depend on")))
	}
	head.Rows = append(head.Rows, lines("  "+t.Dim.Render(sum)))
	if edited > 0 {
		head.Rows = append(head.Rows, lines("  "+t.Care.Render("✎ "+ui.Count(edited, "request")+" edited by you")))
	}
	panes := []widget.Pane{head}
	if rows := s.receivedRows(); len(rows) > 0 {
		panes = append(panes, widget.Pane{ID: "received", Title: "Received", Hue: t.Text, Rows: rows})
	}
	next := widget.Pane{ID: "next", Title: "What next", Hue: t.Text}
	hint := func(key, text string) {
		next.Rows = append(next.Rows, lines(t.Accent.Render(ui.Pad(key, 7))+t.Text.Render(ui.Truncate(text, s.inner()-7))))
	}
	if len(s.run.received) > 0 {
		hint("enter", "take the tokens apart: claims, signature, lifetime")
	}
	hint("↑ ↓", "look at what each step sent and received")
	if s.run.began.Replayed != "" {
		hint("e", "write it as an HTTP archive, curl commands or Markdown")
		return append(panes, next)
	}
	hint("b", "at a step: hold its request next time, to edit it")
	hint("r", "run it again; R goes back to the selected step")
	if s.before != nil {
		hint("d", "compare it with the run before")
	}
	return append(panes, next)
}

// count gives the number of steps in a state.
func (r *run) count(state widget.StepState) int {
	n := 0
	for i := range r.steps {
		if r.steps[i].state == state {
			n++
		}
	}
	return n
}

// receivedRows name each token with what is known of it. A signature that was not checked is said to be so.
func (s *Screen) receivedRows() []widget.Row {
	t := s.c.Theme
	var pairs []widget.Pair
	for i := range s.run.received {
		e := &s.run.received[i]
		id := "received." + string(e.Which)
		s.rows[id] = row{name: string(e.Which), value: e.Raw.Reveal(), secret: true}
		pair := widget.Pair{ID: id, Name: string(e.Which), Value: tokenKind(e), Style: t.Text}
		if r := e.Report; r != nil && e.Which == flows.IDToken {
			switch r.Signature.Status {
			case inspect.Verified:
				pair.Mark = t.Good.Render("✓ signature verified")
			case inspect.Invalid:
				pair.Mark = t.Bad.Render("✗ signature invalid")
			default:
				pair.Mark = t.Care.Render("! signature " + string(r.Signature.Status))
			}
		}
		pairs = append(pairs, pair)
	}
	return s.table().Rows(pairs)
}

func tokenKind(e *flows.Received) string {
	size := ui.Count(e.Raw.Len(), "character")
	if e.Report == nil || e.Report.Token == nil {
		return size
	}
	return safe.Text(joinNonEmpty(" · ", string(e.Report.Token.Kind), size))
}
