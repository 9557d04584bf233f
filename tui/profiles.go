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
	// Resolve makes a login of a profile, and of what is wanted once by the flags of login: files are read, references to secrets followed.
	Resolve func(ctx context.Context, p config.Profile, once map[string]string) (Resolved, error)
	// Save writes a profile, and gives the list as it is then.
	Save func(config.Profile) ([]config.Profile, error)
}

// Resolved is a login that can begin.
type Resolved struct {
	Flow         string // its id
	Config       flows.Config
	RefreshToken secret.Text // of the refresh flow
	NoBrowser    bool
}

var errNoProfiles = errors.New("profiles can't be used here")

// profileReady is the end of following a profile's references.
type profileReady struct {
	wanted ui.StartProfile
	login  Resolved
	err    error
}

func (a *app) startProfile(wanted ui.StartProfile) tea.Cmd {
	ctx, resolve := a.ctx, a.options.Profiles.Resolve
	if resolve == nil {
		return a.notStarted(errNoProfiles)
	}
	return func() tea.Msg {
		login, err := resolve(ctx, wanted.Profile, wanted.Once)
		return profileReady{wanted, login, err}
	}
}

func (a *app) profileStarted(m profileReady) tea.Cmd {
	p, cfg := m.wanted.Profile, m.login.Config
	if m.err != nil {
		if p.Name != "" {
			m.err = fmt.Errorf("profile %q: %w", p.Name, m.err)
		}
		return a.notStarted(m.err)
	}
	cfg.Paste = cfg.Paste || home.PastesBack(m.login.Flow, cfg.RedirectURI)
	cfg.Transport = a.travel(cfg.Transport)
	flow, err := home.MakeFlow(m.login.Flow, cfg, m.login.RefreshToken)
	if err != nil {
		return a.notStarted(err)
	}
	title := p.Name
	if title == "" {
		title = ui.ProviderName(p.Place())
	}
	keepAs := ""
	if p.Keep && a.options.Sessions.Keep != nil {
		keepAs = p.Name
	}
	start := a.startFlow(ui.StartFlow{KeepAs: keepAs, Profile: &p, Flow: flow, Config: cfg, Title: title, Step: a.options.Step || m.wanted.Step, NoBrowser: m.login.NoBrowser})
	for _, w := range p.Warnings() {
		return tea.Batch(start, a.notify(ui.Notify{Text: w, Kind: ui.NoteCare}))
	}
	return start
}

// notStarted says why a login did not start, and gives the form back its keys.
func (a *app) notStarted(err error) tea.Cmd {
	return tea.Batch(a.give(home.NotStarted{}), a.failed(err))
}

// travel completes how the requests of a login travel by what the program was started with.
func (a *app) travel(t flows.Transport) flows.Transport {
	own := a.options.Transport
	if t.CAFile == "" {
		t.CAFile, t.CAPEM = own.CAFile, own.CAPEM
	}
	if t.Timeout == 0 {
		t.Timeout = own.Timeout
	}
	t.InsecureSkipVerify = t.InsecureSkipVerify || own.InsecureSkipVerify
	return t
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
