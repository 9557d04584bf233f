package home

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// maxWidth keeps a line short enough to be read as one, however wide the terminal is.
const maxWidth = 100

// item is a row that can be opened. Without an intent it is the token field.
type item struct {
	title, about, key string
	intent            tea.Msg
	section           string     // the heading it stands under
	mark              ui.Outcome // of a past run
	profile           *config.Profile
}

// inspectItem is the place of the token field among the items.
const inspectItem = 3

// items are what can be opened: ways to start, then the session, then past runs, newest first.
func (s *Screen) items() []item {
	items := []item{
		{section: "Start", title: "Practice login", about: "a provider on this machine, nothing to set up", key: "enter", intent: ui.StartPractice{Flow: "pkce"}},
		{section: "Start", title: "Practice device code", about: "log in as a device without a browser does", key: "c", intent: ui.StartPractice{Flow: "device"}},
		{section: "Start", title: "Log in to a provider", about: "issuer, client, flow", key: "n", intent: ui.OpenLogin{}},
		{section: "Start", title: "Inspect a token", about: "paste it here, or a discovery document, or keys", key: "i"},
		{section: "Start", title: "Check a provider", about: "discovery, keys, certificates, endpoints", key: "d", intent: ui.OpenDoctor{}},
		{section: "Start", title: "Probe your own provider", about: "try what it must refuse; asks before it begins", key: "p", intent: ui.OpenProbe{}},
		{section: "Start", title: "Register a client", about: "where clients may register themselves (RFC 7591)", key: "r", intent: ui.OpenRegister{}},
		{section: "Start", title: "Practice with a fault", about: "the provider makes a mistake: see what it looks like", key: "f", intent: ui.OpenFaults{}},
	}
	items = append(items, s.profileItems()...)
	items = append(items, s.registeredItems()...)
	if s.session.Session != nil {
		about := "of the session with " + ui.ProviderName(s.session.Session.Issuer)
		if s.session.Session.Over() {
			about += ", which was ended: they are revoked"
		}
		items = append(items, item{title: "Tokens", section: "Session", about: about, key: "3", intent: ui.Goto{Screen: ui.Token}})
	}
	newest := true
	for i := len(s.c.Past) - 1; i >= 0; i-- {
		p := s.c.Past[i]
		it := item{section: "Runs", title: p.At.Format("15:04"), about: RunText(p), mark: p.Outcome}
		switch {
		case p.Kind != ui.RunLogin:
			it.intent, it.key = ui.Goto{Screen: ui.Token}, "look"
		case newest:
			it.intent, it.key, newest = ui.OpenRun{Run: p.Run}, "look", false
		default:
			it.intent, it.key = ui.OpenRun{Run: p.Run}, "look"
		}
		items = append(items, it)
	}
	return items
}

// RunText is a past run in one line: "Practice provider · PKCE · 8 steps, 412 ms". It is safe to print.
func RunText(p ui.PastRun) string {
	text := safe.Text(p.Title) + " · " + p.Flow
	if p.Outcome != ui.Under {
		text += fmt.Sprintf(" · %s, %s", ui.Count(p.Steps, "step"), ui.Duration(p.Duration))
	}
	return text
}

// row is a line of the list and the item it belongs to, counted from 1; 0 for headings and space.
type row = widget.Item[int]

// View draws the list, or the form.
func (s *Screen) View() string {
	if s.inForm {
		return s.form.View()
	}
	if s.inClient {
		return s.client.View()
	}
	if s.inFault {
		return s.faults.view()
	}
	s.rows = s.draw()
	s.top = widget.Scrolled(s.rows, s.cursor+1, 1, s.top, s.h)
	return widget.Visible(s.rows, s.top, s.w, s.h)
}

func (s *Screen) draw() []row {
	t, width := s.c.Theme, min(s.w, maxWidth)
	var rows []row
	add := func(text string) { rows = append(rows, row{Text: text}) }
	heading := func(title, note string) {
		add("")
		add("   " + t.Strong.Render(title) + "  " + t.Dim.Render(note))
	}
	if s.h >= 20 {
		add("")
		add("   " + t.Dim.Render(ui.Truncate("Watch an OpenID Connect login step by step, and take its tokens apart.", width-4)))
	}
	section := ""
	for i, it := range s.items() {
		if it.section != section {
			section = it.section
			heading(section, map[string]string{"Runs": "of this session, kept in memory only"}[section])
		}
		rows = append(rows, row{ID: i + 1, Text: s.line(it, i, width)})
		if i == inspectItem && s.typing {
			add("     " + s.token.View())
		}
	}
	if len(s.c.Past) == 0 {
		heading("Runs", "")
		add("   " + t.Dim.Render("None yet. Press ") + t.Accent.Render("enter") + t.Dim.Render(" for a login that needs no account."))
	}
	return rows
}

func (s *Screen) line(it item, i, width int) string {
	t, selected := s.c.Theme, i == s.cursor
	style := t.Text
	if selected {
		style = t.Strong
	}
	if it.mark != "" {
		mark, hint := s.mark(it.mark), ""
		if selected {
			hint = t.Dim.Render(it.key)
		}
		left := t.Dim.Render(it.title) + "  " + mark.Render(marks[it.mark]) + " " + style.Render(it.about) + t.Dim.Render(" · ") + mark.Render(string(it.mark))
		return " " + t.Cursor(selected, true) + ui.Between(left, hint+" ", width-3)
	}
	const column = 24
	left := style.Render(ui.Pad(safe.Text(it.title), column)) + t.Dim.Render(safe.Text(it.about))
	return " " + t.Cursor(selected, true) + ui.Between(left, t.Accent.Render(it.key)+" ", width-3)
}

// marks stand before a past run, so that how it ended shows without colour and in little space.
var marks = map[ui.Outcome]string{ui.OK: "✓", ui.Failed: "✗", ui.Canceled: "!", ui.Under: "●"}

func (s *Screen) mark(o ui.Outcome) lipgloss.Style {
	t := s.c.Theme
	return map[ui.Outcome]lipgloss.Style{ui.OK: t.Good, ui.Failed: t.Bad, ui.Canceled: t.Care, ui.Under: t.Accent}[o]
}

// itemAt is the item of row i, or -1.
func itemAt(rows []row, i int) int {
	if i >= 0 && i < len(rows) {
		return rows[i].ID - 1
	}
	return -1
}
