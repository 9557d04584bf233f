package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// overlay is a panel over the screen. While it is there it gets all keys and the mouse; there is at most one.
type overlay interface {
	// update takes a key or the mouse, whose position is inside the panel; closed takes the panel away.
	update(msg tea.Msg) (closed bool, cmd tea.Cmd)
	// view draws the inside for at most w × h cells, and names the panel.
	view(w, h int) (title, inside string)
	hints() []key.Binding
}

// toOverlay gives a key or the mouse to the panel. A click beside it closes it.
func (a *app) toOverlay(msg tea.Msg) tea.Cmd {
	top := a.overlay
	if m, ok := msg.(tea.MouseMsg); ok {
		if isClick(m) && !a.panel.Contains(m.X, m.Y) {
			a.overlay = nil
			return nil
		}
		m.X, m.Y = m.X-a.panel.X, m.Y-a.panel.Y
		msg = m
	}
	closed, cmd := top.update(msg)
	if closed && a.overlay == top {
		a.overlay = nil
	}
	return cmd
}

// isClick reports whether the left button went down.
func isClick(m tea.MouseMsg) bool {
	return m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft
}

// floatOver draws a panel in the middle of a screen, which stays visible, faint and without its colours. It says where the
// inside of the panel is.
func floatOver(t *ui.Theme, screen string, o overlay, w, h int) (drawn string, panel ui.Rect) {
	title, inside := o.view(w-8, h-4)
	lines := strings.Split(inside, "\n")
	iw := ui.Width(title) + 4
	for _, l := range lines {
		iw = max(iw, ui.Width(l))
	}
	edge := t.Accent
	head := edge.Render("╭─ ") + t.Strong.Render(title) + edge.Render(" "+strings.Repeat("─", max(0, iw-ui.Width(title)-1))+"╮")
	rows := []string{head}
	for _, l := range lines {
		rows = append(rows, edge.Render("│")+" "+ui.Pad(l, iw)+" "+edge.Render("│"))
	}
	rows = append(rows, edge.Render("╰"+strings.Repeat("─", iw+2)+"╯"))
	pw := iw + 4
	x, y := max(0, (w-pw)/2), max(0, (h-len(rows))/3)
	below := strings.Split(screen, "\n")
	for i := range below {
		plain := ansi.Strip(below[i])
		if row := i - y; row >= 0 && row < len(rows) {
			below[i] = t.Faint.Render(ansi.Cut(plain, 0, x)) + rows[row] + t.Faint.Render(ansi.Cut(plain, x+pw, w))
		} else {
			below[i] = t.Faint.Render(plain)
		}
	}
	return strings.Join(below, "\n"), ui.Rect{X: x + 2, Y: y + 1, W: iw, H: len(lines)}
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
	line             int // of the buttons, among those of the panel
	buttons          widget.Buttons
	then             tea.Msg
}

func newConfirm(c *ui.Common, question, detail, verb string, then tea.Msg) *confirm {
	return &confirm{c: c, question: question, detail: detail, then: then,
		yes:     key.NewBinding(key.WithKeys("y", "q"), key.WithHelp("y", verb)),
		no:      key.NewBinding(key.WithKeys("n", "esc"), key.WithHelp("n", "stay")),
		buttons: widget.Buttons{Items: []widget.Button{{Key: "y", Label: verb}, {Key: "n", Label: "stay"}}}}
}

func (o *confirm) update(msg tea.Msg) (bool, tea.Cmd) {
	chosen := -1
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch {
		case key.Matches(m, o.yes):
			chosen = 0
		case key.Matches(m, o.no):
			chosen = 1
		case key.Matches(m, o.c.Keys.Enter):
			chosen = o.buttons.Active
		case m.Type == tea.KeyLeft, m.Type == tea.KeyRight, m.Type == tea.KeyTab:
			o.buttons.Active = 1 - o.buttons.Active
		}
	case tea.MouseMsg:
		if isClick(m) && m.Y == o.line {
			chosen = o.buttons.At(m.X)
		}
	}
	if chosen == 0 {
		return true, ui.Send(o.then)
	}
	return chosen == 1, nil
}

func (o *confirm) view(w, _ int) (string, string) {
	t, w := o.c.Theme, min(w, 76)
	lines := []string{""}
	for _, l := range ui.Wrap(safe.Text(o.detail), w) {
		lines = append(lines, t.Text.Render(l))
	}
	o.line = len(lines) + 1
	return o.question, strings.Join(append(lines, "", o.buttons.Lines(t, w, true)[0]), "\n")
}

func (o *confirm) hints() []key.Binding { return []key.Binding{o.yes, o.no} }
