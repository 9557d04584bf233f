package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/doctor"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// act does what a screen asked for. False means that the message is no intent.
func (a *app) act(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch m := msg.(type) {
	case ui.Goto:
		return a.show(m.Screen), true
	case ui.StartFlow:
		return a.startFlow(m), true
	case ui.StartPractice:
		return a.startPractice(m), true
	case practiceReady:
		return a.practiceStarted(m), true
	case ui.StartProfile:
		return a.startProfile(m), true
	case profileReady:
		return a.profileStarted(m), true
	case ui.SaveProfile:
		return a.saveProfile(m), true
	case profileSaved:
		return a.profileKept(m), true
	case ui.OpenLogin:
		return tea.Batch(a.show(ui.Home), a.give(home.ShowForm{Issuer: m.Issuer, Profile: m.Profile})), true
	case ui.OpenDoctor:
		return tea.Batch(a.show(ui.Doctor), a.give(doctor.Open{Config: m.Config})), true
	case ui.OpenProbe:
		return a.openProbe(m), true
	case ui.PrepareProbe:
		return a.prepareProbe(m), true
	case ui.OpenFaults:
		return tea.Batch(a.show(ui.Home), a.give(home.ShowFaults{})), true
	case ui.OpenToken:
		return tea.Batch(a.show(ui.Token), a.give(ui.TokenOpened(m))), true
	case ui.OpenRun:
		return a.openRun(m), true
	case ui.OpenFile:
		return a.openFile(m), true
	case opened:
		return a.replay(m), true
	case ui.Export:
		return a.openExport(m), true
	case exported:
		return a.wasExported(m), true
	case ui.Refresh:
		return a.refresh(), true
	case ui.FetchUserInfo:
		return a.inPlace(ui.RunUserInfo, flows.FetchUserInfo), true
	case ui.Introspect:
		return a.inPlace(ui.RunIntrospect, func(s *flows.Session) flows.Flow { return flows.Introspect(s, m.Which) }), true
	case ui.Revoke:
		return a.revoke(m), true
	case ui.Restart:
		return a.restart(), true
	case ui.Cancel:
		a.runs.Cancel()
		return nil, true
	case ui.SetGate:
		return a.tell(a.runs.SetMode(m.Mode)), true
	case ui.ToggleBreakpoint:
		return a.tell(a.runs.ToggleBreakpoint(m.Step, m.At)), true
	case ui.RestartFrom:
		return a.restartFrom(m), true
	case ui.Confirm:
		a.overlay = newConfirm(a.c, m.Question, m.Detail, m.Verb, m.Then)
		return nil, true
	case ui.Release:
		return a.told(a.runs.Release(m)), true
	case ui.PasteAddress:
		return a.failed(a.runs.Paste(m.URL)), true
	case ui.LogInForMe:
		return a.help(), true
	case run.Helped:
		return a.failed(m.Err), true
	case ui.Notify:
		return a.notify(m), true
	case noticeGone:
		a.notice.gone(m)
		return nil, true
	case ui.Copy:
		return a.copy(m), true
	case ui.CopyMenu:
		return a.copyMenu(m), true
	case ui.WriteMenu:
		return a.writeMenu(m), true
	case ui.Write:
		return a.write(m), true
	case ui.OpenURL:
		return a.openURL(m.URL), true
	case ui.ToggleReveal:
		return a.toggleReveal(), true
	case keptListed:
		m.of.loaded(m)
		return nil, true
	case callURL:
		return a.call(m), true
	case logoutOf:
		return a.logout(m), true
	case endOf:
		return a.end(m), true
	case leave:
		return tea.Quit, true
	case leaveAfter:
		return m.busy.Leave(leave{}), true
	default:
		if cmd, mine := a.actOnRegistrations(msg); mine {
			return cmd, true
		}
		return a.actOnSessions(msg)
	}
}

