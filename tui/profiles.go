package tui

import (
	"context"
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Profiles is how the interface gets at the profiles of the configuration. The functions may take their time: they are called
// in commands. Without them there are no profiles.
type Profiles struct {
	List []config.Profile
	// Resolve makes a login of a profile: the name of its flow, and a configuration with the secrets that it refers to.
	Resolve func(context.Context, config.Profile) (flow string, cfg flows.Config, err error)
	// Secret follows a reference to a secret; what tells what it is, in an error.
	Secret func(ctx context.Context, what, reference string) (secret.Text, error)
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
	follow := a.options.Profiles.Secret
	return func() tea.Msg {
		flow, cfg, err := resolve(ctx, wanted.Profile)
		if err == nil {
			err = followSecrets(ctx, follow, &wanted)
		}
		return profileReady{wanted, flow, cfg, err}
	}
}

// followSecrets puts the secrets in the place of the references to them.
func followSecrets(ctx context.Context, follow func(context.Context, string, string) (secret.Text, error), wanted *ui.StartProfile) error {
	in := &wanted.Grant
	for _, s := range []struct {
		what string
		text *secret.Text
	}{{"password", &in.Password}, {"assertion", &in.Assertion}, {"subject token", &in.SubjectToken}, {"actor token", &in.ActorToken},
		{"ID token hint", &in.IDTokenHint}, {"user code", &in.UserCode}, {"refresh token", &wanted.RefreshToken}} {
		if !config.IsReference(s.text.Reveal()) {
			continue
		}
		if follow == nil {
			return errNoProfiles
		}
		value, err := follow(ctx, s.what, s.text.Reveal())
		if err != nil {
			return err
		}
		*s.text = value
	}
	return nil
}

func (a *app) profileStarted(m profileReady) tea.Cmd {
	p := m.wanted.Profile
	if m.err != nil {
		return a.failed(fmt.Errorf("profile %q: %w", p.Name, m.err))
	}
	m.cfg.Grant, m.cfg.Paste = m.wanted.Grant, home.PastesBack(m.flow, m.cfg.RedirectURI)
	flow, err := home.MakeFlow(m.flow, m.cfg, m.wanted.RefreshToken)
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
