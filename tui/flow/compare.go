package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows/compare"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// remember keeps the run that a new one follows, when both are of the same flow: what was changed between them can be compared.
func (s *Screen) remember(m ui.RunBegan) {
	s.compared = comparison{}
	if s.run.began.Run == 0 || s.run.began.Flow.ID != m.Flow.ID || s.run.began.Kind != m.Kind {
		s.before = nil
		return
	}
	before := s.run
	s.before = &before
}

func (s *Screen) compareDisabled() string {
	if s.before == nil {
		return "there is no run of this flow before this one"
	}
	return ""
}

// comparison is kept until the run goes on.
type comparison struct {
	version int
	all     compare.Comparison
}

// compare gives the run before and this one, step by step.
func (s *Screen) compare() *compare.Comparison {
	if s.compared.version != s.run.version {
		s.compared = comparison{s.run.version, compare.Runs(s.before.events, s.run.events)}
	}
	return &s.compared.all
}

// comparedStep is what differs in a step; nil for one that says nothing: a step that was kept did not run again.
func (s *Screen) comparedStep(i int) *compare.Step {
	c := s.compare()
	for n := range c.Steps {
		if c.Steps[n].ID == s.run.steps[i].ID && c.Steps[n].Outcome[1] != "kept" {
			return &c.Steps[n]
		}
	}
	return nil
}

// different reports whether a step went another way than in the run before.
func (s *Screen) different(i int) bool {
	step := s.comparedStep(i)
	return s.before != nil && step != nil && step.Change != compare.Same
}

// comparePanes show the run before and this one side by side: as a whole, then the selected step.
func (s *Screen) comparePanes() []widget.Pane {
	if s.before == nil {
		return []widget.Pane{s.text("There is no run of this flow before this one.")}
	}
	t, c := s.c.Theme, s.compare()
	var differ []int
	for i := range s.run.steps {
		if s.different(i) {
			differ = append(differ, i)
		}
	}
	head := widget.Pane{ID: "runs", Title: "The run before, and this one", Hue: t.Text}
	clock := func(side compare.Side) string { return side.Began.Local().Format("15:04:05") }
	head.Rows = append(head.Rows, s.sides("", "began", clock(c.First), clock(c.Second), compare.Same)...)
	head.Rows = append(head.Rows, s.sides("", "ended", c.First.Ended, c.Second.Ended, c.Outcomes)...)
	text := "No step went another way, but for what each run makes anew."
	if len(differ) > 0 {
		text = "Different: " + stepList(differ) + "."
	}
	head.Rows = append(head.Rows, s.dim(text)...)
	return append([]widget.Pane{head}, s.comparedPanes()...)
}

// comparedPanes show what differs in the selected step.
func (s *Screen) comparedPanes() []widget.Pane {
	t, step := s.c.Theme, s.comparedStep(s.selected)
	if step == nil {
		return []widget.Pane{s.text("This step was kept from the run before: it did not run again.")}
	}
	p := widget.Pane{ID: "step", Title: "Step " + number(s.selected), Hue: t.Text}
	p.Rows = append(p.Rows, s.sides("compare.outcome", "outcome", step.Outcome[0], step.Outcome[1], changeOf(step.Outcome[0], step.Outcome[1]))...)
	if step.Said[0] != step.Said[1] {
		p.Rows = append(p.Rows, s.sides("compare.said", "said", step.Said[0], step.Said[1], compare.Changed)...)
	}
	p.Rows = append(p.Rows, s.differences("finding", step.Findings)...)
	panes := []widget.Pane{p}
	for i, r := range step.Requests {
		request := widget.Pane{ID: fmt.Sprintf("sent.%d", i), Title: "What was sent", Note: t.Dim.Render(safe.Short(r.Purpose, 30)), Hue: t.Text}
		switch request.Rows = s.differences(request.ID, r.Sent); {
		case len(request.Rows) > 0:
		case r.Change == compare.OnlySecond:
			request.Rows = s.dim("nothing in the run before")
		case r.Change == compare.OnlyFirst:
			request.Rows = s.dim("nothing in this run")
		default:
			request.Rows = s.dim("the same")
		}
		answer := widget.Pane{ID: fmt.Sprintf("answer.%d", i), Title: "What came", Hue: t.Text}
		answer.Rows = s.sides(fmt.Sprintf("compare.status.%d", i), "status", status(r.Status[0]), status(r.Status[1]), changeOf(r.Status[0], r.Status[1]))
		answer.Rows = append(answer.Rows, s.differences(answer.ID, r.Answer)...)
		if panes = append(panes, request); len(answer.Rows) > 0 { // none of what the browser was sent with
			panes = append(panes, answer)
		}
	}
	if rows := s.differences("value", step.Values); len(rows) > 0 {
		panes = append(panes, widget.Pane{ID: "values", Title: "What it made", Hue: t.Text, Rows: rows})
	}
	return panes
}

func status(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

func changeOf[T comparable](a, b T) compare.Change {
	if a == b {
		return compare.Same
	}
	return compare.Changed
}

func (s *Screen) differences(id string, all []compare.Difference) []widget.Row {
	var rows []widget.Row
	for i, d := range all {
		before, after := s.shown(d.Before, d.Secret), s.shown(d.After, d.Secret)
		rowID := "compare." + id + "." + strconv.Itoa(i)
		name := strings.TrimPrefix(strings.TrimPrefix(d.Name, "member "), "header ")
		rows = append(rows, s.sides(rowID, name, before, after, d.Change)...)
		s.rows[rowID] = row{name: name, value: d.After, secret: d.Secret}
	}
	return rows
}

// shown is a value of either run. A secret is its length: there is no room for more.
func (s *Screen) shown(value string, secretValue bool) string {
	switch {
	case value == "", s.c.Reveal:
		return value
	case secretValue:
		return "•••••••• " + strconv.Itoa(len(value))
	default:
		return s.before.scrub(s.run.scrub(value))
	}
}

// sides is one line of both runs, marked where they differ; what each run makes anew is dim.
func (s *Screen) sides(id, name, before, after string, change compare.Change) []widget.Row {
	const label, most = 18, 3 // lines of a value
	if before == "" && after == "" {
		return nil
	}
	t := s.c.Theme
	mark, style := " ", t.Text
	switch change {
	case compare.Same:
	case compare.Fresh:
		style = t.Dim
	default:
		mark, style = t.Care.Render("≠"), t.Care
	}
	room := max((s.inner()-label-5)/2, 12)
	left, right := side(before, room, most), side(after, room, most)
	var out []string
	for i := range max(len(left), len(right)) {
		a, b, head := "", "", ""
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		if i == 0 {
			head = t.Dim.Render(ui.Truncate(safe.Text(name), label))
		} else {
			mark = " "
		}
		out = append(out, ui.Pad(head, label)+" "+ui.Pad(style.Render(a), room)+" "+mark+" "+style.Render(b))
	}
	if id == "" {
		return []widget.Row{lines(out...)}
	}
	return []widget.Row{s.value(id, row{name: name, value: s.scrub(after)}, out...)}
}

// side is one value, wrapped.
func side(value string, width, most int) []string {
	if value == "" {
		return []string{"–"}
	}
	text := safe.Text(value)
	out := widget.Chop(text, width)
	if strings.Contains(text, " ") {
		out = ui.Wrap(text, width)
	}
	if len(out) > most {
		out = append(out[:most-1:most-1], ui.Truncate(out[most-1]+"…", width))
	}
	return out
}
