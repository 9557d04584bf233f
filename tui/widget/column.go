package widget

import (
	"sort"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Row is one entry of a [Pane]: its height is known when the column is laid out, its lines are drawn only while it is on
// screen. So a column of a hundred thousand rows costs as much to show as one of ten.
type Row struct {
	ID     string                       // stable when the column is laid out anew; empty: can't be selected
	Height int                          // lines
	Draw   func(selected bool) []string // Height lines of at most the column's inner width
}

// Pane is a titled group of rows.
type Pane struct {
	ID    string
	Title string         // plain, printable; empty: no rule above the rows
	Note  string         // styled; stands at the right end of the title's rule
	Hue   lipgloss.Style // of the title
	Rows  []Row
}

// Column is a stack of panes that scrolls as one text, with one selected row. The screen that owns it sets its size and
// panes; what is selected stays selected by its ID when the panes change.
type Column struct {
	theme    *ui.Theme
	panes    []Pane
	entries  []entry
	total    int // lines
	width    int
	height   int
	top      int
	selected int // index into entries, -1 when nothing can be selected
}

// entry is a title or a row with its place in the text.
type entry struct {
	y, height int
	pane, row int // row is -1 for a title
}

// gutter is what a column needs beside its rows: the selection's mark and a space at the left, the scroll bar at the right.
const gutter = 3

// NewColumn makes an empty column.
func NewColumn(theme *ui.Theme) *Column { return &Column{theme: theme, selected: -1} }

// Inner gives the width in cells that rows may use in a column of that width.
func Inner(width int) int { return max(width-gutter, 1) }

// SetSize sets the size in cells. Rows are laid out for a width, so the owner calls Set again when it changed.
func (c *Column) SetSize(width, height int) {
	c.width, c.height = max(width, 0), max(height, 0)
	c.scroll(0)
}

// Set replaces the panes. The selected row stays selected when it is still there.
func (c *Column) Set(panes []Pane) {
	keep := c.Selected()
	c.panes, c.entries, c.total = panes, c.entries[:0], 0
	for p := range panes {
		if p > 0 {
			c.total++
		}
		if panes[p].Title != "" {
			c.add(p, -1, 1)
		}
		for r := range panes[p].Rows {
			c.add(p, r, panes[p].Rows[r].Height)
		}
	}
	c.selected = -1
	if keep == "" || !c.find(keep) {
		c.selected = c.next(-1, 1)
	}
	c.scroll(0)
}

func (c *Column) add(pane, row, height int) {
	c.entries = append(c.entries, entry{y: c.total, height: height, pane: pane, row: row})
	c.total += height
}

// Selected is the ID of the selected row, "" when there is none.
func (c *Column) Selected() string {
	if c.selected < 0 || c.selected >= len(c.entries) {
		return ""
	}
	return c.id(c.selected)
}

// Pane is the ID of the pane that holds the selected row.
func (c *Column) Pane() string {
	if c.Selected() == "" {
		return ""
	}
	return c.panes[c.entries[c.selected].pane].ID
}

// Select selects the row of that ID and brings it on screen. It reports whether there is one.
func (c *Column) Select(id string) bool {
	if !c.find(id) {
		return false
	}
	c.reveal()
	return true
}

// Peek is [Column.Select] without scrolling.
func (c *Column) Peek(id string) bool { return c.find(id) }

func (c *Column) find(id string) bool {
	for i := range c.entries {
		if c.id(i) == id {
			c.selected = i
			return true
		}
	}
	return false
}

// Move moves the selection by n rows and reports whether it moved. Where nothing can be selected it scrolls.
func (c *Column) Move(n int) bool {
	if c.selected < 0 {
		before := c.top
		c.scroll(n)
		return c.top != before
	}
	step, before := 1, c.selected
	if n < 0 {
		step, n = -1, -n
	}
	for ; n > 0; n-- {
		i := c.next(c.selected, step)
		if i < 0 {
			// Rows that can't be selected may still stand beyond the last one that can.
			c.scroll(step)
			break
		}
		c.selected = i
		c.reveal()
	}
	return c.selected != before
}

// Page moves the selection by n screenfuls.
func (c *Column) Page(n int) {
	c.scroll(n * max(c.height-1, 1))
	c.selectVisible(n)
}

// End moves to the first (n < 0) or the last row.
func (c *Column) End(n int) {
	c.scroll(n * c.total)
	if i := c.next(-1, 1); n < 0 && i >= 0 {
		c.selected = i
	} else if i := c.next(len(c.entries), -1); n > 0 && i >= 0 {
		c.selected = i
	}
}

// Wheel scrolls by n lines and leaves the selection where it is.
func (c *Column) Wheel(n int) { c.scroll(n) }

// NextPane selects the first row of the next (or the previous) pane that has a row to select; false when there is none.
func (c *Column) NextPane(step int) bool {
	if c.selected < 0 {
		return false
	}
	pane := c.entries[c.selected].pane
	for i := c.next(c.selected, step); i >= 0; i = c.next(i, step) {
		if p := c.entries[i].pane; p != pane {
			for step < 0 {
				j := c.next(i, -1)
				if j < 0 || c.entries[j].pane != p {
					break
				}
				i = j
			}
			c.selected = i
			c.reveal()
			return true
		}
	}
	return false
}

// Focus selects the first (step > 0) or the last pane's first row, when focus comes from elsewhere.
func (c *Column) Focus(step int) {
	c.End(-1)
	if step < 0 {
		for c.NextPane(1) {
		}
	}
}

// Click selects the row at line y of the column and reports its ID, and whether it was selected before.
func (c *Column) Click(y int) (id string, again bool) {
	i := c.at(c.top + y)
	if i < 0 || c.id(i) == "" {
		return "", false
	}
	again = i == c.selected
	c.selected = i
	return c.id(i), again
}

// Cell gives the place inside the row at column x and line y: for rows that hold something to press.
func (c *Column) Cell(x, y int) (id string, col, line int) {
	i := c.at(c.top + y)
	if i < 0 || c.id(i) == "" {
		return "", 0, 0
	}
	return c.id(i), x - 2, c.top + y - c.entries[i].y
}

func (c *Column) id(i int) string {
	if e := c.entries[i]; e.row >= 0 {
		return c.panes[e.pane].Rows[e.row].ID
	}
	return ""
}

// next finds the next entry that can be selected, or -1.
func (c *Column) next(from, step int) int {
	for i := from + step; i >= 0 && i < len(c.entries); i += step {
		if c.id(i) != "" {
			return i
		}
	}
	return -1
}

// at finds the entry that covers a line of the text, or -1.
func (c *Column) at(y int) int {
	i := sort.Search(len(c.entries), func(i int) bool { return c.entries[i].y+c.entries[i].height > y })
	if i < len(c.entries) && c.entries[i].y <= y {
		return i
	}
	return -1
}

func (c *Column) scroll(n int) { c.top = min(max(c.top+n, 0), max(c.total-c.height, 0)) }

// reveal scrolls as little as brings the selected row on screen, its pane's title too when the row is the first.
func (c *Column) reveal() {
	if c.selected < 0 {
		return
	}
	e := c.entries[c.selected]
	from, to := e.y, e.y+e.height
	if c.next(c.selected, -1) < 0 {
		from = 0
	} else if c.selected > 0 && c.entries[c.selected-1].row < 0 {
		from = c.entries[c.selected-1].y
	}
	if to > c.top+c.height {
		c.top = to - c.height
	}
	if from < c.top || to-from > c.height {
		c.top = from
	}
	c.scroll(0)
}

// selectVisible moves the selection to a row on screen after scrolling by a page.
func (c *Column) selectVisible(direction int) {
	if c.selected < 0 {
		return
	}
	edge, step := c.top+c.height-1, -1
	if direction < 0 {
		edge, step = c.top, 1
	}
	i := sort.Search(len(c.entries), func(i int) bool { return c.entries[i].y+c.entries[i].height > edge })
	if i = c.next(i-step, step); i >= 0 {
		c.selected = i
	}
}
