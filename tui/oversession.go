package tui

import (
	"net/http"
	"net/url"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// What a session is for, from anywhere: calling an API with its access token, and ending it at the provider. Both are runs of
// their own on the Flow screen, where a refusal is explained. What else is done with tokens belongs to the Token screen.

// sessionCommands are the palette's commands over the current session.
func sessionCommands(a *app, session *flows.Session) []command {
	call := command{title: "Call a URL with the access token", do: func() tea.Cmd { return a.askCall(session) }}
	logout := command{title: "Log out at the provider", do: func() tea.Cmd { return a.logout(session) }}
	switch {
	case session == nil:
		call.disabled, logout.disabled = "no session: log in first", "no session: log in first"
		return []command{call, logout}
	case session.Tokens.Access.IsZero():
		call.disabled = "the session has no access token"
	}
	if a.options.NoBrowser {
		logout.disabled = "it needs the browser, and this program is not to open it"
	} else if session.Metadata == nil || session.Metadata.EndSessionEndpoint == "" {
		logout.disabled = "the provider announces no end_session_endpoint (OpenID Connect RP-Initiated Logout 2.1)"
	}
	return []command{call, logout}
}

// askCall asks for the address, and sends the token there.
func (a *app) askCall(session *flows.Session) tea.Cmd {
	a.overlay = newPrompt(a.c, "Call a URL", "GET, with the access token in the Authorization field. The token is sent to this address: it must be one that you trust.",
		"call", "https://api.example/…", callProblem, func(address string) tea.Msg { return callURL{session, address} })
	return nil
}

// callURL is what the prompt brings.
type callURL struct {
	session *flows.Session
	address string
}

func callProblem(address string) string {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "an address is needed that begins with https://"
	}
	return ""
}

func (a *app) call(m callURL) tea.Cmd {
	start := ui.StartFlow{Flow: flows.Call(m.session, http.MethodGet, m.address, nil)}
	if one := a.sessions.current; one != nil {
		start.Helper = one.helper
	}
	return a.overSession(m.session, start)
}

// logout has no helper, not even over a practice session: the browser is what is logged out.
func (a *app) logout(session *flows.Session) tea.Cmd {
	return a.overSession(session, ui.StartFlow{Flow: flows.Logout(session)})
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
