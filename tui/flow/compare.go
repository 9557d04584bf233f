package flow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// remember keeps the run that a new one follows, when both are of the same flow: what was changed between them can be compared.
func (s *Screen) remember(m ui.RunBegan) {
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

// fact is one thing that can be compared about a step.
type fact struct {
	group, name, value string
	secret             bool
	made               string // the variable that it is the value of; empty: none
}

// Groups of facts, as they are titled.
const (
	aboutStep    = "The step"
	aboutRequest = "Its request"
	aboutAnswer  = "Its answer"
)

// facts are what a step sent, what came, and how it ended.
func (r *run) facts(i int) []fact {
	st := &r.steps[i]
	if st.kept {
		return []fact{{group: aboutStep, name: "ended", value: st.note}}
	}
	all := []fact{{group: aboutStep, name: "ended", value: ending(st)}}
	for _, e := range st.edits {
		all = append(all, fact{group: aboutStep, name: "edited by you", value: e})
	}
	for _, f := range st.foretold {
		if f.verdict != nil {
			all = append(all, fact{group: aboutStep, name: "outcome", value: f.verdict.Said})
		}
	}
	switch n := len(st.exchanges); {
	case n > 0:
		e := &r.exchanges[st.exchanges[n-1]]
		all = append(all, r.requestFacts(sentMessage(&e.Request))...)
		all = append(all, r.answerFacts(e.Response)...)
	case st.asked != "":
		all = append(all, r.requestFacts(newMessage("GET", st.asked, nil, nil))...)
	}
	return all
}

func (r *run) requestFacts(m message) []fact {
	all := []fact{{group: aboutRequest, name: m.method, value: m.base, made: r.maker(m.method, m.base)}}
	for _, p := range m.params {
		if p.In == widget.InHeader && p.Name != "Authorization" && p.Name != "DPoP" {
			continue
		}
		all = append(all, fact{group: aboutRequest, name: p.Name, value: p.Value, secret: p.Secret, made: r.maker(p.Name, p.Value)})
	}
	return all
}

func (r *run) answerFacts(a *record.Response) []fact {
	if a == nil {
		return nil
	}
	all := []fact{{group: aboutAnswer, name: "status", value: strconv.Itoa(a.Status)}}
	for _, p := range membersOf(a.Body.Data) {
		all = append(all, fact{group: aboutAnswer, name: p.Name, value: p.Value, secret: p.Secret, made: r.maker(p.Name, p.Value)})
	}
	return all
}

// maker names the variable that has a value; every run makes its own.
func (r *run) maker(name, value string) string {
	for i := range r.variables {
		if v := &r.variables[i]; v.Value == value && v.Value != "" {
			return v.Name
		}
	}
	for i := range r.received {
		if r.received[i].Raw.Reveal() == value {
			return name
		}
	}
	return ""
}

func ending(st *step) string {
	switch {
	case st.problem != nil && st.problem.OAuth != nil && st.problem.OAuth.Code != "":
		return "✗ " + st.problem.OAuth.Code
	case st.state == widget.StepFailed:
		return "✗ failed"
	case st.state == widget.StepDone:
		return "✓ done"
	case st.state == widget.StepSkipped:
		return "– " + st.note
	default:
		return "not reached"
	}
}

// compared is a fact of both runs.
type compared struct{ before, now *fact }

// anew reports whether both values are what each run made for itself: they must differ.
func (c compared) anew() bool {
	return c.before != nil && c.now != nil && c.before.made != "" && c.before.made == c.now.made
}

func (c compared) differs() bool {
	return c.before == nil || c.now == nil || c.before.value != c.now.value && !c.anew()
}

// compare puts the facts of a step in both runs side by side, in the order of this run, what only the other one had at the end of its group.
func (s *Screen) compare(i int) []compared {
	now := s.run.facts(i)
	var before []fact
	if at := s.before.index(s.run.steps[i].ID); at >= 0 {
		before = s.before.facts(at)
	}
	var all []compared
	taken := make([]bool, len(before))
	for _, group := range []string{aboutStep, aboutRequest, aboutAnswer} {
		for n := range now {
			if now[n].group != group {
				continue
			}
			c := compared{now: &now[n]}
			if at := slices.IndexFunc(before, func(f fact) bool { return f.group == group && f.name == now[n].name }); at >= 0 && !taken[at] {
				taken[at], c.before = true, &before[at]
			}
			all = append(all, c)
		}
		for n := range before {
			if s.run.steps[i].kept {
				break // there is nothing to compare it with
			}
			if before[n].group == group && !taken[n] {
				all = append(all, compared{before: &before[n]})
			}
		}
	}
	return all
}

// different reports whether a step went another way than in the run before.
func (s *Screen) different(i int) bool {
	if s.run.steps[i].kept {
		return false
	}
	return slices.ContainsFunc(s.compare(i), compared.differs)
}

// comparePanes show the run before and this one side by side: as a whole, then the selected step.
func (s *Screen) comparePanes() []widget.Pane {
	if s.before == nil {
		return []widget.Pane{s.text("There is no run of this flow before this one.")}
	}
	t := s.c.Theme
	var differ []int
	for i := range s.run.steps {
		if s.different(i) {
			differ = append(differ, i)
		}
	}
	head := widget.Pane{ID: "runs", Title: "The run before, and this one", Hue: t.Text}
	head.Rows = s.sideBySide(compared{&fact{name: "began", value: s.before.began.At.Format("15:04:05")}, &fact{name: "began", value: s.run.began.At.Format("15:04:05")}}, "")
	head.Rows = append(head.Rows, s.sideBySide(compared{&fact{name: "ended", value: s.before.sum()}, &fact{name: "ended", value: s.run.sum()}}, "")...)
	text := "No step went another way, but for what each run makes anew."
	if len(differ) > 0 {
		text = "Different: " + stepList(differ) + "."
	}
	head.Rows = append(head.Rows, s.dim(text)...)
	panes := []widget.Pane{head}
	group := ""
	for n, c := range s.compare(s.selected) {
		f := c.now
		if f == nil {
			f = c.before
		}
		if f.group != group {
			group = f.group
			panes = append(panes, widget.Pane{ID: group, Title: group, Hue: t.Text})
		}
		p := &panes[len(panes)-1]
		p.Rows = append(p.Rows, s.sideBySide(c, "compare."+strconv.Itoa(n))...)
	}
	return panes
}

// sum is a run in a few words.
func (r *run) sum() string {
	switch r.phase() {
	case succeeded:
		return "✓ done"
	case failed:
		return "✗ failed at step " + number(r.current())
	case canceled:
		return "– cancelled"
	default:
		return "under way"
	}
}

// sideBySide is a fact with its value in the run before and in this one, marked where they differ.
func (s *Screen) sideBySide(c compared, id string) []widget.Row {
	const label = 18
	t := s.c.Theme
	name, mark, style := "", " ", t.Text
	if c.now != nil {
		name = c.now.name
	} else {
		name = c.before.name
	}
	switch {
	case c.anew():
		style = t.Dim
	case id != "" && c.differs() && !s.run.steps[s.selected].kept:
		mark, style = t.Care.Render("≠"), t.Care
	}
	room := max((s.inner()-label-5)/2, 12)
	left, right := s.factLines(c.before, room), s.factLines(c.now, room)
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
			head = t.Dim.Render(ui.Truncate(safe.Text(name), label)) // the mark stands between the two
		} else {
			mark = " "
		}
		out = append(out, ui.Pad(head, label)+" "+ui.Pad(style.Render(a), room)+" "+mark+" "+style.Render(b))
	}
	if id == "" {
		return []widget.Row{lines(out...)}
	}
	value := row{name: name}
	if c.now != nil {
		value.value, value.secret = c.now.value, c.now.secret
	}
	return []widget.Row{s.value(id, value, out...)}
}

// compareLines is how many lines of a value are shown.
const compareLines = 3

func (s *Screen) factLines(f *fact, width int) []string {
	if f == nil {
		return []string{"–"}
	}
	text := safe.Text(f.value)
	switch {
	case s.c.Reveal:
	case f.secret:
		text = "•••••••• " + strconv.Itoa(len(f.value)) // characters; there is no room for the word
	default:
		text = safe.Text(s.before.scrub(s.scrub(f.value)))
	}
	out := widget.Chop(text, width)
	if strings.Contains(text, " ") {
		out = ui.Wrap(text, width)
	}
	if len(out) > compareLines {
		out = append(out[:compareLines-1:compareLines-1], ui.Truncate(out[compareLines-1]+"…", width))
	}
	return out
}
