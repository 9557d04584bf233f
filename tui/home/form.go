package home

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// field is a row of the form that can have the focus.
type field int

const (
	issuerField field = iota
	clientField
	secretField
	flowField
	scopeField
	redirectField
	nameField
	buttonField
	moreField
	// The options, which moreField folds away.
	parField
	dpopField
	jarField
	authField
	keyField
	certField
	modeField
	resourceField
	hintField
	promptField
	paramsField
	fieldCount
)

// form is the form for a new login. What was typed stays when it is left, whatever went wrong.
type form struct {
	c        *ui.Common
	keys     formKeys
	w, h     int
	focus    field
	inputs   [fieldCount]textinput.Model // of the fields that are text
	flow     int                         // index in flowChoices
	buttons  widget.Buttons
	problems [fieldCount]string
	chosen   [fieldCount]string // of switches and choices among the options; empty: off, or as usual
	unfolded bool               // the options are shown
	discover discoverer
	base     *config.Profile  // that is changed; nil for a new login
	presets  []*preset.Preset // that complete what is typed as issuer
	preset   int
	top      int
	rows     []row
}

// flowChoices are the flows that need no more than the form asks for. The others have flags of the login command.
var flowChoices = [...]struct{ id, title, short string }{
	{"pkce", "Authorization code + PKCE", "Code + PKCE"}, {"device", "Device code", "Device"},
	{"client-credentials", "Client credentials", "Client alone"}}

type formKeys struct{ Next, Prev, Choose, Step, Save, Back key.Binding }

func newFormKeys() formKeys {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return formKeys{
		Next:   bind("tab", "next", "tab", "down"),
		Prev:   bind("shift+tab", "previous", "shift+tab", "up"),
		Choose: bind("enter", "next, log in", "enter"),
		Step:   bind("ctrl+s", "step by step", "ctrl+s"),
		Save:   bind("ctrl+p", "keep as a profile", "ctrl+p"),
		Back:   bind("esc", "back", "esc"),
	}
}

func (k formKeys) short() []key.Binding {
	return []key.Binding{k.Choose, k.Next, k.Back, k.Step, k.Save}
}

// newField makes a one-line text field in the theme's styles, with a cursor that does not blink.
func newField(c *ui.Common, placeholder string) textinput.Model {
	in := textinput.New()
	in.Prompt, in.Placeholder = "", placeholder
	in.CharLimit = 2048
	in.TextStyle, in.PlaceholderStyle = c.Theme.Text, c.Theme.Dim
	in.Cursor.Style, in.Cursor.TextStyle = c.Theme.Accent, c.Theme.Text
	in.Cursor.SetMode(cursor.CursorStatic)
	return in
}

func newForm(c *ui.Common) *form {
	f := &form{c: c, keys: newFormKeys(), discover: discoverer{c: c, ask: flows.Discover}}
	for i, placeholder := range [...]string{
		issuerField:   "https://…, or a name: google, entra, keycloak …",
		clientField:   "as registered with the provider",
		secretField:   "none: most clients on a desktop have no secret",
		scopeField:    "openid profile email, offline_access when the provider has it",
		redirectField: "http://127.0.0.1/callback on any free port",
		nameField:     "a name, to keep this as a profile",
	} {
		if field(i) != flowField {
			f.inputs[i] = newField(c, placeholder)
		}
	}
	for _, o := range options() {
		if o.text {
			f.inputs[o.field] = newField(c, o.about)
		}
	}
	f.inputs[secretField].EchoMode = textinput.EchoPassword
	f.inputs[secretField].EchoCharacter = '•'
	f.buttons.Items = []widget.Button{{ID: "run", Key: "enter", Label: "Log in"}, {ID: "step", Key: "ctrl+s", Label: "Step by step"}}
	return f
}

func (f *form) setSize(w, h int) {
	f.w, f.h = w, h
	for i := range f.inputs {
		f.inputs[i].Width = max(8, min(w, maxWidth)-labelWidth-8)
	}
}

// open shows the form, with another issuer when one is given, or to change a profile.
func (f *form) open(issuer string, profile *config.Profile) tea.Cmd {
	if profile != nil {
		return f.openProfile(*profile)
	}
	if f.base != nil {
		f.clear()
	}
	if issuer == "" {
		return f.focusOn(f.focus)
	}
	f.inputs[issuerField].SetValue(issuer)
	f.inputs[issuerField].CursorEnd()
	return tea.Batch(f.focusOn(clientField), f.issuerChanged())
}

func (f *form) isText(i field) bool {
	switch i {
	case flowField, buttonField, moreField, parField, dpopField, jarField, authField, modeField, promptField:
		return false
	default:
		return true
	}
}

func (f *form) focusOn(i field) tea.Cmd {
	if f.isText(f.focus) {
		f.inputs[f.focus].Blur()
	}
	f.focus = i
	if f.isText(f.focus) {
		return f.inputs[f.focus].Focus()
	}
	return nil
}

// update takes the results of discovery.
func (f *form) update(msg tea.Msg) tea.Cmd {
	cmd := f.discover.update(msg)
	if m := f.discover.found; m != nil && flowProblem(f.flowID(), m) != "" {
		for i, choice := range flowChoices {
			if flowProblem(choice.id, m) == "" {
				f.flow = i
				break
			}
		}
	}
	return cmd
}

func (f *form) flowID() string { return flowChoices[f.flow].id }

