// Package home is the screen that the program opens with: what can be started, and what ran in this session. Text pasted
// anywhere on it opens what it is (paste.go). It also holds the form for a new login (login.go), which asks the provider
// what it can do while the issuer is typed (discover.go).
package home

import (
	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Screen is the home screen.
type Screen struct {
	c          *ui.Common
	keys       keyMap
	w, h       int
	cursor     int
	top        int // first line that is visible
	token      textinput.Model
	typing     bool // the token field is open
	form       *loginForm
	inForm     bool
	client     *registerForm
	inClient   bool // the form of a new client is open
	registered ui.RegistrationChanged
	faults     *faultList
	inFault    bool // the list of faults is open
	session    ui.SessionChanged
	rows       []row // as drawn last, for the mouse
}

// ShowForm asks the screen for the form of a new login.
type ShowForm struct {
	Issuer  string
	Profile *config.Profile // to change; nil: none
}

// For makes ShowForm a message for this screen.
func (ShowForm) For() ui.Name { return ui.Home }

// keyMap are the keys of the list; the form has its own.
type keyMap struct {
	Open, Device, Login, Inspect, Doctor, Faults, Edit, Register, Manage, Probe key.Binding
}

func newKeyMap() keyMap {
	bind := func(k, desc string) key.Binding { return key.NewBinding(key.WithKeys(k), key.WithHelp(k, desc)) }
	return keyMap{Open: bind("enter", "open"), Device: bind("c", "device code"), Login: bind("n", "log in"),
		Inspect: bind("i", "inspect a token"), Doctor: bind("d", "check a provider"), Faults: bind("f", "practice with a fault"), Edit: bind("E", "change the profile"),
		Register: bind("r", "register a client"), Manage: bind("R", "its registration"), Probe: bind("p", "probe a provider")}
}

// New makes the home screen.
func New(c *ui.Common) *Screen {
	s := &Screen{c: c, keys: newKeyMap(), form: newLoginForm(c), client: newRegisterForm(c), faults: newFaultList(c)}
	s.token = newField(c, "paste or type it, then enter")
	s.token.CharLimit = 1 << 16
	return s
}

// Init does nothing: nothing moves here by itself.
func (s *Screen) Init() tea.Cmd { return nil }

// newField makes a one-line text field in the theme's styles, with a cursor that does not blink.
func newField(c *ui.Common, placeholder string) textinput.Model {
	in := textinput.New()
	in.Prompt, in.Placeholder = "", placeholder
	in.TextStyle, in.PlaceholderStyle = c.Theme.Text, c.Theme.Dim
	in.Cursor.Style, in.Cursor.TextStyle = c.Theme.Accent, c.Theme.Text
	in.Cursor.SetMode(cursor.CursorStatic)
	return in
}

// SetSize takes the size of the screen's area.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.token.Width = max(10, min(w, maxWidth)-8)
	s.form.SetSize(w, h)
	s.client.SetSize(w, h)
	s.faults.w, s.faults.h = w, h
}

// Title is empty on the list: home is where the breadcrumb begins.
func (s *Screen) Title() string {
	switch {
	case s.inForm && s.form.base != nil:
		return "Profile " + safe.Text(s.form.base.Name)
	case s.inForm:
		return "New login"
	case s.inClient:
		return "Register a client"
	case s.inFault:
		return "Practice with a fault"
	default:
		return ""
	}
}

// Typing reports whether a field is open.
func (s *Screen) Typing() bool {
	return s.inForm || s.inClient || s.typing || s.inFault && s.faults.filter.Typing()
}

// Back reports whether esc closes something here.
func (s *Screen) Back() bool { return s.inFault }

// Update takes what the root routes here.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case ShowForm:
		s.inForm, s.inClient, s.inFault = true, false, false
		return s.form.show(m.Issuer, m.Profile)
	case ShowRegister:
		s.inForm, s.inClient, s.inFault = false, true, false
		return s.client.show(m.Issuer)
	case ShowFaults:
		s.inForm, s.inClient, s.typing, s.inFault = false, false, false, true
		s.faults.open()
	case discovered, settled:
		return tea.Batch(s.form.update(msg), s.client.discover.update(msg))
	case NotStarted:
		s.form.starting = false
	case ui.RunBegan:
		s.form.starting = false
		if m.Kind == ui.RunLogin {
			s.inForm, s.inClient = false, false
		}
	case ui.SessionChanged:
		s.session = m
	case ui.RegistrationChanged:
		s.registered = m
	case ui.ProfilesChanged:
		if s.inForm && s.form.base == nil || s.inForm && s.form.base.Name == m.Saved {
			s.form.kept(m.Saved)
		}
	case tea.KeyMsg, tea.MouseMsg:
		switch {
		case s.inForm:
			closed, cmd := s.form.take(msg)
			s.inForm = !closed
			return cmd
		case s.inClient:
			closed, cmd := s.client.take(msg)
			s.inClient = !closed
			return cmd
		case s.inFault:
			open, cmd := s.faults.update(msg)
			s.inFault = open
			return cmd
		case s.typing:
			return s.typeToken(msg)
		}
		return s.take(msg)
	}
	return nil
}

