package tui

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Registrations is how the interface registers clients, and manages them. Flags are those of register, by their names. The functions may take
// their time: they are called in commands. Without them nothing is registered here.
type Registrations struct {
	// Prepare makes the configuration of a registration, and refuses what could not be kept.
	Prepare func(ctx context.Context, issuer string, flags map[string][]string) (flows.Config, error)
	// Settle keeps a new client as the profile that the flags name, and gives the profiles as they are then, and what there is to say.
	Settle func(ctx context.Context, flags map[string][]string, s *flows.Session) (list []config.Profile, note string, err error)
	// Open gives the session of a registration that was kept beside a profile.
	Open func(ctx context.Context, name string) (*flows.Session, error)
	// Changes makes the changes of an update.
	Changes func(ctx context.Context, flags map[string][]string) ([]byte, error)
	// Renew keeps what the provider changed with an answer: a new token, a new secret. A session without Registration is that of a client
	// that is gone. It gives what there is to say.
	Renew func(ctx context.Context, name string, s *flows.Session) (note string, err error)
}

var errNoRegistrations = errors.New("clients can't be registered here")

// registering is the run about a registration that is under way.
type registering struct {
	run     int
	name    string              // of the profile
	flags   map[string][]string // of a new client
	managed bool                // it is there already
}

// What the commands bring.
type (
	registerReady struct {
		wanted ui.RegisterClient
		cfg    flows.Config
		err    error
	}
	registerSettled struct {
		list    []config.Profile
		note    string
		err     error
		session *flows.Session // of a new client
	}
	registrationOpened struct {
		name    string
		session *flows.Session
		err     error
	}
	manageClient struct {
		registrationOpened
		do string
	}
	changesReady struct {
		registrationOpened
		changes []byte
	}
)

// actOnRegistrations does what screens and overlays asked for about registrations.
func (a *app) actOnRegistrations(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case ui.OpenRegister:
		return tea.Batch(a.show(ui.Home), a.give(home.ShowRegister{Issuer: m.Issuer})), true
	case ui.RegisterClient:
		return a.register(m), true
	case registerReady:
		return a.registerStarted(m), true
	case registerSettled:
		return a.registered(m), true
	case ui.ManageRegistration:
		return a.openRegistration(m), true
	case registrationOpened:
		return a.manageMenu(m), true
	case manageClient:
		return a.manage(m), true
	case changesReady:
		return a.changeClient(m), true
	}
	return nil, false
}

func (a *app) register(m ui.RegisterClient) tea.Cmd {
	ctx, prepare := a.ctx, a.options.Registrations.Prepare
	if prepare == nil {
		return a.failed(errNoRegistrations)
	}
	return func() tea.Msg {
		cfg, err := prepare(ctx, m.Issuer, m.Flags)
		return registerReady{m, cfg, err}
	}
}

func (a *app) registerStarted(m registerReady) tea.Cmd {
	if m.err != nil {
		return a.failed(m.err)
	}
	m.cfg.Transport = a.travel(m.cfg.Transport)
	name := ""
	if list := m.wanted.Flags["save-profile"]; len(list) > 0 {
		name = list[0]
	}
	return a.aside(ui.StartFlow{Flow: flows.Register(m.cfg), Config: m.cfg, Title: ui.ProviderName(m.cfg.Issuer), Step: m.wanted.Step}, registering{name: name, flags: m.wanted.Flags})
}

// aside starts a run about a registration, whose end is not a session of the person's.
func (a *app) aside(start ui.StartFlow, r registering) tea.Cmd {
	if a.runs.Running() != nil {
		return a.notify(ui.Notify{Text: "a run is under way: wait for it, or cancel it first", Kind: ui.NoteCare})
	}
	start.Aside = true
	cmd := a.startFlow(start)
	r.run = a.runs.Current()
	a.registering = &r
	return cmd
}

// seeRegistration settles a registration whose run has ended. Also one that failed may have left a new token.
func (a *app) seeRegistration(m ui.RunEnded) tea.Cmd {
	r := a.registering
	if r == nil || r.run != m.Run {
		return nil
	}
	a.registering = nil
	if m.Session == nil {
		return nil
	}
	shown := ui.RegistrationChanged{Name: r.name, Session: m.Session}
	if m.Session.Registration == nil {
		shown = ui.RegistrationChanged{}
	}
	ctx, kept := context.WithoutCancel(a.ctx), a.options.Registrations
	return tea.Batch(a.spread(shown), a.saving(func() tea.Msg {
		var done registerSettled
		if r.managed {
			done.note, done.err = kept.Renew(ctx, r.name, m.Session)
		} else {
			done.session = m.Session
			done.list, done.note, done.err = kept.Settle(ctx, r.flags, m.Session)
		}
		return done
	}))
}

