package preset

// frameworks are libraries and kits that servers are built with; those share a dialect whatever their owner calls them.
func frameworks() []Preset {
	return []Preset{hydra(), authelia(), duende(), openiddict()}
}

func hydra() Preset {
	return Preset{
		ID: "hydra", Name: "Ory Hydra", Aliases: []string{"ory", "ory network", "fosite", "ory hydra"}, Use: Login,
		Issuers: []string{"https://{project}.projects.oryapis.com"}, Register: "on 127.0.0.1 any port is accepted, on localhost only the registered one", Redirect: AnyPortIP,
		Places: Places{
			Redirect: "hydra update oauth2-client ID --redirect-uri …, or Ory Console > OAuth 2 > the client", Client: "hydra get oauth2-client ID", Secret: "hydra update oauth2-client ID --secret …", Grant: "hydra update oauth2-client ID --grant-type …",
			Scope: "hydra update oauth2-client ID --scope …", User: "your login and consent application", Log: "the server's log (OAUTH2_EXPOSE_INTERNAL_ERRORS shows more in answers)",
		},
		IssuerFact:      checked("the response type is spelled token id_token code; introspection is on the administration port only and not announced; extra members such as credentials_endpoint_draft_00", "recorded discovery document; panva/wellknown"),
		DeviceFact:      checked("version 2.3 and later, /oauth2/device/auth", "recorded discovery document"),
		ClientFact:      checked("S256 and plain; can be enforced for public clients", "fosite source"),
		RedirectFact:    checked("loopback addresses with any port; localhost exactly; http only for localhost and loopback", "fosite authorize_helper.go"),
		RefreshFact:     checked("with the scope offline_access or offline", "recorded discovery document; fosite"),
		RotationFact:    checked("yes; two uses at the same time are answered with an error", "fosite hints"),
		AccessTokenFact: checked("opaque (ory_at_…) or JWT by strategy", "recorded discovery document"),
		RevocationFact:  checked("revocation; introspection for administrators only", "fosite"),
		signs: signs{
			hosts: []string{".projects.oryapis.com"}, members: []string{"credentials_endpoint_draft_00"}, paths: []string{"/oauth2/sessions/logout"},
			phrases: []string{"no csrf value available in the session cookie", "client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)", "the provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid",
				"the state is missing or does not have enough characters", "supports client authentication method", "the oauth 2.0 client", "pre-registered redirect urls", "insecure protocol, http is only allowed for hosts with suffix", "authorize code expired", "pkce code challenge did not match",
				"the request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed", "could not be decoded from 'application/x-www-form-urlencoded'", "the authorization server requires end-user", "clients must include a code_challenge",
				"error_debug", "error_hint", "ory_", "this endpoint only accepts", "the requested scope is invalid, unknown, or malformed. the oauth 2.0 client", "the authorization code has already been used", "not allowed to use the authorization grant"},
		},
	}
}

func authelia() Preset {
	return Preset{
		ID: "authelia", Name: "Authelia", Family: "hydra", Use: Login,
		Issuers: []string{"https://{host}"}, Register: "register the redirect URI; on a loopback address any port is accepted", Redirect: AnyPortIP,
		Places: Places{
			Redirect: "Authelia configuration, identity_providers.oidc.clients[].redirect_uris", Client: "Authelia configuration, identity_providers.oidc.clients[].client_id and public", Secret: "Authelia configuration, identity_providers.oidc.clients[].client_secret (a hash of it)",
			Grant: "Authelia configuration, identity_providers.oidc.clients[].grant_types", Scope: "Authelia configuration, identity_providers.oidc.clients[].scopes", User: "Authelia configuration, identity_providers.oidc.clients[].authorization_policy", Log: "Authelia's log: it says more than the answer",
		},
		IssuerFact:      checked("the issuer follows X-Forwarded-Proto and Host: asked directly at its port it names a wrong one; both suffixes are served", "Authelia docs, FAQ"),
		DeviceFact:      checked("yes", "Authelia docs"),
		ClientFact:      checked("PKCE is enforced when a method is configured, whatever require_pkce says", "ionfury/homelab#930"),
		RedirectFact:    checked("compared exactly; loopback addresses with any port", "fosite authorize_helper.go"),
		RefreshFact:     checked("with the scope offline_access and the grant refresh_token", "Authelia docs"),
		RotationFact:    checked("yes", "Authelia docs"),
		AccessTokenFact: checked("opaque, unless access_token_signed_response_alg is set; userinfo may be application/jwt", "Authelia docs"),
		RevocationFact:  checked("revocation and introspection", "Authelia docs"),
		signs:           signs{paths: []string{"/api/oidc/"}, phrases: []string{"the request was determined to be using 'token_endpoint_auth_method' method", "the registered client with id", "authelia", "relying party will need to be configured"}},
	}
}

