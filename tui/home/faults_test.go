package home

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestFaultIsChosenAndRun(t *testing.T) {
	s := testScreen(t)
	if got := keys(s, "f"); got != (ui.OpenFaults{}) {
		t.Fatalf("f: %v", got)
	}
	s.Update(ShowFaults{})
	if got := keys(s, "enter"); got != (ui.StartPractice{Flow: "pkce", Fault: "issuer-slash"}) {
		t.Errorf("enter on the first: %v", got)
	}
	keys(s, "/")
	if types(s, "device-denied"); !s.Typing() {
		t.Error("the filter is open: keys are text")
	}
	keys(s, "enter")
	if got := keys(s, "enter"); got != (ui.StartPractice{Flow: "device", Fault: "device-denied"}) {
		t.Errorf("enter on the only hit: %v", got)
	}
	keys(s, "esc")
	if len(s.faults.hits) != len(s.faults.all) || !s.inFault {
		t.Error("the first esc clears the filter")
	}
	if keys(s, "esc"); s.inFault {
		t.Error("the second esc closes the list")
	}
}

func TestFaultsByMouse(t *testing.T) {
	s := testScreen(t)
	s.Update(ShowFaults{})
	s.View()
	click := tea.MouseMsg{X: 10, Y: 5, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
	if cmd := s.Update(click); cmd != nil || s.faults.cursor != 1 {
		t.Errorf("a click chooses: row %d\n%s", s.faults.cursor, s.View())
	}
	if cmd := s.Update(click); cmd == nil || cmd() != (ui.StartPractice{Flow: "pkce", Fault: "issuer-host"}) {
		t.Error("a click on the chosen one runs it")
	}
}

func TestNoFaultFound(t *testing.T) {
	s := testScreen(t)
	s.Update(ShowFaults{})
	keys(s, "/")
	types(s, "zebra")
	keys(s, "enter")
	s.View()
	if got := keys(s, "enter"); got != nil {
		t.Errorf("nothing to run: %v", got)
	}
}
