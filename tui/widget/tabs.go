package widget

import (
	"strings"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Tab is one of [Tabs].
type Tab struct {
	Title string
	Short string // in place of Title where not all titles fit; empty: Title
	Empty bool   // there is nothing behind it yet: dim
}

// Tabs is a row of tabs, one of them in front.
type Tabs struct {
	Items  []Tab
	Active int
	Tight  bool // no space between the tabs, for when they do not fit otherwise
}

// tabGap separates two tabs.
const tabGap = 3

// Line draws the tabs in one line of at most width cells. The one in front is marked by brackets as well as by colour.
func (t *Tabs) Line(theme *ui.Theme, width int) string {
	parts := make([]string, len(t.Items))
	for i, tab := range t.Items {
		switch {
		case i == t.Active:
			parts[i] = theme.Button.Render("[" + tab.Title + "]")
		case tab.Empty:
			parts[i] = theme.Dim.Render(" " + tab.Title + " ")
		default:
			parts[i] = theme.Text.Render(" " + tab.Title + " ")
		}
	}
	return ui.Truncate(strings.Join(parts, strings.Repeat(" ", t.gap())), width)
}

// gap is the space between two tabs beyond their own.
func (t *Tabs) gap() int {
	if t.Tight {
		return 0
	}
	return tabGap - 2
}

// Fit makes the tabs tight when they need more than width cells, and gives them their short titles when that is not enough.
func (t *Tabs) Fit(width int) {
	need := 0
	for _, tab := range t.Items {
		need += ui.Width(tab.Title) + 2
	}
	t.Tight = need+(len(t.Items)-1)*(tabGap-2) > width
	if need <= width {
		return
	}
	for i := range t.Items {
		if tab := &t.Items[i]; tab.Short != "" {
			tab.Title = tab.Short
		}
	}
}

// At gives the tab at cell x of the line, or -1.
func (t *Tabs) At(x int) int {
	for i, tab := range t.Items {
		w := ui.Width(tab.Title) + 2
		if x < 0 {
			return -1
		}
		if x < w {
			return i
		}
		x -= w + t.gap()
	}
	return -1
}

// Move puts the next (or the previous) tab in front, around the end.
func (t *Tabs) Move(step int) {
	if n := len(t.Items); n > 0 {
		t.Active = ((t.Active+step)%n + n) % n
	}
}
