package preset

import (
	"slices"
	"sync"
)

// Step is a step of a login at which a quirk matters.
type Step string

const (
	Discovery Step = "discovery"
	Keys      Step = "keys"
	Authorize Step = "authorize"
	Callback  Step = "callback"
	Device    Step = "device"
	Token     Step = "token"
	Refresh   Step = "refresh"
	IDToken   Step = "id_token"
	UserInfo  Step = "userinfo"
	Resource  Step = "resource"
)

// Quirk is behaviour that departs from the specifications or from what clients expect, and what to do about it.
type Quirk struct {
	ID        string // "Q1"; never used twice
	Text      string
	Handling  string
	Steps     []Step
	Providers []string // ids of presets; empty: of providers that have no preset
	Others    string   // who else, in words
	Mark      Mark
	Source    string
}

// Quirks lists all quirks, in order. The list is shared: don't change it.
var Quirks = sync.OnceValue(func() []Quirk {
	q := func(id, text, handling string, steps []Step, providers []string, others string, mark Mark, source string) Quirk {
		return Quirk{id, text, handling, steps, providers, others, mark, source}
	}
	at := func(s ...Step) []Step { return s }
	of := func(ids ...string) []string { return ids }
	entra := of("entra", "entra-common", "entra-organizations", "entra-consumers", "entra-b2c", "entra-ciam", "entra-v1")
	return []Quirk{
		q("Q1", "an error comes with HTTP 200", "look for error, or ok: false, before the status", at(Token, Device, Refresh), of("github", "slack"), "", Checked, "pockethub/PocketHub#891"),
		q("Q2", "answers are form-encoded unless Accept: application/json is sent", "always send Accept; read by content type, then by what it looks like", at(Token, Device, Refresh), of("github"), "", Checked, "Widen/cloudfront-auth#13"),
		q("Q3", "errors are {status, message} instead of error", "take the message for the code", at(Token, Device, Refresh), of("twitch"), "", Checked, "twitchdev/issues#893, #943, #1037"),
		q("Q4", "scope is returned as a JSON array", "accept a string or an array", at(Token, Refresh), of("twitch"), "", Checked, "justintv/Twitch-API#691"),
		q("Q5", "token_type is missing or written bearer", "compare without case (RFC 6749 5.1); take a missing one for Bearer, with a warning", at(Token, Refresh), of("twitch", "github", "facebook"), "old Twitch left it out", Checked, "justintv/Twitch-API#691"),
		q("Q6", "scopes are separated by commas", "split at spaces and commas when showing them", at(Token), of("slack", "github", "linkedin", "facebook"), "", Known, ""),
		q("Q7", "verification_url instead of verification_uri", "accept both", at(Device), of("google", "entra-v1"), "", Known, ""),
		q("Q8", "a pending device login is answered with another status than 400: Google 428, Auth0 403, GitHub 200", "go by error, not by the status", at(Device), of("google", "auth0", "github"), "", Checked, "panva/openid-client#575 for GitHub; the others are only known"),
		q("Q9", "slow_down carries a new interval", "wait for the larger of interval + 5 and the interval of the answer", at(Device), of("github"), "", Checked, "cli/cli#9370"),
		q("Q10", "authorization_declined or bad_verification_code instead of the names of RFC 8628", "read them as access_denied and as an invalid code", at(Device), append(of("openam"), entra...), "", Checked, "OpenIdentityPlatform/OpenAM#627; Entra is only known"),
		q("Q11", "a pending device login is answered invalid_grant or invalid device code", "explain it; do not poll for ever", at(Device), of("wso2", "twitch"), "old versions, and an outage in 2024", Checked, "wso2/product-is#10120; twitchdev/issues#971"),
		q("Q12", "the metadata names the device grant device_code", "take it for the URN, with a warning", at(Discovery, Device), of("gitlab"), "Battle.net", Checked, "recorded document of GitLab; panva/wellknown"),
		q("Q13", "an endpoint stands under a name of its own", "a table of such names; report it as information", at(Discovery), of("salesforce", "pingfederate", "auth0"), "Yahoo token_revocation_endpoint", Checked, "recorded documents; panva/wellknown"),
		q("Q14", "impossible PKCE methods RS256 and ES256 are announced", "ignore what is unknown, keep S256", at(Discovery, Authorize), nil, "PayPal", Checked, "panva/wellknown"),
		q("Q15", "PKCE works although it is not announced", "send S256 anyway (RFC 7636 5), with a warning", at(Authorize, Token), append(of("slack", "linkedin", "cognito", "dex", "hydra"), entra...), "old versions of Dex and Hydra", Checked, "MISP/MISP#10677; ory/hydra#2311"),
		q("Q16", "the list of grants is left out, but its default (code and implicit) is not what holds", "say that it is assumed by default", at(Discovery), of("apple", "auth0", "google", "twitch", "linkedin"), "", Checked, "recorded documents; panva/wellknown"),
		q("Q17", "the list of client authentication methods is left out, but client_secret_basic does not work", "try client_secret_post first", at(Token, Refresh), of("linkedin"), "Discord", Checked, "panva/wellknown; the behaviour is only known"),
		q("Q18", "keys have no alg", "choose by kid and key type, and limit the token's alg to what is announced", at(Keys, IDToken), append(of("onelogin", "spiffe"), entra...), "mojeID", Checked, "recorded key sets"),
		q("Q19", "keys have no use", "take them for signing keys", at(Keys, IDToken), of("slack", "spiffe"), "mojeID", Checked, "recorded key sets"),
		q("Q20", "an encryption key is in the set (RSA-OAEP)", "filter by use and alg", at(Keys, IDToken), of("keycloak"), "", Checked, "recorded key set"),
		q("Q21", "one unknown key makes some libraries refuse the whole set (Ed25519, secp256k1)", "skip single keys (RFC 7517 5)", at(Keys), of("hydra"), "Rauthy, the certification suite", Checked, "PrefectHQ/fastmcp#4517; open-policy-agent/opa#3038"),
		q("Q22", "kids are short or used again (1, 0, 4)", "a kid has no meaning; keep keys by issuer", at(Keys), of("twitch"), "Yahoo, EVE Online", Checked, "panva/wellknown; uruk-project/Jwt"),
		q("Q23", "kids begin with private: although the key is public", "raise no alarm about the name", at(Keys), of("hydra"), "Klarna", Checked, "recorded key set"),
		q("Q24", "sets and keys have extra members", "ignore them", at(Keys), append(of("onelogin"), entra...), "EVE Online, PayPal", Checked, "recorded key sets; panva/wellknown"),
		q("Q25", "private_key_jwt has to name the endpoint as audience, where others accept the issuer", "a default for each provider, and a hint", at(Token), of("okta", "okta-org"), "", Checked, "Okta's error list"),
		q("Q26", "the values of Basic authentication must be form-encoded first, and that is enforced", "encode as RFC 6749 2.3.1 says; when refused, suggest the other form or client_secret_post", at(Token, Refresh), of("authelia", "hydra", "keycloak"), "", Checked, "Authelia FAQ; keycloak/keycloak#16923"),
		q("Q27", "the client authentication method must be the registered one", "say which to switch, and where", at(Token, Refresh), of("hydra", "authelia", "openam"), "", Checked, "cirrusidentity/simplesamlphp-module-authoauth2#50"),
		q("Q28", "the token endpoint answers 400 or 401 with WWW-Authenticate: Bearer", "do not read it as an error of a resource", at(Token, Refresh), of("gitlab"), "", Checked, "Dynatrace/ace-box#580"),
		q("Q29", "a short state (under 8 characters) is refused with invalid_state", "make at least 16 characters", at(Authorize, Callback), of("hydra", "authelia"), "", Checked, "fosite errors.go"),
		q("Q30", "errors have no error_description at all", "explain by code and step; point to the server's log", at(Token, Callback, Refresh), of("duende", "cognito", "apple"), "", Checked, "IdentityServer source; Cognito guide"),
		q("Q31", "the answer is the text Unauthorized without a content type", "read it by its status", at(Token), of("auth0"), "old versions", Checked, "auth0/laravel-auth0#42"),
		q("Q32", "errors of resources are a JSON array", "read its first item", at(Resource, UserInfo), of("salesforce"), "", Checked, "apache-oltu-oauth2-provider-demo#11"),
		q("Q33", "error_description repeats PKCE values", "mask them before showing or logging", at(Token), of("casdoor"), "", Checked, "casdoor token_oauth.go"),
		q("Q34", "errors are of the wrong family: an expired refresh token is invalid_request, a bad secret or redirect URI unauthorized_client", "go by the words, not by the code", at(Authorize, Token, Refresh, UserInfo), of("dex", "keycloak", "duende"), "", Checked, "sources of the servers"),
		q("Q35", "no id_token comes on device logins or on refresh", "no error: optional on refresh (OpenID Connect Core 12.2), needs the scope openid on a device", at(Device, Refresh), nil, "many", Checked, "auth0/docs#7461"),
		q("Q36", "the person's name comes at the first consent only, in the form field user", "warn before it is thrown away", at(Callback), of("apple"), "", Known, ""),
		q("Q37", "response_mode=form_post is forced when name or email is asked for", "the listener has to accept POST", at(Callback), of("apple"), "", Known, ""),
		q("Q38", "a redirect URI without a path comes back with a slash", "compare after adding the slash", at(Authorize, Callback), entra, "", Checked, "Microsoft Entra docs, reply URLs"),
		q("Q39", "userinfo is signed (application/jwt)", "read it as a JWS", at(UserInfo), of("authelia", "keycloak"), "mojeID; an option at Keycloak", Checked, "Authelia docs"),
		q("Q40", "invalid_grant also when the app client may not read an attribute of a requested scope", "name it among the causes", at(Token), of("cognito"), "", Checked, "Cognito guide"),
		q("Q41", "the discovery document has no token endpoint", "only the implicit and limited logins work", at(Discovery, Token), of("facebook"), "", Checked, "recorded discovery document"),
		q("Q42", "aud is an array, with azp", "accept arrays; with several audiences azp must be the client", at(IDToken), of("zitadel", "keycloak", "sap-ias"), "", Known, "OpenID Connect Core 3.1.3.7"),
		q("Q43", "the ID token's iss has two spellings, with and without https://", "allow both", at(IDToken), of("google"), "", Checked, "OpenID Connect Core 15.6.2"),
		q("Q44", "the error speaks of the redirect URI, but the client id is wrong", "name it as the second cause", at(Authorize), of("keycloak"), "some versions", Checked, "keycloak/keycloak#19731"),
		q("Q45", "127.0.0.1 and localhost are two different redirect URIs", "say which one was sent", at(Authorize, Token), nil, "every provider that compares exactly", Checked, "fosite and Doorkeeper sources"),
	}
})

// Quirks lists the provider's quirks, in order; at the given step, when one is given.
func (p *Preset) Quirks(at Step) []Quirk {
	var mine []Quirk
	for _, q := range Quirks() {
		if slices.Contains(q.Providers, p.ID) && (at == "" || slices.Contains(q.Steps, at)) {
			mine = append(mine, q)
		}
	}
	return mine
}
