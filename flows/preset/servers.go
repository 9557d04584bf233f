package preset

// servers are the providers that people run themselves.
func servers() []Preset {
	return []Preset{keycloak(), dex(), authentik(), kanidm(), zitadel(), fusionauth(), nodeProvider(), logto(), casdoor(), pingfederate(), openam(), vault(), wso2(), glewlwyd()}
}

func keycloak() Preset {
	return Preset{
		ID: "keycloak", Name: "Keycloak", Aliases: []string{"red hat sso", "rhsso", "rhbk", "red hat build of keycloak", "kc"}, Use: Login,
		Issuers:  []string{"https://{host}/realms/{realm}", "https://{host}/auth/realms/{realm}"},
		Register: "before version 17: /auth/realms/; register http://127.0.0.1/* or the exact port; device code is a switch of the client", Redirect: Wildcard,
		Places: Places{
			Redirect: "Keycloak admin console > Clients > the client > Settings > Valid redirect URIs", Client: "Keycloak admin console > Clients > the client > Settings > Client authentication",
			Secret: "Keycloak admin console > Clients > the client > Credentials", Grant: "Keycloak admin console > Clients > the client > Settings > Capability config > Authentication flow",
			Scope: "Keycloak admin console > Clients > the client > Client scopes", User: "Keycloak admin console > Users", Log: "the server's log, and Keycloak admin console > Realm settings > Events",
		},
		IssuerFact:      checked("the issuer follows Host and X-Forwarded headers unless the hostname is fixed: an inside and an outside address have different issuers; RFC 8414's place is not served at the root", "recorded discovery document; keycloak/keycloak#29627"),
		DeviceFact:      checked("a switch of the client, OAuth 2.0 Device Authorization Grant", "Keycloak DeviceGrantType"),
		ClientFact:      checked("S256, and plain is announced too; a client may enforce it", "Keycloak source"),
		RedirectFact:    checked("a * counts only at the end of a registered URI; http://localhost/… registered without a port matches any port, in newer versions 127.0.0.1 too", "Keycloak RedirectUtils; the last part is only known"),
		RefreshFact:     known("always on the code flow; offline_access makes it an offline session"),
		RotationFact:    known("optional (Revoke refresh token)"),
		AccessTokenFact: known("JWT with typ Bearer; without a mapper its aud does not name the caller"),
		RevocationFact:  known("all three; revocation takes refresh and access tokens"),
		CacheFact:       checked("no-cache on both", "recorded headers, 2022"),
		signs: signs{
			paths: []string{"/protocol/openid-connect/"},
			phrases: []string{"invalid token issuer. expected", "make sure cookies are enabled in your browser", "authentication_expired", "invalid client or invalid client credentials", "client was not identified by any client authenticator", "unknown_client", "code not valid", "code is expired", "incorrect redirect_uri", "pkce code verifier not specified",
				"pkce verification failed: ", "client not allowed oauth 2.0 device authorization grant", "invalid parameter: redirect_uri", "we are sorry...", "client_assertion_type is missing", "session not active", "token is not active", "stale token",
				"maximum allowed refresh token reuse exceeded", "account is not fully set up", "standard flow is disabled", "implicit flow is disabled", "invalid scopes:", "missing parameter: code_challenge", "verifier specified but challenge not present",
				"client secret not provided in request", "client not allowed for direct access grants", "client not enabled to retrieve service account", "session doesn't have required client", "user session not found", "parameter client_assertion_type",
				"offline session not active", "invalid user credentials", "realm does not exist", "client not found", "keycloak", "/realms/", "bearer-only not allowed", "missing parameter: response_type",
				"missing openid scope", "token client and authorized client don't match", "invalid refresh token. token client and authorized client don't match", "invalid parameter: ", "https required"},
		},
	}
}

