package preset

// services are the providers that are sold as a service.
func services() []Preset {
	okta := Preset{
		ID: "okta", Name: "Okta", Aliases: []string{"okta-custom", "okta-default"}, Use: Login,
		Issuers:  []string{"https://{domain}.okta.com/oauth2/default", "https://{domain}.okta.com/oauth2/{server}", "https://{domain}.oktapreview.com/oauth2/{server}"},
		Register: "type Native; register the redirect URI to the character, port included",
		Redirect: Exact,
		Places: Places{
			Redirect: "Okta Admin Console > Applications > the app > General > Login > Sign-in redirect URIs", Client: "Okta Admin Console > Applications > the app > General > Client Credentials",
			Secret: "Okta Admin Console > Applications > the app > General > Client Credentials", Grant: "Okta Admin Console > Applications > the app > General > Grant type",
			Scope: "Okta Admin Console > Security > API > Authorization Servers > Scopes", User: "Okta Admin Console > Applications > the app > Assignments",
			Log: "Okta Admin Console > Reports > System Log",
		},
		IssuerFact:      checked("both suffixes are appended to the path, none is inserted; a wrong server id usually shows as invalid_scope or invalid_client", "recorded metadata of a custom server; okta/okta-aspnet#173"),
		DeviceFact:      checked("type Native only; a custom server also needs the grant in the rule of its access policy; a code lives 600 seconds, interval 5", "Okta's device guide and error list"),
		ClientFact:      checked("S256 only", "Okta's guides"),
		RedirectFact:    checked("compared exactly, port included", "Okta's error list"),
		RefreshFact:     checked("with the scope offline_access and the grant Refresh Token; not for token requests that a browser makes", "Okta's error list"),
		RotationFact:    checked("optional, with a grace period", "Okta's error list"),
		AccessTokenFact: checked("JWT of the custom server", "Okta's error list"),
		RevocationFact:  checked("revocation, introspection and logout", "recorded metadata"),
		CacheFact:       checked("discovery max-age=86400; key set counts down to the next change of keys", "recorded headers, 2022"),
		signs: signs{
			hosts: []string{".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com"},
			phrases: []string{"must be a login redirect uri", "must be a 'login redirect uri'", "pkce code challenge is required by the application", "your request resulted in an error", "the client secret supplied for a confidential client is invalid",
				"policy evaluation failed for this request", "user is not assigned to the client application", "one or more scopes are not configured for the authorization server resource",
				"invalid value for 'client_id' parameter", "the 'redirect_uri' does not match the redirection uri", "the device authorization is pending. please try again later", "slow down the polling frequency",
				"configured grant types:", "the audience claim for client_assertion", "either the client or the client credentials are invalid", "pkce verification failed.", "whitelisted redirect_uri",
				"trusted origin", "oktapreview.com", ".okta.com", "cannot use a custom authorization server", "the refresh token is invalid or expired", "browser requests to the token endpoint must use proof key",
				"the authorization code is invalid or has expired", "you are not allowed to access this app", "the client specified not to prompt", "the requested scopes were rejected", "denied scopes",
				"is not a valid uri. it must be a", "\"errorcode\":\"e0000"},
		},
	}
	org := okta
	org.ID, org.Name, org.Aliases, org.Family = "okta-org", "Okta, organization server", []string{"okta-organization"}, "okta"
	org.Issuers = []string{"https://{domain}.okta.com", "https://{domain}.oktapreview.com"}
	org.Register = "its access tokens are for Okta's own interfaces only"
	org.IssuerFact = checked("its access tokens are for Okta's own interfaces and are not meant to be validated by you", "recorded discovery document; the rule is only known")
	org.AccessTokenFact = known("looks like a JWT; not to be validated by anyone but Okta")
	org.signs = signs{}
	return []Preset{okta, org, auth0(), onelogin(), jumpcloud(), pingone(), clerk(), workos(), stytch(), sap(), salesforce()}
}

