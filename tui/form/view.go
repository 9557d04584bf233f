package form

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

const (
	margin     = 3   // cells before the labels
	labelWidth = 15  // cells of the labels' column
	maxWidth   = 100 // a line stays short enough to be read as one, however wide the terminal is
)

// View draws the form: each field with what is wrong with it, or what is known about it, on the lines under it.
func (f *Form) View() string {
	f.items = f.items[:0]
	t, focus, fields := f.c.Theme, f.Focus(), f.Fields()
	if f.Heading != nil {
		title, note := f.Heading()
		f.plain("")
		f.plain("   " + t.Strong.Render(title) + t.Dim.Render("  "+note))
		f.plain("")
	}
	for _, x := range fields {
		if x.Group == "" {
			f.draw(&x)
		}
	}
	f.plain("")
	for _, line := range f.Buttons.Lines(t, f.valueWidth(), focus == ButtonRow) {
		f.row(ButtonRow, "", line)
	}
	f.drawGroups(fields)
	if f.Tail != nil {
		for _, line := range f.Tail(min(f.w, maxWidth) - margin - 1) {
			f.plain(line)
		}
	}
	f.top = widget.Scrolled(f.items, focus, f.order()[0], f.top, f.h)
	return widget.Visible(f.items, f.top, f.w, f.h)
}

func (f *Form) plain(text string) { f.items = append(f.items, widget.Item[string]{Text: text}) }

func (f *Form) valueWidth() int { return max(1, min(f.w, maxWidth)-labelWidth-margin) }

// row adds a line in the column of the values; the first of an id has its label.
func (f *Form) row(id, label, text string) {
	t, focused := f.c.Theme, f.focus == id
	if n := len(f.items); n > 0 && f.items[n-1].ID == id {
		label, focused = "", false
	}
	style := t.Dim
	if focused {
		style = t.Strong
	}
	f.items = append(f.items, widget.Item[string]{ID: id, Text: " " + t.Cursor(focused, true) + style.Render(ui.Pad(label, labelWidth)) + ui.Truncate(text, f.valueWidth())})
}

// note adds wrapped text under a field, with a mark before it.
func (f *Form) note(id string, n Note) {
	t := f.c.Theme
	style := t.Dim
	switch n.Role {
	case Good:
		style = t.Good
	case Care:
		style = t.Care
	case Bad:
		style = t.Bad
	}
	mark := n.Mark
	for _, line := range ui.Wrap(n.Text, f.valueWidth()-2) {
		f.row(id, "", style.Render(ui.Pad(mark, 1))+" "+style.Render(line))
		mark = " "
	}
}

func (f *Form) draw(x *Field) {
	focused := f.focus == x.ID
	switch {
	case x.Kind == Text:
		f.drawText(x)
	case x.Kind == List && focused:
		f.drawList(x)
	default:
		f.drawChoice(x)
	}
	if p := f.Problems[x.ID]; p != "" {
		f.note(x.ID, Note{"✗", p, Bad})
		return
	}
	if f.Lines != nil {
		if lines := f.Lines(x, f.valueWidth()); len(lines) > 0 {
			for _, line := range lines {
				f.row(x.ID, "", line)
			}
			return
		}
	}
	if f.Below != nil {
		for _, n := range f.Below(x) {
			f.note(x.ID, n)
		}
	}
	if x.Required != "" {
		f.note(x.ID, Note{"!", "on: " + safe.Text(x.Required), Care})
	}
	if !focused {
		return
	}
	if x.About != "" {
		f.note(x.ID, Note{"·", x.About, Quiet})
	}
	f.offered(x)
}

// offered names the values that can be taken for a text.
func (f *Form) offered(x *Field) {
	if x.Kind != Text || len(x.Options) == 0 {
		return
	}
	var values []string
	for _, o := range x.Options {
		values = append(values, safe.Text(o.Value))
	}
	text := "ctrl+n takes one: "
	if x.Announced != "" {
		text = safe.Text(x.Announced) + ", " + text
	}
	lines := ui.Wrap(text+strings.Join(values, "  "), f.valueWidth()-2)
	const most = 3 // a provider may announce hundreds of claims
	if len(lines) > most {
		lines = append(lines[:most-1], ui.Truncate(lines[most-1]+" …", f.valueWidth()-2))
	}
	f.note(x.ID, Note{"+", strings.Join(lines, "\n"), Quiet})
}

func (f *Form) drawText(x *Field) {
	in := f.input(x.ID)
	in.Placeholder, in.EchoMode = x.Hint, textinput.EchoNormal
	if x.Secret && !x.Plain {
		in.EchoMode = textinput.EchoPassword
	}
	if in.CharLimit = 4096; x.Long {
		in.CharLimit = 1 << 16
	}
	in.Width = max(8, f.valueWidth()-5)
	f.row(x.ID, x.Label, in.View())
}

