package doctor

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// areas are the rectangles of the screen, inside its own cells.
type areas struct{ tabs, summary, list, details, filter ui.Rect }

// areas divides the screen: tabs and summary above; then, for the checks, the list with the details; for the other tabs the list
// alone.
func (s *Screen) areas() (a areas) {
	all := ui.Rect{W: max(s.w, 0), H: max(s.h, 0)}
	a.tabs, all = all.Top(1)
	a.tabs = a.tabs.Inset(1)
	a.summary, all = all.Top(1)
	if s.filter.Typing() || s.filter.Text() != "" {
		all, a.filter = all.Bottom(1)
	}
	if s.tabs.Active != tabChecks {
		a.list = all
		return a
	}
	a.list, a.details = s.split.Split(all, 46, 50)
	return a
}

// rebuild lays everything out anew.
func (s *Screen) rebuild() {
	a := s.areas()
	s.values = map[string]value{}
	s.split.SetSize(a.list, a.details)
	s.tabs.Fit(a.tabs.W)
	o := s.runs.overview()
	for i, empty := range []bool{false, len(o.Endpoints) == 0, len(o.Flows) == 0, len(o.Algorithms) == 0, len(o.Keys) == 0} {
		s.tabs.Items[i].Empty = empty
	}
	s.hits = 0
	if s.tabs.Active == tabChecks {
		s.split.List.Set(s.listPanes(widget.Inner(a.list.W)))
	} else {
		s.split.List.Set(s.offerPanes(widget.Inner(a.list.W)))
	}
	if !s.moved && s.tabs.Active == tabChecks {
		s.split.List.End(-1) // the worst stays in front while checks come in
	}
	s.layDetails(a)
}

// showSelected lays the details out for another check, from its top.
func (s *Screen) showSelected() {
	if s.tabs.Active == tabChecks && !s.split.Inside && s.split.List.Selected() != s.showing {
		s.layDetails(s.areas())
		s.split.Details.End(-1)
	}
}

func (s *Screen) layDetails(a areas) {
	s.showing = s.split.List.Selected()
	s.split.Details.Set(s.detailPanes(s.shown[s.showing], widget.Inner(a.details.W)))
}

// View draws the screen.
func (s *Screen) View() string {
	if s.w <= 0 || s.h <= 0 {
		return ""
	}
	if s.ask.open || !s.runs.any() {
		return s.empty()
	}
	a := s.areas()
	lines := []string{" " + s.tabs.Line(s.c.Theme, a.tabs.W), " " + s.summary(a.summary.W-2)}
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

// summary is the line under the tabs: how far it is, what was found, who it seems to be.
func (s *Screen) summary(width int) string {
	t, r := s.c.Theme, &s.runs
	if r.problem != nil && r.checkup == nil {
		return t.Bad.Render(ui.Truncate("✗ "+safe.Text(r.problem.Error()), width))
	}
	all := r.all()
	c := doctor.Count(all)
	parts := []string{t.Bad.Render(fmt.Sprintf("✗ %s", ui.Count(c.Errors, "error"))), t.Care.Render("! " + ui.Count(c.Warnings, "warning")), t.Accent.Render("· " + ui.Count(c.Infos, "note"))}
	if r.report != nil && r.report.Unreachable != "" && r.checkup == nil {
		parts = append([]string{t.Bad.Render("✗ not reached: " + safe.Short(r.report.Unreachable, 90))}, parts...)
	}
	left := strings.Join(parts, "  ")
	right := ""
	switch {
	case r.checkup != nil && !r.quiet:
		right = t.Accent.Render(fmt.Sprintf("● %d of %d checks", len(all), r.checks))
	case r.report != nil:
		right = t.Dim.Render(who(r.report))
	}
	if r.watching {
		right = t.Care.Render("◉ watched") + "  " + right
	}
	return ui.Between(left, right, width)
}

func who(r *doctor.Report) string {
	parts := []string{string(r.Profile)}
	if r.Provider != "" {
		parts = append(parts, safe.Short(r.Provider, 40))
	}
	if r.Requests > 0 {
		parts = append(parts, ui.Count(r.Requests, "request"), ui.Duration(r.Duration))
	}
	return strings.Join(parts, " · ")
}

// empty asks for a provider, and says what will be here.
func (s *Screen) empty() string {
	t := s.c.Theme
	field := t.KeyHint(s.c.Keys.Enter) + t.Dim.Render("  type or paste the issuer of a provider")
	if s.ask.open {
		field = t.Dim.Render("issuer  ") + s.ask.input.View()
	}
	lines := []string{t.Title("Check a provider", "", s.w-1, true), "", "  " + field, ""}
	for _, l := range ui.Wrap(fmt.Sprintf("%d checks of discovery, keys, certificates, clocks and endpoints, without logging in. No request holds a credential; "+
		"what goes beyond the public documents is harmless, and p leaves it out.", len(doctor.Checks())), min(s.w-4, 90)) {
		lines = append(lines, "  "+t.Dim.Render(l))
	}
	return s.cut(lines)
}
