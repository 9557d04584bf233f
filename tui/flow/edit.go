package flow

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// draft is the held request while it is changed. It lives until the request is sent, so leaving the editor loses nothing;
// but only what was applied is sent.
type draft struct {
	message message // as it came to the gate
	editor  *widget.ParamEditor
	reveal  bool
	top     int

	params []widget.Param // applied
	edits  []string       // in words; empty: nothing is applied
}

// applied reports whether there are edits that will be sent.
func (d *draft) applied() bool { return d != nil && len(d.edits) > 0 }

// waiting reports whether there are edits that will not be sent, because they were not applied.
func (d *draft) waiting() bool { return d != nil && !slices.Equal(d.editor.Edits(), d.edits) }

// edited is the request as it will be sent.
func (d *draft) edited() message {
	m := d.message
	m.params = d.params
	return m
}

// decision is the answer to the gate.
func (d *draft) decision() record.Decision {
	if !d.applied() {
		return record.Decision{}
	}
	return d.message.decision(d.params, d.edits)
}

func (s *Screen) openEditor() {
	s.goTo(s.run.index(s.run.held.Step))
	if s.draft == nil {
		m := heldMessage(s.run.held)
		place := widget.InQuery
		if m.method == "POST" {
			place = widget.InForm
		}
		s.draft = &draft{message: m, editor: widget.NewParamEditor(m.params, place)}
	}
	s.edit, s.tab, s.details = s.draft, tabRequest, true
}

func (s *Screen) editKey(m tea.KeyMsg) tea.Cmd {
	k := &s.keys
	switch {
	case key.Matches(m, k.EditApply):
		d := s.edit
		d.params, d.edits = d.editor.Result(), d.editor.Edits()
		s.edit = nil
		s.run.version++
		if len(d.edits) == 0 {
			return ui.Send(ui.Notify{Text: "nothing was changed: the request will be sent as it is"})
		}
		return ui.Send(ui.Notify{Text: ui.Count(len(d.edits), "edit") + " applied: n sends the request", Kind: ui.NoteCare})
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

// editorLines draws the editor, scrolled so that the cursor is in sight.
func (s *Screen) editorLines() []string {
	a, d := &s.areas, s.edit
	all, at := d.editor.Lines(s.c.Theme, a.body.W-1, d.reveal || s.c.Reveal)
	d.top = max(min(d.top, at-1, len(all)-a.body.H), at+2-a.body.H, 0)
	out := make([]string, 0, a.body.H)
	for i := d.top; i < len(all) && len(out) < a.body.H; i++ {
		out = append(out, all[i].Text)
	}
	for len(out) < a.body.H {
		out = append(out, "")
	}
	return out
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