// show brings a screen to the front and tells all of them.
func (a *app) show(name ui.Name) tea.Cmd {
	for i, s := range a.screens {
		if s.name == name {
			a.front, a.overlay = i, nil
			return a.tell(ui.Shown{Screen: name})
		}
	}
	return nil
}

func (a *app) showNumber(number string) tea.Cmd {
	for _, s := range a.screens {
		if s.key == number {
			return a.show(s.name)
		}
	}
	return nil
}

// startFlow runs a login and shows it.
func (a *app) startFlow(m ui.StartFlow) tea.Cmd {
	a.sessions.keepAs, a.sessions.profile, a.noBrowser = m.KeepAs, m.Profile, a.options.NoBrowser || m.NoBrowser
	r := run.Request{Kind: ui.RunLogin, Flow: m.Flow, Config: m.Config, Title: m.Title, Helper: m.Helper, Aside: m.Aside}
	if m.Step {
		r.Mode = ui.GateStep
	}
	told, next := a.runs.Start(r)
	return tea.Batch(a.tell(told...), next, a.show(ui.Flow))
}

// revoke revokes a token, after asking: it can't be undone.
func (a *app) revoke(m ui.Revoke) tea.Cmd {
	if !m.Sure {
		m.Sure = true
		what := strings.ReplaceAll(string(m.Which), "_", " ")
		a.overlay = newConfirm(a.c, "Revoke the "+what+"?", "The provider forgets it; with a refresh token, what came with it too.", "revoke", m)
		return nil
	}
	return a.alone(holding{end: a.keepRevoked, begin: func(*flows.Session) tea.Cmd {
		return a.inPlace(ui.RunRevoke, func(s *flows.Session) flows.Flow { return flows.Revoke(s, m.Which) })
	}})
}

// inPlace starts a run over the current session, unless the one on the screen is another's.
func (a *app) inPlace(kind ui.RunKind, flow func(*flows.Session) flows.Flow) tea.Cmd {
	if err := a.away(); err != nil {
		return a.failed(err)
	}
	return a.began(a.runs.InPlace(kind, flow))
}

// restart runs the login on the screen again: the last one, or one that was opened again.
func (a *app) restart() tea.Cmd {
	if err := a.away(); err != nil {
		return a.failed(err)
	}
	if p := a.history.find(a.onScreen); p != nil && a.reopened && p.began.Kind == ui.RunLogin && a.runs.Running() == nil {
		a.runs.Again(run.Request{Kind: ui.RunLogin, Flow: p.began.Flow, Config: p.began.Config, Title: p.began.Title, Helper: p.began.Helper})
	}
	return a.began(a.runs.Restart())
}

func (a *app) restartFrom(m ui.RestartFrom) tea.Cmd {
	if err := a.away(); err != nil {
		return a.failed(err)
	}
	if a.reopened {
		return a.failed(errors.New("only the last login can go back to a step; r runs this one from its beginning"))
	}
	return a.began(a.runs.RestartFrom(m.Step))
}

// began takes what the controller gives when it starts a run, or its reason not to.
func (a *app) began(told []tea.Msg, next tea.Cmd, err error) tea.Cmd {
	return tea.Batch(a.tell(told...), next, a.failed(err))
}

func (a *app) told(msgs []tea.Msg, err error) tea.Cmd {
	return tea.Batch(a.tell(msgs...), a.failed(err))
}

// failed shows an error as a notice; nil is nothing.
func (a *app) failed(err error) tea.Cmd {
	if err == nil {
		return nil
	}
	return a.notify(ui.Notify{Text: err.Error(), Kind: ui.NoteBad})
}

func (a *app) help() tea.Cmd {
	cmd, err := a.runs.Help()
	if err != nil {
		return a.failed(err)
	}
	return cmd
}

