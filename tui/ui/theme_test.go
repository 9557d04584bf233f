package ui

import (
	"math"
	"strconv"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// luminance is that of WCAG 2: of "#rrggbb", between 0 and 1.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("colour %q", hex)
	}
	part := func(v uint64) float64 {
		c := float64(v&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

func TestContrast(t *testing.T) {
	for _, kind := range []ThemeKind{Dark, Light, HighContrast, HighContrastLight} {
		p := PaletteOf(kind)
		text := 4.5
		if kind == HighContrast || kind == HighContrastLight {
			text = 7
		}
		for role, c := range map[string]struct {
			colour lipgloss.CompleteColor
			least  float64
		}{
			"dim": {p.Dim, text}, "accent": {p.Accent, text}, "good": {p.Good, text}, "bad": {p.Bad, text}, "care": {p.Care, text},
			"header": {p.Header, text}, "payload": {p.Payload, text}, "signature": {p.Signature, text}, "faint": {p.Faint, 3},
		} {
			if got := contrast(t, c.colour.TrueColor, p.Background); got < c.least {
				t.Errorf("%s %s: %s on %s has %.2f:1, want %.1f:1", kind, role, c.colour.TrueColor, p.Background, got, c.least)
			}
			n, err := strconv.Atoi(c.colour.ANSI256)
			if err != nil || n < 16 {
				t.Fatalf("%s %s: colour %q of 256: the first 16 are whatever the terminal makes of them", kind, role, c.colour.ANSI256)
			}
			near := termenv.ConvertToRGB(termenv.ANSI256Color(n)).Hex()
			if got := contrast(t, near, p.Background); got < c.least {
				t.Errorf("%s %s: %d of 256 (%s) on %s has %.2f:1, want %.1f:1", kind, role, n, near, p.Background, got, c.least)
			}
			if n, err := strconv.Atoi(c.colour.ANSI); err != nil || n > 15 {
				t.Errorf("%s %s: colour %q of 16", kind, role, c.colour.ANSI)
			}
		}
	}
}

func TestNoColourWithoutColours(t *testing.T) {
	th := NewTheme(Dark, termenv.Ascii)
	for _, s := range []lipgloss.Style{th.Text, th.Strong, th.Dim, th.Faint, th.Accent, th.Button, th.Good, th.Bad, th.Care, th.Header, th.Payload, th.Signature} {
		if got := s.Render("x"); got != "x" {
			t.Errorf("%q", got)
		}
	}
	if got := NewTheme(Dark, termenv.TrueColor).Accent.Render("x"); got == "x" {
		t.Error("true colour has none")
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Truncate("hello", 4), "hel…"}, {Truncate("hello", 5), "hello"}, {Truncate("hello", 0), ""}, {Truncate("日本語", 4), "日…"},
		{Pad("ab", 4), "ab  "}, {Pad("abcdef", 4), "abc…"}, {PadLeft("7", 3), "  7"}, {PadLeft("1234", 3), "12…"},
		{Between("left", "right", 12), "left   right"}, {Between("left", "right", 8), "l… right"}, {Between("left", "right", 4), "rig…"},
		{Between("left", "", 6), "left  "},
		{Fit("a\nbcd\nc", 2, 2), "a \nb…"}, {Fit("a", 2, 3), "a \n  \n  "}, {Fit("a", 2, 0), ""},
		{Beside(1, "a \nb ", "c"), "a  c\nb   "},
		{Clock(271e9), "04:31"}, {Clock(7471e9), "2:04:31"}, {Duration(412e6), "412 ms"}, {Duration(125e9), "2 min 5 s"}, {Duration(4100e6), "4.1 s"},
		{Count(1, "step"), "1 step"}, {Count(0, "step"), "0 steps"},
		{ProviderName("https://op.example/realms/x/"), "op.example/realms/x"}, {ProviderName("https://op\x1b[31m"), `op\x1b[31m`},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for _, width := range []int{5, 20, 60} {
		for _, focused := range []bool{true, false} {
			if got := NewTheme(Dark, termenv.Ascii).Title("Claims", "3 of 9", width, focused); Width(got) != width {
				t.Errorf("a title of %d cells has %d: %q", width, Width(got), got)
			}
		}
	}
}

func TestRectNeverGoesNegative(t *testing.T) {
	for w := range 12 {
		for h := range 6 {
			r := Rect{1, 2, w, h}
			left, right := r.Columns(40, 5, 2)
			top, rest := r.Top(3)
			body, bottom := r.Bottom(3)
			for _, x := range []Rect{left, right, top, rest, body, bottom, r.Inset(4)} {
				if x.W < 0 || x.H < 0 || x.X+x.W > r.X+r.W+2 || x.Y+x.H > r.Y+r.H {
					t.Errorf("%+v gives %+v", r, x)
				}
			}
		}
	}
}

func TestKeyPressIsTheKey(t *testing.T) {
	for _, name := range []string{"n", "G", "?", ":", "enter", "esc", "tab", "shift+tab", "ctrl+s", "ctrl+c", "up", "pgdown", "home", "alt+x", "f1", " "} {
		if got := KeyPress(name).String(); got != name {
			t.Errorf("KeyPress(%q) is %q", name, got)
		}
	}
}
