package widget

import (
	"sort"
	"strings"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Lines draws the column: height lines of width cells. focused gives the pane of the selected row its heavier rule.
func (c *Column) Lines(focused bool) []string {
	lines := make([]string, 0, c.height)
	bar := c.bar()
	blank := strings.Repeat(" ", max(c.width-1, 0))
	put := func(line string) {
		n := len(lines)
		lines = append(lines, line+bar(n))
	}
	i := sort.Search(len(c.entries), func(i int) bool { return c.entries[i].y+c.entries[i].height > c.top })
	for ; i < len(c.entries) && len(lines) < c.height; i++ {
		e := c.entries[i]
		for c.top+len(lines) < e.y && len(lines) < c.height {
			put(blank)
		}
		text := c.draw(i, focused)
		for skip := max(c.top-e.y, 0); skip < len(text) && len(lines) < c.height; skip++ {
			put(ui.Pad(text[skip], c.width-1))
		}
	}
	for len(lines) < c.height {
		put(blank)
	}
	return lines
}

func (c *Column) draw(i int, focused bool) []string {
	e := c.entries[i]
	if e.row < 0 {
		return []string{c.title(e.pane, focused && c.selected >= 0 && c.entries[c.selected].pane == e.pane)}
	}
	selected := i == c.selected
	text := c.panes[e.pane].Rows[e.row].Draw(selected && focused)
	for n := range text {
		text[n] = c.theme.Cursor(selected && focused && n == 0, true) + text[n]
	}
	return text
}

func (c *Column) title(p int, focused bool) string {
	pane := &c.panes[p]
	return c.theme.PartTitle(pane.Hue, pane.Title, pane.Note, c.width-1, focused)
}

// bar gives the scroll bar's cell for each line; spaces when everything fits.
func (c *Column) bar() func(line int) string {
	if c.total <= c.height || c.height == 0 {
		return func(int) string { return " " }
	}
	size := max(c.height*c.height/c.total, 1)
	at := 0
	if room := c.total - c.height; room > 0 {
		at = c.top * (c.height - size) / room
	}
	thumb, track := c.theme.Dim.Render("┃"), c.theme.Faint.Render("│")
	return func(line int) string {
		if line >= at && line < at+size {
			return thumb
		}
		return track
	}
}
