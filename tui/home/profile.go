package home

import (
	"net/url"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// The form as that of a profile. A secret that was typed here is used for the login and never written: a profile refers to
// its secret.

// showProfile fills the form with a profile.
func (f *loginForm) showProfile(p config.Profile) tea.Cmd {
	f.clear()
	f.base = &p
	f.Set("profile", p.Name)
	for _, s := range p.Settings() {
		values := s.Values
		if s.Kind == config.KindTable {
			values = escaped(values)
		}
		f.Set(s.Flag, strings.Join(values, " "))
	}
	if !isChoice(p.Flow) {
		f.Set("flow", "")
	}
	f.Unfold()
	return tea.Batch(f.FocusOn("client-id"), f.issuerChanged())
}

// escaped writes parameters as the field takes them.
func escaped(params []string) []string {
	all := make([]string, len(params))
	for i, v := range params {
		name, value, _ := strings.Cut(v, "=")
		all[i] = name + "=" + url.QueryEscape(value)
	}
	return all
}

// save keeps what the form says as a profile.
func (f *loginForm) save() tea.Cmd {
	if first := f.judge(false); first != "" {
		return f.FocusOn(first)
	}
	p := f.profile()
	if problem := f.nameProblem(p.Name); problem != "" {
		f.Problems["profile"] = problem
		return f.FocusOn("profile")
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
func (f *loginForm) kept(name string) {
	for _, p := range f.c.Profiles {
		if p.Name == name && f.text("profile") == name {
			f.base = &p
		}
	}
}

// profileItems are the rows of the profiles.
func (s *Screen) profileItems() []item {
	var items []item
	for i := range s.c.Profiles {
		p := s.c.Profiles[i]
		about := ui.ProviderName(p.Place())
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

// probe opens the probes, with the selected profile's client.
func (s *Screen) probe(it item) ui.OpenProbe {
	if it.profile == nil {
		return ui.OpenProbe{}
	}
	return ui.OpenProbe{Target: it.profile.Name}
}
