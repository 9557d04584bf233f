package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// asking is an overlay with a form: what a request over a session is made with.
type asking struct {
	*form.Form
	keys    form.Keys
	title   string
	problem func(id string) string // of a field; empty: none
	then    func() tea.Msg         // when nothing is wrong
	done    bool
}

// askFor opens the overlay. The owner gives its fields, and what is wrong with one.
func (a *app) askFor(title, verb string, fields func(*form.Form) []form.Field, problem func(f *form.Form, id string) string, then func(*form.Form) tea.Msg) {
	o := &asking{title: title, keys: form.NewKeys(verb)}
	o.Form = form.New(a.c, func() []form.Field { return fields(o.Form) })
	o.problem, o.then = func(id string) string { return problem(o.Form, id) }, func() tea.Msg { return then(o.Form) }
	o.Buttons.Items = []widget.Button{{ID: "do", Key: "enter", Label: verb}}
	o.Press = func(string) tea.Cmd { return o.submit() }
	o.Leave = func(id string) { o.mark(id) }
	a.overlay = o
}

// mark says below a field what is wrong with it, and reports whether something is.
func (o *asking) mark(id string) bool {
	delete(o.Problems, id)
	if p := o.problem(id); p != "" {
		o.Problems[id] = p
	}
	return o.Problems[id] != ""
}

func (o *asking) submit() tea.Cmd {
	for _, x := range o.Fields() {
		if o.mark(x.ID) {
			return o.FocusOn(x.ID)
		}
	}
	o.done = true
	return ui.Send(o.then())
}

func (o *asking) update(msg tea.Msg) (bool, tea.Cmd) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if key.Matches(m, o.keys.Back) && !m.Paste {
			return true, nil
		}
		cmd := o.Key(o.keys, m)
		return o.done, cmd
	case tea.MouseMsg:
		cmd := o.Mouse(m)
		return o.done, cmd
	}
	return false, nil
}

func (o *asking) view(w, h int) (string, string) {
	o.SetSize(min(w, 90), h)
	return o.title, o.View()
}

func (o *asking) hints() []key.Binding { return []key.Binding{o.keys.Choose, o.keys.Next, o.keys.Back} }
