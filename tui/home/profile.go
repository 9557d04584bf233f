package home

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// The form as that of a profile. A secret that was typed here is used for the login and never written: a profile refers to
// its secret.

// openProfile fills the form with a profile.
func (f *form) openProfile(p config.Profile) tea.Cmd {
	f.clear()
	f.base = &p
	for i, value := range map[field]string{issuerField: p.Issuer, clientField: p.ClientID, secretField: p.ClientSecret,
		scopeField: strings.Join(p.Scopes, " "), redirectField: p.RedirectURI, nameField: p.Name} {
		f.inputs[i].SetValue(value)
		f.inputs[i].CursorEnd()
	}
	for i, choice := range flowChoices() {
		if choice.id == p.Flow {
			f.flow = i
		}
	}
	f.fillOptions(&p)
	f.maskSecrets()
	return tea.Batch(f.focusOn(clientField), f.issuerChanged())
}

// clear empties the form.
func (f *form) clear() {
	f.base, f.flow, f.problems, f.buttons.Active = nil, 0, [fieldCount]string{}, 0
	f.chosen, f.unfolded = [fieldCount]string{}, false
	for i := range f.inputs {
		if f.isText(field(i)) {
			f.inputs[i].Reset()
		}
	}
	f.discover.typed("")
	f.maskSecrets()
	f.focus = issuerField
}

// profile is what the form says, over what the profile said before.
func (f *form) profile() config.Profile {
	value := func(i field) string { return strings.TrimSpace(f.inputs[i].Value()) }
	var p config.Profile
	if f.base != nil {
		p = *f.base
	}
	p.Name, p.Issuer, p.ClientID, p.ClientSecret = value(nameField), value(issuerField), value(clientField), value(secretField)
	p.Scopes, p.RedirectURI = strings.Fields(value(scopeField)), value(redirectField)
	if chosen := f.flowID(); chosen != "pkce" || isChoice(p.Flow) {
		p.Flow = chosen
	}
	f.keep(&p)
	return p
}

// isChoice reports whether the form can show a profile's flow; another one is left as it is.
func isChoice(flow string) bool {
	return slices.ContainsFunc(flowChoices()[1:], func(c flowChoice) bool { return c.id == flow })
}

func (f *form) nameProblem(name string) string {
	if err := config.CheckName(name); err != nil {
		return err.Error()
	}
	taken := slices.ContainsFunc(f.c.Profiles, func(p config.Profile) bool { return p.Name == name })
	if taken && (f.base == nil || f.base.Name != name) {
		return "there is a profile of that name already; the list on the home screen opens it"
	}
	return ""
}

// save keeps what the form says as a profile.
func (f *form) save() tea.Cmd {
	if first := f.judge(false); first != fieldCount {
		return f.show(first)
	}
	p := f.profile()
	if p.Name == "" {
		f.problems[nameField] = f.nameProblem("")
		return f.focusOn(nameField)
	}
	note := ""
	if p.ClientSecret != "" && !config.IsReference(p.ClientSecret) {
		kept := ""
		if f.base != nil && f.base.ClientSecret == p.ClientSecret {
			kept = p.ClientSecret // it stands in the file already
		} else {
			note = "saved without the secret: say where it is, keyring:, env:NAME, file:PATH or cmd:COMMAND"
		}
		p.ClientSecret = kept
	}
	return ui.Send(ui.SaveProfile{Profile: p, Note: note})
}

// kept makes the form that of the profile that was just saved from it.
func (f *form) kept(name string) {
	for _, p := range f.c.Profiles {
		if p.Name == name && strings.TrimSpace(f.inputs[nameField].Value()) == name {
			f.base = &p
		}
	}
}

// profileItems are the rows of the profiles.
func (s *Screen) profileItems() []item {
	var items []item
	for i := range s.c.Profiles {
		p := s.c.Profiles[i]
		about := ui.ProviderName(p.Issuer)
		if p.ClientID != "" {
			about += " · " + p.ClientID
		}
		if p.Flow != "" {
			about += " · " + p.Flow
		}
		items = append(items, item{section: "Profiles", title: ui.Truncate(p.Name, 22), about: about, key: "log in",
			intent: ui.StartProfile{Profile: p}, profile: &p})
	}
	return items
}

// editProfile opens the form for the selected profile.
func (s *Screen) editProfile(it item) tea.Cmd {
	if it.profile == nil {
		return ui.Send(ui.Notify{Text: "select a profile to change it; a new one is kept from the form of a new login", Kind: ui.NoteCare})
	}
	return ui.Send(ui.OpenLogin{Profile: it.profile})
}
