package home

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// loginForm is the form for a new login, and that of a profile. Its fields are called like the flags of login that mean the same
// (fields.go), so that a login from here is made as one from the command line is. What was typed stays when the form is left, whatever
// went wrong.
type loginForm struct {
	*form.Form
	c        *ui.Common
	keys     loginKeys
	discover discoverer
	base     *config.Profile  // that is changed; nil for a new login
	presets  []*preset.Preset // that complete what is typed as issuer
	preset   int
	starting bool // the login was asked for: what is typed until it appears is meant for it, and goes nowhere
}

// NotStarted tells the form that the login it asked for did not start.
type NotStarted struct{}

// For makes it a message for this screen.
func (NotStarted) For() ui.Name { return ui.Home }

type loginKeys struct {
	form.Keys
	Step, Save key.Binding
}

func newLoginKeys() loginKeys {
	bind := func(k, desc string) key.Binding { return key.NewBinding(key.WithKeys(k), key.WithHelp(k, desc)) }
	return loginKeys{form.NewKeys("log in"), bind("ctrl+s", "step by step"), bind("ctrl+p", "keep as a profile")}
}

func (k loginKeys) short() []key.Binding {
	return []key.Binding{k.Choose, k.Next, k.Back, k.Find, k.Step, k.Save}
}

func newLoginForm(c *ui.Common) *loginForm {
	f := &loginForm{c: c, keys: newLoginKeys(), discover: discoverer{c: c, ask: flows.Discover}}
	f.Form = form.New(c, f.fields)
	f.Groups, f.About = loginGroups(), f.aboutGroup
	f.Buttons.Items = []widget.Button{{ID: "run", Key: "enter", Label: "Log in"}, {ID: "step", Key: "ctrl+s", Label: "Step by step"}}
	f.Heading = func() (string, string) {
		if f.starting {
			return "New login", "starting …"
		}
		if f.base != nil {
			return "Profile " + safe.Text(f.base.Name), "what else the file says about it stays"
		}
		return "New login", "the provider is asked what it can do"
	}
	f.Below, f.Lines, f.Tail = f.notes, f.presetLines, f.offers
	f.Changed, f.First = f.changed, f.choosePreset
	f.Press = func(button string) tea.Cmd { return f.submit(button == "step") }
	f.Leave = func(id string) { f.mark(id) }
	return f
}

// show shows the form, with another issuer when one is given, or to change a profile.
func (f *loginForm) show(issuer string, profile *config.Profile) tea.Cmd {
	f.starting = false
	if profile != nil {
		return f.showProfile(*profile)
	}
	if f.base != nil {
		f.clear()
	}
	if issuer == "" {
		return f.FocusOn(f.Focus())
	}
	f.Set("issuer", issuer)
	return tea.Batch(f.FocusOn("client-id"), f.issuerChanged())
}

// clear empties the form.
func (f *loginForm) clear() {
	f.Form.Clear()
	f.base, f.presets = nil, nil
	f.discover.typed("")
}

// text is what a field says, without the blanks around it.
func (f *loginForm) text(id string) string { return strings.TrimSpace(f.Value(id)) }

// update takes the results of discovery. A flow that the provider can't do does not stay chosen.
func (f *loginForm) update(msg tea.Msg) tea.Cmd {
	cmd := f.discover.update(msg)
	if m := f.discover.found; m != nil && m.Lacks(f.flow()) != "" {
		for _, choice := range flowChoices() {
			if m.Lacks(choice.id) == "" {
				f.setFlow(choice.id)
				break
			}
		}
	}
	return tea.Batch(cmd, f.Settle("flow")) // what had the focus went with its flow
}

// take is a key or the mouse; closed leaves the form.
func (f *loginForm) take(msg tea.Msg) (closed bool, cmd tea.Cmd) {
	if f.starting {
		return false, nil
	}
	switch m := msg.(type) {
	case tea.MouseMsg:
		return false, f.Mouse(m)
	case tea.KeyMsg:
		switch {
		case m.Paste:
		case key.Matches(m, f.keys.Back):
			return true, nil
		case key.Matches(m, f.keys.Step):
			return false, f.submit(true)
		case key.Matches(m, f.keys.Save):
			return false, f.save()
		}
		return false, f.Key(f.keys.Keys, m)
	}
	return false, nil
}

// changed follows a value that depends on another.
func (f *loginForm) changed(id string) tea.Cmd {
	switch id {
	case "issuer":
		return f.issuerChanged()
	case "flow":
		f.setFlow(f.flow())
	}
	return nil
}

// setFlow chooses a flow. What was chosen of the flow before, and means something else here, is forgotten.
func (f *loginForm) setFlow(id string) {
	f.Set("flow", id)
	f.Set("response-type", "")
	delete(f.Problems, "flow")
}

// issuerChanged offers presets, takes the end of a discovery address away, and asks the provider.
func (f *loginForm) issuerChanged() tea.Cmd {
	typed := f.Value("issuer")
	if issuer := issuerOf(typed); issuer != typed && strings.Contains(typed, "/.well-known/") {
		f.Set("issuer", issuer)
	}
	typed = f.Value("issuer")
	f.presets, f.preset = complete(typed), 0
	delete(f.Problems, "issuer")
	return f.discover.typed(strings.TrimSpace(typed))
}