func dex() Preset {
	return Preset{
		ID: "dex", Name: "Dex", Aliases: []string{"dexidp"}, Use: Login,
		Issuers: []string{"https://{host}/dex"}, Register: "a public client without registered redirect URIs may use any port on localhost", Redirect: Unregistered,
		Places: Places{
			Redirect: "Dex configuration, staticClients[].redirectURIs", Client: "Dex configuration, staticClients[].id and public", Secret: "Dex configuration, staticClients[].secret", Grant: "Dex configuration, oauth2.grantTypes",
			Scope: "Dex configuration, and trustedPeers for cross-client scopes", User: "Dex configuration, connectors", Log: "Dex's log",
		},
		IssuerFact:      checked("older versions announce no PKCE and client_secret_basic only; end_session_endpoint only when sessions are on", "recorded discovery document; dexidp/dex server/discovery"),
		DeviceFact:      checked("yes, with PKCE too; each poll that comes too early adds 5 seconds", "dexidp/dex grants/devicecode.go"),
		ClientFact:      checked("S256 and plain; may be enforced for the whole server", "dexidp/dex source"),
		RedirectFact:    checked("public: true and no redirectURIs: any http://localhost:{port} or loopback address; as soon as redirectURIs are set, they are compared exactly", "dexidp/dex authflow/request.go"),
		RefreshFact:     checked("with the scope offline_access, when the connector supports it", "dexidp/dex source"),
		RotationFact:    checked("on by default, with a configurable reuse interval", "dexidp/dex source"),
		AccessTokenFact: checked("JWT, with the claims of the ID token", "dexidp/dex source"),
		RevocationFact:  checked("introspection in newer versions", "dexidp/dex source"),
		CacheFact:       checked("none on discovery; key set max-age=600", "dexidp/dex source"),
		signs: signs{
			paths: []string{"/device/code", "/keys", "/token", "/auth"},
			phrases: []string{"unregistered redirect_uri", "missing required scope(s) [\"openid\"]", "expecting parameter code_verifier in pkce flow", "invalid client credentials.", "no pkce flow started", "refresh token expired.", "claimed by another client", "user session error",
				"user session has expired", "requested resource does not exist", "unrecognized scope(s)", "client can't request scope(s)", "unsupported pkce challenge method", "required groups", "invalid client_id (", "invalid code_verifier.", "failed to authenticate:",
				"no response_type provided", "dex-", "code expired.", "token expired or invalid", "login error", "pkce is required", "invalid code challenge method"},
		},
	}
}

func authentik() Preset {
	return Preset{
		ID: "authentik", Name: "authentik", Aliases: []string{"goauthentik"}, Use: Login,
		Issuers: []string{"https://{host}/application/o/{application}/"}, Register: "the slash at the end belongs to the issuer; one issuer for each application", Redirect: Exact,
		Places: Places{
			Redirect: "authentik admin > Applications > Providers > the provider > Redirect URIs/Origins", Client: "authentik admin > Applications > Providers > the provider > Client type", Secret: "authentik admin > Applications > Providers > the provider > Client Secret",
			Grant: "authentik admin > Applications > Providers > the provider", Scope: "authentik admin > Applications > Providers > the provider > Advanced protocol settings > Scopes", User: "authentik admin > Applications > the application > Policy / Group / User Bindings", Log: "authentik admin > Events > Logs",
		},
		IssuerFact:      checked("one issuer for each application, but shared endpoints; the slash at the end has to stay; the issuer may be set to the host instead", "recorded discovery document; MizuchiLabs/mantrae#47; markrai/scrumboy#126"),
		DeviceFact:      checked("at /application/o/device/; the page /device must be linked to a flow", "recorded discovery document"),
		ClientFact:      checked("S256 and plain", "recorded discovery document"),
		RedirectFact:    checked("strict or regex for each entry; before 2024.12 every entry was a regular expression, so that . and ? mattered", "goauthentik/authentik#12136"),
		RefreshFact:     known("with the scope offline_access (since 2024.2)"),
		RotationFact:    known("yes"),
		AccessTokenFact: known("JWT"),
		RevocationFact:  known("all three"),
		signs: signs{paths: []string{"/application/o/"}, phrases: []string{"redirect uri error", "the request fails due to a missing, invalid, or mismatching redirection uri", "client id error", "authentik", "the client identifier (client_id) is missing or invalid", "the provided authorization grant or refresh token is invalid, expired, revoked, does not match",
			"permission denied policy binding"}},
	}
}