// take is a key or the mouse on the list.
func (s *Screen) take(msg tea.Msg) tea.Cmd {
	items := s.items()
	switch m := msg.(type) {
	case tea.MouseMsg:
		s.move(widget.WheelRows(m), len(items))
		if m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft {
			if i := itemAt(s.rows, s.top+m.Y); i >= 0 {
				s.cursor = i
				return s.open(items[i])
			}
		}
	case tea.KeyMsg:
		k := s.c.Keys
		switch {
		case m.Paste:
			return s.pasted(string(m.Runes))
		case key.Matches(m, k.Up):
			s.move(-1, len(items))
		case key.Matches(m, k.Down):
			s.move(1, len(items))
		case key.Matches(m, k.Top):
			s.cursor = 0
		case key.Matches(m, k.Bottom):
			s.cursor = len(items) - 1
		case key.Matches(m, s.keys.Open):
			return s.open(items[s.cursor])
		case key.Matches(m, s.keys.Device):
			return ui.Send(ui.StartPractice{Flow: "device"})
		case key.Matches(m, s.keys.Login):
			return ui.Send(ui.OpenLogin{})
		case key.Matches(m, s.keys.Inspect):
			return s.openTokenField()
		case key.Matches(m, s.keys.Doctor):
			return ui.Send(ui.OpenDoctor{})
		case key.Matches(m, s.keys.Faults):
			return ui.Send(ui.OpenFaults{})
		case key.Matches(m, s.keys.Register):
			return ui.Send(ui.OpenRegister{})
		case key.Matches(m, s.keys.Probe):
			return ui.Send(s.probe(s.selected()))
		case key.Matches(m, s.keys.Manage):
			return s.manage(s.selected())
		case key.Matches(m, s.keys.Edit):
			return s.editProfile(s.selected())
		}
	}
	return nil
}

func (s *Screen) move(n, count int) { s.cursor = max(0, min(count-1, s.cursor+n)) }

// selected is the row under the cursor.
func (s *Screen) selected() item {
	items := s.items()
	return items[max(0, min(s.cursor, len(items)-1))]
}

// open does what a row of the list is for.
func (s *Screen) open(it item) tea.Cmd {
	if it.intent == nil {
		return s.openTokenField()
	}
	return ui.Send(it.intent)
}

func (s *Screen) openTokenField() tea.Cmd {
	s.typing = true
	s.cursor = inspectItem
	s.token.Reset()
	return s.token.Focus()
}

// typeToken is a key while the token field is open. A paste opens at once what it is.
func (s *Screen) typeToken(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	switch {
	case !ok:
		return nil
	case m.Paste && s.token.Value() == "":
		s.typing = false
		return s.pasted(string(m.Runes))
	case m.Type == tea.KeyEsc:
		s.typing = false
		return nil
	case m.Type == tea.KeyEnter && s.token.Value() != "":
		s.typing = false
		return s.pasted(s.token.Value())
	}
	var cmd tea.Cmd
	s.token, cmd = s.token.Update(m)
	return cmd
}

func (s *Screen) pasted(text string) tea.Cmd {
	switch intent := recognise(text).(type) {
	case nil:
	case ui.OpenDoctor:
		intent.Config.Transport = s.c.Transport
		return ui.Send(intent)
	default:
		return ui.Send(intent)
	}
	return ui.Send(ui.Notify{Text: "that is no token, no discovery document, no key set and no address of a provider", Kind: ui.NoteCare})
}

// ShortHelp lists the keys of the bottom line.
func (s *Screen) ShortHelp() []key.Binding {
	switch {
	case s.inForm:
		return s.form.keys.short()
	case s.inClient:
		return s.client.short()
	case s.inFault:
		return s.faults.help()
	case s.typing:
		return []key.Binding{key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "inspect")), s.c.Keys.Back}
	default:
		if s.selected().profile != nil {
			return []key.Binding{s.keys.Open, s.keys.Edit, s.keys.Manage, s.keys.Probe, s.keys.Login, s.keys.Inspect}
		}
		return []key.Binding{s.keys.Open, s.keys.Device, s.keys.Login, s.keys.Inspect, s.keys.Doctor, s.keys.Faults}
	}
}

// FullHelp lists all keys.
func (s *Screen) FullHelp() [][]key.Binding {
	if s.inForm {
		return [][]key.Binding{s.form.keys.short()}
	}
	if s.inClient {
		return [][]key.Binding{s.client.short()}
	}
	if s.inFault {
		k := s.c.Keys
		return [][]key.Binding{s.faults.help(), {k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}}
	}
	return [][]key.Binding{s.ShortHelp(), {s.c.Keys.Up, s.c.Keys.Down, s.c.Keys.Top, s.c.Keys.Bottom}}
}

// Actions lists what can be done here.
func (s *Screen) Actions() []ui.Action {
	if s.inFault {
		return []ui.Action{{Binding: s.faults.keys.Run, Title: "Log in with this fault"}, {Binding: s.c.Keys.Filter, Title: "Filter the faults"}}
	}
	noProfile := ""
	if s.selected().profile == nil {
		noProfile = "no profile is selected"
	}
	return []ui.Action{
		{Binding: s.keys.Open, Title: "Open what is selected"},
		{Binding: s.keys.Device, Title: "Practice login: device code"},
		{Binding: s.keys.Login, Title: "Log in to a provider"},
		{Binding: s.keys.Inspect, Title: "Inspect a token"},
		{Binding: s.keys.Doctor, Title: "Check a provider"},
		{Binding: s.keys.Faults, Title: "Practice with a fault"},
		{Binding: s.keys.Edit, Title: "Change the selected profile", Disabled: noProfile},
		{Binding: s.keys.Register, Title: "Register a client"},
		{Binding: s.keys.Probe, Title: "Probe your own provider"},
		{Binding: s.keys.Manage, Title: "Show, change or delete the registration of the selected profile's client", Disabled: noProfile},
	}
}