// openURL opens the browser. That it could not stays on the Flow screen, beside the address ([ui.BrowserFailed]).
func (a *app) openURL(url string) tea.Cmd {
	open, ctx := a.outside.openURL, a.ctx
	return func() tea.Msg {
		if err := open(ctx, url); err != nil {
			return ui.BrowserFailed{Err: err}
		}
		return ui.Notify{Text: "opened in the browser", Kind: ui.NoteInfo}
	}
}

// openByItself opens the browser when a login asks for it, as a person expects who typed "login"; the Flow screen shows the
// address in any case. A practice login waits for a key instead: it can do without a browser.
func (a *app) openByItself(msg tea.Msg) tea.Cmd {
	e, ok := msg.(ui.RunEvent)
	if !ok || a.noBrowser {
		return nil
	}
	need, ok := e.Event.(flows.NeedUser)
	r := a.runs.Running()
	if !ok || need.Kind != flows.NeedOpenURL || r == nil || r.Helper != nil {
		return nil
	}
	return a.openURL(need.URL)
}

func (a *app) toggleReveal() tea.Cmd {
	a.c.Reveal = !a.c.Reveal
	text := "secrets are hidden"
	if a.c.Reveal {
		text = "secrets are shown: mind who can see this screen"
	}
	return tea.Batch(a.tell(ui.RevealChanged{Reveal: a.c.Reveal}), a.notify(ui.Notify{Text: text, Kind: ui.NoteCare}))
}

func (a *app) toggleMouse() tea.Cmd {
	a.mouse = !a.mouse
	if a.mouse {
		return tea.Batch(tea.EnableMouseCellMotion, a.notify(ui.Notify{Text: "mouse on: click and scroll here"}))
	}
	return tea.Batch(tea.DisableMouse, a.notify(ui.Notify{Text: "mouse off: the terminal selects text again, m turns it back on"}))
}

// warn keeps the warning of the current run on the screen until it ends, for which there must be a line. That a run is a replayed one
// stays.
func (a *app) warn(msg tea.Msg) {
	before := a.warning
	switch m := msg.(type) {
	case ui.RunBegan:
		a.warning, a.warnsOn = safe.Text(m.Replayed), m.Replayed != ""
	case ui.RunEnded:
		if !a.warnsOn {
			a.warning = ""
		}
	case ui.RunEvent:
		if e, ok := m.Event.(flows.RunStarted); ok {
			said := e.Warnings
			if a.warning != "" { // that it is a replayed run
				said = append([]string{a.warning}, said...)
			}
			a.warning = safe.Text(strings.Join(said, "; "))
		}
	}
	if a.warning != before {
		a.resize(a.w, a.h)
	}
}

// leave ends the program; leaveAfter does when a screen has ended what it does.
type (
	leave      struct{}
	leaveAfter struct{ busy busy }
)

// busy is a screen with work that leaves something at a provider when it is just dropped.
type busy interface {
	Busy() bool
	Leave(then tea.Msg) tea.Cmd
	Epilogue() string
}

// busyScreens are the screens that may have such work.
func (a *app) busyScreens() (all []busy) {
	for _, s := range a.screens {
		if b, ok := s.screen.(busy); ok {
			all = append(all, b)
		}
	}
	return all
}

// quit ends the program, after asking when a flow runs.
func (a *app) quit() tea.Cmd {
	if r := a.runs.Running(); r != nil && r.Kind == ui.RunLogin {
		a.overlay = newConfirm(a.c, "A login is running.", "Quitting cancels it; nothing is kept.", "quit", leave{})
		return nil
	}
	if a.sessions.holding != nil && a.sessions.holding.run != 0 {
		a.overlay = newConfirm(a.c, "A kept session is being refreshed.", "Quitting may lose its new refresh token, and with it the session.", "quit", leave{})
		return nil
	}
	for _, b := range a.busyScreens() {
		if b.Busy() {
			a.overlay = newConfirm(a.c, "A probe is running.", "What is left is left out; its tokens are revoked before the program ends.", "quit", leaveAfter{b})
			return nil
		}
	}
	return tea.Quit
}
