package tui

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// busyScreen is one whose work must not just be dropped.
type busyScreen struct {
	fakeScreen
	then tea.Msg
}

func (s *busyScreen) Busy() bool                 { return true }
func (s *busyScreen) Leave(then tea.Msg) tea.Cmd { s.then = then; return nil }
func (s *busyScreen) Epilogue() string           { return "2 of 2 tokens revoked" }

// Quitting in the middle of a probe asks, waits for its end, and says what came of it. ctrl+c neither asks nor waits long.
func TestQuitLetsAScreenEnd(t *testing.T) {
	a, _, _ := testApp(t)
	s := new(busyScreen)
	a.screens[1].screen = s
	if press(a, "q"); a.overlay == nil || !strings.Contains(a.View(), "A probe is running") {
		t.Fatal("q must ask")
	}
	_, cmd := a.Update(ui.KeyPress("y"))
	if _, cmd = a.Update(cmd()); cmd != nil || s.then != (leave{}) {
		t.Fatalf("y must have the screen end first, then %v", s.then)
	}
	if _, cmd = a.Update(s.then); !isQuit(cmd) {
		t.Error("the program ends when the screen has")
	}
	if !slices.Contains(a.summary().Lines, "2 of 2 tokens revoked") {
		t.Errorf("it says %q", a.summary().Lines)
	}
	if _, cmd = a.Update(ui.KeyPress("ctrl+c")); !isQuit(cmd) {
		t.Error("ctrl+c ends at once")
	}
}