func kanidm() Preset {
	return Preset{
		ID: "kanidm", Name: "Kanidm", Use: Login,
		Issuers: []string{"https://{host}/oauth2/openid/{client}"}, Register: "one issuer for each client; localhost redirects must be allowed for it", Redirect: AnyPort,
		Places: Places{
			Redirect: "kanidm system oauth2 add-redirect-url (and enable-localhost-redirects for a public client)", Client: "kanidm system oauth2 create-public", Secret: "kanidm system oauth2 show-basic-secret", Grant: "kanidm system oauth2",
			Scope: "kanidm system oauth2 update-scope-map", User: "kanidm system oauth2 update-scope-map, with a group of the person", Log: "the server's log: the answers say little",
		},
		IssuerFact:      checked("one issuer for each client; login page at /ui/oauth2, tokens at /oauth2/token; either suffix, RFC 8414's is recommended", "Kanidm book, OAuth2"),
		DeviceFact:      known("limited, an option of the build"),
		ClientFact:      checked("S256 is mandatory for public clients", "Kanidm book, OAuth2"),
		RedirectFact:    checked("localhost redirects must be enabled for each client, public clients only", "Kanidm book, OAuth2"),
		RefreshFact:     known("with the code flow"),
		RotationFact:    known("yes"),
		AccessTokenFact: known("opaque or JWE"),
		RevocationFact:  known("introspection and revocation"),
		signs:           signs{paths: []string{"/oauth2/openid/"}, phrases: []string{"kanidm"}},
	}
}

func zitadel() Preset {
	return Preset{
		ID: "zitadel", Name: "ZITADEL", Use: Login,
		Issuers: []string{"https://{instance}.zitadel.cloud"}, Register: "type Native: any port on a loopback address", Redirect: AnyPort,
		Places: Places{
			Redirect: "ZITADEL console > Projects > the application > Redirect Settings (development mode for http)", Client: "ZITADEL console > Projects > the application", Secret: "ZITADEL console > Projects > the application > Actions > Regenerate Client Secret",
			Grant: "ZITADEL console > Projects > the application > Configuration > Grant Types", Scope: "the request itself", User: "ZITADEL console > Projects > Authorizations", Log: "ZITADEL console > Events",
		},
		IssuerFact:      checked("the Host header chooses the instance: a wrong external domain or port gives Instance not found; endpoints below /oauth/v2 and /oidc/v1", "zitadel/zitadel#4353"),
		DeviceFact:      checked("needs the grant at the app; polling needs an app type that may work offline", "zitadel/oidc source"),
		ClientFact:      checked("S256; a native app authenticates with none", "zitadel/oidc source"),
		RedirectFact:    checked("native: localhost and loopback addresses are the same, port and host are ignored, path and query are compared; web: http only in development mode or with a confidential code flow", "zitadel/oidc auth_request.go"),
		RefreshFact:     known("with the scope offline_access and the refresh grant"),
		RotationFact:    known("single use"),
		AccessTokenFact: known("opaque by default, JWT by setting of the app"),
		RevocationFact:  known("all three"),
		signs: signs{
			hosts: []string{".zitadel.cloud"}, paths: []string{"/oauth/v2/"},
			phrases: []string{"the requested redirect_uri is missing in the client configuration", "errors.app.", "errors.authrequest.", "errors.user.", "errors.oidc", "errors.token", "errors.internal", "errors.instance", "unable to retrieve client by id", "instance not found", "auth_method post not supported", "zitadel",
				"the client should repeat the access token request to the token endpoint", "you may contact the administrator of the application", "code_verifier unexpectedly provided"},
		},
	}
}

