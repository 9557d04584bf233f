package probe

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// areas are the rectangles of the results, inside the screen's own cells.
type areas struct{ summary, visit, list, details, filter ui.Rect }

func (s *Screen) areas() (a areas) {
	all := ui.Rect{W: max(s.w, 0), H: max(s.h, 0)}
	a.summary, all = all.Top(1)
	if n := len(s.visitLines()); n > 0 {
		a.visit, all = all.Top(n)
	}
	if s.filter.Typing() || s.filter.Text() != "" {
		all, a.filter = all.Bottom(1)
	}
	a.list, a.details = s.split.Split(all, 50, 50)
	return a
}

// rebuild lays the results out anew.
func (s *Screen) rebuild() {
	if s.stage != probing {
		return
	}
	a := s.areas()
	s.split.SetSize(a.list, a.details)
	s.split.List.Set(s.listPanes(widget.Inner(a.list.W)))
	s.layDetails(a)
}

// follow selects the attempt that is made now, until the person moves.
func (s *Screen) follow() {
	s.rebuild()
	if !s.moved {
		s.split.List.Select(s.run.trying)
		s.showSelected()
	}
}

// showSelected lays the details out for another attempt, from its top.
func (s *Screen) showSelected() {
	if p := s.selected(); p != nil && p.ID != s.showing && !s.split.Inside {
		s.layDetails(s.areas())
		s.split.Details.End(-1)
	}
}

func (s *Screen) layDetails(a areas) {
	p := s.selected()
	if s.showing = ""; p != nil {
		s.showing = p.ID
	}
	clear(s.values)
	s.split.Details.Set(s.detailPanes(p, widget.Inner(a.details.W)))
}

// View draws the screen.
func (s *Screen) View() string {
	switch {
	case s.w <= 0 || s.h <= 0:
		return ""
	case s.stage == choosing:
		return s.form.View()
	case s.stage == agreeing:
		return s.cut(strings.Split(s.agreement(), "\n"))
	}
	a := s.areas()
	left, right := s.summary()
	lines := append([]string{" " + ui.Between(left, right, max(1, s.w-2))}, s.visitLines()...)
	s.split.SetSize(a.list, a.details)
	lines = append(lines, s.split.Lines(a.list, a.details)...)
	if a.filter.H > 0 {
		lines = append(lines, " "+s.filter.Line(s.w-2, s.hits))
	}
	return s.cut(lines)
}

// cut makes lines fit into the screen's area, however small that is.
func (s *Screen) cut(lines []string) string {
	lines = lines[:min(len(lines), s.h)]
	for i := range lines {
		lines[i] = ui.Truncate(lines[i], s.w)
	}
	return strings.Join(lines, "\n")
}

// visitLines say that the browser is out, and what can be said about it.
func (s *Screen) visitLines() []string {
	r, t := &s.run, s.c.Theme
	if r.opening == nil || !r.under() {
		return nil
	}
	head := fmt.Sprintf("→ browser, visit %d of at most %d: %s", r.opening.N, s.plan.Visits+s.plan.IfOpen, safe.Text(r.opening.Why))
	lines := []string{" " + t.Care.Render(ui.Truncate(head, max(1, s.w-2)))}
	if s.paste != nil {
		field := s.paste.Lines(max(8, s.w-14), true, func(c string) string { return t.Accent.Reverse(true).Render(c) })
		for i, l := range field {
			label := "          "
			if i == 0 {
				label = t.Dim.Render("ended on  ")
			}
			lines = append(lines, "   "+label+l)
		}
		return lines
	}
	if s.h >= 16 {
		lines = append(lines, "   "+t.Dim.Render(ui.Truncate(safe.Text(r.address), max(1, s.w-4))))
	}
	return lines
}