// take is a key or the mouse; closed leaves the form.
func (f *form) take(msg tea.Msg) (closed bool, cmd tea.Cmd) {
	switch m := msg.(type) {
	case tea.MouseMsg:
		return false, f.pointed(m)
	case tea.KeyMsg:
		switch {
		case m.Paste:
			return false, f.typed(m)
		case key.Matches(m, f.keys.Back):
			return true, nil
		case key.Matches(m, f.keys.Step):
			return false, f.submit(true)
		case key.Matches(m, f.keys.Save):
			return false, f.save()
		}
		if f.focus == issuerField && len(f.presets) > 0 {
			if mine, cmd := f.choosePreset(m); mine {
				return false, cmd
			}
		}
		switch {
		case m.Type == tea.KeyTab && f.focus == issuerField && f.atLaterPlaceholder():
			return false, nil
		case key.Matches(m, f.keys.Next):
			return false, f.leave(f.beside(f.focus, 1))
		case key.Matches(m, f.keys.Prev):
			return false, f.leave(f.beside(f.focus, -1))
		case key.Matches(m, f.keys.Choose):
			if f.focus == buttonField {
				return false, f.submit(f.buttons.Items[f.buttons.Active].ID == "step")
			}
			if f.focus == moreField {
				f.unfolded = !f.unfolded
				return false, nil
			}
			if f.beside(f.focus, 1) == issuerField { // the last option
				return false, f.leave(buttonField)
			}
			return false, f.leave(f.beside(f.focus, 1))
		}
		return false, f.typed(m)
	}
	return false, nil
}

// leave goes on to another field; what the one that is left says wrong is said there.
func (f *form) leave(to field) tea.Cmd {
	if f.isText(f.focus) && f.inputs[f.focus].Value() != "" {
		f.problems[f.focus] = f.problem(f.focus)
	}
	return f.focusOn(to)
}

// typed is a key for the field that has the focus.
func (f *form) typed(m tea.KeyMsg) tea.Cmd {
	switch f.focus {
	case flowField:
		f.chooseFlow(m)
		return nil
	case moreField:
		if s := m.String(); s == " " || s == "right" && !f.unfolded || s == "left" && f.unfolded {
			f.unfolded = !f.unfolded
		}
		return nil
	case buttonField:
		switch m.Type {
		case tea.KeyLeft:
			f.buttons.Active = 0
		case tea.KeyRight:
			f.buttons.Active = len(f.buttons.Items) - 1
		}
		return nil
	}
	if !f.isText(f.focus) {
		f.chooseOption(f.focus, m)
		return nil
	}
	in := &f.inputs[f.focus]
	before := in.Value()
	if f.focus == issuerField && m.Type == tea.KeyRunes {
		overPlaceholder(in)
	}
	var cmd tea.Cmd
	*in, cmd = in.Update(m)
	if in.Value() == before {
		return cmd
	}
	f.problems[f.focus] = ""
	f.maskSecret()
	if f.focus == issuerField {
		return tea.Batch(cmd, f.issuerChanged())
	}
	return cmd
}

func (f *form) chooseFlow(m tea.KeyMsg) {
	step := 0
	switch m.String() {
	case "left", "h":
		step = -1
	case "right", "l", " ":
		step = 1
	}
	for next, tried := f.flow, 0; step != 0 && tried < len(flowChoices); tried++ {
		if next = (next + step + len(flowChoices)) % len(flowChoices); flowProblem(flowChoices[next].id, f.discover.found) == "" {
			f.flow = next
			return
		}
	}
}

// issuerChanged offers presets, takes the end of a discovery address away, and asks the provider.
func (f *form) issuerChanged() tea.Cmd {
	in := &f.inputs[issuerField]
	if issuer := issuerOf(in.Value()); issuer != in.Value() && strings.Contains(in.Value(), "/.well-known/") {
		in.SetValue(issuer)
	}
	f.presets, f.preset = complete(in.Value()), 0
	f.problems[issuerField] = ""
	return f.discover.typed(strings.TrimSpace(in.Value()))
}

// pointed is the mouse: a click gives the focus, chooses a flow, or presses a button; the wheel moves the focus.
func (f *form) pointed(m tea.MouseMsg) tea.Cmd {
	if n := wheelRows(m); n != 0 {
		if next := f.beside(f.focus, n); (next > f.focus) == (n > 0) || f.focus > moreField {
			return f.leave(next)
		}
		return nil
	}
	if m.Action != tea.MouseActionPress || m.Button != tea.MouseButtonLeft {
		return nil
	}
	at := field(itemAt(f.rows, f.top+m.Y))
	if at < 0 {
		return nil
	}
	again := f.focus == at
	cmd := f.leave(at)
	x := m.X - labelWidth - margin
	switch at {
	case flowField:
		for i, l := range f.flowLabels() {
			if w := ui.Width(l); x >= 0 && x < w && flowProblem(flowChoices[i].id, f.discover.found) == "" {
				f.flow = i
			}
			x -= ui.Width(l) + 3
		}
	case moreField:
		f.unfolded = !f.unfolded
	case parField, dpopField, jarField:
		f.cycle(at, 1)
	case authField, modeField, promptField:
		if again {
			f.cycle(at, 1)
		}
	case buttonField:
		if i := f.buttons.At(x); i >= 0 {
			return tea.Batch(cmd, f.submit(f.buttons.Items[i].ID == "step"))
		}
	}
	return cmd
}
