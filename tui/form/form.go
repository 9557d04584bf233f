// Package form asks a person for what a run is made with. A form is fields as data: those that everybody needs stand first, the rest is
// folded away in groups and found by a word, and the field that has the focus is explained in a line, with where it is written.
//
// Make a [Form] with [New] and a function that gives its fields. The function is asked again whenever something changed, because what a
// provider announces, and what was chosen before, decide which fields there are and what they offer. Values are kept by the fields' ids, so
// that what was typed is still there when a field comes back; [Form.Value] gives those of fields that are there, and nothing for others.
//
// The owner draws nothing and takes no keys: it gives notes for below a field ([Form.Below]), is told of changes ([Form.Changed]), and is
// asked to act when a button is pressed ([Form.Press]).
package form

import (
	"slices"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Kind is how a field is answered.
type Kind int

const (
	Text   Kind = iota // a line, for which values can be offered
	Switch             // on or off
	Choice             // one of a few values, gone through with ← →
	List               // one of a few values, all shown while it has the focus
)

// Field is one thing that is asked for.
type Field struct {
	ID, Label string
	Kind      Kind
	Group     string // under which it is folded away; empty: always there
	Hint      string // in the place of a text that is not typed yet, and beside a switch
	About     string // what it is, in a line, with where it is written: "… (RFC 9126)"
	Words     string // further ones that it is found by; not shown
	Options   []Option
	Several   bool // the text is words, each of which can be one of the options
	Secret    bool // hidden unless Plain
	Plain     bool // of a secret: what is typed refers to it, and may be read
	Long      bool // takes as much as a token

	Required  string // why a switch is on, or a choice begins with its first value: the provider wants it so. Empty: the person decides
	Announced string // what the provider says about it; empty: nothing
	Missing   bool   // the provider announces others of its kind, and not this
}

// Option is a value of a choice, or one that is offered for a text. The first of a choice is what is taken when nothing is chosen.
type Option struct {
	Value, Label string
	Mark         string // why not to choose it for anything new
	Disabled     string // why it can't be chosen; empty when it can
}

// Options makes options of values.
func Options(values ...string) []Option {
	all := make([]Option, len(values))
	for i, v := range values {
		all[i].Value = v
	}
	return all
}

// Note is a line below a field.
type Note struct {
	Mark, Text string
	Role       Role
}

// Role colours a note.
type Role int

const (
	Quiet Role = iota
	Good
	Care
	Bad
)

// Ids of the rows that are no fields. Those of the groups are groupRow and the group's name.
const (
	ButtonRow = "·buttons"
	findRow   = "·find"
	groupRow  = "·group "
)

// Form is a form. Its exported members are set by the owner before it is used.
type Form struct {
	Fields  func() []Field
	Groups  []string // in their order; a group without fields is not shown
	About   func(group string) string
	Buttons widget.Buttons
	Heading func() (title, note string)
	Below   func(f *Field) []Note                                  // may be nil
	Lines   func(f *Field, width int) []string                     // drawn in the place of the notes, when there are any; may be nil
	Tail    func(width int) []string                               // below everything; may be nil
	Changed func(id string) tea.Cmd                                // may be nil
	Press   func(button string) tea.Cmd                            // a button
	Leave   func(id string)                                        // the focus left a field with something in it; may be nil
	First   func(id string, m tea.KeyMsg) (mine bool, cmd tea.Cmd) // takes a key before the field does; may be nil

	Problems map[string]string

	c      *ui.Common
	w, h   int
	focus  string
	values map[string]*textinput.Model // of every field, also of those that are no text
	open   map[string]bool
	list   []Option // as drawn last, one a line
	items  []widget.Item[string]
	top    int
}

// New makes an empty form.
func New(c *ui.Common, fields func() []Field) *Form {
	f := &Form{c: c, Fields: fields}
	f.Clear()
	return f
}

// Clear empties the form.
func (f *Form) Clear() {
	f.Problems, f.values, f.open = map[string]string{}, map[string]*textinput.Model{}, map[string]bool{}
	f.focus, f.top, f.Buttons.Active = "", 0, 0
}

// SetSize takes the size of the form's area.
func (f *Form) SetSize(w, h int) { f.w, f.h = w, h }

// Size gives it.
func (f *Form) Size() (w, h int) { return f.w, f.h }

// Focus is the id of the field that has the focus, or of another row.
func (f *Form) Focus() string {
	if f.focus == "" {
		f.focus = f.order()[0]
		f.input(f.focus).Focus()
	}
	return f.focus
}

// field gives a field that is there now.
func (f *Form) field(id string) *Field {
	all := f.Fields()
	if i := slices.IndexFunc(all, func(x Field) bool { return x.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// IDs lists the fields that are there now.
func (f *Form) IDs() []string {
	var ids []string
	for _, x := range f.Fields() {
		ids = append(ids, x.ID)
	}
	return ids
}

// Has reports whether there is such a field now.
func (f *Form) Has(id string) bool { return f.field(id) != nil }

// Value is what a field says: its text as it was typed, the value that was chosen, "true" for a switch that is on. It is empty for a field
// that is not there now.
func (f *Form) Value(id string) string {
	x := f.field(id)
	if x == nil {
		return ""
	}
	return f.value(x)
}

func (f *Form) value(x *Field) string {
	raw := f.Raw(x.ID)
	switch {
	case raw != "":
	case x.Kind == Switch && x.Required != "":
		return "true"
	case len(x.Options) > 0 && (x.Kind == List || x.Kind == Choice && x.Required != ""):
		return x.Options[0].Value
	}
	return raw
}

// Raw is what was typed or chosen by the person, whether the field is there or not, and whatever the provider requires.
func (f *Form) Raw(id string) string { return f.input(id).Value() }

// Set puts a value into a field, whether it is there now or not.
func (f *Form) Set(id, value string) {
	in := f.input(id)
	in.SetValue(value)
	in.CursorEnd()
}

// Input gives the text of a field to an owner that moves the cursor in it.
func (f *Form) Input(id string) *textinput.Model { return f.input(id) }

// input gives the line that holds a value, with a cursor that does not blink.
func (f *Form) input(id string) *textinput.Model {
	if in := f.values[id]; in != nil {
		return in
	}
	in := textinput.New()
	in.Prompt, in.EchoCharacter = "", '•'
	in.CharLimit = 1 << 16
	t := f.c.Theme
	in.TextStyle, in.PlaceholderStyle = t.Text, t.Dim
	in.Cursor.Style, in.Cursor.TextStyle = t.Accent, t.Text
	in.Cursor.SetMode(cursor.CursorStatic)
	f.values[id] = &in
	return &in
}

// Unfold shows the groups in which something was chosen.
func (f *Form) Unfold() {
	for _, g := range f.Groups {
		f.open[g] = f.open[g] || f.summary(g) != ""
	}
}
