package preset

// social are the providers whose login is a by-product: code hosting, chat, video, work networks. Most are OAuth 2.0 with
// habits of their own.
func social() []Preset {
	return []Preset{github(), gitlab(), linkedin(), slack(), twitch(), facebook()}
}

func github() Preset {
	return Preset{
		ID: "github", Name: "GitHub", Aliases: []string{"gh", "github.com"}, Use: Login,
		Endpoints: []Endpoint{
			{"authorization_endpoint", "https://github.com/login/oauth/authorize"}, {"token_endpoint", "https://github.com/login/oauth/access_token"},
			{"device_authorization_endpoint", "https://github.com/login/device/code"}, {"userinfo_endpoint", "https://api.github.com/user"},
		},
		Register: "register http://127.0.0.1/callback: the port may differ; the web flow needs the secret, the device flow does not", Redirect: BelowCallback,
		Places: Places{
			Redirect: "GitHub > Settings > Developer settings > OAuth Apps (or GitHub Apps) > the app > Authorization callback URL", Client: "GitHub > Settings > Developer settings > OAuth Apps (or GitHub Apps)",
			Secret: "GitHub > Settings > Developer settings > the app > Client secrets", Grant: "GitHub > Settings > Developer settings > the app > Enable Device Flow", Scope: "the request itself (OAuth Apps), or the app's permissions (GitHub Apps)",
		},
		IssuerFact:      checked("no discovery document and no ID token for people's logins: plain OAuth 2.0, user data from api.github.com", "panva/openid-client#575"),
		DeviceFact:      checked("yes, must be switched on for each app", "panva/openid-client#575"),
		ClientFact:      known("S256 accepted since 2025; the web flow still needs the secret"),
		RedirectFact:    known("the path must be below the registered callback; when that is a loopback address, the port may differ"),
		RefreshFact:     known("only GitHub Apps with expiring tokens"),
		RotationFact:    known("single use"),
		AccessTokenFact: known("opaque (gho_…, ghu_…)"),
		RevocationFact:  known("through the REST interface, with Basic authentication"),
		signs: signs{
			hosts: []string{"github.com", "api.github.com"},
			phrases: []string{"bad_verification_code", "incorrect_client_credentials", "developer.github.com", "docs.github.com", "the redirect_uri must match the registered callback url", "too many requests have been made in the same timeframe",
				"device_flow_disabled", "incorrect_device_code", "unverified_user_email", "application_suspended", "the code passed is incorrect or expired", "the client_id and/or client_secret passed are incorrect",
				"the authorization request is still pending", "bad_refresh_token", "bad credentials"},
		},
	}
}

func gitlab() Preset {
	return Preset{
		ID: "gitlab", Name: "GitLab", Aliases: []string{"doorkeeper", "gitlab.com"}, Use: Login,
		Issuers: []string{"https://gitlab.com"}, Register: "register http://127.0.0.1/callback, any port will do; untick Confidential", Redirect: AnyPortIP,
		Places: Places{
			Redirect: "GitLab > User settings (or Admin area) > Applications > the application > Redirect URI", Client: "GitLab > Applications > the application > Confidential", Secret: "GitLab > Applications > the application > Secret",
			Grant: "GitLab > Applications > the application", Scope: "GitLab > Applications > the application > Scopes", Log: "GitLab's production.log or auth_json.log on a server of your own",
		},
		IssuerFact:      checked("a document of 2024 listed the grant device_code, a short name, without a device endpoint", "recorded discovery document"),
		DeviceFact:      known("in recent versions, at /oauth/authorize_device"),
		ClientFact:      checked("S256; a public client is one with Confidential unticked", "recorded discovery document; Doorkeeper source"),
		RedirectFact:    checked("compared exactly; the port may vary for the loopback addresses 127.0.0.1 and [::1], not for the name localhost", "Doorkeeper uri_checker"),
		RefreshFact:     checked("always", "recorded discovery document; Dynatrace/ace-box#580"),
		RotationFact:    checked("single use: using one twice breaks the chain", "Dynatrace/ace-box#580"),
		AccessTokenFact: checked("opaque", "recorded discovery document"),
		RevocationFact:  checked("revocation and introspection; no end_session_endpoint", "recorded discovery document"),
		signs: signs{
			hosts: []string{"gitlab.com"}, paths: []string{"/oauth/discovery/keys"},
			phrases: []string{"the redirect uri included is not valid", "requested redirect uri is malformed or doesn't match", "client authentication failed due to unknown client, no client authentication included, or unsupported authentication method",
				"the provided authorization grant is invalid, expired, revoked, does not match the redirection uri used", "the requested scope is invalid, unknown, or malformed", "realm=\"doorkeeper\"", "doorkeeper", "more than one mechanism for authenticating the client",
				"code challenge is required", "the code_challenge_method must be", "the authorization server does not support this response type", "gitlab", "the access token expired", "the access token was revoked", "the access token is invalid"},
		},
	}
}

