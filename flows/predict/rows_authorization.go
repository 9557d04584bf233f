package predict

import (
	"net/url"
	"slices"
	"strings"
)

// authorizationRows are the parameters of an authorization request, in the address that the browser opens or pushed ahead of
// it. What a provider thinks of it comes back with the browser, unless client or redirect URI are in doubt: then nobody may
// be sent anywhere.
func authorizationRows() []row {
	browser, pushed, both := []Endpoint{AtAuthorization}, []Endpoint{AtPAR}, []Endpoint{AtAuthorization, AtPAR}
	dropped, changed := []Kind{Dropped}, []Kind{Changed}
	name := func(names ...string) []string { return names }
	frontIDToken := func(s situation) bool {
		return slices.Contains(strings.Fields(s.before.Get("response_type")), "id_token")
	}
	invalid := []string{"invalid_request"}
	return []row{
		{id: "authz-redirect-port", at: both, kind: changed, name: name("redirect_uri"), when: otherPort, outcome: Undetermined,
			text: "for a loopback address a provider must allow any port, when it follows RFC 8252; the browser then goes to a port where nobody listens", ref: "RFC 8252 7.3"},
		{id: "authz-redirect-changed", at: browser, kind: changed, name: name("redirect_uri"), outcome: Refused, silent: true, errors: []string{"invalid_request", "redirect_uri_mismatch"},
			text: "a redirect URI that is not registered must not be opened: the provider must show a page of its own and send the browser nowhere", ref: "RFC 6749 3.1.2.4",
			missed: "it sends codes to addresses that were not registered (open redirect)"},
		{id: "par-redirect-changed", at: pushed, kind: changed, name: name("redirect_uri"), outcome: Refused, errors: invalid, status: []int{400},
			text: "a redirect URI that is not registered must be refused: invalid_request", ref: "RFC 9126 2.3", missed: "it takes redirect URIs that were not registered"},
		{id: "authz-redirect-dropped", at: browser, kind: dropped, name: name("redirect_uri"), outcome: Refused, silent: true, errors: invalid,
			text: "OpenID Connect requires redirect_uri; without openid a provider that knows only one may take that", ref: "OpenID Connect Core 3.1.2.1",
			missed: "it takes the registered redirect URI, which OAuth 2.0 alone allows (RFC 6749 3.1.2.3)"},
		{id: "par-redirect-dropped", at: pushed, kind: dropped, name: name("redirect_uri"), outcome: Refused, errors: invalid, status: []int{400},
			text: "OpenID Connect requires redirect_uri: invalid_request", ref: "OpenID Connect Core 3.1.2.1", missed: "it takes the registered redirect URI, which OAuth 2.0 alone allows (RFC 6749 3.1.2.3)"},
		{id: "authz-client", at: browser, name: name("client_id"), outcome: Refused, silent: true, errors: []string{"invalid_client", "invalid_request", "unauthorized_client"},
			text: "without a known client the provider must show a page of its own and send the browser nowhere", ref: "RFC 6749 4.1.2.1", missed: "it logs people in for a client that it does not know"},
		{id: "authz-response_type-dropped", at: both, kind: dropped, name: name("response_type"), outcome: Refused, errors: invalid,
			text: "response_type is required: invalid_request", ref: "RFC 6749 3.1.1", missed: "it guesses what it is asked for"},
		{id: "authz-response_type-changed", at: both, kind: changed, name: name("response_type"), outcome: Undetermined,
			text: "a response type that is not allowed for this client must be refused: unsupported_response_type or unauthorized_client; one that is allowed brings another answer than this flow waits for", ref: "RFC 6749 4.1.2.1"},
		{id: "authz-state", at: both, name: name("state"), outcome: CheckFails, later: "authorize",
			text: "the provider gives back whatever state it gets; the answer then does not carry ours, and must be refused here", ref: "RFC 6749 10.12"},
		{id: "authz-nonce-dropped-front", at: both, kind: dropped, name: name("nonce"), when: frontIDToken, outcome: Refused, errors: invalid,
			text: "where an ID token comes through the browser the nonce is required: invalid_request", ref: "OpenID Connect Core 3.2.2.1", missed: "it hands out ID tokens that can be replayed"},
		{id: "authz-nonce", at: both, name: name("nonce"), outcome: CheckFails, later: "id_token",
			text: "the ID token will not carry our nonce, and must be refused here: it could be one of an older login", ref: "OpenID Connect Core 3.1.3.7 item 11"},
		{id: "authz-challenge-dropped", at: both, kind: dropped, name: name("code_challenge"), outcome: Refused, errors: []string{"invalid_request", "invalid_grant"}, later: "token",
			text: "a provider that requires PKCE refuses at once with invalid_request; any other must refuse the verifier later, as there was no challenge", ref: "RFC 7636 4.4.1; RFC 9700 2.1.1",
			missed: "it can be talked out of PKCE (downgrade)"},
		{id: "authz-challenge-changed", at: both, kind: changed, name: name("code_challenge"), outcome: Refused, errors: []string{"invalid_grant", "invalid_request"}, later: "token",
			text: "nobody can see it yet; our verifier does not hash to this challenge, so the token request must be refused with invalid_grant", ref: "RFC 7636 4.6",
			missed: "it does not compare the verifier with the challenge: PKCE protects nothing here"},
		{id: "authz-method", at: both, name: name("code_challenge_method"), outcome: Refused, errors: []string{"invalid_request", "invalid_grant"}, later: "token",
			text: "without S256 the challenge counts as plain: a provider that does not allow plain refuses at once with invalid_request, any other must refuse our verifier, which is not equal to the challenge", ref: "RFC 7636 4.3, 4.4.1",
			missed: "it hashes although it was not told to: the method does not matter to it"},
		{id: "authz-scope", at: both, name: name("scope"), outcome: Undetermined,
			text: "the provider may grant less and say so, take a default, or refuse with invalid_scope; without openid no ID token comes", ref: "RFC 6749 3.3; OpenID Connect Core 3.1.2.1"},
		{id: "authz-request_uri", at: browser, kind: changed, name: name("request_uri"), outcome: Refused, silent: true, errors: []string{"invalid_request_uri", "invalid_request"},
			text: "the provider never gave out this reference: it must refuse, and knows no address to send the browser to", ref: "RFC 9126 4; RFC 9101 6.2", missed: "it does not check the reference"},
		{id: "authz-request", at: both, kind: changed, name: name("request"), outcome: Refused, silent: true, errors: []string{"invalid_request_object", "invalid_request"}, status: []int{400},
			text: "the signature of the request no longer holds: the provider must refuse it with invalid_request_object", ref: "RFC 9101 6.2", missed: "it does not check who signed the request"},
		{id: "authz-resource", at: both, kind: []Kind{Changed, Added}, name: name("resource"), outcome: Undetermined,
			text: "the token is to be for this resource; one that the provider does not know should be refused: invalid_target", ref: "RFC 8707 2"},
		{id: "authz-prompt-none", at: both, kind: []Kind{Changed, Added}, name: name("prompt"), when: func(s situation) bool { return s.After == "none" }, outcome: Undetermined,
			text: "unless the person is logged in and has agreed before, the provider must answer login_required or consent_required, without showing a page", ref: "OpenID Connect Core 3.1.2.6"},
		{id: "authz-prompt-contradiction", at: both, kind: []Kind{Changed, Added}, name: name("prompt"), outcome: Refused, errors: invalid,
			when: func(s situation) bool { f := strings.Fields(s.After); return len(f) > 1 && slices.Contains(f, "none") },
			text: "none together with anything else contradicts itself: the provider must answer with an error", ref: "OpenID Connect Core 3.1.2.1", missed: "it does not notice the contradiction"},
		{id: "authz-hints", at: both, kind: []Kind{Dropped, Changed, Added}, name: name("login_hint", "ui_locales", "display", "claims_locales"), outcome: Accepted,
			text: "a hint need not be followed: the login must go on", ref: "OpenID Connect Core 3.1.2.1"},
	}
}

// otherPort reports whether two redirect URIs on the loopback address differ in the port alone.
func otherPort(s situation) bool {
	a, err1 := url.Parse(s.Before)
	b, err2 := url.Parse(s.After)
	if err1 != nil || err2 != nil || a.Hostname() != b.Hostname() || a.Hostname() != "127.0.0.1" && a.Hostname() != "::1" {
		return false
	}
	a.Host, b.Host = "", ""
	return a.String() == b.String()
}
