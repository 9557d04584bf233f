package widget

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/internal/safe"
)

// fieldLimit bounds what can be typed or pasted, in runes. A redirect with a long state or a JAR request fits.
const fieldLimit = 64 << 10

// Field is a one-value text input that wraps instead of scrolling, so that a long URL or code can be read whole. Unlike a
// usual input it keeps every character of the value it was given: what is edited here goes over the wire.
type Field struct {
	value []rune
	pos   int
	Mask  bool // show dots instead of characters
}

// NewField makes a field that holds value, with the cursor at its end.
func NewField(value string) Field {
	r := []rune(value)
	return Field{value: r, pos: len(r)}
}

// Value gives the text as it is.
func (f *Field) Value() string { return string(f.value) }

// Key acts on a key press and reports whether the field took it. Keys that mean something to a form (enter, escape, tab,
// up, down) are never taken.
func (f *Field) Key(k tea.KeyMsg) bool {
	switch k.String() {
	case "left", "ctrl+b":
		f.pos = max(f.pos-1, 0)
	case "right", "ctrl+f":
		f.pos = min(f.pos+1, len(f.value))
	case "home", "ctrl+a":
		f.pos = 0
	case "end", "ctrl+e":
		f.pos = len(f.value)
	case "ctrl+left", "alt+left", "alt+b":
		f.pos = f.wordStart()
	case "ctrl+right", "alt+right", "alt+f":
		f.pos = f.wordEnd()
	case "backspace", "ctrl+h":
		f.cut(max(f.pos-1, 0), f.pos)
	case "delete":
		f.cut(f.pos, min(f.pos+1, len(f.value)))
	case "ctrl+w", "alt+backspace":
		f.cut(f.wordStart(), f.pos)
	case "ctrl+u":
		f.cut(0, f.pos)
	case "ctrl+k":
		f.cut(f.pos, len(f.value))
	default:
		if k.Type == tea.KeySpace {
			f.insert([]rune{' '})
			return true
		}
		if k.Type != tea.KeyRunes || k.Alt && !k.Paste {
			return false
		}
		f.insert(k.Runes)
	}
	return true
}

// insert leaves out line breaks and other control characters: a terminal's paste carries them by accident, and none
// can be meant in a URL or a parameter.
func (f *Field) insert(runes []rune) {
	clean := make([]rune, 0, len(runes))
	for _, r := range runes {
		if !unicode.IsControl(r) {
			clean = append(clean, r)
		}
	}
	clean = clean[:min(len(clean), max(fieldLimit-len(f.value), 0))]
	f.value = append(f.value[:f.pos:f.pos], append(clean, f.value[f.pos:]...)...)
	f.pos += len(clean)
}

func (f *Field) cut(from, to int) {
	f.value = append(f.value[:from:from], f.value[to:]...)
	f.pos = from
}

func (f *Field) wordStart() int {
	i := f.pos
	for i > 0 && !wordRune(f.value[i-1]) {
		i--
	}
	for i > 0 && wordRune(f.value[i-1]) {
		i--
	}
	return i
}

func (f *Field) wordEnd() int {
	i := f.pos
	for i < len(f.value) && !wordRune(f.value[i]) {
		i++
	}
	for i < len(f.value) && wordRune(f.value[i]) {
		i++
	}
	return i
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// Lines gives the text wrapped to width columns. With cursor the cell under the cursor passes through mark, which makes
// it visible (reverse video).
func (f *Field) Lines(width int, cursor bool, mark func(string) string) []string {
	var lines []string
	var line strings.Builder
	used := 0
	put := func(cell string, marked bool) {
		w := ansi.StringWidth(cell)
		if used+w > max(width, 1) && used > 0 {
			lines = append(lines, line.String())
			line.Reset()
			used = 0
		}
		used += w
		if marked {
			cell = mark(cell)
		}
		line.WriteString(cell)
	}
	for i, r := range f.value {
		put(f.cell(r), cursor && i == f.pos)
	}
	if cursor && f.pos == len(f.value) {
		put(" ", true)
	}
	return append(lines, line.String())
}

func (f *Field) cell(r rune) string {
	if f.Mask {
		return "•"
	}
	if !unicode.IsPrint(r) {
		return safe.Text(string(r))
	}
	return string(r)
}