func fusionauth() Preset {
	return Preset{
		ID: "fusionauth", Name: "FusionAuth", Use: Login,
		Issuers: []string{"https://{tenant}.fusionauth.io"}, Discovery: "{base}/{tenant}/.well-known/openid-configuration", Register: "register the redirect URI to the character, unless wildcards are enabled", Redirect: Exact,
		Places: Places{
			Redirect: "FusionAuth admin > Applications > the application > OAuth > Authorized redirect URLs", Client: "FusionAuth admin > Applications > the application > OAuth > Client authentication", Secret: "FusionAuth admin > Applications > the application > OAuth > Client secret",
			Grant: "FusionAuth admin > Applications > the application > OAuth > Enabled grants", Scope: "FusionAuth admin > Applications > the application > Scopes", User: "FusionAuth admin > Users > Registrations", Log: "FusionAuth admin > System > Event Log",
		},
		IssuerFact: known("the issuer is a setting of the tenant, by default a bare host such as acme.com, which is no URL and does not match the discovery address until it is configured"),
		DeviceFact: known("yes"), ClientFact: known("PKCE yes"), RedirectFact: known("compared exactly, or with wildcards when enabled"),
		signs: signs{hosts: []string{".fusionauth.io"}, marks: []string{"\"error_reason\":"}, phrases: []string{"auth_code_not_found", "fusionauth", "user_code_expired", "refresh_token_not_found", "client_authentication_missing", "grant_type_disabled", "invalid_pkce_code_verifier"}},
	}
}

// nodeProvider is a library, the one below Logto and many servers of their own. Its paths are the defaults.
func nodeProvider() Preset {
	return Preset{
		ID: "node-oidc-provider", Name: "oidc-provider for Node.js", Aliases: []string{"oidc-provider", "panva"}, Use: Login,
		Issuers: []string{"https://{host}"}, Register: "application_type native: any port on a loopback address; web: to the character", Redirect: AnyPort,
		Places: Places{
			Redirect: "the server's configuration: the client's redirect_uris (application_type native lets any port in, web wants the port too)", Client: "the server's configuration: clients, or its adapter", Secret: "the server's configuration: the client's client_secret", Grant: "the server's configuration: the client's grant_types",
			Scope: "the server's configuration: scopes, and the client's scope", User: "the server's findAccount", Log: "what the server writes at its events grant.error, authorization.error … (error_detail)",
		},
		IssuerFact:   known("the issuer is what the server was started with; behind a proxy it has to trust (proxy: true), else its endpoints are http"),
		DeviceFact:   checked("when the feature is on", "oidc-provider source"),
		ClientFact:   checked("S256 only; required of public clients by default", "oidc-provider source"),
		RedirectFact: checked("type native: loopback names and addresses with any port; type web: to the character", "oidc-provider source, client_schema"),
		RefreshFact:  checked("offline_access together with prompt=consent, else the scope is dropped without a word", "oidc-provider source"), RotationFact: checked("of public clients always, of others late in the token's life", "oidc-provider source"),
		AccessTokenFact: checked("43 random characters; a JWT for a resource (RFC 8707) that is configured so", "oidc-provider source"),
		signs: signs{paths: []string{"/jwks", "/session/end", "/token", "/me"}, phrases: []string{"redirect_uri did not match any of the client's registered redirect_uris", "grant request is invalid", "oops! something went wrong error:",
			"missing required parameter(s)", "unrecognized route or not allowed method", "only clients with the id_token response_type", "requested scope is not allowed", "must be used by this client"}},
	}
}

func logto() Preset {
	return Preset{
		ID: "logto", Name: "Logto", Family: "node-oidc-provider", Use: Login,
		Issuers: []string{"https://{host}/oidc"}, Register: "type Native: any port on a loopback address", Redirect: AnyPort,
		Places: Places{
			Redirect: "Logto Console > Applications > the app > Settings > Redirect URIs", Client: "Logto Console > Applications > the app", Secret: "Logto Console > Applications > the app > App secrets", Grant: "Logto Console > Applications > the app",
			Scope: "Logto Console > Applications > the app > Permissions", User: "Logto Console > User management", Log: "Logto Console > Audit logs",
		},
		IssuerFact: known("the path is /oidc; the software below is node-oidc-provider"),
		DeviceFact: known("when the feature is on"), ClientFact: known("S256"), RedirectFact: checked("type Native: loopback names and addresses with any port", "node-oidc-provider client_schema"),
		signs: signs{hosts: []string{".logto.app"}, paths: []string{"/oidc/jwks", "/oidc/auth", "/oidc/session/end"}, marks: []string{"\"oidc.invalid_", "\"code\":\"oidc."}, phrases: []string{"oidc.invalid_", "logto", "oidc.unauthorized", "oidc.access_denied", "oidc.session_", "oidc.server_error"}},
	}
}

