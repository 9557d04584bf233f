package widget

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// StepState is where a step stands.
type StepState int

const (
	StepPending StepState = iota
	StepRunning
	StepHeld
	StepDone
	StepFailed
	StepSkipped
)

// LadderStep is one row of a ladder.
type LadderStep struct {
	Title, Label string
	From, To     int // lanes; equal for a step inside one party
	State        StepState
	Took         time.Duration // zero shows no time
	Edited       bool          // its request was changed at the gate
	Breakpoint   string        // its sign, one cell; empty: none
	Mark         string        // stands in place of the time: "uses it"
}

// Ladder draws a flow as arrows between lifelines, the way sequence diagrams do. It is drawn from the steps alone, so it
// is whole before anything has run. What has not happened yet is dashed; the line that is under way is heavy and has a
// moving head; a failed one ends in ✗ before it arrives.
type Ladder struct {
	Lanes    [3]string
	Steps    []LadderStep
	Selected int
	Focused  bool
	Frame    int // of the motion; negative stands still
}

// Columns of a row: cursor, number, state glyph, breakpoint in front; the time at the end.
const (
	ladderPrefix = 7
	ladderSuffix = 8
	laneMargin   = 4  // half of the widest lane name, beyond the outer lifelines
	ladderLanes  = 36 // below that, labels no longer fit
	titledLanes  = 50 // what the lanes keep when titles take a column of their own
)

// LadderMin is the least width a ladder can be drawn in; use a [Stepper] below it.
const LadderMin = ladderPrefix + ladderLanes + ladderSuffix

// Header is the line with the names of the lifelines.
func (l *Ladder) Header(t *ui.Theme, width int) string {
	g := l.geometry(width)
	row := newCells(g.lanes)
	for i, name := range l.Lanes {
		row.text(max(g.at[i]-len([]rune(name))/2, 0), name, &t.Dim)
	}
	return strings.Repeat(" ", ladderPrefix+g.title) + row.String()
}

// Gap is the line between two rows when there is room for air: the lifelines alone.
func (l *Ladder) Gap(t *ui.Theme, width int) string {
	g := l.geometry(width)
	return strings.Repeat(" ", ladderPrefix+g.title) + g.lifelines(t).String()
}

// Row is the line of one step.
func (l *Ladder) Row(t *ui.Theme, width, i int) string {
	g, s := l.geometry(width), &l.Steps[i]
	title := ""
	if g.title > 0 {
		title = ui.Pad(l.titleStyle(t, i).Render(ui.Truncate(s.Title, g.title-2)), g.title)
	}
	return l.prefix(t, i) + title + l.arrow(t, g, s).String() + l.suffix(t, s)
}

func (l *Ladder) titleStyle(t *ui.Theme, i int) *lipgloss.Style {
	switch {
	case i == l.Selected:
		return &t.Strong
	case l.Steps[i].State == StepPending, l.Steps[i].State == StepSkipped:
		return &t.Dim
	default:
		return &t.Text
	}
}

// geometry of the lanes at a width: where the lifelines stand, and how wide the column of titles is.
type geometry struct {
	title, lanes int
	at           [3]int
}

func (l *Ladder) geometry(width int) geometry {
	g := geometry{lanes: max(width-ladderPrefix-ladderSuffix, 2*laneMargin+4)}
	if spare := g.lanes - titledLanes; spare >= 20 {
		longest := 0
		for _, s := range l.Steps {
			longest = max(longest, ui.Width(s.Title))
		}
		g.title = min(longest+2, spare)
		g.lanes -= g.title
	}
	g.at[0] = 2
	g.at[2] = g.lanes - laneMargin
	g.at[1] = g.at[0] + (g.at[2]-g.at[0])*43/100 // what goes to the provider has the longer names
	left, right := l.needs()
	g.at[1] = max(min(g.at[1], g.at[2]-right), g.at[0]+left)
	return g
}

// needs is how far apart the lifelines must be for the labels between them, and for their own names.
func (l *Ladder) needs() (left, right int) {
	const names, frame, edited = 8, 4, 2 // the arrow's ends and the space around a label; the sign of an edit
	left = names
	for i := range l.Steps {
		s := &l.Steps[i]
		width := ui.Width(s.Label)
		switch low, high := min(clampLane(s.From), clampLane(s.To)), max(clampLane(s.From), clampLane(s.To)); {
		case low == 1 && high == 1:
			right = max(right, width+frame-1)
		case low == 1:
			right = max(right, width+frame+edited)
		case high == 1:
			left = max(left, width+frame)
		}
	}
	return left, right
}

func (g geometry) lifelines(t *ui.Theme) cells {
	row := newCells(g.lanes)
	for _, x := range g.at {
		row.put(x, '│', &t.Faint)
	}
	return row
}

