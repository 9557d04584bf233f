package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// What a session is for, from anywhere: calling an API with its access token, and ending it at the provider. Both are runs of
// their own on the Flow screen, where a refusal is explained. What else is done with tokens belongs to the Token screen.

// sessionCommands are the palette's commands over the current session.
func sessionCommands(a *app, session *flows.Session) []command {
	call := command{title: "Call a URL with the access token", do: func() tea.Cmd { return a.askCall(session) }}
	logout := command{title: "Log out at the provider", do: func() tea.Cmd { return a.askLogout(session) }}
	end := command{title: "End the session and its tokens", words: "revoke RFC 7009 logout", do: func() tea.Cmd { return a.askEnd(session) }}
	switch {
	case session == nil:
		call.disabled, logout.disabled, end.disabled = "no session: log in first", "no session: log in first", "no session: log in first"
		return []command{call, logout, end}
	case session.Tokens.Access.IsZero():
		call.disabled = "the session has no access token"
	}
	if session.Over() {
		end.disabled = "it was ended, its tokens are revoked"
	}
	if a.options.NoBrowser {
		logout.disabled = "it needs the browser, and this program is not to open it"
	} else if session.Metadata == nil || session.Metadata.EndSessionEndpoint == "" {
		logout.disabled = "the provider announces no end_session_endpoint (OpenID Connect RP-Initiated Logout 2.1)"
	}
	return []command{call, logout, end}
}

// endOf is what the question before the end of a session brings.
type endOf struct{ session *flows.Session }

func (a *app) askEnd(session *flows.Session) tea.Cmd {
	a.overlay = newConfirm(a.c, "End this session?", "Its tokens are revoked, the browser is sent to log out, and a kept session is forgotten.", "end", endOf{session})
	return nil
}

// end ends the current session for good, as the command logout ends a kept one. What of it is kept is forgotten at the end of the run.
func (a *app) end(m endOf) tea.Cmd {
	if m.session != a.runs.Session() {
		return a.notify(ui.Notify{Text: "another session is shown by now: ask again", Kind: ui.NoteCare})
	}
	return a.alone(holding{end: a.forgetHeld, begin: func(s *flows.Session) tea.Cmd {
		if a.runs.Running() == nil {
			a.sessions.ending = a.sessions.current
		}
		return a.overSession(s, ui.StartFlow{Flow: flows.EndSession(s, !a.options.NoBrowser)})
	}})
}

// logoutOf is what the logout's overlay brings.
type logoutOf struct {
	session *flows.Session
	back    string
}

// askLogout asks where the browser shall go afterwards.
func (a *app) askLogout(session *flows.Session) tea.Cmd {
	a.askFor("Log out at the provider, in the browser", "log out", logoutFields, func(f *form.Form, id string) string { return home.RedirectProblem(strings.TrimSpace(f.Raw(id))) },
		func(f *form.Form) tea.Msg {
			return logoutOf{session, strings.TrimSpace(f.Raw("post-logout-redirect-uri"))}
		})
	return nil
}

func logoutFields(*form.Form) []form.Field {
	return []form.Field{{ID: "post-logout-redirect-uri", Label: "Come back to", Hint: "nowhere: the browser stays at the provider",
		About: "post_logout_redirect_uri on this machine, as registered; without it nobody tells how the logout went (OpenID Connect RP-Initiated Logout 3)"}}
}

// logout has no helper, not even over a practice session: the browser is what is logged out.
func (a *app) logout(m logoutOf) tea.Cmd {
	session := *m.session
	if m.back != "" {
		session.Config.PostLogoutRedirectURI = m.back
	}
	return a.overSession(&session, ui.StartFlow{Flow: flows.Logout(&session)})
}

// overSession shows a run over the session under the session's name, unless another run is under way.
func (a *app) overSession(session *flows.Session, start ui.StartFlow) tea.Cmd {
	if a.runs.Running() != nil {
		return a.notify(ui.Notify{Text: "a run is under way: wait for it, or cancel it first", Kind: ui.NoteCare})
	}
	start.Config, start.Title = session.Config, ui.ProviderName(session.Issuer)
	if one := a.sessions.current; one != nil {
		start.Title = one.title
	}
	return a.startFlow(start)
}
