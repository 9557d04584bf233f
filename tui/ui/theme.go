package ui

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// ThemeKind names a palette.
type ThemeKind string

const (
	Dark              ThemeKind = "dark"
	Light             ThemeKind = "light"
	HighContrast      ThemeKind = "high-contrast"       // on a dark background
	HighContrastLight ThemeKind = "high-contrast-light" // on a light one
)

// Theme is every style of the program: roles, not places. It is built once, before the program starts. The terminal's own
// background is never repainted, and Text is the terminal's own foreground, which is readable wherever the terminal is; only the
// themes of high contrast say which it is.
type Theme struct {
	Kind     ThemeKind
	Renderer *lipgloss.Renderer

	Text   lipgloss.Style // what is said
	Strong lipgloss.Style // headings and the selected row: Text, bold
	Dim    lipgloss.Style // explanations, units, what is second in importance
	Faint  lipgloss.Style // rules and borders; never words that must be read
	Accent lipgloss.Style // focus, selection, keys
	Button lipgloss.Style // a label that can be pressed: Accent, bold

	Good lipgloss.Style // always with a word or ✓
	Bad  lipgloss.Style // always with a word or ✗
	Care lipgloss.Style // always with a word or !

	// The parts of a token, wherever a part appears: raw text, pane titles, the signature walk.
	Header    lipgloss.Style
	Payload   lipgloss.Style
	Signature lipgloss.Style
}

// Palette is the colours of a theme: for each role its true colour, the chosen one of 256, and the chosen one of 16.
type Palette struct {
	Background string // assumed; the contrast test measures against it

	Text                       lipgloss.TerminalColor // nil: the terminal's own
	Dim, Faint, Accent         lipgloss.CompleteColor
	Good, Bad, Care            lipgloss.CompleteColor
	Header, Payload, Signature lipgloss.CompleteColor
}

func colour(trueColour, of256, of16 string) lipgloss.CompleteColor {
	return lipgloss.CompleteColor{TrueColor: trueColour, ANSI256: of256, ANSI: of16}
}

// PaletteOf gives the colours of a theme.
func PaletteOf(kind ThemeKind) Palette {
	switch kind {
	case Light:
		return Palette{
			Background: "#ffffff",
			Dim:        colour("#5c6370", "59", "8"), Faint: colour("#8b919c", "245", "8"), Accent: colour("#1f5fbf", "25", "4"),
			Good: colour("#22703a", "22", "2"), Bad: colour("#b3261e", "124", "1"), Care: colour("#855300", "94", "3"),
			Header: colour("#a3317c", "126", "5"), Payload: colour("#5f4bb6", "61", "4"), Signature: colour("#0f6b7d", "24", "6"),
		}
	case HighContrast:
		return Palette{
			Background: "#000000",
			Text:       colour("#ffffff", "231", "15"), // so that what is dim is never the brighter of the two
			Dim:        colour("#e4e4e4", "254", "7"), Faint: colour("#a8a8a8", "248", "7"), Accent: colour("#9fd0ff", "153", "14"),
			Good: colour("#7dff9a", "120", "10"), Bad: colour("#ff9a94", "217", "9"), Care: colour("#ffdf5d", "221", "11"),
			Header: colour("#ffa6e3", "218", "13"), Payload: colour("#cbbcff", "183", "12"), Signature: colour("#7df0ff", "123", "14"),
		}
	case HighContrastLight:
		return Palette{
			Background: "#ffffff",
			Text:       colour("#000000", "16", "0"),
			Dim:        colour("#303030", "236", "0"), Faint: colour("#5f5f5f", "59", "8"), Accent: colour("#003a9b", "18", "4"),
			Good: colour("#004d1a", "22", "2"), Bad: colour("#8f0000", "88", "1"), Care: colour("#5f3a00", "52", "3"),
			Header: colour("#7a0056", "53", "5"), Payload: colour("#3c1f99", "54", "4"), Signature: colour("#004a59", "23", "6"),
		}
	default:
		return Palette{
			Background: "#16181d",
			Dim:        colour("#9aa2af", "248", "7"), Faint: colour("#6b7380", "243", "8"), Accent: colour("#7fb0ff", "111", "12"),
			Good: colour("#7cc88f", "114", "10"), Bad: colour("#f28b82", "210", "9"), Care: colour("#e5c07b", "180", "11"),
			Header: colour("#e79bd0", "176", "13"), Payload: colour("#b5a3f5", "147", "12"), Signature: colour("#6fc7d4", "80", "14"),
		}
	}
}

// NewTheme builds a theme for a terminal of the given colour profile; termenv.Ascii has no colour at all. It asks the
// terminal nothing.
func NewTheme(kind ThemeKind, profile termenv.Profile) *Theme {
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(profile))
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(kind == Dark || kind == HighContrast)
	p, base := PaletteOf(kind), r.NewStyle()
	if p.Text != nil {
		base = base.Foreground(p.Text)
	}
	in := func(c lipgloss.CompleteColor) lipgloss.Style { return base.Foreground(c) }
	return &Theme{
		Kind: kind, Renderer: r,
		Text: base, Strong: base.Bold(true), Dim: in(p.Dim), Faint: in(p.Faint),
		Accent: in(p.Accent), Button: in(p.Accent).Bold(true),
		Good: in(p.Good), Bad: in(p.Bad), Care: in(p.Care),
		Header: in(p.Header), Payload: in(p.Payload), Signature: in(p.Signature),
	}
}
