package widget

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Title is the heading over the parameters of a place.
func (p ParamPlace) Title() string {
	switch p {
	case InQuery:
		return "Query of the address"
	case InForm:
		return "Form body"
	case InMethod, InAddress:
		return "Request"
	case InStatus:
		return "Status"
	case InMember:
		return "Members of the answer"
	case InBody:
		return "Body"
	default:
		return "Headers"
	}
}

// ParamLine is a line of the editor with the row it belongs to; -1 for headings.
type ParamLine struct {
	Text string
	Row  int
}

// Lines draws the editor at a width. at is the line that must be in sight: the one with the cursor. Secrets are dots,
// also while they are typed over, unless reveal is set.
func (e *ParamEditor) Lines(t *ui.Theme, width int, reveal bool) (lines []ParamLine, at int) {
	name, most := 8, max(width/3, 8)
	for i := range e.rows {
		if w := ui.Width(safe.Text(e.rows[i].Name)); w <= most {
			name = max(name, w)
		}
	}
	for i := range e.rows {
		if i == 0 || e.rows[i].In.Title() != e.rows[i-1].In.Title() {
			if i > 0 {
				lines = append(lines, ParamLine{Row: -1})
			}
			lines = append(lines, ParamLine{t.Dim.Render(e.rows[i].In.Title()), -1})
		}
		if i == e.cursor {
			at = len(lines)
		}
		for _, text := range e.row(t, i, name, width, reveal) {
			lines = append(lines, ParamLine{text, i})
		}
	}
	if len(e.rows) == 0 {
		lines = append(lines, ParamLine{t.Dim.Render("No parameters. ctrl+n adds one."), -1})
	}
	return lines, at
}

func (e *ParamEditor) row(t *ui.Theme, i, name, width int, reveal bool) []string {
	row, here := &e.rows[i], i == e.cursor
	head := t.Cursor(here, true) + e.name(t, i, name) + "  "
	var lines []string
	if whole := ui.Width(safe.Text(row.Name)); whole > name && !(here && e.inName) { // its value stands under it
		lines, head = []string{ui.Truncate(t.Cursor(here, true)+e.name(t, i, whole), width)}, strings.Repeat(" ", name+4)
	}
	indent := strings.Repeat(" ", name+4)
	room := max(width-name-4, 8)
	row.value.Mask = row.Secret && !reveal
	reverse := func(s string) string { return t.Text.Reverse(true).Render(s) }
	var values []string
	switch style := e.valueStyle(t, row); {
	case row.dropped:
		values = []string{ui.Truncate(style.Render(e.plain(row, reveal)), room)}
	case here && !e.inName && row.value.Mask && row.edit() == "": // as many dots as characters say nothing, and are long
		values = []string{style.Render(e.plain(row, false)) + reverse(" ")}
	case here && !e.inName:
		values = row.value.Lines(room, true, reverse)
	case row.value.Mask:
		values = []string{style.Render(secret.New(row.Value).String())}
	default:
		for _, piece := range Chop(safe.Text(row.Value), room) {
			values = append(values, style.Render(piece))
		}
	}
	if word := e.rows[i].edit(); word != "" {
		values = append(values, e.note(t, row, word, room, reveal)...)
	}
	for n, value := range values {
		if n == 0 {
			value = head + value
		} else {
			value = indent + value
		}
		lines = append(lines, value)
	}
	return lines
}

func (e *ParamEditor) name(t *ui.Theme, i, width int) string {
	row := &e.rows[i]
	if i == e.cursor && e.inName {
		text := row.name.Lines(width, true, func(s string) string { return t.Text.Reverse(true).Render(s) })
		return ui.Pad(text[len(text)-1], width)
	}
	style := t.Dim
	if i == e.cursor {
		style = t.Button
	}
	return ui.Pad(style.Render(safe.Text(row.Name)), width)
}

func (e *ParamEditor) valueStyle(t *ui.Theme, row *paramRow) lipgloss.Style {
	switch {
	case row.dropped:
		return t.Dim.Strikethrough(true)
	case row.edit() != "":
		return t.Care
	default:
		return t.Text
	}
}

// note says what was done to the row, and what it was before.
func (e *ParamEditor) note(t *ui.Theme, row *paramRow, word string, room int, reveal bool) []string {
	text := t.Care.Render("✎ " + word)
	switch word {
	case "changed":
		was := *row
		was.Value = row.was.Value
		before := "was " + safe.Short(e.plain(&was, reveal), 2*room)
		if ui.Width("✎ changed · "+before) > room {
			out := []string{text}
			for _, piece := range Chop(before, room) {
				out = append(out, t.Dim.Render(piece))
			}
			return out
		}
		text += t.Dim.Render(" · " + before)
	case "dropped":
		text += t.Dim.Render(" · ctrl+d takes it back")
	case "added":
		text += t.Dim.Render(" · to the " + string(row.In))
		if e.movable() {
			text += t.Dim.Render(" · ctrl+t moves it")
		}
	}
	return []string{ui.Truncate(text, room)}
}

func (e *ParamEditor) plain(row *paramRow, reveal bool) string {
	if row.Secret && !reveal {
		return secret.New(row.Value).String()
	}
	return safe.Text(row.Value)
}