func duende() Preset {
	return Preset{
		ID: "duende", Name: "Duende IdentityServer", Aliases: []string{"identityserver", "identityserver3", "identityserver4", "ids4", "xero", "skoruba"}, Use: Login,
		Issuers: []string{"https://{host}"}, Register: "register the redirect URI to the character, port included", Redirect: Exact,
		Places: Places{
			Redirect: "the server's configuration: Client.RedirectUris", Client: "the server's configuration: Client.ClientId and RequireClientSecret", Secret: "the server's configuration: Client.ClientSecrets", Grant: "the server's configuration: Client.AllowedGrantTypes",
			Scope: "the server's configuration: Client.AllowedScopes", User: "the server's profile service (IsActive)", Log: "the server's log: the answers say nothing by design",
		},
		IssuerFact:      checked("key set at /.well-known/openid-configuration/jwks; a path base becomes part of the issuer; behind a proxy the issuer may turn into http", "Duende docs, discovery endpoint; panva/wellknown"),
		DeviceFact:      checked("yes", "Duende docs"),
		ClientFact:      checked("S256; plain is off by default", "Duende docs"),
		RedirectFact:    checked("compared exactly; an optional validator lets any port through on 127.0.0.1", "Duende source, StrictRedirectUriValidatorAppAuth; its detail is only known"),
		RefreshFact:     known("with the scope offline_access and AllowOfflineAccess"),
		RotationFact:    known("configurable; used again by default since version 7"),
		AccessTokenFact: known("JWT with typ at+jwt, or a reference"),
		RevocationFact:  known("all three"),
		signs:           signs{paths: []string{"/.well-known/openid-configuration/jwks"}, phrases: []string{"unauthorized_client : invalid redirect_uri", "identityserver", "duende", "sorry, there was an error : ", "sorry, something went wrong error code: 500 error:"}},
	}
}

func openiddict() Preset {
	return Preset{
		ID: "openiddict", Name: "OpenIddict", Aliases: []string{"abp", "openiddict-core"}, Use: Login,
		Issuers: []string{"https://{host}/"}, Register: "register the redirect URI to the character", Redirect: Exact,
		Places: Places{
			Redirect: "the server's configuration: OpenIddictApplicationDescriptor.RedirectUris", Client: "the server's configuration: ClientId and ClientType", Secret: "the server's configuration: ClientSecret", Grant: "the server's configuration: Permissions (grant types)",
			Scope: "the server's configuration: Permissions (scopes)", User: "the server's own authorization", Log: "the server's log",
		},
		IssuerFact: known("error_uri names the error's number at documentation.openiddict.com"),
		signs:      signs{paths: []string{"/connect/token", "/.well-known/jwks"}, marks: []string{"documentation.openiddict.com"}, phrases: []string{"openiddict", "the specified 'code_verifier' is invalid", "the specified client credentials are invalid", "is not valid for this client application", "the specified authorization code", "the specified refresh token", "the specified 'client_id'", "the specified token is", "this client application is not allowed to"}},
	}
}