func casdoor() Preset {
	return Preset{
		ID: "casdoor", Name: "Casdoor", Use: Login,
		Issuers: []string{"https://{host}"}, Register: "redirect URIs are compared as patterns", Redirect: Exact,
		Places: Places{
			Redirect: "Casdoor > Applications > the application > Redirect URLs", Client: "Casdoor > Applications > the application > Client ID", Secret: "Casdoor > Applications > the application > Client secret", Grant: "Casdoor > Applications > the application > Grant types",
			Scope: "Casdoor > Applications > the application", User: "Casdoor > Users", Log: "Casdoor > Records",
		},
		IssuerFact: known("the issuer is the origin of the request, unless configured; a variant for each application is below /.well-known/{app}/"),
		DeviceFact: known("yes"), ClientFact: known("PKCE yes"), RedirectFact: known("matched as pattern or substring"),
		signs: signs{paths: []string{"/api/login/oauth/"}, phrases: []string{"challengeanswer", "authorization code: [", "client_id is invalid", "casdoor", "error: invalid application or wrong clientsecret", "hashed: ["}},
	}
}

func pingfederate() Preset {
	return Preset{
		ID: "pingfederate", Name: "PingFederate", Aliases: []string{"ping", "ping identity"}, Use: Login,
		Issuers: []string{"https://{host}:9031"}, Register: "register the redirect URI to the character", Redirect: Exact,
		Places: Places{
			Redirect: "PingFederate console > Applications > OAuth > Clients > the client > Redirection URIs", Client: "PingFederate console > Applications > OAuth > Clients", Secret: "PingFederate console > Applications > OAuth > Clients > the client > Client Authentication",
			Grant: "PingFederate console > Applications > OAuth > Clients > the client > Allowed Grant Types", Scope: "PingFederate console > System > OAuth Settings > Scope Management", User: "PingFederate console > Authentication > Policies", Log: "server.log and audit.log",
		},
		IssuerFact: checked("older documents list none among the ID token algorithms, and ping_end_session_endpoint instead of end_session_endpoint", "AzureAD identitymodel-extensions, PingLabs document"),
		signs: signs{members: []string{"ping_end_session_endpoint", "ping_revoked_sris_endpoint"}, paths: []string{"/as/token.oauth2"}, phrases: []string{"invalid client or client credentials", "unsupported authentication method", "redirect uri mismatch. the provided redirect uri", "ping identity", "pingfederate", "invalid_grant: unknown, invalid, or expired",
			"unknown, invalid, or expired refresh token", "authorization code is invalid or expired"}},
	}
}

func openam() Preset {
	return Preset{
		ID: "openam", Name: "ForgeRock and OpenAM", Aliases: []string{"forgerock", "pingam", "openidm", "pingone advanced identity cloud"}, Use: Login,
		Issuers: []string{"https://{host}/am/oauth2/{realm}", "https://{host}/openam/oauth2/{realm}"}, Register: "register the redirect URI to the character; its query counts", Redirect: Exact,
		Places: Places{
			Redirect: "AM console > Realms > Applications > OAuth 2.0 > Clients > the client > Core > Redirection URIs", Client: "AM console > Realms > Applications > OAuth 2.0 > Clients", Secret: "AM console > Realms > Applications > OAuth 2.0 > Clients > the client > Core > Client secret",
			Grant: "AM console > Applications > OAuth 2.0 > Clients > the client > Advanced > Grant Types", Scope: "AM console > Applications > OAuth 2.0 > Clients > the client > Core > Scopes", User: "AM console > Identities", Log: "the audit logs of AM",
		},
		IssuerFact:   known("the realm is part of the path"),
		RedirectFact: checked("compared exactly, the query part included", "OpenIdentityPlatform/OpenAM#714"),
		signs:        signs{paths: []string{"/oauth2/realms/"}, phrases: []string{"invalid authentication method for accessing this endpoint", "the redirection uri provided does not match a pre-registered value", "forgerock", "openam", "authorization_declined", "client authentication failed (realm", "unknown/invalid scope(s)"}},
	}
}