func auth0() Preset {
	return Preset{
		ID: "auth0", Name: "Auth0", Aliases: []string{"auth0-by-okta"}, Use: Login,
		Issuers:  []string{"https://{tenant}.auth0.com/", "https://{tenant}.{region}.auth0.com/"},
		Register: "the slash at the end belongs to the issuer; register the redirect URI to the character, port included; type Native, no secret",
		Redirect: Exact,
		Places: Places{
			Redirect: "Auth0 Dashboard > Applications > the app > Settings > Allowed Callback URLs", Client: "Auth0 Dashboard > Applications > the app > Settings > Application Type",
			Secret: "Auth0 Dashboard > Applications > the app > Credentials", Grant: "Auth0 Dashboard > Applications > the app > Settings > Advanced Settings > Grant Types",
			Scope: "Auth0 Dashboard > Applications > APIs > the API > Permissions", User: "Auth0 Dashboard > User Management > Users; Actions > Triggers", Log: "Auth0 Dashboard > Monitoring > Logs",
		},
		Endpoints:       []Endpoint{{"end_session_endpoint", "https://{host}/oidc/logout"}},
		IssuerFact:      checked("the slash at the end is part of the issuer, also with a domain of your own; leaving it out is the usual mismatch", "recorded discovery document; coreos/go-oidc#338; erlef/oidcc#349"),
		DeviceFact:      checked("the grant must be enabled and the client's authentication method be none; sending a secret is answered with 403", "auth0/ruby-auth0#794; auth0/terraform-provider-auth0#828"),
		ClientFact:      checked("S256, and plain is announced too", "recorded discovery document"),
		RedirectFact:    checked("compared exactly: port, path and case", "auth0/Auth0.swift#182"),
		RefreshFact:     known("with the scope offline_access, Allow offline access at the API, and the refresh grant at the app"),
		RotationFact:    known("optional; a reused one ends the whole family"),
		AccessTokenFact: known("JWT only when an audience (an API) was asked for; else opaque, for userinfo"),
		RevocationFact:  known("revocation yes, introspection no; logout at /oidc/logout or /v2/logout, not always in discovery"),
		CacheFact:       checked("public, max-age=15, stale-while-revalidate=15, stale-if-error=86400", "recorded headers, 2022"),
		signs: signs{
			hosts:   []string{".auth0.com"},
			members: []string{"mfa_challenge_endpoint"},
			phrases: []string{"callback url mismatch", "service not found:", "not allowed for the client.", "unknown or invalid refresh token", "failed to verify code verifier", "auth0.com", "access_denied: unauthorized",
				"client is not authorized to access", "unauthorized: unauthorized", "auth0", "you should be hitting the device authorization", "you have yet to authorize this device code",
				"the provided redirect_uri is not in the list of allowed callback urls", "parameter 'organization'", "wrong email or password"},
		},
	}
}

func onelogin() Preset {
	return Preset{
		ID: "onelogin", Name: "OneLogin", Use: Login,
		Issuers: []string{"https://{subdomain}.onelogin.com/oidc/2"}, Register: "type Native; no device code", Redirect: Exact,
		Places: Places{
			Redirect: "OneLogin Administration > Applications > the app > Configuration > Redirect URIs", Client: "OneLogin Administration > Applications > the app > SSO",
			Secret: "OneLogin Administration > Applications > the app > SSO", Grant: "OneLogin Administration > Applications > the app > SSO > Application Type", User: "OneLogin Administration > Applications > the app > Users",
			Log: "OneLogin Administration > Activity > Events",
		},
		IssuerFact:   checked("its keys have a member status and no alg", "DockYard/openid_connect fixtures"),
		DeviceFact:   checked("none", "DockYard/openid_connect fixtures"),
		ClientFact:   checked("S256; application type Native", "DockYard/openid_connect fixtures"),
		RedirectFact: known("compared exactly; http for localhost only"),
		CacheFact:    checked("private", "recorded headers, 2022"),
		signs:        signs{hosts: []string{".onelogin.com"}, paths: []string{"/oidc/2/"}, phrases: []string{"onelogin.com"}},
	}
}

