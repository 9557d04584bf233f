// Package form asks for a few lines of text: a path that completes, an address, a secret that is not shown. It knows nothing of what is
// asked; the one who asks names the fields, and gets the values when they are sent off.
package form

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Field is one line to fill in.
type Field struct {
	ID    string
	Label string
	Hint  string // what belongs there; shown while it is the field in front
	Mask  bool   // a secret: dots in the place of characters
	Path  bool   // tab completes it
}

// Form is a form on the screen.
type Form struct {
	theme  *ui.Theme
	title  string
	intro  string
	verb   string // what enter does
	fields []Field
	values []widget.Field
	front  int
	found  []string // what a path could go on with
	busy   string   // what is being done with the values
	wrong  string   // why that failed
	w, h   int
	column *widget.Column
}

// New makes a form. verb is what sending it off does: "open".
func New(theme *ui.Theme, title, intro, verb string, fields []Field) *Form {
	f := &Form{theme: theme, title: title, intro: intro, verb: verb, fields: fields, values: make([]widget.Field, len(fields)), column: widget.NewColumn(theme)}
	for i := range fields {
		f.values[i].Mask = fields[i].Mask
	}
	return f
}

// Set fills in a field.
func (f *Form) Set(id, value string) {
	for i := range f.fields {
		if f.fields[i].ID == id {
			mask := f.values[i].Mask
			f.values[i] = widget.NewField(value)
			f.values[i].Mask = mask
		}
	}
}

// Values gives the text of each field by its ID.
func (f *Form) Values() map[string]string {
	values := make(map[string]string, len(f.fields))
	for i := range f.fields {
		values[f.fields[i].ID] = f.values[i].Value()
	}
	return values
}

// Busy says what is being done with the values; keys but esc wait until [Form.Fail].
func (f *Form) Busy(doing string) { f.busy, f.wrong = doing, "" }

// Fail gives the form back with the reason.
func (f *Form) Fail(why string) { f.busy, f.wrong = "", why }

// Answer is what a key or a click made of the form.
type Answer int

const (
	Open Answer = iota // it is still being filled in
	Sent               // enter: the values are ready
	Left               // esc
)

// Key takes a key.
func (f *Form) Key(k tea.KeyMsg) Answer {
	switch {
	case k.Type == tea.KeyEsc:
		return Left
	case f.busy != "":
	case k.Type == tea.KeyEnter:
		return Sent
	case k.Type == tea.KeyTab && f.fields[f.front].Path && f.complete():
	case k.Type == tea.KeyTab, k.Type == tea.KeyDown:
		f.focus(f.front + 1)
	case k.Type == tea.KeyShiftTab, k.Type == tea.KeyUp:
		f.focus(f.front - 1)
	default:
		if f.values[f.front].Key(k) {
			f.found, f.wrong = nil, ""
		}
	}
	return Open
}

func (f *Form) focus(i int) {
	f.front, f.found = (i+len(f.fields))%len(f.fields), nil
}

// complete completes the path in front and reports whether there was anything to complete.
func (f *Form) complete() bool {
	field := &f.values[f.front]
	before := field.Value()
	after, found := Complete(before)
	if after == before && len(found) == 0 {
		return false
	}
	*field = widget.NewField(after)
	f.found = found
	return true
}

// Click puts a field in front, takes a completion, or presses a button.
func (f *Form) Click(x, y int) Answer {
	id, cell, _ := f.column.Cell(x, y)
	kind, index := parseID(id)
	switch {
	case f.busy != "" && id != "buttons":
	case kind == "field":
		f.focus(index)
	case kind == "found" && index < len(f.found):
		f.values[f.front] = widget.NewField(f.found[index])
		f.complete()
	case id == "buttons":
		b := f.buttons()
		switch b.At(cell) {
		case 0:
			if f.busy == "" {
				return Sent
			}
		case 1:
			return Left
		}
	}
	return Open
}

// SetSize takes the size of the area.
func (f *Form) SetSize(w, h int) { f.w, f.h = w, h }

// Wheel scrolls by n lines.
func (f *Form) Wheel(n int) { f.column.Wheel(n) }

// Help lists the keys that matter here.
func (f *Form) Help() []key.Binding {
	bind := func(help, desc, k string) key.Binding {
		return key.NewBinding(key.WithKeys(k), key.WithHelp(help, desc))
	}
	list := []key.Binding{bind("enter", f.verb, "enter")}
	if f.fields[f.front].Path {
		list = append(list, bind("tab", "complete", "tab"))
	}
	if len(f.fields) > 1 {
		list = append(list, bind("↑↓", "field", "down"))
	}
	return append(list, bind("esc", "leave", "esc"))
}

func (f *Form) buttons() *widget.Buttons {
	return &widget.Buttons{Items: []widget.Button{{Key: "enter", Label: f.verb, Busy: f.busy}, {Key: "esc", Label: "leave"}}}
}

// Lines draws the form.
func (f *Form) Lines() []string {
	f.column.SetSize(f.w, f.h)
	theme, width := f.theme, widget.Inner(f.w)
	pane := widget.Pane{ID: "form", Title: f.title, Hue: theme.Strong}
	pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, f.intro, width)...)
	pane.Rows = append(pane.Rows, draw.Fixed("", ""))
	labels := 0
	for i := range f.fields {
		labels = max(labels, ui.Width(f.fields[i].Label))
	}
	for i := range f.fields {
		pane.Rows = append(pane.Rows, f.row(i, labels, width))
		if i != f.front {
			continue
		}
		pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, f.fields[i].Hint, width)...)
		pane.Rows = append(pane.Rows, f.completions(width)...)
	}
	if f.wrong != "" {
		pane.Rows = append(append(pane.Rows, draw.Fixed("", "")), draw.Prose(theme.Bad, "✗ "+safe.Text(f.wrong), width)...)
	}
	pane.Rows = append(pane.Rows, draw.Fixed("", ""), draw.Fixed("buttons", f.buttons().Lines(theme, width, false)[0]))
	f.column.Set([]widget.Pane{pane})
	f.column.Select(fieldID(f.front))
	return f.column.Lines(true)
}

func (f *Form) row(i, labels, width int) widget.Row {
	theme := f.theme
	reverse := func(s string) string {
		if s == " " {
			s = "▏" // seen also where nothing can be reversed
		}
		return theme.Accent.Reverse(true).Render(s)
	}
	lines := f.values[i].Lines(max(width-labels-2, 8), i == f.front && f.busy == "", reverse)
	const most = 6
	if len(lines) > most { // the end is where typing goes on
		lines = lines[len(lines)-most:]
	}
	return widget.Row{ID: fieldID(i), Height: len(lines), Draw: func(selected bool) []string {
		label := theme.Dim
		if selected {
			label = theme.Button
		}
		out := make([]string, len(lines))
		for n, l := range lines {
			head := ""
			if n == 0 {
				head = f.fields[i].Label
			}
			out[n] = ui.Pad(label.Render(head), labels) + "  " + theme.Text.Render(l)
		}
		return out
	}}
}

// completions are what the path could go on with.
func (f *Form) completions(width int) []widget.Row {
	const most = 8
	var rows []widget.Row
	for i, name := range f.found {
		if i == most {
			rows = append(rows, draw.Fixed("", f.theme.Dim.Render("  … and "+ui.Count(len(f.found)-most, "more file"))))
			break
		}
		rows = append(rows, draw.Fixed(foundID(i), "  "+f.theme.Accent.Render(ui.Truncate(safe.Text(base(name)), width-2))))
	}
	return rows
}
