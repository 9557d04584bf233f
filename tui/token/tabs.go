package token

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// The tabs are those of the session, when there is one, and behind them those that a person opened. Only the latter can be closed: the
// session's stand for the members of the token response, the missing ones too.

// list is the tokens of the tabs, in their order.
func (s *Screen) list() []*subject {
	list := s.current
	if s.before && s.previous != nil {
		list = s.previous
	}
	return append(list[:len(list):len(list)], s.pasted...)
}

// tab is the token of the tab in front, nil on the empty screen.
func (s *Screen) tab() *subject {
	list := s.list()
	if len(list) == 0 {
		return nil
	}
	return list[min(s.tabs.Active, len(list)-1)]
}

// subject is what is shown of the tab in front: its token, or the one inside of it that was entered.
func (s *Screen) subject() *subject {
	sub := s.tab()
	for sub != nil && sub.child != nil {
		sub = sub.child
	}
	return sub
}

// nameTabs gives the tabs that a person opened a name each: what the token was called where it stood, else what it is. Equal names get
// numbers.
func (s *Screen) nameTabs() {
	seen := map[string]int{}
	for _, sub := range s.pasted {
		sub.title = tabName(sub)
		seen[sub.title]++
	}
	next := map[string]int{}
	for _, sub := range s.pasted {
		if name := sub.title; seen[name] > 1 {
			next[name]++
			sub.title = fmt.Sprintf("%s %d", name, next[name])
		}
	}
}

func tabName(sub *subject) string {
	if sub.named != "" {
		return safe.Short(sub.named, 20)
	}
	if t := sub.report.Type; t != "" && t != string(inspect.ProfileJWT) {
		return "Pasted " + strings.ReplaceAll(safe.Short(t, 20), "_", " ")
	}
	return "Pasted"
}

// cantClose says why the tab in front stays; empty when it can be closed.
func (s *Screen) cantClose() string {
	switch sub := s.tab(); {
	case sub == nil:
		return "there is no token"
	case sub.which != pasted:
		return "the tabs of a session stay; only a token that was opened here can be closed"
	default:
		return ""
	}
}

// closeTab closes the tab in front.
func (s *Screen) closeTab() tea.Cmd {
	if why := s.cantClose(); why != "" {
		return ui.Send(ui.Notify{Text: why})
	}
	i := s.tabs.Active - len(s.current)
	s.pasted = append(s.pasted[:i:i], s.pasted[i+1:]...)
	s.nameTabs()
	s.tabs.Active = max(min(s.tabs.Active, len(s.list())-1), 0)
	s.view, s.zoomed, s.fresh = viewPanes, nil, true
	s.rebuild()
	return nil
}

// setTabs lists the tabs. When they need more than the width, those before the one in front are left out, as many as it takes.
func (s *Screen) setTabs(width int) {
	s.tabs.Items, s.firstTab = s.tabs.Items[:0], 0
	for _, sub := range s.list() {
		s.tabs.Items = append(s.tabs.Items, widget.Tab{Title: sub.title, Empty: sub.missing != ""})
	}
	s.tabs.Active = min(s.tabs.Active, max(len(s.tabs.Items)-1, 0))
	s.tabs.Fit(width)
	used := 0
	for i := s.tabs.Active; i >= 0 && i < len(s.tabs.Items); i-- {
		if used += ui.Width(s.tabs.Items[i].Title) + 3; used > width-8 && i < s.tabs.Active {
			s.firstTab = i + 1
			break
		}
	}
}

// strip is the tabs that are in sight.
func (s *Screen) strip() (tabs widget.Tabs, before string) {
	tabs = s.tabs
	if s.firstTab > 0 {
		before = fmt.Sprintf("‹%d ", s.firstTab)
	}
	tabs.Items, tabs.Active = tabs.Items[s.firstTab:], tabs.Active-s.firstTab
	return tabs, before
}

// tabLine draws the tabs in at most width cells.
func (s *Screen) tabLine(width int) string {
	tabs, before := s.strip()
	return s.c.Theme.Dim.Render(before) + tabs.Line(s.c.Theme, width-ui.Width(before))
}

// tabAt is the tab at a cell of the line, or -1.
func (s *Screen) tabAt(x int) int {
	tabs, before := s.strip()
	if i := tabs.At(x - ui.Width(before)); i >= 0 {
		return i + s.firstTab
	}
	return -1
}
