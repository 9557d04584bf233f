package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Chop breaks printable text into pieces of at most width cells, wherever that falls: for tokens, URLs and other values
// in which a space means something. Text of ASCII alone is sliced and costs no copy.
func Chop(text string, width int) []string {
	width = max(width, 1)
	if text == "" {
		return []string{""}
	}
	switch {
	case ascii(text):
	case latin(text):
		return chopLatin(text, width)
	default:
		return strings.Split(ansi.Hardwrap(text, width, true), "\n")
	}
	pieces := make([]string, 0, len(text)/width+1)
	for len(text) > width {
		pieces = append(pieces, text[:width])
		text = text[width:]
	}
	return append(pieces, text)
}

// Middle cuts text to width cells by leaving out its middle, so that both ends can be compared.
func Middle(text string, width int) string {
	have := ui.Width(text)
	if have <= width {
		return text
	}
	if width <= 2 {
		return ansi.Truncate(text, max(width, 0), "…")
	}
	tail := (width - 1) / 3
	return ansi.Truncate(text, width-1-tail, "") + "…" + ansi.TruncateLeft(text, have-tail, "")
}

// latin reports text whose characters all take one cell: letters of Latin scripts without combining marks, after which the measuring of
// cells begins to cost time.
func latin(text string) bool {
	for _, r := range text {
		if r >= 0x300 || r < 0x20 || r >= 0x7f && r < 0xa1 || r == 0xad {
			return false
		}
	}
	return true
}

func chopLatin(text string, width int) []string {
	pieces := make([]string, 0, len(text)/width+1)
	from, n := 0, 0
	for i := range text {
		if n == width {
			pieces = append(pieces, text[from:i])
			from, n = i, 0
		}
		n++
	}
	return append(pieces, text[from:])
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
