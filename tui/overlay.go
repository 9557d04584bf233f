package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// overlay is a panel over the screen. While it is there it gets all keys and the mouse; there is at most one.
type overlay interface {
	// update takes a key or the mouse; closed takes the panel away.
	update(msg tea.Msg) (closed bool, cmd tea.Cmd)
	// view draws the inside for at most w × h cells, and names the panel.
	view(w, h int) (title, inside string)
	hints() []key.Binding
}

// floatOver draws a panel in the middle of a screen, which stays visible, faint and without its colours.
func floatOver(t *ui.Theme, screen string, o overlay, w, h int) string {
	title, inside := o.view(w-8, h-4)
	lines := strings.Split(inside, "\n")
	iw := ui.Width(title) + 4
	for _, l := range lines {
		iw = max(iw, ui.Width(l))
	}
	edge := t.Accent
	head := edge.Render("╭─ ") + t.Strong.Render(title) + edge.Render(" "+strings.Repeat("─", max(0, iw-ui.Width(title)-1))+"╮")
	panel := []string{head}
	for _, l := range lines {
		panel = append(panel, edge.Render("│")+" "+ui.Pad(l, iw)+" "+edge.Render("│"))
	}
	panel = append(panel, edge.Render("╰"+strings.Repeat("─", iw+2)+"╯"))
	pw := iw + 4
	x, y := max(0, (w-pw)/2), max(0, (h-len(panel))/3)
	below := strings.Split(screen, "\n")
	for i := range below {
		plain := ansi.Strip(below[i])
		if row := i - y; row >= 0 && row < len(panel) {
			below[i] = t.Faint.Render(ansi.Cut(plain, 0, x)) + panel[row] + t.Faint.Render(ansi.Cut(plain, x+pw, w))
		} else {
			below[i] = t.Faint.Render(plain)
		}
	}
	return strings.Join(below, "\n")
}

// list is a cursor over rows, of which a window is visible. Palette and copy menu share it.
type list struct {
	cursor, top int
}

// move moves the cursor by n rows and stays inside of count.
func (l *list) move(n, count int) { l.cursor = max(0, min(count-1, l.cursor+n)) }

// window gives the rows that are visible in a window of h.
func (l *list) window(count, h int) (from, to int) {
	if l.cursor < l.top {
		l.top = l.cursor
	}
	if l.cursor >= l.top+h {
		l.top = l.cursor - h + 1
	}
	l.top = max(0, min(l.top, count-h))
	return l.top, min(count, l.top+h)
}

// confirm asks before something is done.
type confirm struct {
	c                *ui.Common
	question, detail string
	yes, no          key.Binding
	then             tea.Msg
}

func newConfirm(c *ui.Common, question, detail, verb string, then tea.Msg) *confirm {
	return &confirm{c: c, question: question, detail: detail, then: then,
		yes: key.NewBinding(key.WithKeys("y", "enter", "q"), key.WithHelp("y", verb)),
		no:  key.NewBinding(key.WithKeys("n", "esc"), key.WithHelp("n", "stay"))}
}

func (o *confirm) update(msg tea.Msg) (bool, tea.Cmd) {
	k, ok := msg.(tea.KeyMsg)
	switch {
	case ok && key.Matches(k, o.yes):
		return true, ui.Send(o.then)
	case ok && key.Matches(k, o.no):
		return true, nil
	}
	return false, nil
}

func (o *confirm) view(w, _ int) (string, string) {
	t := o.c.Theme
	return o.question, strings.Join([]string{"", t.Text.Render(ui.Truncate(o.detail, w)), "",
		t.PressButton(o.yes, o.yes.Help().Desc, true, "") + "  " + t.PressButton(o.no, o.no.Help().Desc, false, "")}, "\n")
}

func (o *confirm) hints() []key.Binding { return []key.Binding{o.yes, o.no} }
