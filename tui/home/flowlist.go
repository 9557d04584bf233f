package home

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// drawFlow draws the flow field: the flow that is chosen, and while it has the focus all of them, with what speaks against each.
func (f *form) drawFlow() {
	t := f.c.Theme
	if f.focus == flowField {
		f.drawFlows()
	} else {
		f.value(flowField, t.Accent.Render("(•)")+" "+t.Text.Render(f.choice().title)+t.Dim.Render("   ← → another"))
	}
	if p := f.problems[flowField]; p != "" {
		f.under(flowField, "✗", p, t.Bad.Render)
		return
	}
	if f.choice().mark != "" {
		f.under(flowField, "!", f.caution(), t.Care.Render)
	}
	if missing := f.cannot(); f.focus != flowField && len(missing) > 0 {
		f.under(flowField, "–", "not announced: "+strings.Join(missing, ", "), t.Dim.Render)
	}
}

// drawFlows is a line for each flow; why one can't be chosen stands beside it, or below where there is no room.
func (f *form) drawFlows() {
	const column = 28
	t := f.c.Theme
	f.flowLines = f.flowLines[:0]
	line := func(i int, text string) {
		f.flowLines = append(f.flowLines, i)
		f.value(flowField, text)
	}
	for i, c := range flowChoices() {
		title := ui.Pad(c.title, column)
		why := flowProblem(c.id, f.discover.found)
		switch {
		case why == "" && i == f.flow:
			line(i, t.Accent.Render("(•)")+" "+t.Strong.Render(title)+f.mark(c))
		case why == "":
			line(i, t.Dim.Render("( )")+" "+t.Text.Render(title)+f.mark(c))
		default:
			if why = short(why); f.valueWidth() >= column+4+ui.Width(why) {
				line(i, t.Faint.Render(" –  "+title)+t.Dim.Render(why))
				continue
			}
			line(i, t.Faint.Render(" –  "+c.title))
			for _, reason := range ui.Wrap(why, f.valueWidth()-4) {
				line(i, "    "+t.Dim.Render(reason))
			}
		}
	}
}

func (f *form) mark(c flowChoice) string {
	if c.mark == "" {
		return ""
	}
	return f.c.Theme.Care.Render("! " + c.mark)
}

// short is why a flow is not announced, for a column whose heading says that it is about the provider.
func short(why string) string {
	return strings.NewReplacer("the provider announces no ", "no ", "the provider does not announce the ", "no ", "the provider does not announce ", "no ").Replace(why)
}

// caution is what the flow says of itself.
func (f *form) caution() string {
	flow, err := MakeFlow(f.flowID(), flows.Config{}, secret.Text{})
	if err != nil || flow.Caution == "" {
		return f.choice().mark
	}
	return f.choice().mark + ": " + flow.Caution
}

// cannot names the flows that the provider does not announce.
func (f *form) cannot() []string {
	var titles []string
	for _, c := range flowChoices() {
		if flowProblem(c.id, f.discover.found) != "" {
			titles = append(titles, c.title)
		}
	}
	return titles
}

// chooseFlow goes that many flows on that the provider can do; round the ends when it may.
func (f *form) chooseFlow(step int, round bool) (moved bool) {
	all := flowChoices()
	for next := f.flow + step; step != 0; next += step {
		if next < 0 || next >= len(all) {
			if !round {
				return false
			}
			next = (next + len(all)) % len(all)
		}
		if next == f.flow {
			return false
		}
		if flowProblem(all[next].id, f.discover.found) == "" {
			f.setFlow(next)
			return true
		}
	}
	return false
}

func (f *form) setFlow(i int) {
	if i != f.flow {
		f.chosen[responseTypeField], f.problems[flowField] = "", ""
	}
	f.flow = i
}

// pointedFlow chooses the flow of the line that was clicked, counted from the first of the list.
func (f *form) pointedFlow(line int) {
	if line < 0 || line >= len(f.flowLines) {
		return
	}
	if i := f.flowLines[line]; flowProblem(flowChoices()[i].id, f.discover.found) == "" {
		f.setFlow(i)
	}
}
