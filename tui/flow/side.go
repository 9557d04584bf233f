package flow

import (
	"strings"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// The space under a ladder that is shorter than its pane shows the QR code of a device login, else what the run has made so
// far: the values that travel along the arrows above.

// spare is the number of lines under the ladder.
func (s *Screen) spare() int {
	if s.areas.folded {
		return 0
	}
	return s.areas.steps.H - (s.stride()*len(s.run.steps) - (s.stride() - 1))
}

func (s *Screen) sideLines() []string {
	if code := s.sideQR(); code != nil {
		return code
	}
	return s.sideVariables()
}

// sideQR is the QR code for the space under the ladder, which a device flow with its few steps leaves free; nil when it
// does not fit there, or another code is on screen.
func (s *Screen) sideQR() []string {
	n, a := s.run.need, &s.areas
	if n == nil || n.VerificationURIComplete == "" || s.qr || a.folded {
		return nil
	}
	code, err := s.qrLines(a.steps.W, s.spare()-2)
	if err != nil {
		return nil
	}
	indent := strings.Repeat(" ", max((a.steps.W-ui.Width(code[0]))/2, 0))
	title, style := "or scan: the code is filled in", s.c.Theme.Dim
	if note := s.scanNote(); note != "" {
		title, style = note, s.c.Theme.Care
	}
	title = ui.Truncate(title, a.steps.W)
	out := []string{"", ui.Pad("", max((a.steps.W-ui.Width(title))/2, 0)) + style.Render(title)}
	for _, line := range code {
		out = append(out, indent+line)
	}
	return out
}

// sideLeast is the least number of variables worth a pane.
const sideLeast = 4

// sideVariables list the newest variables: name, value, and from which step to which.
func (s *Screen) sideVariables() []string {
	room, t, w := s.spare()-2, s.c.Theme, s.areas.steps.W
	all := s.run.variables
	if len(all) == 0 || room < sideLeast {
		return nil
	}
	note := ""
	if len(all) > room {
		all, note = all[len(all)-room:], t.Dim.Render("the last "+number(room-1))
	}
	const uses = 9
	name := min(s.nameColumn(w/3), max(w/3, 14)) + 2
	out := []string{"", t.Title("Made so far", note, w, false)}
	for i := range all {
		v := &all[i]
		value := s.mask(v.Value, v.Secret)
		if v.Secret && ui.Width(value) > w-name-uses-4 {
			value = strings.TrimSuffix(value, " characters")
		}
		value = ui.Truncate(value, w-name-uses-4)
		travel := ""
		if made, used := s.run.usesOf(v); made >= 0 {
			travel = number(made)
			if len(used) > 0 {
				travel += " → " + strings.TrimPrefix(strings.TrimPrefix(stepList(used), "steps "), "step ")
			}
		}
		line := "  " + ui.Pad(t.Text.Render(ui.Truncate(safe.Text(v.Name), name-2)), name) + t.Dim.Render(value)
		out = append(out, ui.Between(line, t.Dim.Render(travel), w-1))
	}
	return out
}
