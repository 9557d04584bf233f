package form

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// Keys are the keys of every form. An owner has further ones, for its buttons.
type Keys struct{ Next, Prev, Choose, Find, Offer, Back key.Binding }

// NewKeys makes them; does says what enter does on the last field.
func NewKeys(does string) Keys {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return Keys{
		Next:   bind("tab", "next", "tab", "down"),
		Prev:   bind("shift+tab", "previous", "shift+tab", "up"),
		Choose: bind("enter", "next, "+does, "enter"),
		Find:   bind("ctrl+f", "find an option", "ctrl+f"),
		Offer:  bind("ctrl+n", "take what is offered", "ctrl+n"),
		Back:   bind("esc", "back", "esc"),
	}
}

// Key is a key for the form. It is not given those that leave the form or press a button from anywhere.
func (f *Form) Key(k Keys, m tea.KeyMsg) tea.Cmd {
	id := f.Focus()
	if m.Paste {
		return f.typed(m)
	}
	if f.First != nil {
		if mine, cmd := f.First(id, m); mine {
			return cmd
		}
	}
	x := f.field(id)
	switch {
	case key.Matches(m, k.Find) && len(f.groups(f.Fields())) > 0:
		return f.leave(findRow)
	case key.Matches(m, k.Offer) && x != nil && x.Kind == Text:
		return f.offer(x)
	case x != nil && x.Kind == List && m.Type == tea.KeyUp && f.step(x, -1, false), x != nil && x.Kind == List && m.Type == tea.KeyDown && f.step(x, 1, false):
		return f.changed(id)
	case key.Matches(m, k.Next):
		return f.leave(f.beside(id, 1))
	case key.Matches(m, k.Prev):
		return f.leave(f.beside(id, -1))
	case key.Matches(m, k.Choose):
		return f.entered(id)
	}
	return f.typed(m)
}

// entered is enter: a button is pressed, a group unfolds, a field is left for the next one, the last one for the buttons.
func (f *Form) entered(id string) tea.Cmd {
	all := f.order()
	switch {
	case id == ButtonRow:
		return f.press(f.Buttons.Active)
	case strings.HasPrefix(id, groupRow):
		f.toggle(id)
		return nil
	case id == all[len(all)-1]:
		return f.leave(ButtonRow)
	}
	return f.leave(f.beside(id, 1))
}

func (f *Form) press(i int) tea.Cmd {
	if f.Press == nil || i < 0 || i >= len(f.Buttons.Items) || f.Buttons.Items[i].Disabled != "" {
		return nil
	}
	return f.Press(f.Buttons.Items[i].ID)
}

func (f *Form) toggle(id string) {
	group := strings.TrimPrefix(id, groupRow)
	f.open[group] = !f.open[group]
}

// way is which way a key goes among the values of a choice; 0 for another key.
func way(m tea.KeyMsg) int {
	switch m.String() {
	case "left", "h":
		return -1
	case "right", "l", " ":
		return 1
	default:
		return 0
	}
}

// typed is a key for the row that has the focus.
func (f *Form) typed(m tea.KeyMsg) tea.Cmd {
	id := f.Focus()
	x := f.field(id)
	switch {
	case id == ButtonRow:
		f.Buttons.Active = max(0, min(len(f.Buttons.Items)-1, f.Buttons.Active+way(m)))
		return nil
	case strings.HasPrefix(id, groupRow):
		open := f.open[strings.TrimPrefix(id, groupRow)]
		if s := m.String(); s == " " || s == "right" && !open || s == "left" && open {
			f.toggle(id)
		}
		return nil
	case x != nil && x.Kind != Text:
		if step := way(m); step != 0 && f.step(x, step, true) {
			return f.changed(id)
		}
		return nil
	case x == nil && id != findRow:
		return nil
	}
	in := f.input(id)
	before := in.Value()
	var cmd tea.Cmd
	*in, cmd = in.Update(m)
	if in.Value() == before {
		return cmd
	}
	return tea.Batch(cmd, f.changed(id))
}

func (f *Form) changed(id string) tea.Cmd {
	delete(f.Problems, id)
	if f.Changed == nil || id == findRow {
		return nil
	}
	return f.Changed(id)
}

// step turns a switch, or goes that many values on among those that can be chosen; round the ends when it may.
func (f *Form) step(x *Field, n int, round bool) (moved bool) {
	if x.Kind == Switch {
		if f.Raw(x.ID) == "" {
			f.Set(x.ID, "true")
		} else {
			f.Set(x.ID, "")
		}
		return true
	}
	at := max(slices.IndexFunc(x.Options, func(o Option) bool { return o.Value == f.value(x) }), 0)
	for next := at + n; ; next += n {
		if next < 0 || next >= len(x.Options) {
			if !round || len(x.Options) == 0 {
				return false
			}
			next = (next + len(x.Options)) % len(x.Options)
		}
		if next == at {
			return false
		}
		if x.Options[next].Disabled == "" {
			f.Set(x.ID, x.Options[next].Value)
			return true
		}
	}
}

// offer takes the next value that is offered for a text, in the place of its last word; what was typed of that word chooses.
func (f *Form) offer(x *Field) tea.Cmd {
	in := f.input(x.ID)
	head, last := "", in.Value()
	if i := strings.LastIndexByte(last, ' '); x.Several && i >= 0 {
		head, last = last[:i+1], last[i+1:]
	}
	if len(x.Options) == 0 {
		return nil
	}
	next := 0
	if at := slices.IndexFunc(x.Options, func(o Option) bool { return o.Value == last }); at >= 0 {
		next = (at + 1) % len(x.Options)
	} else if at := slices.IndexFunc(x.Options, func(o Option) bool { return strings.HasPrefix(o.Value, last) }); at >= 0 {
		next = at
	}
	in.SetValue(head + x.Options[next].Value)
	in.CursorEnd()
	return f.changed(x.ID)
}
