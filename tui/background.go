package tui

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/quiet"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Light or dark is settled here, before Bubble Tea owns the terminal: the theme option first, then COLORFGBG, then one
// question to the terminal with a bound. What can't be known is dark.

// Takes back what package quiet did while Bubble Tea was initialised.
var _ = quiet.Restore()

// askLimit bounds the wait for the terminal's answer. Terminals that answer do so within a few milliseconds, and an
// answer that comes later is kept out of the keys by [input].
const askLimit = 50 * time.Millisecond

// chooseTheme settles the colours. ask puts the question to the terminal.
func chooseTheme(o Options, getenv func(string) string, ask func() (dark, known bool)) *ui.Theme {
	profile := termenv.Ascii
	if !o.NoColor {
		profile = termenv.NewOutput(os.Stdout, termenv.WithTTY(true)).EnvColorProfile()
	}
	isDark := func() bool {
		d, known := colorFGBG(getenv("COLORFGBG"))
		if !known {
			d, known = ask()
		}
		return d || !known
	}
	dark, contrast := o.Theme == "dark", o.Theme == "high-contrast"
	if !dark && o.Theme != "light" {
		dark = profile == termenv.Ascii || isDark() // without colours nothing depends on the answer
	}
	kind := ui.Light
	switch {
	case contrast && dark:
		kind = ui.HighContrast
	case contrast:
		kind = ui.HighContrastLight
	case dark:
		kind = ui.Dark
	}
	t := ui.NewTheme(kind, profile)
	lipgloss.SetDefaultRenderer(t.Renderer) // for what bubbles draw by themselves
	return t
}

// colorFGBG reads the variable that rxvt, Konsole and others set: "15;0" is white on black. Of the 16 colours, 7 and from
// 9 up are light ones.
func colorFGBG(v string) (dark, known bool) {
	i := strings.LastIndexByte(v, ';')
	n, err := strconv.Atoi(v[i+1:])
	if i < 0 || err != nil || n < 0 || n > 15 {
		return false, false
	}
	return n < 7 || n == 8, true
}

// darkColour judges the answer to the question, "rgb:1e1e/1e1e/2e2e" with one to four digits each, by its luminance.
func darkColour(answer string) (dark, known bool) {
	_, spec, ok := strings.Cut(answer, "rgb")
	spec = strings.TrimPrefix(strings.TrimPrefix(spec, "a"), ":")
	parts := strings.Split(spec, "/")
	if !ok || len(parts) < 3 {
		return false, false
	}
	var c [3]float64
	for i := range c {
		n, err := strconv.ParseUint(parts[i], 16, 16)
		if err != nil || len(parts[i]) > 4 {
			return false, false
		}
		c[i] = float64(n) / float64(uint64(1)<<(4*len(parts[i]))-1)
	}
	return 0.2126*c[0]+0.7152*c[1]+0.0722*c[2] < 0.5, true
}