func jumpcloud() Preset {
	return Preset{
		ID: "jumpcloud", Name: "JumpCloud", Family: "hydra", Use: Login,
		Issuers: []string{"https://oauth.id.jumpcloud.com/"}, Register: "the slash at the end belongs to the issuer; register the redirect URI to the character", Redirect: Exact,
		Places:       Places{Redirect: "JumpCloud Admin Portal > SSO Applications > the app > SSO > Redirect URIs", Client: "JumpCloud Admin Portal > SSO Applications > the app > SSO", User: "JumpCloud Admin Portal > SSO Applications > the app > User Groups"},
		IssuerFact:   checked("the slash at the end is part of the issuer, and some presets of libraries leave it out; the server is one of the Hydra family", "public presets of openauth and payload-auth"),
		DeviceFact:   known("none"),
		ClientFact:   known("S256"),
		RedirectFact: known("compared exactly"),
		signs:        signs{hosts: []string{"oauth.id.jumpcloud.com"}, phrases: []string{"jumpcloud"}},
	}
}

func pingone() Preset {
	return Preset{
		ID: "pingone", Name: "PingOne", Aliases: []string{"ping-one"}, Family: "pingfederate", Use: Login,
		Issuers: []string{"https://auth.pingone.com/{environment}/as", "https://auth.pingone.eu/{environment}/as", "https://auth.pingone.ca/{environment}/as", "https://auth.pingone.asia/{environment}/as",
			"https://auth.pingone.com.au/{environment}/as", "https://auth.pingone.sg/{environment}/as"},
		Register: "the domain's end depends on the region: com, eu, ca, asia", Redirect: Exact,
		Places: Places{
			Redirect: "PingOne console > Applications > the app > Configuration > Redirect URIs (the Sign-on URL is something else)", Client: "PingOne console > Applications > the app > Overview", Secret: "PingOne console > Applications > the app > Overview",
			Grant: "PingOne console > Applications > the app > Configuration > Grant Type", Scope: "PingOne console > Applications > the app > Resources", User: "PingOne console > Applications > the app > Access", Log: "PingOne console > Monitoring > Audit",
		},
		IssuerFact:   checked("the path ends in /as, and the end of the domain names the region", "pingidentity/pingone-go-client, tests of its endpoints"),
		DeviceFact:   checked("yes", "pingidentity/pingone-go-client, tests of its endpoints"),
		ClientFact:   known("S256; set PKCE enforcement"),
		RedirectFact: known("compared exactly; wildcards are limited"),
		signs:        signs{hosts: []string{"auth.pingone.com", "auth.pingone.eu", "auth.pingone.ca", "auth.pingone.asia", "auth.pingone.com.au", "auth.pingone.sg"}, phrases: []string{"pingone"}},
	}
}

func clerk() Preset {
	return Preset{
		ID: "clerk", Name: "Clerk", Use: Login,
		Issuers: []string{"https://{slug}.clerk.accounts.dev"}, Register: "a public client with PKCE; register the redirect URI to the character", Redirect: Exact,
		Places:     Places{Redirect: "Clerk Dashboard > OAuth applications > the app > Redirect URIs", Client: "Clerk Dashboard > OAuth applications", Secret: "Clerk Dashboard > OAuth applications", Scope: "Clerk Dashboard > OAuth applications > the app > Scopes"},
		IssuerFact: known("the issuer is the host of the frontend interface, https://clerk.{domain} in production; both suffixes are served"),
		DeviceFact: known("none"), ClientFact: known("public clients with S256"), RedirectFact: known("compared exactly"),
		signs: signs{hosts: []string{".clerk.accounts.dev"}, phrases: []string{"clerk.accounts.dev", "clerk.com"}},
	}
}

func workos() Preset {
	return Preset{
		ID: "workos", Name: "WorkOS AuthKit", Aliases: []string{"authkit"}, Use: Login,
		Issuers: []string{"https://{subdomain}.authkit.app"}, Register: "localhost with any port", Redirect: AnyPortName,
		Places:     Places{Redirect: "WorkOS Dashboard > Redirects", Client: "WorkOS Dashboard > API Keys", Secret: "WorkOS Dashboard > API Keys"},
		IssuerFact: known("the address of the key set holds the client id and is on the host of the programming interface; AuthKit serves both suffixes"),
		DeviceFact: known("yes"), ClientFact: known("public clients with S256"), RedirectFact: known("compared exactly, but localhost may have any port"),
		signs: signs{hosts: []string{".authkit.app", "api.workos.com"}, phrases: []string{"workos.com", "authkit"}},
	}
}

