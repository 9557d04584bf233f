package predict

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// polledRows are the requests that begin a login elsewhere: on another device.
func polledRows() []row {
	at := []Endpoint{AtBackchannel}
	return []row{
		{id: "ciba-hint-dropped", at: at, kind: []Kind{Dropped}, name: []string{"login_hint", "id_token_hint", "login_hint_token"}, outcome: Refused, errors: []string{"invalid_request"}, status: []int{400},
			text: "without a hint nobody knows who is meant: invalid_request", ref: "CIBA 7.2", missed: "it asks somebody all the same"},
		{id: "ciba-hint-changed", at: at, kind: []Kind{Changed}, name: []string{"login_hint"}, outcome: Refused, errors: []string{"unknown_user_id"}, status: []int{400},
			text: "when the provider knows nobody by this hint it must answer unknown_user_id", ref: "CIBA 13", missed: "it knows somebody by this hint, or does not tell"},
		{id: "ciba-hint-second", at: at, kind: []Kind{Added}, name: []string{"login_hint", "id_token_hint", "login_hint_token"}, outcome: Refused, errors: []string{"invalid_request"}, status: []int{400},
			text: "there must be exactly one hint: invalid_request", ref: "CIBA 7.1", missed: "it does not notice the second hint"},
		{id: "ciba-scope-dropped", at: at, kind: []Kind{Dropped}, name: []string{"scope"}, outcome: Refused, errors: []string{"invalid_request", "invalid_scope"}, status: []int{400},
			text: "the scope openid is required", ref: "CIBA 7.1", missed: "it takes a request without openid"},
		{id: "ciba-notification-token", at: at, kind: []Kind{Dropped}, name: []string{"client_notification_token"}, outcome: Refused, errors: []string{"invalid_request"}, status: []int{400},
			text: "a client that is registered for ping must send a token to be called with", ref: "CIBA 7.1", missed: "it does not ping this client"},
	}
}

// tokenUseRows are the requests that are about a token or made with one.
func tokenUseRows() []row {
	use, ask := []Endpoint{AtUserInfo, AtResource}, []Endpoint{AtIntrospection, AtRevocation}
	header := []string{"Authorization"}
	bound := func(s situation) bool {
		return strings.HasPrefix(s.Before, "DPoP ") && strings.HasPrefix(s.After, "Bearer ")
	}
	return []row{
		{id: "access-dropped", at: use, in: InHeader, kind: []Kind{Dropped}, name: header, outcome: Refused, status: []int{401},
			text: "without a token the resource must answer 401 with a WWW-Authenticate header, and should name no error", ref: "RFC 6750 3.1", missed: "the resource is open to everybody"},
		{id: "access-unbound", at: use, in: InHeader, kind: []Kind{Changed}, name: header, when: bound, outcome: Refused, errors: []string{"invalid_token"}, status: []int{401},
			text: "a token that is bound to a key must not be taken as a bearer token: 401 invalid_token", ref: "RFC 9449 7.2", missed: "the binding protects nothing here: a stolen token works without the key"},
		{id: "access-changed", at: use, in: InHeader, kind: []Kind{Changed}, name: header, outcome: Refused, errors: []string{"invalid_token", "invalid_request"}, status: []int{401, 400},
			text: "the provider never gave out this token: 401 invalid_token", ref: "RFC 6750 3.1", missed: "it does not check access tokens"},
		{id: "asked-dropped", at: ask, kind: []Kind{Dropped}, name: []string{"token"}, outcome: Refused, errors: []string{"invalid_request"}, status: []int{400},
			text: "a required parameter is missing: invalid_request", ref: "RFC 7662 2.1; RFC 7009 2.1", missed: "it answers about nothing"},
		{id: "introspect-changed", at: []Endpoint{AtIntrospection}, kind: []Kind{Changed}, name: []string{"token"}, outcome: Accepted,
			text: "about a token that it does not know the provider must answer 200 with active false, not with an error", ref: "RFC 7662 2.2", missed: "an unknown token is no error"},
		{id: "revoke-changed", at: []Endpoint{AtRevocation}, kind: []Kind{Changed}, name: []string{"token"}, outcome: Accepted,
			text: "a token that the provider does not know counts as revoked: it must answer 200", ref: "RFC 7009 2.2", missed: "an unknown token is no error"},
		{id: "hint-ignored", at: ask, kind: []Kind{Dropped, Changed, Added}, name: []string{"token_type_hint"}, outcome: Accepted,
			text: "the hint only saves time: the provider must look everywhere else too", ref: "RFC 7009 2.1; RFC 7662 2.1", missed: "it looks only where the hint points"},
	}
}

