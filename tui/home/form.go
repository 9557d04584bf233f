package home

import (
	"slices"
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
	// What one flow alone asks for; see grantFields.
	responseTypeField
	usernameField
	passwordField
	assertionField
	subjectField
	subjectTokenField
	subjectTypeField
	actorTokenField
	actorTypeField
	requestedField
	audienceField
	idHintField
	bindingField
	userCodeField
	notifyField
	refreshField
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
	c         *ui.Common
	keys      formKeys
	w, h      int
	focus     field
	inputs    [fieldCount]textinput.Model // of the fields that are text
	flow      int                         // index in flowChoices
	flowLines []int                       // the flow of each line of their list, as drawn last
	buttons   widget.Buttons
	problems  [fieldCount]string
	chosen    [fieldCount]string // of switches and choices among the options; empty: off, or as usual
	unfolded  bool               // the options are shown
	discover  discoverer
	base      *config.Profile  // that is changed; nil for a new login
	presets   []*preset.Preset // that complete what is typed as issuer
	preset    int
	top       int
	rows      []row
}

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
		scopeField:    flowChoices()[0].scopes(),
		redirectField: "http://127.0.0.1/callback on any free port",
		nameField:     "a name, to keep this as a profile",
	} {
		if field(i) != flowField {
			f.inputs[i] = newField(c, placeholder)
		}
	}
	for _, o := range append(options(), f.grantFields()...) {
		if o.text {
			f.inputs[o.field] = newField(c, o.about)
		}
		if o.secret { // tokens are long
			f.inputs[o.field].CharLimit = 1 << 16
		}
	}
	f.maskSecrets()
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
	case flowField, responseTypeField, buttonField, moreField, parField, dpopField, jarField, authField, modeField, promptField:
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
		for i, choice := range flowChoices() {
			if flowProblem(choice.id, m) == "" {
				f.setFlow(i)
				break
			}
		}
	}
	if !slices.Contains(f.order(), f.focus) { // it went with its flow
		return tea.Batch(cmd, f.focusOn(flowField))
	}
	return cmd
}

func (f *form) flowID() string { return f.choice().id }

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
		case f.focus == flowField && (m.Type == tea.KeyUp && f.chooseFlow(-1, false) || m.Type == tea.KeyDown && f.chooseFlow(1, false)):
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
		f.chooseFlow(stepOf(m), true)
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
	f.maskSecrets()
	if f.focus == issuerField {
		return tea.Batch(cmd, f.issuerChanged())
	}
	return cmd
}

// stepOf is which way a key goes among the values of a choice; 0 for another key.
func stepOf(m tea.KeyMsg) int {
	switch m.String() {
	case "left", "h":
		return -1
	case "right", "l", " ":
		return 1
	default:
		return 0
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
		all := f.order()
		if next := slices.Index(all, f.focus) + n; next >= 0 && next < len(all) {
			return f.leave(all[next])
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
		if again {
			f.pointedFlow(f.top + m.Y - slices.IndexFunc(f.rows, func(r row) bool { return r.item == int(flowField) }))
		}
	case moreField:
		f.unfolded = !f.unfolded
	case parField, dpopField, jarField:
		f.cycle(at, 1)
	case authField, modeField, promptField, responseTypeField:
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
