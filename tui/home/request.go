package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/form"
)

// requestFields are what an authorization request may ask for.
func (f *loginForm) requestFields() []form.Field {
	all := []form.Field{
		{ID: "prompt", Label: "Prompt", Hint: "as the provider likes; login, consent, select_account, none", Several: true,
			Options: f.offered("prompt_values_supported", "login", "consent", "select_account", "none", "create"), Announced: f.announces("prompt_values_supported"),
			About: "what the provider shall show, whatever it remembers (OpenID Connect Core 3.1.2.1)"},
		{ID: "login-hint", Label: "Login hint", Hint: "a name or an address", About: "who is going to log in (OpenID Connect Core 3.1.2.1)"},
		{ID: "max-age", Label: "Max age", Hint: "seconds, or a length of time: 300, 5m", About: "how long ago the login may be; 0 asks for it anew (OpenID Connect Core 3.1.2.1)"},
		{ID: "acr-values", Label: "ACR values", Hint: "levels of authentication, the preferred first", Several: true, Options: f.announcedValues("acr_values_supported"),
			Announced: f.announces("acr_values_supported"), About: "how strong the login must be; the ID token then says which it was (OpenID Connect Core 3.1.2.1)"},
		{ID: "claims", Label: "Claims", Hint: `JSON, or @file: {"id_token":{"email":null}}`, Options: f.claimOptions(), Announced: f.claimsAnnounced(), Missing: f.claimsRefused(),
			About: "single claims, in the ID token or from userinfo (OpenID Connect Core 5.5)"},
		{ID: "resource", Label: "Resource", Hint: "https://api.example, several with spaces", Several: true, About: "URI of the API that the access token is for (RFC 8707 2)"},
		{ID: "audience", Label: "Audience", Hint: "name of the API, at providers that want it so", About: "the parameter audience of Auth0 and its like, and of token exchange (RFC 8693 2.1)"},
		{ID: "authorization-details", Label: "Rich request", Hint: `JSON array, or @file: [{"type":"…"}]`, Options: f.detailOptions(), Announced: f.announces("authorization_details_types_supported"),
			About: "what exactly is to be allowed: authorization_details (RFC 9396 2)"},
		{ID: "ui-locales", Label: "Languages", Hint: "of the provider's pages: de en", Several: true, Options: f.announcedValues("ui_locales_supported"), Announced: f.announces("ui_locales_supported"),
			About: "ui_locales, the preferred first (OpenID Connect Core 3.1.2.1)"},
		f.modeField(),
		{ID: "param", Label: "Parameters", Hint: "any others: foo=1 text=a%20b", About: "further parameters of the request, name=value with spaces between; they win over all others (RFC 6749 3.1)"},
	}
	for i := range all {
		all[i].Group = groupRequest
	}
	return all
}

// offered are the values that the provider announces, or those of the specification when it announces none.
func (f *loginForm) offered(member string, known ...string) []form.Option {
	if announced := f.announcedValues(member); len(announced) > 0 {
		return announced
	}
	return form.Options(known...)
}

// claimOptions asks for one announced claim in the ID token.
func (f *loginForm) claimOptions() (all []form.Option) {
	for _, o := range f.announcedValues("claims_supported") {
		if !strings.ContainsAny(o.Value, "\"\\") {
			all = append(all, form.Option{Value: `{"id_token":{"` + o.Value + `":null}}`})
		}
	}
	return all
}

func (f *loginForm) claimsAnnounced() string {
	if m := f.discover.found; m != nil && m.ClaimsParameter {
		return "claims_parameter_supported"
	}
	return ""
}

func (f *loginForm) claimsRefused() bool {
	return f.discover.found != nil && !f.discover.found.ClaimsParameter
}

// detailOptions asks for one announced type.
func (f *loginForm) detailOptions() (all []form.Option) {
	for _, o := range f.announcedValues("authorization_details_types_supported") {
		if !strings.ContainsAny(o.Value, "\"\\") {
			all = append(all, form.Option{Value: `[{"type":"` + o.Value + `"}]`})
		}
	}
	return all
}

