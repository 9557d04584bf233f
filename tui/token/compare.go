package token

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// versus compares two tokens: first it lets the person choose the other one, then it shows header, claims and signature side by side.
type versus struct {
	c      *ui.Common
	times  timeForm
	left   *subject
	others []*subject
	names  []string
	name   string
	right  *subject // chosen; nil: still choosing
	result inspect.Difference
	column *widget.Column
	copies map[string][]ui.Copy
	w, h   int
}

// compareWith opens the comparison of the token in front with another one.
func (s *Screen) compareWith() tea.Cmd {
	sub := s.subject()
	if sub == nil || !readable(sub) {
		return ui.Send(ui.Notify{Text: "there is nothing here to compare: only what can be read can be"})
	}
	v := &versus{c: s.c, times: s.times, left: sub, name: s.tab().title + s.crumbs(), column: widget.NewColumn(s.c.Theme)}
	add := func(name string, other *subject) {
		if other != sub && readable(other) {
			v.others, v.names = append(v.others, other), append(v.names, name)
		}
	}
	if i := s.tabs.Active; i < len(s.previous) {
		add(s.previous[i].title+" before the refresh", s.previous[i])
	}
	for _, other := range s.list() {
		add(other.title, other)
	}
	switch len(v.others) {
	case 0:
		return ui.Send(ui.Notify{Text: "there is nothing to compare with: open another token beside this one"})
	case 1:
		v.choose(0)
	}
	s.invite(v)
	return nil
}

// readable reports whether a token has something that can be read.
func readable(s *subject) bool {
	tok := s.token()
	return tok != nil && (tok.Header != nil || tok.Payload != nil)
}

func (v *versus) choose(i int) {
	if i < 0 || i >= len(v.others) {
		return
	}
	// The one that is older stands on the left, so that what came later reads as the change.
	v.right, v.name = v.others[i], v.names[i]+" → "+v.name
	v.left, v.right = v.right, v.left
	v.result = inspect.Diff(v.left.token(), v.right.token())
	v.layOut()
}

// swap turns the comparison around.
func (v *versus) swap() {
	if v.right != nil {
		v.left, v.right = v.right, v.left
		v.result = inspect.Diff(v.left.token(), v.right.token())
		v.layOut()
	}
}

func (v *versus) SetSize(w, h int) {
	v.w, v.h = w, h
	v.layOut()
}

func (v *versus) Press(k tea.KeyMsg) (tea.Cmd, bool) {
	g := v.c.Keys
	switch {
	case key.Matches(k, g.Back):
		return nil, true
	case key.Matches(k, g.Up):
		v.column.Move(-1)
	case key.Matches(k, g.Down):
		v.column.Move(1)
	case key.Matches(k, g.PageUp):
		v.column.Page(-1)
	case key.Matches(k, g.PageDown):
		v.column.Page(1)
	case key.Matches(k, g.Top):
		v.column.End(-1)
	case key.Matches(k, g.Bottom):
		v.column.End(1)
	case key.Matches(k, g.Next):
		v.column.NextPane(1)
	case key.Matches(k, g.Prev):
		v.column.NextPane(-1)
	case key.Matches(k, g.Enter) && v.right == nil:
		v.chooseRow(v.column.Selected())
	case k.String() == "d":
		v.swap()
	}
	return nil, false
}

func (v *versus) chooseRow(id string) {
	for i := range v.others {
		if id == fmt.Sprintf("other.%d", i) {
			v.choose(i)
			return
		}
	}
}

func (v *versus) Click(_, y int) (tea.Cmd, bool) {
	id, _ := v.column.Click(y)
	if v.right == nil {
		v.chooseRow(id)
	}
	return nil, false
}

func (v *versus) Wheel(n int)       { v.column.Wheel(n) }
func (v *versus) Lines() []string   { return v.column.Lines(true) }
func (v *versus) Typing() bool      { return false }
func (v *versus) Changed()          { v.layOut() }
func (v *versus) Name() string      { return "compare" }
func (v *versus) Copies() []ui.Copy { return v.copies[v.column.Selected()] }

func (v *versus) Help() []key.Binding {
	bind := func(k, desc string) key.Binding { return key.NewBinding(key.WithKeys(k), key.WithHelp(k, desc)) }
	if v.right == nil {
		return []key.Binding{v.c.Keys.Back, bind("enter", "compare"), v.c.Keys.Up, v.c.Keys.Down}
	}
	return []key.Binding{v.c.Keys.Back, bind("d", "the other way round"), v.c.Keys.Copy}
}

