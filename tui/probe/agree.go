package probe

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// agrees is a key while the person is asked.
func (s *Screen) agrees(m tea.KeyMsg) tea.Cmd {
	k, g := s.keys, s.c.Keys
	switch {
	case key.Matches(m, k.Begin):
		return s.begin()
	case key.Matches(m, k.No, g.Back):
		return s.answer(1)
	case key.Matches(m, g.Enter):
		return s.answer(s.consent.Active)
	case m.Type == tea.KeyLeft, m.Type == tea.KeyRight, key.Matches(m, g.Next), key.Matches(m, g.Prev):
		s.consent.Active = 1 - s.consent.Active
	case key.Matches(m, g.Up):
		s.top--
	case key.Matches(m, g.Down):
		s.top++
	case key.Matches(m, g.PageUp):
		s.top -= s.h / 2
	case key.Matches(m, g.PageDown):
		s.top += s.h / 2
	}
	return nil
}

func (s *Screen) answer(button int) tea.Cmd {
	switch {
	case button == 0:
		return s.begin()
	case s.again:
		s.showResults()
		return nil
	}
	return s.open("")
}

// hasResults reports whether there is a run to go back to: one that is over stays until the next begins.
func (s *Screen) hasResults() bool { return s.run.number > 0 }

// showResults goes back to the last run, with the client and the plan that it had.
func (s *Screen) showResults() {
	s.stage, s.opened, s.cfg, s.plan = probing, false, s.run.cfg, s.run.plan
	s.rebuild()
}

func (s *Screen) agreesByMouse(m tea.MouseMsg) tea.Cmd {
	switch {
	case m.Button == tea.MouseButtonWheelUp:
		s.top -= 3
	case m.Button == tea.MouseButtonWheelDown:
		s.top += 3
	case m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft && m.Y == s.h-1:
		if i := s.consent.At(m.X - 3); i >= 0 {
			return s.answer(i)
		}
	}
	return nil
}

// agreement says what will be done, against whom and as whom; the question stays at the foot whatever is scrolled.
func (s *Screen) agreement() string {
	t, width := s.c.Theme, min(s.w, 100)-4
	note := "  nothing has been sent yet"
	if s.again {
		note += "; esc: back to the results"
	}
	lines := []string{"", "   " + t.Strong.Render("Probe "+ui.ProviderName(s.cfg.Client.Issuer)+"?") + t.Dim.Render(note), ""}
	say := func(style func(...string) string, text string) {
		for _, l := range ui.Wrap(safe.Text(text), max(1, width)) {
			lines = append(lines, "   "+style(l))
		}
	}
	row := func(label, text string) {
		lines = append(lines, "   "+t.Dim.Render(ui.Pad(label, 15))+t.Text.Render(ui.Truncate(safe.Text(text), max(1, width-15))))
	}
	row("provider", s.cfg.Client.Issuer)
	row("client", s.cfg.Client.ClientID)
	second := "none: what needs one is left out"
	if s.cfg.Other != nil {
		second = s.cfg.Other.ID
	}
	row("second client", second)
	lines = append(lines, "")
	say(t.Care.Render, "! Do this at a provider that is yours to test, with a client made for tests. The attempts are in its logs, and may raise an alarm there.")
	say(t.Text.Render, "Each sends something that the provider has to refuse, or looks whether it does what it has to do. Nothing is tried more than once; the tokens that come of it are revoked at the end.")
	say(t.Text.Render, visits(s.plan))
	for _, f := range probe.Families() {
		lines = append(lines, s.familyLines(f, width)...)
	}
	room := max(1, s.h-2)
	s.top = max(0, min(s.top, len(lines)-room))
	shown := lines[s.top:min(len(lines), s.top+room)]
	for len(shown) < room {
		shown = append(shown, "")
	}
	more := ""
	if rest := len(lines) - s.top - room; rest > 0 {
		more = t.Dim.Render(fmt.Sprintf("   ↓ %s more", ui.Count(rest, "line")))
	}
	return strings.Join(append(shown, more, "   "+s.consent.Lines(t, max(1, s.w-4), true)[0]), "\n")
}

// familyLines names the attempts of a group that will be made.
func (s *Screen) familyLines(f probe.Family, width int) []string {
	t := s.c.Theme
	var lines []string
	for _, p := range f.Probes {
		if !s.planned(p.ID) {
			continue
		}
		if lines == nil {
			lines = []string{"", "  " + t.Title(f.Title, "", max(1, width), false)}
		}
		browser := ""
		switch {
		case p.Visit == "":
		case p.IfOpen:
			browser = "browser, if open"
		default:
			browser = "browser"
		}
		lines = append(lines, "   "+ui.Between(t.Text.Render(ui.Pad(p.ID, 9))+t.Dim.Render(safe.Text(p.Does)), t.Dim.Render(browser), max(1, width)))
	}
	return lines
}

func (s *Screen) planned(id string) bool {
	for _, p := range s.plan.Probes {
		if p.ID == id {
			return true
		}
	}
	return false
}

// visits says how often the browser is opened.
func visits(plan probe.Plan) string {
	switch {
	case plan.Visits+plan.IfOpen == 0:
		return "No login is needed."
	case plan.Visits == 0:
		return fmt.Sprintf("The browser is only opened where the provider leaves a question open: at most %s.", ui.Count(plan.IfOpen, "time"))
	}
	text := fmt.Sprintf("The browser is opened up to %s", ui.Count(plan.Visits, "time"))
	if plan.IfOpen > 0 {
		text += fmt.Sprintf(", and up to %s more where a question stays open", ui.Count(plan.IfOpen, "time"))
	}
	return text + fmt.Sprintf(". You log in %s; the other visits need a click at most.", ui.Count(max(plan.Typing, 1), "time"))
}