// drawChoice draws a value with what else there is, or a switch with what it does.
func (f *Form) drawChoice(x *Field) {
	t, value := f.c.Theme, f.value(x)
	switch x.Kind {
	case Switch:
		box := t.Dim.Render("[ ] ")
		if value != "" {
			box = t.Accent.Render("[x] ")
		}
		f.row(x.ID, x.Label, box+ui.Between(t.Text.Render(x.Hint), f.standing(x), f.valueWidth()-5))
		return
	case List:
		f.row(x.ID, x.Label, t.Accent.Render("(•)")+" "+t.Text.Render(f.labelOf(x, value))+t.Dim.Render("   ← → another"))
		return
	}
	style := t.Text
	if value == "" {
		style = t.Dim
	}
	var others []string
	for _, o := range x.Options {
		if o.Value != value && o.Value != "" {
			others = append(others, safe.Text(o.Value))
		}
	}
	text := t.Accent.Render("◂ ") + style.Render(f.labelOf(x, value)) + t.Accent.Render(" ▸") + t.Dim.Render("  "+strings.Join(others, ", "))
	f.row(x.ID, x.Label, ui.Between(text, f.standing(x), f.valueWidth()-1))
}

func (f *Form) labelOf(x *Field, value string) string {
	if i := slices.IndexFunc(x.Options, func(o Option) bool { return o.Value == value }); i >= 0 && x.Options[i].Label != "" {
		return safe.Text(x.Options[i].Label)
	}
	return safe.Text(value)
}

// standing is how the provider stands to a switch or a choice, in a word.
func (f *Form) standing(x *Field) string {
	t := f.c.Theme
	switch {
	case x.Required != "":
		return t.Care.Render("required")
	case x.Announced != "":
		return t.Good.Render("announced")
	case x.Missing:
		return t.Dim.Render("not announced")
	}
	return ""
}

// drawList is a line for each value; why one can't be chosen stands beside it, or below where there is no room.
func (f *Form) drawList(x *Field) {
	const column = 28
	t, value := f.c.Theme, f.value(x)
	f.list = f.list[:0]
	line := func(o Option, text string) {
		f.list = append(f.list, o)
		f.row(x.ID, x.Label, text)
	}
	for _, o := range x.Options {
		label, mark := ui.Pad(o.Label, column), ""
		if o.Mark != "" {
			mark = t.Care.Render("! " + o.Mark)
		}
		switch {
		case o.Disabled == "" && o.Value == value:
			line(o, t.Accent.Render("(•)")+" "+t.Strong.Render(label)+mark)
		case o.Disabled == "":
			line(o, t.Dim.Render("( )")+" "+t.Text.Render(label)+mark)
		case f.valueWidth() >= column+4+ui.Width(o.Disabled):
			line(o, t.Faint.Render(" –  "+label)+t.Dim.Render(o.Disabled))
		default:
			line(o, t.Faint.Render(" –  "+o.Label))
			for _, reason := range ui.Wrap(o.Disabled, f.valueWidth()-4) {
				line(o, "    "+t.Dim.Render(reason))
			}
		}
	}
}

// drawGroups draws the line to look for an option, and the groups with what is in force in them.
func (f *Form) drawGroups(fields []Field) {
	if len(f.groups(fields)) == 0 {
		return
	}
	f.plain("")
	find := f.input(findRow)
	find.Placeholder, find.Width = "an option, by a word of it: acr, max_age, RFC 9126 …", max(8, f.valueWidth()-5)
	f.row(findRow, "Find", find.View())
	sections := f.sections(fields)
	switch {
	case f.sought() != "" && len(sections[0].fields) == 0:
		f.note(findRow, Note{"!", "no option is called that; ctrl+u empties the line", Care})
	case f.sought() == "" && f.focus == findRow:
		f.note(findRow, Note{"·", "each option has a line that says what it is, and where that is written", Quiet})
	}
	for _, part := range sections {
		if part.group != "" {
			f.drawGroup(part.group)
		}
		for _, x := range part.fields {
			f.draw(&x)
		}
	}
}

func (f *Form) drawGroup(g string) {
	t, sign, note := f.c.Theme, "▸", ""
	if f.About != nil {
		note = f.About(g)
	}
	if f.open[g] {
		sign, note = "▾", "space or ← → change a value"
	} else if text := f.summary(g); text != "" {
		note = "on: " + text
	}
	f.row(groupRow+g, g, t.Accent.Render(sign)+" "+t.Dim.Render(safe.Text(note)))
}
