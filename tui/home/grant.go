package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/form"
)

// flowChoice is a flow that the form offers.
type flowChoice struct {
	id, title string
	mark      string // why not to choose it for anything new; empty: nothing speaks against it
	browser   bool   // the answer comes through the browser, to the redirect URI
	fields    []string
}

// login reports whether a flow is about a person's login, and asks for an ID token by itself.
func (c flowChoice) login() bool {
	return !slices.Contains([]string{"client-credentials", "jwt-bearer", "token-exchange", refreshID}, c.id)
}

// scopes are those that are asked for when none are given.
func (c flowChoice) scopes() string {
	if c.login() {
		return "openid profile email, offline_access where it is offered"
	}
	return "as the provider likes"
}

const (
	refreshID = "refresh" // begins with a token that is there already, so it is none of flows.Logins
	toStudy   = "to study; discouraged"
)

// flowChoices are the flows that start a session, the recommended first.
func flowChoices() []flowChoice {
	return []flowChoice{
		{id: "pkce", title: "Authorization code + PKCE", browser: true},
		{id: "device", title: "Device code"},
		{id: "client-credentials", title: "Client credentials"},
		{id: "jwt-bearer", title: "JWT bearer", fields: []string{"assertion", "client-key", "subject"}},
		{id: "token-exchange", title: "Token exchange", fields: []string{"subject-token", "subject-token-type", "actor-token", "actor-token-type",
			"requested-token-type", "audience", "resource"}},
		{id: "ciba", title: "Backchannel (CIBA)", fields: []string{"login-hint", "id-token-hint", "binding-message", "user-code", "notify-uri"}},
		{id: refreshID, title: "Refresh token", fields: []string{"refresh-token"}},
		{id: "hybrid", title: "Hybrid", mark: toStudy, browser: true, fields: []string{"response-type"}},
		{id: "implicit", title: "Implicit", mark: toStudy, browser: true, fields: []string{"response-type"}},
		{id: "password", title: "Password", mark: "discouraged", fields: []string{"username", "password"}},
	}
}

func (f *loginForm) flow() string {
	if id := f.Raw("flow"); id != "" {
		return id
	}
	return flowChoices()[0].id
}

func (f *loginForm) choice() flowChoice {
	all := flowChoices()
	return all[max(0, slices.IndexFunc(all, func(c flowChoice) bool { return c.id == f.flow() }))]
}

// flowOptions are the flows, with what speaks against each.
func (f *loginForm) flowOptions() []form.Option {
	var all []form.Option
	for _, c := range flowChoices() {
		all = append(all, form.Option{Value: c.id, Label: c.title, Mark: c.mark, Disabled: short(f.discover.found.Lacks(c.id))})
	}
	return all
}

// short is why a flow is not announced, for a column whose heading says that it is about the provider.
func short(why string) string {
	return strings.NewReplacer("the provider announces no ", "no ", "the provider does not announce the ", "no ", "the provider does not announce ", "no ").Replace(why)
}

// flowNotes are what the chosen flow says of itself, and which ones the provider does not announce.
func (f *loginForm) flowNotes() []form.Note {
	var notes []form.Note
	if c := f.choice(); c.mark != "" {
		text := c.mark
		if flow, err := MakeFlow(c.id, flows.Config{}, secret.Text{}); err == nil && flow.Caution != "" {
			text += ": " + flow.Caution
		}
		notes = append(notes, form.Note{Mark: "!", Text: text, Role: form.Care})
	}
	var missing []string
	for _, c := range flowChoices() {
		if f.discover.found.Lacks(c.id) != "" {
			missing = append(missing, c.title)
		}
	}
	if f.Focus() != "flow" && len(missing) > 0 {
		notes = append(notes, form.Note{Mark: "–", Text: "not announced: " + strings.Join(missing, ", ")})
	}
	return notes
}

// ownFields are what the chosen flow alone asks for.
func (f *loginForm) ownFields() []form.Field {
	var own []form.Field
	for _, id := range f.choice().fields {
		for _, x := range f.grantFields() {
			if x.ID == id {
				own = append(own, x)
			}
		}
	}
	return own
}

