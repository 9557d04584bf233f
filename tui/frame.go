package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// View draws the frame around the screen in front. It runs after every message.
func (a *app) View() string {
	if a.areas.Small {
		return a.tooSmall()
	}
	lines := []string{a.head(), a.tabLine(), a.body()}
	if a.areas.Notice != a.areas.Keys {
		lines = append(lines, a.noticeLine())
	}
	if a.noticeOverKeys() {
		lines = append(lines, a.noticeLine())
	} else {
		lines = append(lines, a.keyLine())
	}
	return strings.Join(lines, "\n")
}

func (a *app) tooSmall() string {
	w, h := a.areas.Body.W, a.areas.Body.H
	if w <= 0 || h <= 0 {
		return ""
	}
	return ui.Truncate(fmt.Sprintf("%d×%d: needs %d×%d", w, h, minWidth, minHeight), w)
}

func (a *app) body() string {
	b := a.areas.Body
	screen := ui.Fit(a.screens[a.front].screen.View(), b.W, b.H)
	if a.overlay == nil {
		return screen
	}
	drawn, inside := floatOver(a.c.Theme, screen, a.overlay, b.W, b.H)
	a.panel = ui.Rect{X: b.X + inside.X, Y: b.Y + inside.Y, W: inside.W, H: inside.H}
	return drawn
}

// head is the first line: where am I on the left, how the session stands on the right.
func (a *app) head() string {
	t, s := a.c.Theme, a.screens[a.front]
	left := " " + t.Strong.Render("oidcscope")
	if title := s.screen.Title(); title != "" {
		crumbs := strings.Split(title, " ▸ ")
		for i, c := range crumbs {
			style := t.Dim
			if i == len(crumbs)-1 {
				style = t.Text
			}
			left += t.Faint.Render(" ▸ ") + style.Render(c)
		}
	}
	return ui.Between(left, a.status()+" ", a.areas.Head.W)
}

// label is a piece of a line that can be clicked: where it begins and ends, and the key it stands for.
type label struct {
	text     string
	from, to int
	key      string
}

// hit is the index of the label under column x, or -1.
func hit(labels []label, x int) int {
	for i, l := range labels {
		if x >= l.from && x < l.to {
			return i
		}
	}
	return -1
}

// lay puts labels in a row from column x, gap cells apart, as long as they fit into width.
func lay(labels []label, x, gap, width int) []label {
	for i := range labels {
		w := ui.Width(labels[i].text)
		if x+w > width {
			return labels[:i]
		}
		labels[i].from, labels[i].to = x, x+w
		x += w + gap
	}
	return labels
}

// tabs are the names of the screens; the one in front is marked with ▸ as well as by its colour.
func (a *app) tabs() []label {
	t := a.c.Theme
	var labels []label
	for i, s := range a.screens {
		text := "  " + t.Accent.Render(s.key) + " " + t.Dim.Render(s.title)
		if i == a.front {
			text = " " + t.Accent.Render("▸"+s.key) + " " + t.Strong.Render(s.title)
		}
		labels = append(labels, label{text: text, key: s.key})
	}
	return lay(labels, 0, 1, a.areas.Tabs.W)
}

func (a *app) tabLine() string {
	line := ""
	for _, l := range a.tabs() {
		line += strings.Repeat(" ", l.from-ui.Width(line)) + l.text
	}
	line += "  "
	return ui.Truncate(line+a.c.Theme.Line(a.areas.Tabs.W-ui.Width(line)-1), a.areas.Tabs.W)
}

// hints are the keys that matter here: the screen's own as far as they fit, and always the way to all others.
func (a *app) hints() []label {
	t, k := a.c.Theme, a.c.Keys
	always := []key.Binding{k.Palette, k.Help, k.Quit}
	own := a.screens[a.front].screen.ShortHelp()
	if a.overlay != nil {
		own, always = a.overlay.hints(), nil
	} else if a.screens[a.front].screen.Typing() {
		always = []key.Binding{k.Kill}
	}
	make := func(bindings []key.Binding) (labels []label) {
		for _, b := range bindings {
			if b.Enabled() && len(b.Keys()) > 0 {
				labels = append(labels, label{text: t.KeyHint(b), key: b.Keys()[0]})
			}
		}
		return labels
	}
	const gap = 3
	last := make(always)
	room := a.areas.Keys.W
	for _, l := range last {
		room -= ui.Width(l.text) + gap
	}
	first := lay(make(own), 1, gap, room)
	x := 1
	if n := len(first); n > 0 {
		x = first[n-1].to + gap
	}
	return append(first, lay(last, x, gap, a.areas.Keys.W)...)
}

func (a *app) keyLine() string {
	line, dot := "", a.c.Theme.Faint.Render("·")
	for i, l := range a.hints() {
		if i > 0 {
			line += " " + dot + " "
		} else {
			line = " "
		}
		line += l.text
	}
	return ui.Pad(line, a.areas.Keys.W)
}