func stytch() Preset {
	return Preset{
		ID: "stytch", Name: "Stytch", Use: Login,
		Issuers: []string{"https://{project}.customers.stytch.com"}, Register: "for Connected Apps only; register the redirect URI to the character", Redirect: Exact,
		Places:     Places{Redirect: "Stytch Dashboard > Connected Apps > the app > Redirect URLs", Client: "Stytch Dashboard > Connected Apps", Secret: "Stytch Dashboard > Connected Apps"},
		IssuerFact: known("for Connected Apps only; the issuer is the project's domain"),
		DeviceFact: known("none"), ClientFact: known("public clients with S256"), RedirectFact: known("compared exactly"),
		signs: signs{hosts: []string{".customers.stytch.com"}, phrases: []string{"stytch"}},
	}
}

func sap() Preset {
	return Preset{
		ID: "sap-ias", Name: "SAP Cloud Identity Services", Aliases: []string{"sap", "ias"}, Use: Login,
		Issuers: []string{"https://{tenant}.accounts.ondemand.com", "https://{tenant}.accounts.cloud.sap"}, Register: "register the redirect URI to the character; localhost is allowed", Redirect: Exact,
		Places:     Places{Redirect: "SAP Cloud Identity Services > Applications > the app > OpenID Connect Configuration > Redirect URIs", Client: "SAP Cloud Identity Services > Applications", Secret: "SAP Cloud Identity Services > Applications > the app > Client Authentication", Grant: "SAP Cloud Identity Services > Applications > the app > OpenID Connect Configuration > Grant types"},
		IssuerFact: known("the issuer stays the default host even when a domain of your own is used, unless that is changed"),
		DeviceFact: known("none"), ClientFact: known("S256, public clients optional"), RedirectFact: known("compared exactly; localhost allowed"),
		signs: signs{hosts: []string{".accounts.ondemand.com", ".accounts.cloud.sap"}, phrases: []string{"accounts.ondemand.com"}},
	}
}

func salesforce() Preset {
	return Preset{
		ID: "salesforce", Name: "Salesforce", Aliases: []string{"sfdc", "force.com"}, Use: Login,
		Issuers:  []string{"https://login.salesforce.com", "https://test.salesforce.com", "https://{mydomain}.my.salesforce.com"},
		Register: "register http://localhost with its port", Redirect: Exact,
		Places: Places{
			Redirect: "Salesforce Setup > App Manager > the connected app > Callback URL", Client: "Salesforce Setup > App Manager > the connected app > Manage Consumer Details", Secret: "Salesforce Setup > App Manager > the connected app > Manage Consumer Details",
			Grant: "Salesforce Setup > App Manager > the connected app > OAuth settings", Scope: "Salesforce Setup > App Manager > the connected app > Selected OAuth Scopes", User: "Salesforce Setup > Connected Apps > Manage Connected Apps", Log: "Salesforce Setup > Login History",
		},
		IssuerFact:      checked("the member register_endpoint is not standard; a token's iss follows the login host that was used", "recorded discovery document"),
		DeviceFact:      known("yes; the token request names the grant device, not the URN"),
		ClientFact:      known("S256, optional or required by app"),
		RedirectFact:    known("compared exactly; http://localhost allowed"),
		RefreshFact:     checked("with the scope refresh_token or offline_access", "recorded answer, apache-oltu-oauth2-provider-demo#11"),
		RotationFact:    checked("optional", "recorded answer, apache-oltu-oauth2-provider-demo#11"),
		AccessTokenFact: checked("opaque (00D…!…), without expires_in; the answer adds instance_url, id, issued_at as a string, and signature", "recorded answer, apache-oltu-oauth2-provider-demo#11"),
		RevocationFact:  checked("revocation and introspection", "recorded discovery document"),
		signs: signs{
			hosts: []string{".salesforce.com", ".force.com"}, members: []string{"register_endpoint"}, paths: []string{"/services/oauth2/"},
			phrases: []string{"client identifier invalid", "approved this consumer", "expired authorization code", "invalid_session_id", "oauth_app_blocked", "oauth_ec_app_not_found", "oauth_approval_error", "authentication failure", "salesforce", "inactive_user", "inactive_org", "expired access/refresh token", "app_not_found", "the connected app"},
		},
	}
}
