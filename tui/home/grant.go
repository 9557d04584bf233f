package home

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// A flow asks for what it alone needs, between the flow and the scopes, and only while it is chosen. Some of that is among
// "More options" for the other flows, and stands there then: the client's key, the login hint, the resource.

// flowChoice is a flow that the form offers.
type flowChoice struct {
	id, title string
	mark      string // why not to choose it for anything new; empty: nothing speaks against it
	browser   bool   // the answer comes through the browser, to the redirect URI
	fields    []field
}

// login reports whether a flow is about a person's login, and asks for an ID token by itself.
func (c flowChoice) login() bool {
	return !slices.Contains([]string{"client-credentials", "jwt-bearer", "token-exchange", refreshID}, c.id)
}

// scopes are those that are asked for when none are given.
func (c flowChoice) scopes() string {
	if c.login() {
		return "openid profile email, offline_access when the provider has it"
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
		{id: "jwt-bearer", title: "JWT bearer", fields: []field{assertionField, keyField, subjectField}},
		{id: "token-exchange", title: "Token exchange", fields: []field{subjectTokenField, subjectTypeField, actorTokenField, actorTypeField,
			requestedField, audienceField, resourceField}},
		{id: "ciba", title: "Backchannel (CIBA)", fields: []field{hintField, idHintField, bindingField, userCodeField, notifyField}},
		{id: refreshID, title: "Refresh token", fields: []field{refreshField}},
		{id: "hybrid", title: "Hybrid", mark: toStudy, browser: true, fields: []field{responseTypeField}},
		{id: "implicit", title: "Implicit", mark: toStudy, browser: true, fields: []field{responseTypeField}},
		{id: "password", title: "Password", mark: "discouraged", fields: []field{usernameField, passwordField}},
	}
}

func (f *form) choice() flowChoice { return flowChoices()[f.flow] }

// grantFields are the rows of what one flow alone asks for.
func (f *form) grantFields() []option {
	return []option{
		{field: responseTypeField, label: "Response type", values: f.responseTypes},
		{field: usernameField, label: "User name", text: true, about: "of the person; use a test account only"},
		{field: passwordField, label: "Password", text: true, secret: true, about: "of the person: this program will see it"},
		{field: assertionField, label: "Assertion", text: true, secret: true, about: "a JWT, or @file; empty: made with the client's key"},
		{field: subjectField, label: "Subject", text: true, about: "sub of an assertion made here: the client ID"},
		{field: subjectTokenField, label: "Subject token", text: true, secret: true, about: "the token to exchange, or @file"},
		{field: subjectTypeField, label: "Its type", text: true, about: "access_token; or id_token, refresh_token, jwt, a URI"},
		{field: actorTokenField, label: "Actor token", text: true, secret: true, about: "of who is going to act; none: impersonation"},
		{field: actorTypeField, label: "Its type", text: true, about: "access_token; or id_token, refresh_token, jwt, a URI"},
		{field: requestedField, label: "Wanted type", text: true, about: "as the provider likes; or access_token, id_token, …"},
		{field: audienceField, label: "Audience", text: true, about: "name of the service that the new token is for"},
		{field: idHintField, label: "ID token hint", text: true, secret: true, about: "an ID token of the person, in place of a login hint"},
		{field: bindingField, label: "Message", text: true, about: "binding message: shown on the person's device too"},
		{field: userCodeField, label: "User code", text: true, secret: true, about: "that only the person knows, where one is wanted"},
		{field: notifyField, label: "Notify URI", text: true, about: "on this machine, as registered, for ping; none: poll"},
		{field: refreshField, label: "Refresh token", text: true, secret: true, about: "the token, or @file"},
	}
}

// isGrant reports whether a field is used for one login and never kept.
func isGrant(i field) bool { return i > flowField && i < scopeField && i != responseTypeField }

