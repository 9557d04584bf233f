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

// noticeTime is how long a notice stays.
const noticeTime = 5 * time.Second

func (n *notice) gone(m noticeGone) {
	if m.id == n.id {
		n.Notify = ui.Notify{}
	}
}

func (a *app) notify(n ui.Notify) tea.Cmd {
	a.notice.id++
	a.notice.Notify = n
	id := a.notice.id
	return tea.Tick(noticeTime, func(time.Time) tea.Msg { return noticeGone{id} })
}

func (a *app) noticeOverKeys() bool {
	return a.areas.Notice == a.areas.Keys && a.notice.Text != ""
}

func (a *app) noticeLine() string {
	t, n := a.c.Theme, a.notice
	style, mark := t.Text, ""
	switch n.Kind {
	case ui.NoteGood:
		style, mark = t.Good, "✓ "
	case ui.NoteBad:
		style, mark = t.Bad, "✗ "
	case ui.NoteCare:
		style, mark = t.Care, "! "
	}
	text := n.Text
	if text == "" && a.warning != "" {
		style, mark, text = t.Care, "! ", a.warning
	}
	if text == "" {
		return strings.Repeat(" ", a.areas.Notice.W)
	}
	return ui.Pad(" "+style.Render(mark+safe.Text(text)), a.areas.Notice.W)
}