func (l *Ladder) prefix(t *ui.Theme, i int) string {
	s := &l.Steps[i]
	number := l.titleStyle(t, i).Render(stepNumber(i))
	bp := " "
	if s.Breakpoint != "" {
		bp = t.Care.Render(s.Breakpoint)
	}
	return strings.TrimSuffix(t.Cursor(i == l.Selected, l.Focused), " ") + number + " " + StateGlyph(t, s.State, l.Frame) + bp + " "
}

func (l *Ladder) suffix(t *ui.Theme, s *LadderStep) string {
	switch {
	case s.Mark != "":
		return t.Accent.Render(ui.PadLeft("◂ "+s.Mark, ladderSuffix))
	case s.Took > 0:
		return t.Dim.Render(ui.PadLeft(took(s.Took), ladderSuffix))
	default:
		return strings.Repeat(" ", ladderSuffix)
	}
}

// took writes how long a step took; part milliseconds are not worth their digits, and minutes have no room for words.
func took(d time.Duration) string {
	if d >= time.Minute {
		return ui.Clock(d)
	}
	if d < time.Millisecond {
		return "<1 ms"
	}
	return ui.Duration(d)
}

// StateGlyph is the one-cell sign of a state, the same in the ladder and in lists.
func StateGlyph(t *ui.Theme, s StepState, frame int) string {
	switch s {
	case StepRunning:
		if frame >= 0 {
			spinner := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
			return t.Accent.Render(string(spinner[frame%len(spinner)]))
		}
		return t.Accent.Render("▸")
	case StepHeld:
		return t.Care.Render("‖")
	case StepDone:
		return t.Good.Render("✓")
	case StepFailed:
		return t.Bad.Render("✗")
	case StepSkipped:
		return t.Dim.Render("–")
	default:
		return t.Faint.Render("·")
	}
}

// arrow draws the lanes of a row.
func (l *Ladder) arrow(t *ui.Theme, g geometry, s *LadderStep) cells {
	row := g.lifelines(t)
	from, to := clampLane(s.From), clampLane(s.To)
	ink, label := l.inks(t, s)
	if from == to {
		l.dot(row, g, s, from, ink, label)
		return row
	}
	a, b := g.at[from], g.at[to]
	left, right := min(a, b), max(a, b)
	line := lineRune(s.State)
	for x := left + 1; x < right; x++ {
		row.put(x, line, ink)
	}
	head, tip := '▶', right-1
	if b < a {
		head, tip = '◀', left+1
	}
	row.put(a, map[bool]rune{true: '├', false: '┤'}[a < b], ink)
	if s.State == StepFailed {
		head = '✗'
	}
	row.put(tip, head, ink)
	if s.State == StepRunning && l.Frame >= 0 {
		row.comet(a, b, l.Frame, head, ink)
	}
	row.label(left+1, right-left-1, b < a, labelOf(s), label)
	return row
}

// dot draws a step inside one party. Its label stands to the right, over the free part of the row.
func (l *Ladder) dot(row cells, g geometry, s *LadderStep, lane int, ink, label *lipgloss.Style) {
	dot := '●'
	if s.State == StepPending || s.State == StepSkipped {
		dot = '○'
	}
	row.put(g.at[lane], dot, ink)
	if lane == 2 {
		text := ui.Truncate(labelOf(s), g.at[2]-g.at[1]-4)
		row.text(g.at[2]-2-ui.Width(text), text, label)
		return
	}
	row.text(g.at[lane]+2, ui.Truncate(labelOf(s), g.at[lane+1]-g.at[lane]-3), label)
}

func labelOf(s *LadderStep) string {
	if s.Edited {
		return "✎ " + s.Label
	}
	return s.Label
}

func lineRune(s StepState) rune {
	switch s {
	case StepPending, StepSkipped, StepHeld:
		return '╌'
	case StepRunning:
		return '━'
	default:
		return '─'
	}
}

func (l *Ladder) inks(t *ui.Theme, s *LadderStep) (line, label *lipgloss.Style) {
	line, label = &t.Dim, &t.Text
	switch s.State {
	case StepPending, StepSkipped:
		line, label = &t.Faint, &t.Dim
	case StepRunning:
		line, label = &t.Accent, &t.Strong
	case StepHeld:
		line, label = &t.Care, &t.Strong
	case StepFailed:
		line, label = &t.Bad, &t.Strong
	}
	if s.Edited {
		label = &t.Care
	}
	if s.Mark != "" {
		line, label = &t.Accent, &t.Accent
	}
	return line, label
}

func clampLane(i int) int { return max(0, min(i, 2)) }