func (a *app) registered(m registerSettled) tea.Cmd {
	var told tea.Cmd
	if m.list != nil {
		a.c.Profiles = m.list
		told = a.tell(ui.ProfilesChanged{})
	}
	if m.session != nil && m.err != nil { // it is known here alone, whatever its profile is called
		told = tea.Batch(told, a.spread(ui.RegistrationChanged{Session: m.session}))
	}
	if m.note != "" && m.err == nil {
		return tea.Batch(told, a.notify(ui.Notify{Text: m.note, Kind: ui.NoteGood}))
	}
	return tea.Batch(told, a.failed(m.err))
}

func (a *app) openRegistration(m ui.ManageRegistration) tea.Cmd {
	open, ctx := a.options.Registrations.Open, a.ctx
	switch {
	case m.Session != nil:
		return a.manageMenu(registrationOpened{m.Name, m.Session, nil})
	case open == nil:
		return a.failed(errNoRegistrations)
	}
	return func() tea.Msg {
		session, err := open(ctx, m.Name)
		return registrationOpened{m.Name, session, err}
	}
}

// manageMenu asks what to do with a client.
func (a *app) manageMenu(m registrationOpened) tea.Cmd {
	if m.err != nil {
		return a.failed(m.err)
	}
	client := m.session.Config.ClientID
	if m.name != "" {
		client = m.name + ": " + client
	}
	a.overlay = &menu{c: a.c, title: "Client registration of " + ui.Truncate(client, 50), verb: "do it", again: a.c.Keys.Enter, rows: []menuRow{
		{what: "Show how it is registered now      RFC 7592 2.1", then: manageClient{m, "show"}},
		{what: "Change the registration            RFC 7592 2.2", then: manageClient{m, "change"}},
		{what: "Delete the client                  RFC 7592 2.3", then: ui.Confirm{Question: "Delete the client?", Verb: "delete",
			Detail: "The provider forgets " + client + " and its secret, and most of them its tokens too. It can't be undone.", Then: manageClient{m, "delete"}}},
	}}
	return nil
}

func (a *app) manage(m manageClient) tea.Cmd {
	start := ui.StartFlow{Config: m.session.Config, Title: ui.ProviderName(m.session.Config.Issuer)}
	switch m.do {
	case "show":
		start.Flow = flows.ReadRegistration(m.session)
	case "delete":
		start.Flow = flows.DeleteRegistration(m.session)
	default:
		return a.askChanges(m.registrationOpened)
	}
	return a.aside(start, registering{name: m.name, managed: true})
}

// askChanges asks what to change of a registration.
func (a *app) askChanges(m registrationOpened) tea.Cmd {
	announced := m.session.Metadata
	if announced == nil {
		announced = &flows.Metadata{}
	}
	changes, ctx := a.options.Registrations.Changes, a.ctx
	fields := func(f *form.Form) []form.Field {
		all := home.MetadataFields(f, announced)
		for i := range all {
			all[i].Group = ""
			if all[i].ID == "auth-method" {
				all[i].Options[0].Label = "as it is"
			} else if all[i].Hint != "" && all[i].Group == "" && i < 5 {
				all[i].Hint = "as it is"
			}
		}
		return all
	}
	then := func(f *form.Form) tea.Msg {
		if changes == nil {
			return registrationOpened{err: errNoRegistrations}
		}
		document, err := changes(ctx, home.RegisterFlags(f))
		if err != nil {
			return registrationOpened{err: err}
		}
		return changesReady{m, document}
	}
	a.askFor("Change the registration", "change", fields, home.MetadataProblem, then)
	return nil
}

func (a *app) changeClient(m changesReady) tea.Cmd {
	if m.changes == nil {
		return a.failed(errors.New("want something to change, got nothing"))
	}
	start := ui.StartFlow{Flow: flows.UpdateRegistration(m.session, m.changes), Config: m.session.Config, Title: ui.ProviderName(m.session.Config.Issuer)}
	return a.aside(start, registering{name: m.name, managed: true})
}
