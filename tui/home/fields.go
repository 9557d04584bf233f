package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Most logins need issuer, client and flow, so the rest is folded away in groups: what is asked for (request.go), how it is protected, how the
// client proves itself (client.go), where the endpoints are, and how requests travel. A flow asks for what it alone needs between the flow
// and the scopes, and only while it is chosen (grant.go). Some of that is among the groups for the other flows, and stands there then.

const (
	groupRequest   = "Request"
	groupProtect   = "Protection"
	groupClient    = "Client"
	groupEndpoints = "Endpoints"
	groupTravel    = "Connection"
)

func loginGroups() []string {
	return []string{groupRequest, groupProtect, groupClient, groupEndpoints, groupTravel}
}

// aboutGroup says what is in a group, for its folded line. A flow without a person to ask has less in it.
func (f *loginForm) aboutGroup(group string) string {
	switch {
	case group == groupRequest && !flows.Uses(f.flow(), "prompt"):
		return "resource, audience, rich request, parameters"
	case group == groupProtect && !flows.Uses(f.flow(), "par"):
		return "DPoP"
	}
	return map[string]string{
		groupRequest:   "prompt, login hint, max age, acr values, claims, parameters",
		groupProtect:   "PAR, signed and encrypted requests, DPoP, PKCE",
		groupClient:    "how it proves itself, keys, certificates, decryption",
		groupEndpoints: "of a provider without a discovery document",
		groupTravel:    "authorities, time limits, pasting, keeping the session",
	}[group]
}

// fields are what can be asked for now, by the flow that is chosen and what the provider announces.
func (f *loginForm) fields() []form.Field {
	own := f.ownFields()
	all := append(f.firstFields(), own...)
	all = append(all, form.Field{ID: "scope", Label: "Scopes", Hint: f.choice().scopes(), Several: true, Options: f.announcedValues("scopes_supported"),
		Announced: f.announces("scopes_supported"), About: "what the token may be used for, separated by spaces; openid asks for an ID token (RFC 6749 3.3)"})
	if f.choice().browser {
		all = append(all, form.Field{ID: "redirect-uri", Label: "Redirect URI", Hint: "http://127.0.0.1/callback on any free port",
			About: "where the browser comes back to, as registered with the provider (RFC 6749 3.1.2, RFC 8252 7.3)"})
	}
	all = append(all, form.Field{ID: "profile", Label: "Keep as", Hint: "a name, to keep this as a profile", About: "ctrl+p keeps it, for oidcscope login NAME"})
	for _, x := range slices.Concat(f.requestFields(), f.protectionFields(), f.clientFields(), endpointFields(), travelFields()) {
		if flows.Uses(f.flow(), x.ID) && !slices.ContainsFunc(own, func(o form.Field) bool { return o.ID == x.ID }) {
			all = append(all, x)
		}
	}
	return all
}

// firstFields are those that everybody needs.
func (f *loginForm) firstFields() []form.Field {
	reference := func(id string) bool { return f.refers(id) }
	return []form.Field{
		{ID: "issuer", Label: "Issuer", Hint: "https://…, or a name: google, entra, github, keycloak …"},
		{ID: "client-id", Label: "Client ID", Hint: "as registered with the provider"},
		{ID: "client-secret", Label: "Client secret", Hint: "none: most clients on a desktop have no secret", Secret: true, Plain: reference("client-secret"),
			About: "typed for this login only, or where it is: keyring:, env:NAME, file:PATH, cmd:COMMAND (RFC 6749 2.3.1)"},
		{ID: "flow", Label: "Flow", Kind: form.List, Options: f.flowOptions()},
	}
}

