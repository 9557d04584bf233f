package explain

// metadata are the members of a discovery document beyond the endpoints, and those that single kinds of request add to it.
func metadata() []parameter {
	const (
		discovery = "OpenID Connect Discovery 3"
		server    = "RFC 8414 2"
		mtls      = "RFC 8705 3.3"
		jarm      = "JARM 4"
		logout    = "OpenID Connect Session Management 3.3"
	)
	return []parameter{
		{"issuer", inMetadata, "The provider's name for itself. It must be the address that was asked, character by character, and the iss of every token.", discovery + ", " + server},
		{"scopes_supported", inMetadata, "Scopes that may be asked for. A provider need not list them all.", discovery},
		{"response_types_supported", inMetadata, "What a redirect can bring: code alone for the flow that is recommended; the others bring tokens through the browser.", discovery},
		{"response_modes_supported", inMetadata, "How a redirect can bring it: query, fragment, form_post, or signed (jwt).", discovery},
		{"grant_types_supported", inMetadata, "What the token endpoint redeems. Without the list: authorization_code and implicit.", discovery},
		{"acr_values_supported", inMetadata, "Levels of authentication that can be asked for by acr_values.", discovery},
		{"subject_types_supported", inMetadata, "public: everybody sees the same sub for a person; pairwise: each client sees another.", discovery + ", OpenID Connect Core 8"},
		{"id_token_signing_alg_values_supported", inMetadata, "With which algorithms ID tokens can be signed. RS256 must be among them; none is for codes only.", discovery},
		{"id_token_encryption_alg_values_supported", inMetadata, "How the key of an encrypted ID token can be wrapped.", discovery},
		{"id_token_encryption_enc_values_supported", inMetadata, "How the content of an encrypted ID token can be encrypted.", discovery},
		{"userinfo_signing_alg_values_supported", inMetadata, "With which algorithms the answer of userinfo can be signed, for clients that registered for a JWT.", discovery},
		{"userinfo_encryption_alg_values_supported", inMetadata, "How the key of an encrypted userinfo answer can be wrapped.", discovery},
		{"userinfo_encryption_enc_values_supported", inMetadata, "How the content of an encrypted userinfo answer can be encrypted.", discovery},
		{"request_object_signing_alg_values_supported", inMetadata, "With which algorithms a client may sign its request (JAR).", discovery + ", RFC 9101 10.5"},
		{"request_object_encryption_alg_values_supported", inMetadata, "How the key of an encrypted request object may be wrapped.", discovery},
		{"request_object_encryption_enc_values_supported", inMetadata, "How the content of a request object may be encrypted.", discovery},
		{"token_endpoint_auth_methods_supported", inMetadata, "How clients can prove who they are. Without the list: client_secret_basic alone.", discovery},
		{"token_endpoint_auth_signing_alg_values_supported", inMetadata, "With which algorithms client assertions may be signed. none is not allowed.", discovery},
		{"display_values_supported", inMetadata, "Values of display that the login page understands.", discovery},
		{"claim_types_supported", inMetadata, "normal, aggregated or distributed; without the list: normal.", discovery + ", OpenID Connect Core 5.6"},
		{"claims_supported", inMetadata, "Claims that the provider may be able to give. For privacy it need not list them all.", discovery},
		{"claims_locales_supported", inMetadata, "Languages in which values of claims can be given.", discovery},
		{"ui_locales_supported", inMetadata, "Languages of the provider's pages.", discovery},
		{"service_documentation", inMetadata, "Page for developers.", discovery},
		{"op_policy_uri", inMetadata, "Page with what a client may do with the data.", discovery},
		{"op_tos_uri", inMetadata, "Page with the terms of service.", discovery},
		{"claims_parameter_supported", inMetadata, "Whether the claims parameter is understood; without the member it is not.", discovery},
		{"request_parameter_supported", inMetadata, "Whether a request object may stand in the request parameter.", discovery},
		{"request_uri_parameter_supported", inMetadata, "Whether a request object may be referred to by request_uri. Without the member it may, which is a surprise.", discovery},
		{"require_request_uri_registration", inMetadata, "Whether a request_uri must be registered before it is used.", discovery},
		{"prompt_values_supported", inMetadata, "Values of prompt that are understood.", "Initiating User Registration via OpenID Connect 3"},
		{"code_challenge_methods_supported", inMetadata, "How a code can be protected (PKCE): S256, plain. Without the member a provider may still do it.", server},
		{"introspection_endpoint_auth_methods_supported", inMetadata, "How clients can prove who they are at introspection.", server},
		{"introspection_endpoint_auth_signing_alg_values_supported", inMetadata, "With which algorithms client assertions may be signed for introspection.", server},
		{"introspection_signing_alg_values_supported", inMetadata, "With which algorithms the answer of introspection can be signed.", "RFC 9701 7"},
		{"revocation_endpoint_auth_methods_supported", inMetadata, "How clients can prove who they are at revocation.", server},
		{"revocation_endpoint_auth_signing_alg_values_supported", inMetadata, "With which algorithms client assertions may be signed for revocation.", server},
		{"signed_metadata", inMetadata, "The document once more, as a JWT; what stands in it outweighs the plain members.", "RFC 8414 2.1"},
		{"authorization_response_iss_parameter_supported", inMetadata, "Whether the redirect carries iss, so that the client can tell which provider answers. It stops mix-up attacks.", "RFC 9207 3"},
		{"require_pushed_authorization_requests", inMetadata, "Whether every request must be pushed first (PAR).", "RFC 9126 5"},
		{"require_signed_request_object", inMetadata, "Whether every request must be signed (JAR).", "RFC 9101 10.5"},
		{"dpop_signing_alg_values_supported", inMetadata, "With which algorithms DPoP proofs may be signed; that it is there says that DPoP is understood.", "RFC 9449 5.1"},
		{"tls_client_certificate_bound_access_tokens", inMetadata, "Whether access tokens can be bound to the client's certificate.", mtls},
		{"mtls_endpoint_aliases", inMetadata, "Other addresses of the endpoints, for clients that show a certificate.", "RFC 8705 5"},
		{"authorization_signing_alg_values_supported", inMetadata, "With which algorithms the answer in the redirect can be signed (JARM).", jarm},
		{"authorization_encryption_alg_values_supported", inMetadata, "How the key of an encrypted answer in the redirect can be wrapped (JARM).", jarm},
		{"authorization_encryption_enc_values_supported", inMetadata, "How the content of an encrypted answer in the redirect can be encrypted (JARM).", jarm},
		{"authorization_details_types_supported", inMetadata, "Kinds of authorization_details that are understood.", "RFC 9396 10"},
		{"backchannel_token_delivery_modes_supported", inMetadata, "How a login on another device ends: the client polls, is pinged, or has the tokens pushed (CIBA).", "CIBA Core 4"},
		{"backchannel_user_code_parameter_supported", inMetadata, "Whether the person can have a code that keeps strangers from asking them (CIBA).", "CIBA Core 4"},
		{"backchannel_authentication_request_signing_alg_values_supported", inMetadata, "With which algorithms a CIBA request may be signed.", "CIBA Core 4"},
		{"check_session_iframe", inMetadata, "Page that tells a client in the browser whether the session is still there. Browsers that block third-party cookies break it.", logout},
		{"frontchannel_logout_supported", inMetadata, "Whether clients are told of a logout through the browser.", "OpenID Connect Front-Channel Logout 3"},
		{"frontchannel_logout_session_supported", inMetadata, "Whether that message carries iss and sid.", "OpenID Connect Front-Channel Logout 3"},
		{"backchannel_logout_supported", inMetadata, "Whether clients are told of a logout directly, by a logout token.", "OpenID Connect Back-Channel Logout 2.1"},
		{"backchannel_logout_session_supported", inMetadata, "Whether the logout token carries sid.", "OpenID Connect Back-Channel Logout 2.1"},
	}
}
