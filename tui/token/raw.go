package token

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// span is a piece of text in one style.
type span struct {
	text  string
	style lipgloss.Style
}

// rawLines draws the raw token in a number of lines. Its parts have the hues of their panes, and each of them is seen: what
// is too long loses its middle. A hidden token shows how long its parts are and nothing else.
func rawLines(theme *ui.Theme, s *subject, reveal bool, width, lines int) []string {
	tok := s.token()
	if tok == nil || s.raw == "" || width <= 0 || lines <= 0 {
		return nil
	}
	parts := tok.Parts
	if len(parts) == 0 || !dotted(tok.Kind) {
		parts = []inspect.Part{{Text: s.raw}}
	}
	if s.hidden() && !reveal {
		return flow(hiddenSpans(theme, parts), width, lines)
	}
	return flow(shownSpans(theme, parts, width*lines-len(parts)), width, lines)
}

// dotted reports whether the raw text is its parts with dots between.
func dotted(k inspect.Kind) bool { return k == inspect.JWSCompact || k == inspect.JWECompact }

func hiddenSpans(theme *ui.Theme, parts []inspect.Part) []span {
	var spans []span
	for i := range parts {
		if i > 0 {
			spans = append(spans, span{".", theme.Dim})
		}
		spans = append(spans, span{fmt.Sprintf("•••••••• %d", len(parts[i].Text)), partStyle(theme, i, len(parts))})
	}
	return append(spans, span{"  characters, hidden · s reveals", theme.Dim})
}

func shownSpans(theme *ui.Theme, parts []inspect.Part, room int) []span {
	sizes := make([]int, len(parts))
	for i := range parts {
		sizes[i] = len(parts[i].Text)
	}
	var spans []span
	for i, cells := range share(sizes, room) {
		if i > 0 {
			spans = append(spans, span{".", theme.Dim})
		}
		spans = append(spans, span{excerpt(parts[i].Text, cells), partStyle(theme, i, len(parts))})
	}
	return spans
}

// share divides room among parts: what needs less than an equal share leaves the rest to the others.
func share(sizes []int, room int) []int {
	given := make([]int, len(sizes))
	open := len(sizes)
	for open > 0 && room > 0 {
		equal, changed := room/open, false
		for i, size := range sizes {
			if given[i] == 0 && size <= equal {
				given[i] = max(size, 1)
				room, open, changed = room-size, open-1, true
			}
		}
		if !changed {
			for i := range given {
				if given[i] == 0 {
					given[i] = equal
				}
			}
			break
		}
	}
	return given
}

// excerpt shows a text of any length in that many cells, reading no more of it than it needs.
func excerpt(text string, cells int) string {
	if limit := 4 * max(cells, 1); len(text) > 2*limit {
		text = strings.ToValidUTF8(text[:limit], "") + strings.ToValidUTF8(text[len(text)-limit:], "")
	}
	return widget.Middle(safe.Text(text), cells)
}

// partStyle gives a part's hue. The middle parts of a JWE belong to its content.
func partStyle(theme *ui.Theme, i, n int) lipgloss.Style {
	switch {
	case n == 1:
		return theme.Dim
	case i == 0:
		return theme.Header
	case i == n-1:
		return theme.Signature
	default:
		return theme.Payload
	}
}

// flow sets spans into lines of width cells, at most that many lines.
func flow(spans []span, width, lines int) []string {
	var out []string
	var line strings.Builder
	left := width
	for _, sp := range spans {
		for text := sp.text; text != ""; {
			if left == 0 {
				out = append(out, line.String())
				line.Reset()
				left = width
			}
			if len(out) == lines {
				return out
			}
			piece := widget.Chop(text, left)[0]
			if ui.Width(piece) > left {
				left = 0 // a wide character that no longer fits
				continue
			}
			line.WriteString(sp.style.Render(piece))
			left -= ui.Width(piece)
			text = text[len(piece):]
		}
	}
	if line.Len() > 0 {
		out = append(out, line.String())
	}
	return out
}