// proofRows are the proofs of possession.
func proofRows() []row {
	name := []string{"Dpop"}
	return []row{
		{id: "dpop-dropped-code", at: []Endpoint{AtToken}, grant: []string{"authorization_code", "refresh_token"}, in: InHeader, kind: []Kind{Dropped}, name: name, outcome: Refused,
			errors: []string{"invalid_dpop_proof", "invalid_grant", "invalid_request"}, status: []int{400, 401},
			text: "the code (dpop_jkt), or the refresh token of a public client, is bound to our key: without a proof the provider must refuse", ref: "RFC 9449 5, 10", missed: "it does not bind the code to the key"},
		{id: "dpop-dropped-token", at: []Endpoint{AtToken}, in: InHeader, kind: []Kind{Dropped}, name: name, outcome: Undetermined,
			text: "a provider that requires DPoP answers invalid_dpop_proof; any other issues a bearer token", ref: "RFC 9449 5"},
		{id: "dpop-changed-token", at: []Endpoint{AtToken}, in: InHeader, kind: []Kind{Changed}, name: name, outcome: Refused, errors: []string{"invalid_dpop_proof", "use_dpop_nonce"}, status: []int{400, 401},
			text: "the proof does not hold for this request: invalid_dpop_proof", ref: "RFC 9449 5", missed: "it does not check proofs"},
		{id: "dpop-use", at: []Endpoint{AtUserInfo, AtResource}, in: InHeader, name: name, outcome: Refused, errors: []string{"invalid_token", "invalid_dpop_proof", "use_dpop_nonce"}, status: []int{401},
			text: "a token that is bound to a key needs a proof for this very request: 401", ref: "RFC 9449 7.1", missed: "the binding protects nothing here: a stolen token works without the key"},
	}
}

// commonRows hold for every request of OAuth. They come last: what is known of a parameter itself is said first.
func commonRows() []row {
	oauth := []Endpoint{AtToken, AtAuthorization, AtPAR, AtDevice, AtBackchannel, AtIntrospection, AtRevocation}
	direct := []Endpoint{AtToken, AtPAR, AtDevice, AtBackchannel, AtIntrospection, AtRevocation}
	form := func(s situation) bool { return record.Get(s.headers, "Content-Type") != "" }
	return []row{
		{id: "repeated", at: oauth, kind: []Kind{Repeated}, when: func(s situation) bool { return s.Name != "resource" && s.Name != "audience" }, outcome: Refused, errors: []string{"invalid_request"},
			text: "no parameter may come twice: the provider must answer invalid_request", ref: "RFC 6749 3.1, 3.2", missed: "it takes one of the two, and another server on the way may take the other"},
		{id: "unknown-added", at: oauth, kind: []Kind{Added}, when: func(s situation) bool { return !slices.Contains(knownParams(), s.Name) }, outcome: Accepted,
			text: "a parameter that the provider does not know must be ignored", ref: "RFC 6749 3.1, 3.2", missed: "unknown parameters must be ignored"},
		{id: "content-type", at: direct, in: InHeader, name: []string{"Content-Type"}, when: form, outcome: Refused, errors: []string{"invalid_request", ""}, status: []int{400, 415},
			text: "what is not sent as a form has no parameters: the provider must refuse", ref: "RFC 6749 3.2; RFC 6749 5.2", missed: "it reads the body as a form whatever it is said to be"},
		{id: "method", at: []Endpoint{AtToken, AtPAR, AtDevice, AtBackchannel, AtRevocation}, in: InMethod, kind: []Kind{Changed}, outcome: Refused, status: []int{405, 400, 404},
			text: "this request must be a POST: anything else must be refused", ref: "RFC 6749 3.2", missed: "secrets may end up in addresses, and so in logs"},
		{id: "elsewhere", at: slices.Concat(oauth, []Endpoint{AtUserInfo, AtResource, AtLogout}), in: InAddress, kind: []Kind{Changed}, when: elsewhere, outcome: Undetermined,
			text: "whoever is there gets everything that this request carries, secrets included, and may answer what it likes", ref: "RFC 9700 4.4"},
		{id: "accept", at: slices.Concat(direct, []Endpoint{AtUserInfo}), in: InHeader, kind: []Kind{Dropped}, name: []string{"Accept"}, outcome: Accepted,
			text: "without a wish the answer is JSON all the same", ref: "RFC 6749 5.1", missed: "it must not depend on the Accept header"},
	}
}

// elsewhere reports whether another server is addressed than before.
func elsewhere(s situation) bool {
	a, err1 := url.Parse(s.Before)
	b, err2 := url.Parse(s.After)
	return err1 != nil || err2 != nil || a.Scheme != b.Scheme || a.Host != b.Host
}

// knownParams are names that mean something to some provider: of those it can't be said that they are ignored.
func knownParams() []string {
	return []string{"access_token", "acr_values", "actor_token", "actor_token_type", "assertion", "audience", "auth_req_id", "authorization_details", "binding_message", "claims",
		"claims_locales", "client_assertion", "client_assertion_type", "client_id", "client_notification_token", "client_secret", "code", "code_challenge", "code_challenge_method",
		"code_verifier", "device_code", "display", "domain_hint", "dpop_jkt", "grant_type", "id_token_hint", "kc_idp_hint", "login_hint", "login_hint_token", "max_age", "nonce", "organization", "password",
		"prompt", "redirect_uri", "refresh_token", "request", "request_uri", "requested_expiry", "requested_token_type", "resource", "response_mode", "response_type", "scope",
		"state", "subject_token", "subject_token_type", "token", "token_type_hint", "ui_locales", "user_code", "username"}
}