// responseTypes are those of the chosen flow that the provider announces (OAuth 2.0 Multiple Response Types 5).
func (f *form) responseTypes(m *flows.Metadata) []string {
	all := []string{"code id_token", "code token", "code id_token token", "id_token token", "id_token", "token"}
	if m != nil && len(m.ResponseTypesSupported) > 0 {
		all = m.ResponseTypesSupported
	}
	values := []string{""}
	for _, t := range all {
		words := strings.Fields(t)
		front := slices.Contains(words, "token") || slices.Contains(words, "id_token")
		if front && slices.Contains(words, "code") == (f.flowID() == "hybrid") {
			values = append(values, t)
		}
	}
	return values
}

// secretFields are the fields whose text is hidden.
func (f *form) secretFields() []field {
	all := []field{secretField}
	for _, o := range f.grantFields() {
		if o.secret {
			all = append(all, o.field)
		}
	}
	return all
}

// maskSecrets hides secrets while they are typed; where one is may be read.
func (f *form) maskSecrets() {
	for _, i := range f.secretFields() {
		in := &f.inputs[i]
		in.EchoMode, in.EchoCharacter = textinput.EchoPassword, '•'
		if config.IsReference(f.reference(i)) {
			in.EchoMode = textinput.EchoNormal
		}
	}
}

// reference is what stands in a secret's field. @file is short for file:, but in a password it is only a character.
func (f *form) reference(i field) string {
	value := f.text(i)
	switch i {
	case passwordField, userCodeField:
		if !config.IsReference(value) {
			return f.inputs[i].Value()
		}
	case secretField:
	default:
		if path, isFile := strings.CutPrefix(value, "@"); isFile {
			return "file:" + path
		}
	}
	return value
}

// given is the text of a field of the chosen flow; empty for a field of another one.
func (f *form) given(i field) string {
	if !slices.Contains(f.choice().fields, i) {
		return ""
	}
	return f.reference(i)
}

func (f *form) givenSecret(i field) secret.Text {
	if value := f.given(i); value != "" {
		return secret.New(value)
	}
	return secret.Text{}
}

// grant is what the chosen flow alone needs. Its secrets may be references still.
func (f *form) grant() flows.GrantInput {
	return flows.GrantInput{Username: f.given(usernameField), Password: f.givenSecret(passwordField),
		Assertion: f.givenSecret(assertionField), Subject: f.given(subjectField),
		IDTokenHint: f.givenSecret(idHintField), BindingMessage: f.given(bindingField), UserCode: f.givenSecret(userCodeField), NotifyURI: f.given(notifyField),
		SubjectToken: f.givenSecret(subjectTokenField), SubjectTokenType: f.given(subjectTypeField),
		ActorToken: f.givenSecret(actorTokenField), ActorTokenType: f.given(actorTypeField), RequestedTokenType: f.given(requestedField)}
}

// refers reports whether a file or a reference must be followed before the login can start.
func (f *form) refers() bool {
	if f.text(keyField) != "" || f.text(certField) != "" || config.IsReference(f.text(secretField)) {
		return true
	}
	return slices.ContainsFunc(f.secretFields(), func(i field) bool { return config.IsReference(f.given(i)) })
}

// grantProblem says what the chosen flow lacks.
func (f *form) grantProblem(i field) string {
	empty := f.text(i) == ""
	switch {
	case i == usernameField && empty:
		return "the person's user name is needed (RFC 6749 4.3.2)"
	case i == passwordField && f.inputs[i].Value() == "":
		return "the person's password is needed (RFC 6749 4.3.2)"
	case i == assertionField && empty && f.text(keyField) == "":
		return "an assertion is needed, or the client's key to sign one with (RFC 7523 3)"
	case i == subjectTokenField && empty:
		return "the token to exchange is needed (RFC 8693 2.1)"
	case i == actorTypeField && !empty && f.text(actorTokenField) == "":
		return "a type without an actor token (RFC 8693 2.1)"
	case i == idHintField && empty && f.text(hintField) == "":
		return "who is to be asked? a login hint, or an ID token of theirs (CIBA 7.1)"
	case i == refreshField && empty:
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
