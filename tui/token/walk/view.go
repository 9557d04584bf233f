package walk

import (
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// statusLines are the lines above the panes: the verdict and what was changed stay in sight while the rest scrolls.
const statusLines = 2

// Lines draws the walk.
func (m *Model) Lines() []string {
	width := max(m.w-2, 1)
	lines := []string{" " + ui.Truncate(m.verdict(), width), " " + ui.Truncate(m.state(), width)}
	return append(lines, m.column.Lines(true)...)[:max(min(statusLines+m.h, m.h), 0)]
}

func (m *Model) verdict() string {
	theme := m.c.Theme
	if m.pending {
		return theme.Care.Render("… checking")
	}
	v := &m.now.Verdict
	word, style := draw.Verdict(theme, v.Status)
	text := style.Bold(true).Render(word)
	switch {
	case m.now != m.first:
		was, _ := draw.Verdict(theme, m.first.Verdict.Status)
		text += theme.Dim.Render("  with " + ui.Count(m.text.count, "changed character") + "; the token as it came: " + was)
	case v.Status == inspect.Verified:
		text += theme.Dim.Render("  " + safe.Text(jose.Words(v.Alg)))
	case v.Reason != "":
		text += theme.Dim.Render("  " + safe.Text(v.Reason))
	}
	return text
}

// state says what was changed, or how to change something.
func (m *Model) state() string {
	theme := m.c.Theme
	switch {
	case m.pending:
		return theme.Dim.Render("a long token takes a moment")
	case m.hidden():
		return theme.Dim.Render("this token is a secret: its bytes are hidden · s reveals")
	case m.typing:
		return theme.Care.Render("! what is typed goes over the token · esc ends it")
	case m.now != m.first:
		return theme.Care.Render("! "+m.whatChanged()) + theme.Dim.Render(" · u undoes")
	case !m.text.canChange():
		return theme.Dim.Render("this part can't be changed here")
	default:
		return theme.Dim.Render("c changes the character above the ^ mark, to see what becomes of the signature")
	}
}

func (m *Model) layOut() {
	m.column.SetSize(m.w, max(m.h-statusLines, 0))
	m.copies = map[string][]ui.Copy{}
	width := widget.Inner(m.w)
	if m.first == nil {
		m.column.Set(nil)
		return
	}
	var panes []widget.Pane
	if !m.hidden() {
		panes = append(panes, m.inputPane(width))
	}
	if m.pending { // what is known is of another text
		m.column.Set(panes)
		return
	}
	if an := m.now.Anatomy; an != nil && an.Digest != nil {
		panes = append(panes, m.digestPane(an, width))
	}
	panes = append(panes, m.keyPane(width), m.signaturePane(width))
	if an := m.now.Anatomy; an != nil && len(an.Steps) > 0 && !m.hidden() {
		panes = append(panes, m.stepsPane(an, width))
	}
	m.column.Set(append(panes, m.endPane(width)))
}
