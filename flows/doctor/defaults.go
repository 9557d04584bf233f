package doctor

// Default is what a member means when it is left out.
type Default struct{ Member, Value, Ref string }

// Defaults lists what absent members mean. The device answer's interval is none of discovery, but asked for as often.
func Defaults() []Default {
	return []Default{
		{"response_modes_supported", "query, fragment", "OpenID Connect Discovery 3; RFC 8414 2"},
		{"grant_types_supported", "authorization_code, implicit", "OpenID Connect Discovery 3; RFC 8414 2"},
		{"token_endpoint_auth_methods_supported", "client_secret_basic", "OpenID Connect Discovery 3; RFC 8414 2"},
		{"revocation_endpoint_auth_methods_supported", "client_secret_basic", "RFC 8414 2"},
		{"introspection_endpoint_auth_methods_supported", "none: unknown, to be found out otherwise", "RFC 8414 2"},
		{"code_challenge_methods_supported", "no PKCE by RFC 8414, nothing by OpenID Connect Discovery; many servers leave it out and take S256", "RFC 8414 2; RFC 7636 5"},
		{"claim_types_supported", "normal", "OpenID Connect Discovery 3"},
		{"claims_parameter_supported", "false", "OpenID Connect Discovery 3"},
		{"request_parameter_supported", "false", "OpenID Connect Discovery 3"},
		{"request_uri_parameter_supported", "true", "OpenID Connect Discovery 3"},
		{"require_request_uri_registration", "false", "OpenID Connect Discovery 3"},
		{"authorization_response_iss_parameter_supported", "false", "RFC 9207 3"},
		{"require_pushed_authorization_requests", "false", "RFC 9126 5"},
		{"tls_client_certificate_bound_access_tokens", "false", "RFC 8705 3.3"},
		{"frontchannel_logout_supported", "false", "OpenID Connect Front-Channel Logout 3"},
		{"frontchannel_logout_session_supported", "false", "OpenID Connect Front-Channel Logout 3"},
		{"backchannel_logout_supported", "false", "OpenID Connect Back-Channel Logout 2.1"},
		{"backchannel_logout_session_supported", "false", "OpenID Connect Back-Channel Logout 2.1"},
		{"interval", "5 seconds, in the answer of the device authorization endpoint", "RFC 8628 3.2"},
	}
}

func defaultList(member string) []string {
	switch member {
	case "response_modes_supported":
		return []string{"query", "fragment"}
	case "grant_types_supported":
		return []string{"authorization_code", "implicit"}
	case "token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported":
		return []string{"client_secret_basic"}
	case "claim_types_supported":
		return []string{"normal"}
	}
	return nil
}

func defaultTrue(member string) bool { return member == "request_uri_parameter_supported" }