// grantFields are the fields that a flow may have for its own.
func (f *loginForm) grantFields() []form.Field {
	hidden := func(x form.Field) form.Field {
		x.Secret, x.Long, x.Plain = true, true, f.refers(x.ID)
		return x
	}
	types := form.Options("access_token", "id_token", "refresh_token", "jwt", "saml2")
	all := []form.Field{
		{ID: "response-type", Label: "Response type", Kind: form.Choice, Options: f.responseTypes(), Announced: f.announces("response_types_supported"),
			About: "what comes through the browser (OAuth 2.0 Multiple Response Types 5)"},
		{ID: "username", Label: "User name", Hint: "of the person; use a test account only", About: "of the person (RFC 6749 4.3.2)"},
		hidden(form.Field{ID: "password", Label: "Password", Hint: "of the person: this program will see it", About: "of the person, or env:NAME, file:PATH, cmd:COMMAND (RFC 6749 4.3.2)"}),
		hidden(form.Field{ID: "assertion", Label: "Assertion", Hint: "a JWT, or @file; empty: made with the client's key", About: "the grant itself, signed by somebody the provider trusts (RFC 7523 2.1)"}),
		keyField(),
		{ID: "subject", Label: "Subject", Hint: "sub of an assertion made here: the client ID", About: "who the assertion is about (RFC 7523 3)"},
		hidden(form.Field{ID: "subject-token", Label: "Subject token", Hint: "the token to exchange, or @file", About: "of the person for whom something is to be done (RFC 8693 2.1)"}),
		{ID: "subject-token-type", Label: "Its type", Hint: "access_token; or id_token, refresh_token, jwt, a URI", Options: types, About: "what kind of token it is (RFC 8693 3)"},
		hidden(form.Field{ID: "actor-token", Label: "Actor token", Hint: "of who is going to act; none: impersonation", About: "of the party that acts for the person (RFC 8693 2.1)"}),
		{ID: "actor-token-type", Label: "Its type", Hint: "access_token; or id_token, refresh_token, jwt, a URI", Options: types, About: "what kind of token it is (RFC 8693 3)"},
		{ID: "requested-token-type", Label: "Wanted type", Hint: "as the provider likes; or access_token, id_token, …", Options: types, About: "what is asked for in exchange (RFC 8693 2.1)"},
		{ID: "audience", Label: "Audience", Hint: "name of the service that the new token is for", About: "who is going to take the token (RFC 8693 2.1)"},
		{ID: "resource", Label: "Resource", Hint: "https://api.example, several with spaces", Several: true, About: "URI of the API that the new token is for (RFC 8693 2.1)"},
		{ID: "login-hint", Label: "Login hint", Hint: "a name or an address", About: "who is to be asked (CIBA 7.1)"},
		hidden(form.Field{ID: "id-token-hint", Label: "ID token hint", Hint: "an ID token of the person, in place of a login hint", About: "who is to be asked (CIBA 7.1)"}),
		{ID: "binding-message", Label: "Message", Hint: "binding message: shown on the person's device too", About: "ties what the person sees there to what happens here (CIBA 7.1)"},
		hidden(form.Field{ID: "user-code", Label: "User code", Hint: "that only the person knows, where one is wanted", About: "keeps others from making the person's device ask" + f.userCodeNote() + " (CIBA 7.1)"}),
		{ID: "notify-uri", Label: "Notify URI", Hint: "on this machine, as registered, for ping; none: poll", About: "where the provider says that the person has answered" + f.modesNote() + " (CIBA 10.2)"},
		hidden(form.Field{ID: "refresh-token", Label: "Refresh token", Hint: "the token, or @file", About: "begins a session without a login (RFC 6749 6)"}),
	}
	return all
}

func (f *loginForm) userCodeNote() string {
	if m := f.discover.found; m != nil && !m.BackchannelUserCode {
		return "; the provider does not announce it"
	}
	return ""
}

func (f *loginForm) modesNote() string {
	if m := f.discover.found; m != nil && len(m.BackchannelModes) > 0 {
		return "; the provider announces " + strings.Join(m.BackchannelModes, ", ")
	}
	return ""
}

// responseTypes are those of the chosen flow that the provider announces (OAuth 2.0 Multiple Response Types 5).
func (f *loginForm) responseTypes() []form.Option {
	all := []string{"code id_token", "code token", "code id_token token", "id_token token", "id_token", "token"}
	if m := f.discover.found; m != nil && len(m.ResponseTypesSupported) > 0 {
		all = m.ResponseTypesSupported
	}
	values := []form.Option{{Label: "as usual"}}
	for _, t := range all {
		words := strings.Fields(t)
		front := slices.Contains(words, "token") || slices.Contains(words, "id_token")
		if front && slices.Contains(words, "code") == (f.flow() == "hybrid") {
			values = append(values, form.Option{Value: t})
		}
	}
	return values
}

// grantProblem says what the chosen flow lacks.
func (f *loginForm) grantProblem(id string) string {
	empty := f.text(id) == ""
	switch {
	case id == "username" && empty:
		return "the person's user name is needed (RFC 6749 4.3.2)"
	case id == "password" && f.Value(id) == "":
		return "the person's password is needed (RFC 6749 4.3.2)"
	case id == "assertion" && empty && f.text("client-key") == "":
		return "an assertion is needed, or the client's key to sign one with (RFC 7523 3)"
	case id == "subject-token" && empty:
		return "the token to exchange is needed (RFC 8693 2.1)"
	case id == "actor-token-type" && !empty && f.text("actor-token") == "":
		return "a type without an actor token (RFC 8693 2.1)"
	case id == "id-token-hint" && empty && f.text("login-hint") == "":
		return "who is to be asked? a login hint, or an ID token of theirs (CIBA 7.1)"
	case id == "refresh-token" && empty:
		return "the refresh token is needed (RFC 6749 6)"
	}
	return ""
}

// PastesBack reports whether the person must paste the address they ended on: the answer of a flow comes through the
// browser, and the redirect URI leads away from this machine.
func PastesBack(flow, redirect string) bool {
	browser := flow == "" || slices.ContainsFunc(flowChoices(), func(c flowChoice) bool { return c.id == flow && c.browser })
	return browser && Elsewhere(redirect)
}

// MakeFlow makes a flow that starts a session. The token is that of the refresh flow.
func MakeFlow(id string, cfg flows.Config, refresh secret.Text) (flows.Flow, error) {
	if id == refreshID {
		return flows.Refresh(&flows.Session{Config: cfg, Tokens: flows.Tokens{Refresh: refresh}}), nil
	}
	if id == "" {
		id = flows.Logins()[0].ID
	}
	login, err := flows.FindLogin(id)
	if err != nil {
		return flows.Flow{}, err
	}
	return login.Make(cfg), nil
}
