package walk

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// perLine is how many bytes stand in a line of that many cells: a multiple of eight, with a space more after each eight.
func perLine(width int) int {
	for _, n := range []int{32, 24, 16} {
		if 3*n+n/8-2 <= width {
			return n
		}
	}
	return 8
}

// hexLines writes the bytes from an offset on in lines. differs marks those that are not as they should be; nil marks none.
func hexLines(theme *ui.Theme, b []byte, from, width int, style lipgloss.Style, differs func(int) bool) []string {
	n := perLine(width)
	var lines []string
	for at := from; at < len(b); at += n {
		lines = append(lines, hexLine(theme, b, at, min(at+n, len(b)), style, differs))
	}
	return lines
}

// hexLine writes the bytes of one line, with as few changes of style as there are.
func hexLine(theme *ui.Theme, b []byte, from, to int, style lipgloss.Style, differs func(int) bool) string {
	var line, run strings.Builder
	marked := false
	flush := func() {
		if s := style; run.Len() > 0 {
			if marked {
				s = theme.Bad.Bold(true)
			}
			line.WriteString(s.Render(run.String()))
			run.Reset()
		}
	}
	for i := from; i < to; i++ {
		if now := differs != nil && differs(i); now != marked {
			flush()
			marked = now
		}
		if i > from {
			run.WriteByte(' ')
			if (i-from)%8 == 0 {
				run.WriteByte(' ')
			}
		}
		run.WriteString(hex.EncodeToString(b[i : i+1]))
	}
	flush()
	return line.String()
}

// field is a value with its name over it.
func (m *Model) field(group string, i int, f *jose.Field, style lipgloss.Style, width int) []widget.Row {
	theme := m.c.Theme
	head := theme.Strong.Render(f.Name)
	if f.Note != "" {
		head += theme.Dim.Render("  " + f.Note)
	}
	return []widget.Row{draw.Fixed("", ui.Truncate(head, width)), m.valueRow(fmt.Sprintf("%s.%d", group, i), f.Name, f.Bytes, style, width, nil)}
}

// A long value shows its first line and its last two before enter shows all of it: what differs in padding and digest stands at the end.
const (
	foldHead = 1
	foldTail = 2
)

// valueRow is a value in hex that can be selected, copied, and when it is long shown whole.
func (m *Model) valueRow(id, name string, b []byte, style lipgloss.Style, width int, differs func(int) bool) widget.Row {
	theme, n := m.c.Theme, perLine(width-2)
	m.copies[id] = []ui.Copy{{Text: hex.EncodeToString(b), What: name + " as hex", Secret: m.secret},
		{Text: base64.RawURLEncoding.EncodeToString(b), What: name + " as base64url", Secret: m.secret}}
	total := (len(b) + n - 1) / n
	shown, folded := max(total, 1), false
	if !m.whole[id] && total > foldHead+foldTail+1 {
		shown, folded = foldHead+foldTail+1, true
	}
	return widget.Row{ID: id, Height: shown, Draw: func(bool) []string {
		switch {
		case len(b) == 0:
			return []string{theme.Dim.Render("(empty)")}
		case !folded:
			return hexLines(theme, b, 0, width-2, style, differs)
		}
		lines := hexLines(theme, b[:foldHead*n], 0, width-2, style, differs)
		lines = append(lines, theme.Dim.Render(fmt.Sprintf("… %s in all, enter shows them", ui.Count(len(b), "byte"))))
		return append(lines, hexLines(theme, b, (total-foldTail)*n, width-2, style, differs)...)
	}}
}
