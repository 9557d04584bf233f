package widget

import (
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Stepper is the ladder folded into a list, for terminals that are too narrow for lifelines. The steps stand in as many
// columns as fit, to be read downwards.
type Stepper struct {
	Steps    []LadderStep
	Selected int
	Focused  bool
	Frame    int
}

// stepperColumn is the least width of a column: number, glyph, a title and its time.
const stepperColumn = 38

// Columns is how many columns the list has at a width, if it shall have at most height rows.
func (s *Stepper) Columns(width, height int) int {
	fit := max(width/stepperColumn, 1)
	return min(fit, (len(s.Steps)+max(height, 1)-1)/max(height, 1))
}

// Rows is the height the list wants at a width: all steps, in the columns that [Stepper.Columns] gives.
func (s *Stepper) Rows(width, height int) int {
	columns := max(s.Columns(width, height), 1)
	return (len(s.Steps) + columns - 1) / columns
}

// Line draws one row of a list with that many rows and columns.
func (s *Stepper) Line(t *ui.Theme, width, rows, columns, row int) string {
	var b strings.Builder
	for c := range columns {
		if i := c*rows + row; i < len(s.Steps) {
			b.WriteString(ui.Pad(s.item(t, width/columns-2, i), width/columns))
		}
	}
	return b.String()
}

// At gives the step at a cell of the list, or -1.
func (s *Stepper) At(width, rows, columns, x, y int) int {
	i := min(x/max(width/columns, 1), columns-1)*rows + y
	if x < 0 || y < 0 || y >= rows || i >= len(s.Steps) {
		return -1
	}
	return i
}

func (s *Stepper) item(t *ui.Theme, width, i int) string {
	step := &s.Steps[i]
	l := Ladder{Steps: s.Steps, Selected: s.Selected, Focused: s.Focused, Frame: s.Frame}
	head := strings.TrimSuffix(l.prefix(t, i), " ")
	if step.Edited {
		head += t.Care.Render("✎ ")
	}
	head += l.titleStyle(t, i).Render(step.Title)
	switch spare := width - ui.Width(head); {
	case step.Mark != "":
		return ui.Between(head, t.Accent.Render("◂ "+step.Mark), width)
	case step.Took > 0 && ui.Width(took(step.Took)) < spare: // the title says more than the time, which stands with the details too
		return ui.Between(head, t.Dim.Render(took(step.Took)), width)
	}
	return ui.Truncate(head, width)
}

func stepNumber(i int) string { return ui.PadLeft(strconv.Itoa(i+1), 2) }
