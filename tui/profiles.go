package tui

import (
	"context"
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Profiles is how the interface gets at the profiles of the configuration. The functions may take their time: they are called
// in commands. Without them there are no profiles.
type Profiles struct {
	List []config.Profile
	// Resolve makes a login of a profile: the name of its flow, and a configuration with the secrets that it refers to.
	Resolve func(context.Context, config.Profile) (flow string, cfg flows.Config, err error)
	// Save writes a profile, and gives the list as it is then.
	Save func(config.Profile) ([]config.Profile, error)
}

var errNoProfiles = errors.New("profiles can't be used here")

// profileReady is the end of following a profile's references.
type profileReady struct {
	wanted ui.StartProfile
	flow   string
	cfg    flows.Config
	err    error
}

func (a *app) startProfile(wanted ui.StartProfile) tea.Cmd {
	ctx, resolve := a.ctx, a.options.Profiles.Resolve
	if resolve == nil {
		return a.failed(errNoProfiles)
	}
	return func() tea.Msg {
		flow, cfg, err := resolve(ctx, wanted.Profile)
		return profileReady{wanted, flow, cfg, err}
	}
}

func (a *app) profileStarted(m profileReady) tea.Cmd {
	p := m.wanted.Profile
	if m.err != nil {
		return a.failed(fmt.Errorf("profile %q: %w", p.Name, m.err))
	}
	m.cfg.Paste = m.flow == "pkce" && home.Elsewhere(m.cfg.RedirectURI)
	flow, err := flowByID(m.flow, m.cfg)
	if err != nil {
		return a.failed(err)
	}
	title := p.Name
	if title == "" {
		title = ui.ProviderName(m.cfg.Issuer)
	}
	keepAs := ""
	if p.Keep && a.options.Sessions.Keep != nil {
		keepAs = p.Name
	}
	start := a.startFlow(ui.StartFlow{KeepAs: keepAs, Flow: flow, Config: m.cfg, Title: title, Step: a.options.Step || m.wanted.Step})
	for _, w := range p.Warnings() {
		return tea.Batch(start, a.notify(ui.Notify{Text: w, Kind: ui.NoteCare}))
	}
	return start
}

// profileSaved is the end of writing a profile.
type profileSaved struct {
	wanted ui.SaveProfile
	list   []config.Profile
	err    error
}

func (a *app) saveProfile(wanted ui.SaveProfile) tea.Cmd {
	save := a.options.Profiles.Save
	if save == nil {
		return a.failed(errNoProfiles)
	}
	return func() tea.Msg {
		list, err := save(wanted.Profile)
		return profileSaved{wanted, list, err}
	}
}

func (a *app) profileKept(m profileSaved) tea.Cmd {
	if m.err != nil {
		return a.failed(m.err)
	}
	a.c.Profiles = m.list
	text, kind := fmt.Sprintf("saved: oidcscope login %s", m.wanted.Profile.Name), ui.NoteGood
	if m.wanted.Note != "" {
		text, kind = m.wanted.Note, ui.NoteCare
	}
	return tea.Batch(a.tell(ui.ProfilesChanged{Saved: m.wanted.Profile.Name}), a.notify(ui.Notify{Text: text, Kind: kind}))
}
