package tui

import (
	"fmt"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

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
