package home

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// ShowFaults asks the screen for the list of the practice provider's faults.
type ShowFaults struct{}

// For makes ShowFaults a message for this screen.
func (ShowFaults) For() ui.Name { return ui.Home }

// faultList is the list of the practice provider's faults: one is chosen, explained below the list, and run.
type faultList struct {
	c      *ui.Common
	keys   faultKeys
	filter *widget.Filter
	w, h   int
	all    []practice.Fault // made when the list is first opened
	hits   []practice.Fault
	cursor int
	top    int
	rows   []row
}

type faultKeys struct{ Run key.Binding }

func newFaultList(c *ui.Common) *faultList {
	return &faultList{c: c, filter: widget.NewFilter(c.Theme),
		keys: faultKeys{Run: key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "log in with it"))}}
}

func (l *faultList) open() {
	if l.all == nil {
		l.all = practice.Faults()
	}
	l.find()
}

// find keeps the faults that have the filter's text in what is said about them.
func (l *faultList) find() {
	text := l.filter.Text()
	l.hits = l.hits[:0]
	for _, f := range l.all {
		for _, part := range []string{f.Name, f.Title, f.Like, f.Does, string(f.Where)} {
			if widget.ContainsFold(part, text) {
				l.hits = append(l.hits, f)
				break
			}
		}
	}
	l.move(0)
}

func (l *faultList) move(n int) { l.cursor = max(0, min(len(l.hits)-1, l.cursor+n)) }

// update takes a key or the mouse; false closes the list.
func (l *faultList) update(msg tea.Msg) (open bool, cmd tea.Cmd) {
	switch m := msg.(type) {
	case tea.MouseMsg:
		l.move(widget.WheelRows(m))
		if m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft {
			if i := itemAt(l.rows, l.top+m.Y); i >= 0 && m.Y < l.listHeight() {
				if i == l.cursor {
					return true, l.run()
				}
				l.cursor = i
			}
		}
	case tea.KeyMsg:
		if l.filter.Typing() {
			if l.filter.Update(m) {
				l.find()
			}
			return true, nil
		}
		return l.pressed(m)
	}
	return true, nil
}

func (l *faultList) pressed(m tea.KeyMsg) (open bool, cmd tea.Cmd) {
	k := l.c.Keys
	switch {
	case key.Matches(m, k.Back) && l.filter.Text() != "":
		l.filter.Clear()
		l.find()
	case key.Matches(m, k.Back):
		return false, nil
	case key.Matches(m, k.Up):
		l.move(-1)
	case key.Matches(m, k.Down):
		l.move(1)
	case key.Matches(m, k.PageUp):
		l.move(-l.listHeight())
	case key.Matches(m, k.PageDown):
		l.move(l.listHeight())
	case key.Matches(m, k.Top):
		l.cursor = 0
	case key.Matches(m, k.Bottom):
		l.move(len(l.hits))
	case key.Matches(m, k.Filter):
		l.filter.Open()
	case key.Matches(m, l.keys.Run):
		return true, l.run()
	}
	return true, nil
}

func (l *faultList) run() tea.Cmd {
	if len(l.hits) == 0 {
		return nil
	}
	f := l.hits[l.cursor]
	return ui.Send(ui.StartPractice{Flow: f.Flow, Fault: f.Name})
}

func (l *faultList) help() []key.Binding {
	if l.filter.Typing() {
		return l.filter.Keys()
	}
	return []key.Binding{l.keys.Run, l.c.Keys.Filter, l.c.Keys.Back}
}

// aboutLines is how much of the height the explanation of the chosen fault gets.
func (l *faultList) aboutLines() int {
	switch {
	case l.h >= 18:
		return 8
	case l.h >= 12:
		return 5
	default:
		return 0
	}
}

func (l *faultList) listHeight() int {
	h := l.h - l.aboutLines()
	if l.filter.Typing() || l.filter.Text() != "" {
		h--
	}
	return max(1, h)
}

func (l *faultList) view() string {
	l.draw()
	h := l.listHeight()
	l.top = widget.Scrolled(l.rows, l.cursor+1, 1, l.top, h)
	block := ui.Fit(widget.Visible(l.rows, l.top, l.w, h), l.w, h)
	if line := l.filter.Line(min(l.w, maxWidth)-3, len(l.hits)); line != "" {
		block += "\n " + line
	}
	if about := l.about(); about != "" {
		block += "\n" + about
	}
	return block
}

func (l *faultList) draw() {
	t := l.c.Theme
	l.rows = l.rows[:0]
	l.rows = append(l.rows, row{}, row{Text: "   " + t.Strong.Render("Practice with a fault") + "  " +
		t.Dim.Render("the provider makes one mistake, on purpose")})
	name := 0
	for _, f := range l.hits {
		name = max(name, ui.Width(f.Name)+2)
	}
	var area practice.Area
	for i, f := range l.hits {
		if f.Where != area {
			area = f.Where
			l.rows = append(l.rows, row{}, row{Text: "   " + t.Strong.Render(string(area))})
		}
		style := t.Text
		if i == l.cursor {
			style = t.Strong
		}
		l.rows = append(l.rows, row{ID: i + 1, Text: " " + t.Cursor(i == l.cursor, true) + style.Render(ui.Pad(f.Name, name)) + t.Dim.Render(f.Title)})
	}
}

// about explains the chosen fault.
func (l *faultList) about() string {
	n := l.aboutLines()
	if n == 0 || len(l.hits) == 0 {
		return ""
	}
	t, f, width := l.c.Theme, l.hits[l.cursor], min(l.w, maxWidth)-4
	rows := []row{{Text: "  " + t.Title(f.Title, f.Name, width, false)}}
	add := func(label, text string) {
		const column = 10
		for i, line := range ui.Wrap(text, max(1, width-column)) {
			if i > 0 {
				label = ""
			}
			rows = append(rows, row{Text: "   " + t.Dim.Render(ui.Pad(label, column)) + t.Text.Render(line)})
		}
	}
	add("does", "the provider "+f.Does)
	add("see", f.See)
	if after := f.After(); after != "" {
		add("then", "after the login: "+after)
	}
	add("as with", f.Like)
	return widget.Visible(rows[:min(len(rows), n)], 0, l.w, n)
}
