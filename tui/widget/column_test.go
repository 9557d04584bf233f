package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func plainTheme() *ui.Theme { return ui.NewTheme(ui.Dark, termenv.Ascii) }

func testRows(prefix string, n int, drawn map[string]int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		id := fmt.Sprintf("%s%d", prefix, i)
		rows[i] = Row{ID: id, Height: 1, Draw: func(bool) []string {
			if drawn != nil {
				drawn[id]++
			}
			return []string{id}
		}}
	}
	return rows
}

func TestColumnDrawsOnlyWhatIsOnScreen(t *testing.T) {
	drawn := map[string]int{}
	c := NewColumn(plainTheme())
	c.SetSize(30, 5)
	c.Set([]Pane{{ID: "p", Title: "Pane", Rows: testRows("r", 100_000, drawn)}})
	c.End(1)
	lines := c.Lines(true)
	if len(drawn) != 5 {
		t.Fatalf("5 rows fit, %d were drawn", len(drawn))
	}
	if got := strings.TrimRight(lines[4], " ┃│"); got != "▸ r99999" {
		t.Fatalf("last line %q, want the last row selected", got)
	}
	for _, l := range lines {
		if ansi.StringWidth(l) != 30 {
			t.Fatalf("line %q is %d cells wide, want 30", l, ansi.StringWidth(l))
		}
	}
}

func TestColumnKeepsSelectionByID(t *testing.T) {
	c := NewColumn(plainTheme())
	c.SetSize(30, 10)
	c.Set([]Pane{{ID: "a", Rows: testRows("a", 3, nil)}, {ID: "b", Rows: testRows("b", 3, nil)}})
	if c.Selected() != "a0" {
		t.Fatalf("first row should be selected, got %q", c.Selected())
	}
	c.NextPane(1)
	c.Move(1)
	if c.Selected() != "b1" || c.Pane() != "b" {
		t.Fatalf("selected %q in %q, want b1 in b", c.Selected(), c.Pane())
	}
	c.Set([]Pane{{ID: "new", Rows: testRows("n", 7, nil)}, {ID: "b", Rows: testRows("b", 2, nil)}})
	if c.Selected() != "b1" {
		t.Fatalf("after new panes %q is selected, want b1", c.Selected())
	}
	if c.Move(1) {
		t.Fatal("moved beyond the last row")
	}
	c.Set([]Pane{{ID: "x", Rows: testRows("x", 1, nil)}})
	if c.Selected() != "x0" {
		t.Fatalf("the selected row is gone: %q is selected, want x0", c.Selected())
	}
}

func TestColumnClickAndWheel(t *testing.T) {
	c := NewColumn(plainTheme())
	c.SetSize(20, 4)
	c.Set([]Pane{{ID: "p", Title: "P", Rows: testRows("r", 10, nil)}})
	c.Wheel(3) // the title and r0, r1 are above the first line now
	if id, again := c.Click(0); id != "r2" || again {
		t.Fatalf("click on the first line gave %q, %v; want r2 for the first time", id, again)
	}
	if id, again := c.Click(0); id != "r2" || !again {
		t.Fatalf("second click gave %q, %v; want r2 again", id, again)
	}
	c.Wheel(-100)
	if id, _ := c.Click(0); id != "" || c.Selected() != "r2" {
		t.Fatalf("click on a title gave %q and left %q selected", id, c.Selected())
	}
}

func TestColumnRevealsTallRowsFromTheirStart(t *testing.T) {
	c := NewColumn(plainTheme())
	c.SetSize(20, 4)
	tall := Row{ID: "tall", Height: 9, Draw: func(bool) []string {
		return strings.Split("one two three four five six seven eight nine", " ")
	}}
	c.Set([]Pane{{ID: "p", Title: "P", Rows: append(testRows("r", 3, nil), tall)}})
	c.Select("tall")
	if got := strings.TrimSpace(ansi.Truncate(c.Lines(true)[0], 19, "")); got != "▸ one" {
		t.Fatalf("first line %q, want the start of the tall row", got)
	}
}

func TestColumnWithoutRoom(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {3, 2}, {-1, -1}} {
		c := NewColumn(plainTheme())
		c.SetSize(size[0], size[1])
		c.Set([]Pane{{ID: "p", Title: "Title", Note: "note", Rows: testRows("r", 3, nil)}})
		c.Move(1)
		c.Page(1)
		if got := c.Lines(true); len(got) != max(size[1], 0) {
			t.Fatalf("size %v: %d lines", size, len(got))
		}
	}
}
