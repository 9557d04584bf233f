package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// What a person can do with a run that is held, or over, beside letting it go on: leave a step out, send something again, go back.

func (s *Screen) editDisabled() string {
	if s.run.request() == nil && s.run.answer() == nil {
		return "no request and no answer is held"
	}
	return ""
}

func (s *Screen) dropDisabled() string {
	if s.run.request() == nil {
		return "no request is held"
	}
	return ""
}

func (s *Screen) skipDisabled() string {
	if s.run.stop == nil {
		return "the run is not held"
	}
	return s.run.stop.NoSkip
}

// again is the request that t sends again: while an answer is held its own, else the one that is shown.
func (s *Screen) again() int {
	if s.run.answer() != nil {
		return 0
	}
	if e := s.sent(); e != nil {
		return e.ID
	}
	return 0
}

func (s *Screen) againDisabled() string {
	switch stop := s.run.stop; {
	case stop == nil:
		return "hold the run first (n): a request can be sent again only while it goes on"
	case s.run.answer() != nil:
		return ""
	case s.again() == 0:
		return "select a step whose request was sent"
	case !slices.Contains(stop.Exchanges, s.again()):
		return "this request can't be sent again"
	default:
		return ""
	}
}

func (s *Screen) breakDisabled() string {
	switch {
	case s.step() == nil:
		return "no step is selected"
	default:
		return s.run.began.Replayed
	}
}

func (s *Screen) breakAnswerDisabled() string {
	switch st := s.step(); {
	case s.run.began.Replayed != "":
		return s.run.began.Replayed
	case st == nil:
		return "no step is selected"
	case st.From == st.To, st.To == flows.You:
		return "nothing comes back in this step that could be held"
	default:
		return ""
	}
}

// failedRestart is how a run whose step failed is tried again; false when none failed.
func (s *Screen) failedRestart() (flows.Restart, bool) {
	if trail := s.run.began.Config.Trail; trail != nil && s.run.phase() == failed {
		return trail.Retry()
	}
	return flows.Restart{}, false
}

func (s *Screen) restartTitle() string {
	if r, ok := s.failedRestart(); ok {
		return "Try again from step " + number(s.run.index(r.From))
	}
	return "Run again from the first step"
}

func (s *Screen) restartDisabled() string {
	if s.run.phase() == idle {
		return "nothing has run yet"
	}
	return s.run.began.Replayed
}

// restart tries a failed run again from the step that failed, or from the one that makes anew what that step used up; any other run
// from its beginning.
func (s *Screen) restart() tea.Cmd {
	r, ok := s.failedRestart()
	if !ok || s.run.index(r.From) <= 0 {
		return ui.Send(ui.Restart{})
	}
	again := ui.Send(ui.RestartFrom{Step: r.From})
	if r.Text == "" {
		return again
	}
	return tea.Batch(again, ui.Send(ui.Notify{Text: r.Text}))
}

// restartOf is what going back to the selected step means; nil when the run can't.
func (s *Screen) restartOf() *flows.Restart {
	st, trail := s.step(), s.run.began.Config.Trail
	if st == nil || trail == nil {
		return nil
	}
	for _, r := range trail.Restarts() {
		if r.Step == st.ID {
			return &r
		}
	}
	return nil
}

func (s *Screen) fromDisabled() string {
	switch p := s.run.phase(); {
	case p == idle:
		return "nothing has run yet"
	case p == running, p == waiting:
		return "hold the run first (n), or wait for its end"
	case s.restartOf() == nil:
		return "the run has not come to this step"
	default:
		return ""
	}
}

// restartHere goes back to the selected step. Where it would use what is used up already, the person is told and asked.
func (s *Screen) restartHere() tea.Cmd {
	r := s.restartOf()
	then := ui.RestartFrom{Step: r.Step}
	if len(r.Spent) == 0 {
		return ui.Send(then)
	}
	return ui.Send(ui.Confirm{Question: "Go back to step " + number(s.run.index(r.Step)) + " all the same?", Detail: r.Text, Verb: "go back", Then: then})
}

const againPrefix = "again."

// sentAgain reads the row of one of several answers.
func sentAgain(id string) (exchange int, ok bool) {
	text, ok := strings.CutPrefix(id, againPrefix)
	if !ok {
		return 0, false
	}
	exchange, err := strconv.Atoi(text)
	return exchange, err == nil
}

// heldAnswerPanes say that the answer is held and what can be done with it; of a request that was sent several times they list the
// answers, to choose the one that is taken in.
func (s *Screen) heldAnswerPanes() []widget.Pane {
	if at, count := s.chosen(); !s.answerHere() || at != count-1 {
		return nil
	}
	t, stop := s.c.Theme, s.run.stop
	p := widget.Pane{ID: "held", Title: "Held", Hue: t.Care}
	note := "The run has not taken this answer in yet. E edits it, n takes it in and holds the next request, c lets the run go on, t sends the request again."
	if s.draft.applied() {
		note = "Your edits are applied: " + strings.Join(s.draft.edits, ", ") + ". n takes the edited answer in."
	}
	p.Rows = append(p.Rows, s.paragraph(note)...)
	if stop.Resend != "" {
		p.Rows = append(p.Rows, s.dim("If you send it again: "+stop.Resend)...)
	}
	if stop.Refused != "" {
		p.Rows = append(p.Rows, s.dim("Not possible: "+stop.Refused)...)
	}
	panes := []widget.Pane{p}
	if len(stop.Answer.Earlier) == 0 {
		return panes
	}
	list := widget.Pane{ID: "again", Title: "Sent " + ui.Count(len(stop.Answer.Earlier)+1, "time"), Note: t.Dim.Render("enter chooses the answer to take in"), Hue: t.Text}
	taken := heldExchange(stop.Answer, s.use).ID
	for _, e := range append(slices.Clone(stop.Answer.Earlier), stop.Answer.Exchange) {
		mark, said := "  ", "no answer"
		if e.ID == taken {
			mark = t.Accent.Render("● ")
		}
		if e.Response != nil {
			said = e.Response.Reason
		}
		list.Rows = append(list.Rows, s.value(againPrefix+strconv.Itoa(e.ID), row{name: "exchange", value: strconv.Itoa(e.ID)},
			mark+t.Text.Render(fmt.Sprintf("exchange %d  %s", e.ID, safe.Text(said)))))
	}
	return append(panes, list)
}