func vault() Preset {
	return Preset{
		ID: "vault", Name: "HashiCorp Vault", Aliases: []string{"openbao", "hashicorp"}, Use: Login,
		Issuers: []string{"https://{host}/v1/identity/oidc/provider/{name}"}, Register: "register the redirect URI to the character", Redirect: Exact,
		Places: Places{
			Redirect: "vault write identity/oidc/client/NAME redirect_uris=…", Client: "vault read identity/oidc/client/NAME", Secret: "vault read identity/oidc/client/NAME", Grant: "vault read identity/oidc/client/NAME (client_type)",
			Scope: "vault write identity/oidc/provider/NAME scopes_supported=…", User: "vault write identity/oidc/assignment/NAME", Log: "Vault's audit log",
		},
		IssuerFact: checked("the authorization endpoint is a path of the user interface; in development the issuer may be 0.0.0.0", "DockYard/openid_connect fixtures"),
		CacheFact:  checked("discovery max-age=3600, key set no-store", "recorded headers, 2022"),
		signs:      signs{paths: []string{"/v1/identity/oidc/provider/"}, phrases: []string{"client is not authorized to use the provider", "identity entity not authorized by client assignment"}},
	}
}

func wso2() Preset {
	return Preset{
		ID: "wso2", Name: "WSO2 Identity Server", Aliases: []string{"asgardeo", "wso2is"}, Use: Login,
		Issuers: []string{"https://{host}/oauth2/token"}, Register: "register the redirect URI to the character, or as regexp=…", Redirect: Exact,
		Places: Places{
			Redirect: "WSO2 Console > Applications > the application > Protocol > Authorized redirect URLs", Client: "WSO2 Console > Applications > the application > Protocol", Secret: "WSO2 Console > Applications > the application > Protocol",
			Grant: "WSO2 Console > Applications > the application > Protocol > Allowed grant types", Scope: "WSO2 Console > Applications > the application > User attributes", Log: "wso2carbon.log",
		},
		IssuerFact: known("the issuer is the address of the token endpoint"),
		DeviceFact: checked("older versions answer a pending device login with invalid_grant", "wso2/product-is#10120"),
		signs:      signs{paths: []string{"/oauth2/token/.well-known/"}, phrases: []string{"wso2", "asgardeo", "registered callback does not match with the provided url"}},
	}
}

func glewlwyd() Preset {
	return Preset{
		ID: "glewlwyd", Name: "Glewlwyd", Use: Login,
		Issuers: []string{"https://{host}/api/{plugin}"}, Register: "register the redirect URI to the character, the port too", Redirect: Exact,
		Places: Places{
			Redirect: "Glewlwyd administration > Clients > the client > Redirect URI", Client: "Glewlwyd administration > Clients > the client", Secret: "Glewlwyd administration > Clients > the client > Client secret",
			Grant: "Glewlwyd administration > Clients > the client > Authorization types", Scope: "Glewlwyd administration > Clients > the client > Scopes", User: "Glewlwyd administration > Users", Log: "Glewlwyd's log (log_level DEBUG)",
		},
		IssuerFact:      checked("the issuer is a setting of the plugin; the endpoints lie below /api/ and the plugin's name", "Glewlwyd 2.7.5, tried here"),
		DeviceFact:      checked("yes, with the authorization type device_authorization of the client", "Glewlwyd 2.7.5, tried here"),
		ClientFact:      checked("PKCE with S256 when the plugin allows it; public clients work, though none is not announced", "Glewlwyd 2.7.5, tried here"),
		RedirectFact:    checked("compared to the character; nothing comes back otherwise, the login page stays", "Glewlwyd 2.7.5, tried here"),
		RefreshFact:     checked("a refresh token with every code", "Glewlwyd 2.7.5, tried here"),
		AccessTokenFact: checked("at+jwt, and its aud is the scope", "Glewlwyd 2.7.5, tried here"),
		RevocationFact:  checked("revocation and introspection by the client's secret, or by an access token with the scope that the plugin names; refusals are empty", "Glewlwyd 2.7.5, tried here"),
		signs:           signs{paths: []string{"/api/", "/auth", "/jwks", "/device_authorization"}, phrases: []string{"glewlwyd"}},
	}
}
