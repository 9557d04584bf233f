package widget

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// cells is a row to draw on: every cell has a rune of width one and a style.
type cells []cell

type cell struct {
	r     rune
	style *lipgloss.Style
}

func newCells(width int) cells {
	row := make(cells, max(width, 0))
	for i := range row {
		row[i].r = ' '
	}
	return row
}

func (c cells) put(x int, r rune, style *lipgloss.Style) {
	if x >= 0 && x < len(c) {
		c[x] = cell{r, style}
	}
}

func (c cells) text(x int, s string, style *lipgloss.Style) {
	for i, r := range []rune(s) {
		if ui.Width(string(r)) != 1 {
			r = '?'
		}
		c.put(x+i, r, style)
	}
}

// label writes on the line of n cells from x, whose head is at the left or at the right. It has a space before and
// after, and a cell of line beyond these where that fits.
func (c cells) label(x, n int, headLeft bool, s string, style *lipgloss.Style) {
	s = ui.Truncate(s, n-3)
	if s == "" {
		return
	}
	if headLeft {
		x++
	}
	if ui.Width(s) <= n-5 {
		x++
	}
	c.text(x, " "+s+" ", style)
}

// comet draws a head that moves from a to b over a line that is drawn thin behind it.
func (c cells) comet(a, b, frame int, head rune, style *lipgloss.Style) {
	span := max(a, b) - min(a, b) - 1
	if span < 1 {
		return
	}
	step := 1
	if b < a {
		step = -1
	}
	at := frame % span
	for i := range span {
		r := '─'
		switch {
		case i == at:
			r = head
		case i < at && i >= at-4:
			r = '━'
		}
		c.put(a+step*(1+i), r, style)
	}
}

// String renders the row, one escape sequence for each stretch of the same style.
func (c cells) String() string {
	var b strings.Builder
	for i := 0; i < len(c); {
		j := i
		var run strings.Builder
		for ; j < len(c) && c[j].style == c[i].style; j++ {
			run.WriteRune(c[j].r)
		}
		if c[i].style == nil {
			b.WriteString(run.String())
		} else {
			b.WriteString(c[i].style.Render(run.String()))
		}
		i = j
	}
	return b.String()
}