func (v *versus) layOut() {
	v.column.SetSize(v.w, v.h)
	v.copies = map[string][]ui.Copy{}
	theme, width := v.c.Theme, widget.Inner(v.w)
	if v.right == nil {
		pane := widget.Pane{ID: "others", Title: "Compare " + v.name + " with", Hue: theme.Strong}
		for i, name := range v.names {
			note := widget.Size(int64(len(v.others[i].raw)))
			if v.others[i].which != flows.UserInfo {
				note = formName(v.others[i].report.Kind) + " · " + note
			}
			pane.Rows = append(pane.Rows, draw.Fixed(fmt.Sprintf("other.%d", i), ui.Truncate(theme.Text.Render(name)+theme.Dim.Render("  "+note), width)))
		}
		v.column.Set([]widget.Pane{pane})
		return
	}
	head := widget.Pane{ID: "head", Title: "Compared", Note: theme.Dim.Render(v.name), Hue: theme.Strong}
	head.Rows = draw.Prose(theme.Text, v.sum(), width)
	panes := []widget.Pane{head}
	for _, part := range []struct {
		in, title string
		hue       lipgloss.Style
	}{{"header", "Header", theme.Header}, {"claims", "Claims", theme.Payload}, {"signature", "Signature", theme.Signature}} {
		if pane := v.part(part.in, part.title, part.hue, width); len(pane.Rows) > 0 {
			panes = append(panes, pane)
		}
	}
	v.column.Set(panes)
}

// sum says the whole in a line.
func (v *versus) sum() string {
	n := len(v.result.Changes) + v.result.More
	switch {
	case v.left.raw == v.right.raw:
		return "They are the same, byte for byte."
	case n == 0:
		return fmt.Sprintf("Header and claims say the same (%s); the texts differ.", ui.Count(v.result.Same, "member"))
	default:
		return ui.Count(n, "difference") + ", " + ui.Count(v.result.Same, "member") + " the same."
	}
}

// part lists the changes in a part of the token.
func (v *versus) part(in, title string, hue lipgloss.Style, width int) widget.Pane {
	pane := widget.Pane{ID: in, Title: title, Hue: hue}
	names := 0
	for i := range v.result.Changes {
		if v.result.Changes[i].In == in {
			names = max(names, ui.Width(safe.Short(v.result.Changes[i].Path, 60)))
		}
	}
	names = min(names, width/3)
	for i := range v.result.Changes {
		if c := &v.result.Changes[i]; c.In == in {
			pane.Rows = append(pane.Rows, v.row(fmt.Sprintf("diff.%d", i), c, names, width))
		}
	}
	return pane
}

// row is one change: the name, what it was, what it is. What does not fit in a line stands on two.
func (v *versus) row(id string, c *inspect.Change, names, width int) widget.Row {
	theme := v.c.Theme
	mark, style := changeMark(theme, c.Kind)
	name := safe.Short(c.Path, 60)
	if name == "" {
		return draw.Fixed(id, style.Render(mark)+" "+theme.Text.Render("another signature"))
	}
	head := style.Render(mark) + " " + theme.Text.Render(ui.Pad(name, names)) + "  "
	room := max(width-names-4, 8)
	before, after := v.value(c, c.Before), v.value(c, c.After)
	v.copies[id] = []ui.Copy{{Text: c.Path, What: "name of what changed"}}
	for what, value := range map[string]*inspect.Value{"value before": c.Before, "value after": c.After} {
		if value != nil {
			v.copies[id] = append(v.copies[id], ui.Copy{Text: value.Raw, What: what})
		}
	}
	switch words := shiftText(c.Shift); {
	case c.Before == nil:
		return draw.Fixed(id, head+theme.Text.Render(ui.Truncate(after, room)))
	case c.After == nil:
		return draw.Fixed(id, head+theme.Dim.Render(ui.Truncate("was "+before, room)))
	case words != "":
		return draw.Fixed(id, head+theme.Text.Render(ui.Truncate(words, room))+theme.Dim.Render(ui.Truncate("  "+before+" → "+after, max(room-ui.Width(words), 0))))
	case ui.Width(before)+ui.Width(after)+3 <= room:
		return draw.Fixed(id, head+theme.Dim.Render(before+" → ")+theme.Text.Render(after))
	}
	indent := ui.Pad("", names+4)
	lines := []string{head + theme.Dim.Render(ui.Truncate(before, room)), indent + theme.Text.Render(ui.Truncate("→ "+after, room))}
	return widget.Row{ID: id, Height: 2, Draw: func(bool) []string { return append([]string(nil), lines...) }}
}

func (v *versus) value(c *inspect.Change, value *inspect.Value) string {
	return changeValue(v.times, c.Time, value)
}

// changeMark gives the sign and the colour of a kind of change.
func changeMark(theme *ui.Theme, kind inspect.ChangeKind) (string, lipgloss.Style) {
	switch kind {
	case inspect.Added:
		return "+", theme.Good
	case inspect.Removed:
		return "–", theme.Bad
	default:
		return "~", theme.Care
	}
}

// changeValue writes a value of a change: a time as one, anything else as it was sent.
func changeValue(times timeForm, isTime bool, v *inspect.Value) string {
	if v == nil {
		return ""
	}
	if at, fault := inspect.NumericDate(v); isTime && fault == inspect.TimeFine {
		return times.write(at, safe.Text(v.Raw))
	}
	return safe.Short(v.Raw, 400)
}
