package flow

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// draft is the held request, or the held answer, while it is changed. It lives until the run goes on, so leaving the editor loses
// nothing; but only what was applied is sent, or taken in.
type draft struct {
	stop    *flows.Stop
	message message        // the request as it came to the gate
	answer  *answerMessage // the answer; nil when a request is changed
	editor  *widget.ParamEditor
	reveal  bool
	top     int

	params    []widget.Param // applied
	edits     []string       // in words; empty: nothing is applied
	predicted predictions    // for what stands in the editor
}

// predictions are kept for the edits they belong to: they are asked for with every key.
type predictions struct {
	params []widget.Param
	all    []predict.Prediction
}

// applied reports whether there are edits that will be sent.
func (d *draft) applied() bool { return d != nil && len(d.edits) > 0 }

// waiting reports whether there are edits that will not be sent, because they were not applied.
func (d *draft) waiting() bool { return d != nil && !slices.Equal(d.editor.Edits(), d.edits) }

// edited is the request as it will be sent.
func (d *draft) edited() message { return d.message.with(d.params) }

// command is the word to the gate about the request or the answer as it was applied. use is the exchange whose answer is taken in.
func (d *draft) command(use int) flows.Command {
	switch {
	case d == nil, !d.applied():
		return flows.Command{Answer: record.AnswerDecision{Use: use}}
	case d.answer != nil:
		return flows.Command{Answer: d.answer.decision(d.params, d.edits)}
	default:
		return flows.Command{Request: d.message.decision(d.params, d.edits)}
	}
}

// foretell says what the edits that stand in the editor must cause.
func (d *draft) foretell() []predict.Prediction {
	now := d.editor.Result()
	if d.predicted.params != nil && slices.Equal(now, d.predicted.params) {
		return d.predicted.all
	}
	d.predicted = predictions{params: now}
	switch edits := d.editor.Edits(); {
	case len(edits) == 0:
	case d.answer != nil:
		d.predicted.all = flows.PredictAnswer(d.stop.Answer, d.answer.decision(now, edits))
	default:
		d.predicted.all = flows.PredictRequest(d.stop.Held, d.message.decision(now, edits))
	}
	return d.predicted.all
}

// check finds what can't be sent.
func (d *draft) check() error {
	if d.answer != nil {
		return d.answer.check(d.editor.Result())
	}
	m := d.message.with(d.editor.Result())
	u, err := url.Parse(m.base)
	switch {
	case err != nil:
		return fmt.Errorf("address: %w", err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("address: want http:// or https:// and a host, got %q", safe.Short(m.base, 40))
	case !isMethod(m.method):
		return fmt.Errorf("method: want a word such as GET or POST, got %q", safe.Short(m.method, 20))
	}
	return nil
}

func isMethod(text string) bool {
	return text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

func (s *Screen) openEditor() {
	stop := s.run.stop
	s.goTo(s.run.index(stop.Step))
	s.tab = tabRequest
	if s.draft == nil {
		s.draft = newDraft(stop, s.use)
	}
	if s.draft.answer != nil {
		s.tab = tabResponse
	}
	s.edit, s.details = s.draft, true
}

func newDraft(stop *flows.Stop, use int) *draft {
	if stop.Answer != nil {
		a := newAnswer(stop.Answer, use)
		return &draft{stop: stop, answer: a, editor: widget.NewAnswerEditor(a.params)}
	}
	m := heldMessage(stop.Held)
	if stop.Held.Visit {
		return &draft{stop: stop, message: m, editor: widget.NewVisitEditor(m.editable(true))}
	}
	place := widget.InQuery
	if m.method == "POST" {
		place = widget.InForm
	}
	return &draft{stop: stop, message: m, editor: widget.NewParamEditor(m.editable(false), place)}
}

func (s *Screen) editKey(m tea.KeyMsg) tea.Cmd {
	k := &s.keys
	switch {
	case key.Matches(m, k.EditApply):
		d := s.edit
		if err := d.check(); err != nil {
			return ui.Send(ui.Notify{Text: err.Error(), Kind: ui.NoteBad})
		}
		d.params, d.edits = d.editor.Result(), d.editor.Edits()
		s.edit = nil
		s.run.version++
		what, then := "the request will be sent as it is", "n sends the request"
		if d.answer != nil {
			what, then = "the answer will be taken in as it came", "n takes the answer in"
		}
		if len(d.edits) == 0 {
			return ui.Send(ui.Notify{Text: "nothing was changed: " + what})
		}
		return ui.Send(ui.Notify{Text: ui.Count(len(d.edits), "edit") + " applied: " + then, Kind: ui.NoteCare})
	case key.Matches(m, k.EditLeave):
		d := s.edit
		s.edit = nil
		s.run.version++
		if d.waiting() {
			return ui.Send(ui.Notify{Text: "left without applying: E goes on with your edits", Kind: ui.NoteCare})
		}
	case key.Matches(m, k.EditReveal):
		s.edit.reveal = !s.edit.reveal
	default:
		s.edit.editor.Key(m)
	}
	return nil
}

// editorLines draws the editor, scrolled so that the cursor is in sight, and under it what the edits must cause.
func (s *Screen) editorLines() []string {
	a, d := &s.areas, s.edit
	below := s.foretoldLines(d.foretell(), a.body.W-2)
	below = below[:min(len(below), a.body.H/2)]
	room := a.body.H - len(below)
	all, at := d.editor.Lines(s.c.Theme, a.body.W-1, d.reveal || s.c.Reveal)
	d.top = max(min(d.top, at-1, len(all)-room), at+2-room, 0)
	out := make([]string, 0, a.body.H)
	for i := d.top; i < len(all) && len(out) < room; i++ {
		out = append(out, all[i].Text)
	}
	for len(out) < room {
		out = append(out, "")
	}
	return append(out, below...)
}

func (s *Screen) clickEditor(x, y int) {
	a, d := &s.areas, s.edit
	if !a.body.Contains(x, y) {
		return
	}
	all, _ := d.editor.Lines(s.c.Theme, a.body.W-1, d.reveal)
	if i := d.top + y - a.body.Y; i < len(all) && all[i].Row >= 0 {
		d.editor.Select(all[i].Row)
	}
}
