package flow

import (
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// stepsCache keeps the lines of the steps pane while nothing of what they show changes.
type stepsCache struct {
	key   stepsKey
	lines []string
}

type stepsKey struct {
	version, w, h, top, selected, frame int
	focused, reveal                     bool
	lit                                 string
	second                              int64
}

// stepLines draws the steps pane below its title, and what stands under the ladder.
func (s *Screen) stepLines() []string {
	now := s.c.Now()
	key := stepsKey{version: s.run.version, w: s.areas.steps.W, h: s.areas.steps.H, top: s.top, selected: s.selected,
		frame: s.frame(), focused: !s.details, reveal: s.c.Reveal, lit: s.lit()}
	if p := s.run.phase(); p == running || p == waiting {
		key.second = now.Unix()
	}
	if s.steps.key != key || s.steps.lines == nil {
		s.steps = stepsCache{key, s.drawSteps(now)}
	}
	return s.steps.lines
}

func (s *Screen) drawSteps(now time.Time) []string {
	t, a := s.c.Theme, &s.areas
	if a.folded {
		list, columns := s.folded()
		list.Steps = s.ladderSteps(now)
		rows := (len(list.Steps) + columns - 1) / columns
		var lines []string
		for y := s.top; y < rows && len(lines) < a.steps.H; y++ {
			lines = append(lines, list.Line(t, a.steps.W, rows, columns, y))
		}
		return lines
	}
	l := widget.Ladder{Lanes: lanes, Steps: s.ladderSteps(now), Selected: s.selected, Focused: !s.details, Frame: s.frame()}
	lines := []string{l.Header(t, a.steps.W)}
	stride := s.stride()
	for y := s.top; y < stride*len(l.Steps)-(stride-1) && len(lines) <= a.steps.H; y++ {
		if y%stride == 0 {
			lines = append(lines, l.Row(t, a.steps.W, y/stride))
		} else {
			lines = append(lines, l.Gap(t, a.steps.W))
		}
	}
	return append(lines, s.sideLines()...)
}

var lanes = [3]string{string(flows.You), string(flows.Client), string(flows.Provider)}

// folded is the list of a narrow terminal and its number of columns.
func (s *Screen) folded() (widget.Stepper, int) {
	list := widget.Stepper{Steps: make([]widget.LadderStep, len(s.run.steps)), Selected: s.selected, Focused: !s.details, Frame: s.frame()}
	return list, max(list.Columns(s.areas.steps.W, s.areas.steps.H), 1)
}

// gaps reports whether the ladder has room for a line of air between its rows.
func (s *Screen) gaps() bool { return !s.areas.folded && s.areas.steps.H >= 2*len(s.run.steps)-1 }

func (s *Screen) stride() int {
	if s.gaps() {
		return 2
	}
	return 1
}

// stepAt is the step at a cell of the steps pane, or -1.
func (s *Screen) stepAt(x, y int) int {
	if s.areas.folded {
		list, columns := s.folded()
		rows := (len(list.Steps) + columns - 1) / columns
		return list.At(s.areas.steps.W, rows, columns, x, y+s.top)
	}
	if i := (y + s.top) / s.stride(); i < len(s.run.steps) {
		return i
	}
	return -1
}

func (s *Screen) ladderSteps(now time.Time) []widget.LadderStep {
	steps := make([]widget.LadderStep, len(s.run.steps))
	marks := s.marks()
	for i := range s.run.steps {
		st := &s.run.steps[i]
		took := st.took
		if st.state == widget.StepRunning && !st.began.IsZero() {
			took = max(now.Sub(st.began), 0).Truncate(time.Second)
		}
		steps[i] = widget.LadderStep{Title: st.Title, Label: arrowLabel(st), From: lane(st.From), To: lane(st.To), State: st.state,
			Took: took, Edited: len(st.edits) > 0, Breakpoint: breakSign(s.run.breakpoints[st.ID]), Mark: marks[i]}
		if s.draft.applied() && st.state == widget.StepHeld {
			steps[i].Edited = true
		}
	}
	return steps
}

// breakSign shows where in a step the run is held: before what it sends, before what comes is taken in, or both.
func breakSign(at ui.Breakpoint) string {
	switch at {
	case ui.BreakBefore:
		return "◆"
	case ui.BreakAnswer:
		return "◇"
	case ui.BreakBefore | ui.BreakAnswer:
		return "◈"
	default:
		return ""
	}
}

func arrowLabel(st *step) string {
	if st.Arrow == "" {
		return st.Title
	}
	return st.Arrow
}

func lane(p flows.Party) int {
	switch p {
	case flows.You:
		return 0
	case flows.Provider, flows.Resource:
		return 2
	default:
		return 1
	}
}

// lit is the row whose uses light up in the ladder: the variable that is selected.
func (s *Screen) lit() string {
	if s.active() == tabCompare {
		return string(tabCompare)
	}
	if s.active() != tabVariables || !s.details {
		return ""
	}
	return s.column.Selected()
}

// marks says at each step what the selected variable has to do with it.
func (s *Screen) marks() map[int]string {
	marks := make(map[int]string)
	if s.active() == tabCompare {
		for i := range s.run.steps {
			if s.different(i) {
				marks[i] = "≠"
			}
		}
		return marks
	}
	v := s.rows[s.lit()].variable
	if v == nil {
		return nil
	}
	made, used := s.run.usesOf(v)
	for _, i := range used {
		marks[i] = "uses"
	}
	for _, use := range s.run.seen(v) {
		if i := s.run.index(use.Step); i >= 0 && i != made {
			marks[i] = "used"
		}
	}
	if made >= 0 {
		marks[made] = "makes"
	}
	return marks
}

// status is the sentence about the whole run: the note on the steps' title.
func (s *Screen) status() string {
	t, now := s.c.Theme, s.c.Now()
	took := ui.Duration(s.run.duration(now))
	clock := ui.Clock(s.run.duration(now))
	switch s.run.phase() {
	case idle:
		return t.Dim.Render("not started")
	case held:
		return t.Care.Render("‖ " + ui.HeldText(s.run.stop, s.run.index(s.run.stop.Step)+1) + " · " + ui.Clock(now.Sub(s.run.heldAt)))
	case waiting:
		return t.Care.Render("▸ your turn · " + s.timeLeft(now))
	case succeeded:
		if n := s.run.count(widget.StepFailed); n > 0 {
			return t.Care.Render("! done, " + ui.Count(n, "step") + " failed · " + took)
		}
		return t.Good.Render("✓ done · " + took)
	case failed:
		return t.Bad.Render("✗ failed at step " + number(s.run.current()) + " · " + took)
	case canceled:
		return t.Dim.Render("– cancelled · " + took)
	default:
		return t.Accent.Render("▸ running · " + clock)
	}
}
