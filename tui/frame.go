package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// View draws the frame around the screen in front. It runs after every message.
func (a *app) View() string {
	if a.areas.Small {
		return a.tooSmall()
	}
	lines := append([]string{a.head(), a.tabLine()}, strings.Split(a.body(), "\n")...)
	notice := a.noticeLines()
	if a.areas.Notice == a.areas.Keys && a.notice.Text == "" {
		notice = nil
	}
	lines = append(lines[:min(len(lines), a.areas.Notice.Y+a.areas.Notice.H-len(notice))], notice...)
	if !a.noticeOverKeys() {
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

// hints are the keys that matter here. Where not all fit, the ways to everything else lose their words first, then descriptions
// their further words, from the end on, then the last of the screen's keys are left out, and the line says how many: ? has them all.
func (a *app) hints() []label {
	k, screen := a.c.Keys, a.screens[a.front].screen
	own, always := screen.ShortHelp(), []key.Binding{k.Palette, k.Help, k.Quit}
	if a.overlay != nil {
		own, always = a.overlay.hints(), nil
	} else if screen.Typing() {
		always = []key.Binding{k.Kill}
	}
	width := a.areas.Keys.W
	full, first := a.hintLabels(own, describe), a.hintLabels(own, briefly)
	if all := slices.Concat(full, a.hintLabels(always, describe)); len(lay(all, 1, hintGap, width)) == len(all) {
		return all
	}
	last := a.hintLabels(always, nil)
	if len(always) == 1 { // the only way out says what it is
		last = a.hintLabels(always, briefly)
	}
	for n := len(full); n >= 0; n-- {
		if all := slices.Concat(full[:n], first[n:], last); len(lay(all, 1, hintGap, width)) == len(all) {
			return all
		}
	}
	for left := 1; left <= len(first); left++ {
		more := label{text: a.c.Theme.Dim.Render("+" + strconv.Itoa(left)), key: k.Help.Keys()[0]}
		if all := slices.Concat(first[:len(first)-left], []label{more}, last); len(lay(all, 1, hintGap, width)) == len(all) {
			return all
		}
	}
	return lay(last, 1, hintGap, width)
}

// hintGap is what stands between two keys: a dot with a space at either side.
const hintGap = 3

// hintLabels makes labels of the keys that can be pressed; without describe they are bare.
func (a *app) hintLabels(bindings []key.Binding, describe func(key.Binding) string) (labels []label) {
	for _, b := range bindings {
		if !b.Enabled() || len(b.Keys()) == 0 {
			continue
		}
		text := a.c.Theme.Accent.Render(b.Help().Key)
		if describe != nil {
			text += " " + a.c.Theme.Dim.Render(describe(b))
		}
		labels = append(labels, label{text: text, key: b.Keys()[0]})
	}
	return labels
}

func describe(b key.Binding) string { return b.Help().Desc }

// briefly is the first word of what a key does, with a particle that belongs to it: "send", "log in".
func briefly(b key.Binding) string {
	words := strings.Fields(strings.TrimRight(strings.SplitN(b.Help().Desc, ",", 2)[0], " "))
	if len(words) > 1 && slices.Contains([]string{"also", "in", "on", "off", "up"}, words[1]) {
		return words[0] + " " + words[1]
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
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