// endpointFields are the addresses that no document names.
func endpointFields() []form.Field {
	var all []form.Field
	for _, name := range flows.EndpointNames() {
		label := strings.TrimSuffix(strings.ReplaceAll(name, "_", " "), " endpoint")
		switch name {
		case "jwks_uri":
			label = "key set"
		case "pushed_authorization_request_endpoint":
			label = "pushed requests"
		case "device_authorization_endpoint":
			label = "device code"
		case "backchannel_authentication_endpoint":
			label = "backchannel"
		}
		all = append(all, form.Field{ID: strings.ReplaceAll(name, "_", "-"), Group: groupEndpoints, Label: strings.ToUpper(label[:1]) + label[1:],
			Hint: "https://…", About: name + ", where no discovery document names it (RFC 8414 2)"})
	}
	return all
}

func travelFields() []form.Field {
	return []form.Field{
		{ID: "ca-file", Group: groupTravel, Label: "Authorities", Hint: "file of certificates, PEM", About: "further authorities to trust: a company's own, a test machine's (RFC 5280 6.1)"},
		{ID: "insecure-skip-verify", Group: groupTravel, Label: "Unverified TLS", Kind: form.Switch, Hint: "don't verify certificates, for this login only",
			About: "for a test machine only: whoever stands in between can answer for the provider (RFC 9110 4.3.4)"},
		{ID: "timeout", Group: groupTravel, Label: "Request limit", Hint: "30s", About: "how long one request may take, for this login: 10s, 2m"},
		{ID: "login-timeout", Group: groupTravel, Label: "Login limit", Hint: "5m", About: "how long the person may take in the browser, for this login: 10m"},
		{ID: "paste", Group: groupTravel, Label: "Paste back", Kind: form.Switch, Hint: "don't listen: paste the address the browser ended on",
			About: "for a browser on another machine, and redirect URIs that lead elsewhere (RFC 8252 7)"},
		{ID: "no-browser", Group: groupTravel, Label: "No browser", Kind: form.Switch, Hint: "show the address and a QR code, open nothing", About: "for this login only"},
		{ID: "keep", Group: groupTravel, Label: "Keep session", Kind: form.Switch, Hint: "in the system keyring or an encrypted file, under Keep as",
			About: "without it a session is gone with the program; L keeps one later"},
	}
}

// announces says that a list of the provider's document has something to offer.
func (f *loginForm) announces(member string) string {
	if m := f.discover.found; m != nil && len(m.List(member)) > 0 {
		return member
	}
	return ""
}

// announcedValues are the values of such a list.
func (f *loginForm) announcedValues(member string) []form.Option {
	if f.discover.found == nil {
		return nil
	}
	return form.Options(f.discover.found.List(member)...)
}

// refers reports whether a secret's field holds a reference, which may be read. In a password @ is only a character; elsewhere @file is short
// for file:.
func (f *loginForm) refers(id string) bool { return config.IsReference(reference(id, f.Raw(id))) }

func reference(id, typed string) string {
	value := strings.TrimSpace(typed)
	switch id {
	case "password", "user-code":
		if !config.IsReference(value) {
			return typed
		}
	case "client-secret":
		if !config.IsReference(value) {
			return typed
		}
	default:
		if path, isFile := strings.CutPrefix(value, "@"); isFile {
			return "file:" + path
		}
	}
	return value
}

// client is the client as far as it is known, for what the engine would choose by itself. Its keys are only said to be there.
func (f *loginForm) client() flows.Config {
	some := func(id string) secret.Text {
		if f.Raw(id) == "" {
			return secret.Text{}
		}
		return secret.New("known")
	}
	cfg := flows.Config{ClientID: f.Raw("client-id"), ClientSecret: some("client-secret"), ClientKey: some("client-key")}
	if f.Raw("cert") != "" {
		cfg.Transport.ClientCertPEM = []byte("known")
	}
	return cfg
}

// LoginFields lists all that the form of a login may ask for, with every flow.
func LoginFields(c *ui.Common) []string {
	f := newLoginForm(c)
	var all []string
	for _, choice := range flowChoices() {
		f.setFlow(choice.id)
		all = append(all, f.IDs()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// RegisterFields lists what the form of a new client asks for.
func RegisterFields(c *ui.Common) []string { return newRegisterForm(c).IDs() }
