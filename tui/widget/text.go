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
	if !ascii(text) {
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

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
