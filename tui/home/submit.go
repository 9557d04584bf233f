package home

import (
	"net"
	"net/url"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// problem says what is wrong with a field; empty when nothing is.
func (f *form) problem(i field) string {
	value := strings.TrimSpace(f.inputs[i].Value())
	switch i {
	case issuerField:
		return issuerProblem(value)
	case clientField:
		if value == "" {
			return "the client id is needed; the provider gave it when the client was registered"
		}
	case flowField:
		if f.flowID() == "client-credentials" && f.base == nil && f.inputs[secretField].Value() == "" {
			return "the client speaks for itself here, so it needs a secret (RFC 6749 4.4)"
		}
		return flowProblem(f.flowID(), f.discover.found)
	case scopeField:
		if strings.ContainsAny(value, "\"\\,;") {
			return "scopes are separated by spaces (RFC 6749 3.3)"
		}
	case redirectField:
		return redirectProblem(value)
	case nameField:
		if value != "" {
			return f.nameProblem(value)
		}
	default:
		if isGrant(i) {
			return f.grantProblem(i)
		}
		return f.optionProblem(i, value)
	}
	return ""
}

func redirectProblem(value string) string {
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "":
		return "a redirect URI is a whole address, such as http://127.0.0.1:8085/callback"
	case u.Fragment != "":
		return "a redirect URI has no # part (RFC 6749 3.1.2)"
	default:
		return ""
	}
}

// Elsewhere reports whether a redirect URI leads away from this machine, so that the address must be pasted back.
func Elsewhere(redirect string) bool {
	u, err := url.Parse(redirect)
	if redirect == "" || err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme != "http" || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

// submit starts the login, or shows what is missing, at the first field where something is.
func (f *form) submit(step bool) tea.Cmd {
	if first := f.judge(true); first != fieldCount {
		return f.show(first)
	}
	refresh := f.givenSecret(refreshField)
	if f.base != nil || f.refers() {
		return ui.Send(ui.StartProfile{Profile: f.profile(), Step: step, Grant: f.grant(), RefreshToken: refresh})
	}
	cfg := f.config()
	flow, err := MakeFlow(f.flowID(), cfg, refresh)
	if err != nil {
		return ui.Send(ui.Notify{Text: err.Error(), Kind: ui.NoteBad})
	}
	return ui.Send(ui.StartFlow{Flow: flow, Config: cfg, Title: ui.ProviderName(cfg.Issuer), Step: step})
}

// judge marks every field that is wrong, and gives the first; fieldCount when none is. What is used for one login only does
// not matter to a profile.
func (f *form) judge(login bool) field {
	first := fieldCount
	fields := f.order()
	if !f.unfolded {
		for _, o := range f.sorted() {
			fields = append(fields, o.field)
		}
	}
	f.problems = [fieldCount]string{}
	for _, i := range fields {
		if i == buttonField || i == moreField || isGrant(i) && !login {
			continue
		}
		f.problems[i] = f.problem(i)
		if f.problems[i] != "" && first == fieldCount {
			first = i
		}
	}
	return first
}

// show gives a field the focus, also when it is folded away.
func (f *form) show(i field) tea.Cmd {
	f.unfolded = f.unfolded || i > moreField && !slices.Contains(f.choice().fields, i)
	return f.focusOn(i)
}

func (f *form) config() flows.Config {
	value := func(i field) string { return strings.TrimSpace(f.inputs[i].Value()) }
	cfg := flows.Config{Issuer: value(issuerField), ClientID: value(clientField), Scopes: strings.Fields(value(scopeField)),
		RedirectURI: value(redirectField), Transport: f.c.Transport, AuthMethod: flows.AuthMethod(f.chosen[authField]), ResponseMode: f.chosen[modeField]}
	cfg.Request, cfg.Extra = f.request()
	if s := f.inputs[secretField].Value(); s != "" {
		cfg.ClientSecret = secret.New(s)
	}
	cfg.Grant = f.grant()
	cfg.Paste = PastesBack(f.flowID(), cfg.RedirectURI)
	return cfg
}