func linkedin() Preset {
	return Preset{
		ID: "linkedin", Name: "LinkedIn", Use: Login,
		Issuers: []string{"https://www.linkedin.com/oauth"}, Register: "https and a real domain, compared to the character; an app on your machine needs LinkedIn's approval", Redirect: RealDomain,
		Places: Places{
			Redirect: "LinkedIn Developers > the app > Auth > Authorized redirect URLs", Client: "LinkedIn Developers > the app > Auth > Application credentials", Secret: "LinkedIn Developers > the app > Auth > Application credentials",
			Grant: "LinkedIn Developers > the app > Products", Scope: "LinkedIn Developers > the app > Products (Sign In with LinkedIn using OpenID Connect)",
		},
		Endpoints:       []Endpoint{{"introspection_endpoint", "https://www.linkedin.com/oauth/v2/introspectToken"}},
		IssuerFact:      checked("older ID tokens had https://www.linkedin.com as iss; the older document lacked nonce", "public copy of the document; the token's iss is only known"),
		DeviceFact:      known("none"),
		ClientFact:      known("PKCE for approved native apps only, at an authorize path of their own"),
		RedirectFact:    known("compared exactly, https; loopback for approved native apps"),
		RefreshFact:     known("approved partners only"),
		RotationFact:    known("not rotated"),
		AccessTokenFact: known("opaque"),
		RevocationFact:  known("introspection at /oauth/v2/introspectToken"),
		signs: signs{hosts: []string{"www.linkedin.com"}, phrases: []string{"appid/redirect uri/code verifier does not match", "unauthorized_scope_error", "openid_insufficient_scope_error", "external member binding", "linkedin",
			"user_cancelled_login", "unable to retrieve access token", "the passed in client_id is invalid"}},
	}
}

func slack() Preset {
	return Preset{
		ID: "slack", Name: "Slack", Use: Login,
		Issuers: []string{"https://slack.com"}, Register: "https only: an http redirect URI is refused", Redirect: RealDomain,
		Places: Places{
			Redirect: "api.slack.com > the app > OAuth & Permissions > Redirect URLs", Client: "api.slack.com > the app > Basic Information > App Credentials", Secret: "api.slack.com > the app > Basic Information > App Credentials",
			Grant: "api.slack.com > the app > OAuth & Permissions", Scope: "api.slack.com > the app > OAuth & Permissions > Scopes",
		},
		IssuerFact:      checked("the token endpoint is the name of a method of the programming interface", "recorded discovery document"),
		DeviceFact:      known("none"),
		ClientFact:      known("S256 recently, not announced"),
		RedirectFact:    checked("https only; http is answered bad_redirect_uri with a warning", "jpbruinsslot/slack-term#265"),
		RefreshFact:     known("when token rotation is switched on"),
		RotationFact:    known("yes"),
		AccessTokenFact: known("opaque (xox…)"),
		RevocationFact:  known("a method of the programming interface"),
		signs:           signs{hosts: []string{"slack.com"}, marks: []string{"\"ok\":false"}, phrases: []string{"bad_redirect_uri", "bad_client_secret", "code_already_used", "slack.com", "invalid_team_for_non_distributed_app", "auth request oauth redirect url", "oauth_authorization_url_mismatch"}},
	}
}

func twitch() Preset {
	return Preset{
		ID: "twitch", Name: "Twitch", Use: Login,
		Issuers: []string{"https://id.twitch.tv/oauth2"}, Register: "register http://localhost with its port; a public client gets the device flow or implicit, not the code flow", Redirect: Exact,
		Places: Places{
			Redirect: "dev.twitch.tv > Console > Applications > the app > OAuth Redirect URLs", Client: "dev.twitch.tv > Console > Applications > the app > Client Type", Secret: "dev.twitch.tv > Console > Applications > the app > New Secret",
			Grant: "dev.twitch.tv > Console > Applications > the app > Client Type", Scope: "the request itself (the device flow calls the parameter scopes)",
		},
		Endpoints: []Endpoint{
			{"device_authorization_endpoint", "https://id.twitch.tv/oauth2/device"}, {"revocation_endpoint", "https://id.twitch.tv/oauth2/revoke"}, {"validation_endpoint", "https://id.twitch.tv/oauth2/validate"},
		},
		IssuerFact:      checked("the document leaves out the device, revocation and validation endpoints, which exist", "panva/wellknown"),
		DeviceFact:      checked("yes; its parameter is scopes", "twitchdev/issues#1037"),
		ClientFact:      checked("no PKCE; public clients get the device flow or implicit only", "twitchdev/twitch-cli#314"),
		RedirectFact:    known("compared exactly; http for localhost only"),
		RefreshFact:     checked("always, with code and device", "twitchdev/issues#1037"),
		RotationFact:    checked("public clients: single use, about 30 days", "twitchdev/issues#1037"),
		AccessTokenFact: known("opaque"),
		RevocationFact:  checked("revocation, and /oauth2/validate with the header scheme OAuth", "twitchdev/issues#1037"),
		signs:           signs{hosts: []string{"id.twitch.tv"}, phrases: []string{"\"message\":\"missing client secret", "\"status\":400,\"message\":\"invalid refresh token", "\"status\":401,\"message\":\"invalid refresh token", "\"message\":\"invalid device code", "\"message\":\"missing device_code", "\"message\":\"authorization_pending", "twitch", "invalid oauth token", "\"message\":\"missing client id", "\"message\":\"invalid client secret", "parameter redirect_uri does not match registered uri"}},
	}
}

func facebook() Preset {
	return Preset{
		ID: "facebook", Name: "Facebook", Aliases: []string{"meta"}, Use: Login,
		Issuers: []string{"https://www.facebook.com"}, Register: "no token endpoint in its document: only the implicit and limited logins speak OpenID Connect", Redirect: Exact,
		Places:     Places{Redirect: "Meta for Developers > the app > Facebook Login > Settings > Valid OAuth Redirect URIs", Client: "Meta for Developers > the app > Settings > Basic", Secret: "Meta for Developers > the app > Settings > Basic"},
		IssuerFact: checked("the document has no token endpoint", "recorded discovery document"),
		DeviceFact: known("of its own kind"), ClientFact: known("implicit or limited login only"), RedirectFact: known("compared exactly"), AccessTokenFact: known("opaque"),
		signs: signs{hosts: []string{"www.facebook.com", "graph.facebook.com"}, marks: []string{"fbtrace_id"}, phrases: []string{"oauthexception", "facebook"}},
	}
}
