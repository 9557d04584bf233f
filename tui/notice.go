package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// notice is the line that tells what just happened.
type notice struct {
	ui.Notify
	id int
}

type noticeGone struct{ id int }

// noticeTime is how long a notice stays; one of an error, which takes longer to read, stays for problemTime.
const noticeTime, problemTime = 5 * time.Second, 10 * time.Second

func (n *notice) gone(m noticeGone) {
	if m.id == n.id {
		n.Notify = ui.Notify{}
	}
}

func (a *app) notify(n ui.Notify) tea.Cmd {
	a.notice.id++
	a.notice.Notify = n
	id := a.notice.id
	stays := noticeTime
	if n.Kind == ui.NoteBad {
		stays = problemTime
	}
	return tea.Tick(stays, func(time.Time) tea.Msg { return noticeGone{id} })
}

func (a *app) noticeOverKeys() bool {
	return a.areas.Notice == a.areas.Keys && a.notice.Text != ""
}

// warningMost and noticeMost are the most lines that a warning and a notice may take.
const warningMost, noticeMost = 2, 3

// warningLines is the warning of the run, wrapped for a terminal of w cells. What it warns of comes first in it, so the end is
// what is cut in a narrow one.
func (a *app) warningLines(w int) []string {
	if a.warning == "" {
		return nil
	}
	return wrapped("! ", a.warning, w, warningMost)
}

// wrapped breaks a text into lines of at most w cells with a mark before the first; of more lines than most the last is cut.
func wrapped(mark, text string, w, most int) []string {
	room := max(w-2-ui.Width(mark), 1)
	lines := ui.Wrap(safe.Text(text), room)
	if len(lines) > most {
		lines[most-1] = ui.Truncate(strings.Join(lines[most-1:], " "), room)
		lines = lines[:most]
	}
	for i := range lines {
		if i > 0 {
			mark = strings.Repeat(" ", ui.Width(mark))
		}
		lines[i] = mark + lines[i]
	}
	return lines
}

// noticeLines are the lines above the keys: what just happened, else the warning of the run, else space. A long notice has more
// lines than its area: the frame lays them over the end of the screen for as long as it lasts.
func (a *app) noticeLines() []string {
	t, n, area := a.c.Theme, a.notice, a.areas.Notice
	style, mark := t.Text, ""
	switch n.Kind {
	case ui.NoteGood:
		style, mark = t.Good, "✓ "
	case ui.NoteBad:
		style, mark = t.Bad, "✗ "
	case ui.NoteCare:
		style, mark = t.Care, "! "
	}
	lines := wrapped(mark, n.Text, area.W, noticeMost)
	if n.Text == "" {
		style, lines = t.Care, a.warningLines(area.W)
	}
	for len(lines) < area.H {
		lines = append(lines, "")
	}
	for i := range lines {
		lines[i] = ui.Pad(" "+style.Render(lines[i]), area.W)
	}
	return lines
}