// modeField is how the answer comes back. Where the provider does not announce the usual way, its first is taken.
func (f *loginForm) modeField() form.Field {
	x := form.Field{ID: "response-mode", Label: "Response mode", Kind: form.Choice, Announced: f.announces("response_modes_supported"),
		About: "how the answer comes back: in the address, in a form, or signed with jwt (OAuth 2.0 Multiple Response Types 2.1; JARM 2.3)"}
	values := f.offered("response_modes_supported", "query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt")
	x.Options = append([]form.Option{{Label: "as usual"}}, values...)
	if mode := f.discover.found.NeededMode(f.responseType()); mode != "" && f.choice().browser {
		x.Required = "response_modes_supported names " + mode + ", and not what goes without saying"
		x.Options = append(form.Options(mode), values...)
	}
	return x
}

// responseType is the one that the chosen flow asks for.
func (f *loginForm) responseType() string {
	switch f.flow() {
	case "hybrid":
		return first(f.Raw("response-type"), "code id_token")
	case "implicit":
		return first(f.Raw("response-type"), "id_token token")
	}
	return "code"
}

func first(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// protectionFields are how the request and its answer are protected.
func (f *loginForm) protectionFields() []form.Field {
	m := f.discover.found
	if m == nil {
		m = &flows.Metadata{}
	}
	known := f.discover.found != nil
	all := []form.Field{
		{ID: "par", Label: "Pushed request", Kind: form.Switch, Hint: "PAR: sent to the provider itself, before the browser",
			About:     "the browser then carries a reference only, and nobody can change what was asked (RFC 9126)",
			Announced: m.PAREndpoint, Missing: known && m.PAREndpoint == "", Required: wants(m.RequirePAR, "require_pushed_authorization_requests")},
		{ID: "jar", Label: "Signed request", Kind: form.Switch, Hint: "JAR: signed with the client's key or secret",
			About:     "the provider sees that the request is the client's, and unchanged (RFC 9101)",
			Announced: strings.Join(m.RequestObjectSigningAlgs, " "), Missing: known && len(m.RequestObjectSigningAlgs) == 0, Required: wants(m.RequireSignedRequest, "require_signed_request_object")},
		{ID: "jar-alg", Label: "Signed with", Hint: "what fits the key or secret, and is announced", Options: form.Options(signingAlgs(m.RequestObjectSigningAlgs)...),
			About: "alg of the signed request; HS256, HS384 and HS512 sign with the client secret (OpenID Connect Core 10.1)", Announced: f.announces("request_object_signing_alg_values_supported")},
		{ID: "jar-encrypt", Label: "Encrypted", Kind: form.Switch, Hint: "signed, and encrypted to the provider's key",
			About:     "nobody on the way can read what is asked for (RFC 9101 6.1)",
			Announced: strings.Join(m.RequestObjectEncryptionAlgs, " "), Missing: known && len(m.RequestObjectEncryptionAlgs) == 0},
		{ID: "dpop", Label: "DPoP", Kind: form.Switch, Hint: "tokens bound to a key of this run",
			About:     "whoever steals a token can't use it without the key (RFC 9449)",
			Announced: strings.Join(m.DPoPSigningAlgs, " "), Missing: known && len(m.DPoPSigningAlgs) == 0},
		{ID: "pkce", Label: "PKCE", Kind: form.Choice, Options: []form.Option{{Label: "S256"}, {Value: "plain"}, {Value: "off"}},
			About:     "plain and off are there to see what the provider does with them (RFC 7636 4.3, RFC 9700 2.1.1)",
			Announced: strings.Join(m.CodeChallengeMethods, " "), Missing: known && len(m.CodeChallengeMethods) == 0},
	}
	for i := range all {
		all[i].Group = groupProtect
	}
	return all
}

// wants is why an option is on: a member of the provider's document says so.
func wants(required bool, member string) string {
	if required {
		return "the provider says " + member
	}
	return ""
}

// signingAlgs are those of a list that sign: a list may name none as well.
func signingAlgs(announced []string) []string {
	return slices.DeleteFunc(slices.Clone(announced), func(alg string) bool { return alg == "none" })
}
