package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// realApp has the program's own screens, and nothing outside.
func realApp(tb testing.TB, kind ui.ThemeKind, profile termenv.Profile) *app {
	tb.Helper()
	c := &ui.Common{Context: tb.Context(), Theme: ui.NewTheme(kind, profile), Keys: ui.NewKeys(), Now: func() time.Time { return noon }}
	return newApp(tb.Context(), Options{}, c, outside{})
}

func TestFrameGoldens(t *testing.T) {
	for name, keys := range map[string][]string{"home": nil, "palette": {":", "d", "e", "v"}, "help": {"?"}} {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 36}} {
			a := realApp(t, ui.Dark, termenv.Ascii)
			a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			press(a, keys...)
			if err := golden.Check(fmt.Sprintf("frame-%s-%d", name, size[0]), a.View()); err != nil {
				t.Error(err)
			}
		}
	}
}

// manyKeys is a screen with more keys than a narrow terminal has room for.
type manyKeys struct{ fakeScreen }

func (s *manyKeys) ShortHelp() (keys []key.Binding) {
	for _, k := range []string{"n send and hold the next", "c run to the end", "E edit request", "x drop request", "a log in for me", "X abort", "b breakpoint", "y copy"} {
		name, desc, _ := strings.Cut(k, " ")
		keys = append(keys, key.NewBinding(key.WithKeys(name), key.WithHelp(name, desc)))
	}
	return keys
}

// TestKeysLoseWordsBeforeTheyAreLeftOut: what the line does not show it counts, and the way to all keys is always there.
func TestKeysLoseWordsBeforeTheyAreLeftOut(t *testing.T) {
	for width, want := range map[int]string{
		200: "n send and hold the next · c run to the end · E edit request · x drop request · a log in for me · X abort · b breakpoint · y copy · : commands · ? help · q quit",
		150: "n send and hold the next · c run to the end · E edit request · x drop request · a log in for me · X abort · b breakpoint · y copy · : · ? · q",
		100: "n send · c run · E edit · x drop · a log in · X abort · b breakpoint · y copy · : · ? · q",
		60:  "n send · c run · E edit · x drop · +4 · : · ? · q",
	} {
		a, _, _ := testApp(t)
		a.screens[0].screen = &manyKeys{}
		a.Update(tea.WindowSizeMsg{Width: width, Height: 24})
		if got := strings.TrimSpace(a.keyLine()); got != want {
			t.Errorf("%d cells: %q, want %q", width, got, want)
		}
	}
}

// TestWarningsAreNotCutWhereTheyFit: a warning that stays has lines of its own, and a long notice lies over the screen's end.
func TestWarningsAreNotCutWhereTheyFit(t *testing.T) {
	a, _, _ := testApp(t)
	a.tell(ui.RunEvent{Event: flows.RunStarted{Warnings: []string{"certificates are not verified (--insecure-skip-verify): anyone on the way can read and change everything, tokens included"}}})
	for _, size := range [][2]int{{80, 24}, {100, 24}, {120, 36}} {
		a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		lines := strings.Split(a.View(), "\n")
		if len(lines) != size[1] {
			t.Errorf("%d lines at %v", len(lines), size)
		}
		if all := strings.Join(strings.Fields(strings.Join(lines[size[1]-3:], " ")), " "); !strings.Contains(all, "(--insecure-skip-verify): anyone on the way can read and change everything, tokens included") {
			t.Errorf("the warning at %v: %q", size, all)
		}
	}
	a.notify(ui.Notify{Text: strings.Repeat("open the browser: it failed. ", 5) + "END"})
	lines := strings.Split(a.View(), "\n")
	if text := strings.Join(lines, " "); len(lines) != 36 || !strings.Contains(text, "END") {
		t.Errorf("%d lines with a long notice:\n%s", len(lines), a.View())
	}
}

func BenchmarkView(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		a := realApp(b, ui.Dark, termenv.TrueColor)
		a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for i, s := range a.screens {
			b.Run(fmt.Sprintf("%s-%d", s.name, size[0]), func(b *testing.B) {
				a.front = i
				for b.Loop() {
					_ = a.View()
				}
			})
		}
	}
}
