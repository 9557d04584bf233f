package preset

// large are the providers of the large clouds.
func large() []Preset {
	return append([]Preset{google(), cognito(), apple()}, microsoft()...)
}

func google() Preset {
	return Preset{
		ID: "google", Name: "Google", Aliases: []string{"google workspace", "gcp", "accounts.google.com"}, Use: Login,
		Issuers:  []string{"https://accounts.google.com"},
		Register: "a client of type Desktop app has a secret that must be sent; it may use any port on 127.0.0.1",
		Redirect: AnyPort,
		Places: Places{
			Redirect: "Google Cloud console, Google Auth Platform > Clients > the client > Authorized redirect URIs (a Desktop client needs none)",
			Client:   "Google Cloud console, Google Auth Platform > Clients", Secret: "Google Cloud console, Google Auth Platform > Clients > the client > Client secrets",
			Scope: "Google Cloud console, Google Auth Platform > Data Access", User: "Google Cloud console, Google Auth Platform > Audience",
			Grant: "Google Cloud console: the client's type decides it; create a client of another type",
		},
		IssuerFact:      checked("a token's iss may lack the scheme (accounts.google.com); the endpoints are spread over four hosts", "recorded discovery document; OpenID Connect Core 15.6.2"),
		DeviceFact:      known("needs a client of type TVs and Limited Input devices, with its secret, and allows few scopes"),
		ClientFact:      checked("S256; a client of type Desktop still has to send its secret to the token endpoint", "googleapis/google-api-dotnet-client#1827"),
		RedirectFact:    known("a Desktop client may use any port on 127.0.0.1 or localhost and registers nothing; a Web client is compared exactly"),
		RefreshFact:     known("asks for access_type=offline, not the scope offline_access; given at the first consent, or with prompt=consent"),
		RotationFact:    known("not rotated; dies after 7 days while the app is in Testing; at most 100 for a user and client"),
		AccessTokenFact: known("opaque (ya29.…)"),
		RevocationFact:  known("revocation yes; no introspection (tokeninfo instead); no end_session_endpoint"),
		CacheFact:       checked("discovery public, max-age=3600; key set public, max-age about 6 hours", "recorded headers, 2022"),
		signs: signs{
			hosts:   []string{"accounts.google.com", "oauth2.googleapis.com", "openidconnect.googleapis.com"},
			phrases: []string{"client_secret is missing", "token has been expired or revoked", "that's an error.", "malformed auth code", "access blocked: authorization error", "the oauth client was not found", "admin_policy_enforced", "disallowed_useragent", "org_internal", "error 400: redirect_uri_mismatch", "error 401: invalid_client", "error 401: deleted_client", "error 403: access_denied", "does not match the ones authorized for the oauth client", "google verification process", "this app doesn't comply with google", "client is unauthorized to retrieve access tokens using this method", "developers.google.com", "googleusercontent.com", "you can't sign in to this app because it doesn't comply with google", "invalid_grant bad request", "missing code verifier", "required parameter is missing:", "error 400: invalid_request", "oauth 2 parameters can only have a single value", "the provided client secret is invalid", "disabled_client", "access blocked:", "precondition required"},
		},
	}
}

func cognito() Preset {
	return Preset{
		ID: "cognito", Name: "Amazon Cognito", Aliases: []string{"aws-cognito", "amazon"}, Use: Login,
		Issuers:  []string{"https://cognito-idp.{region}.amazonaws.com/{pool}"},
		Register: "no device code; register http://localhost with its port; an app client without a secret",
		Redirect: Exact,
		Places: Places{
			Redirect: "Amazon Cognito > User pools > App clients > Login pages > Allowed callback URLs", Client: "Amazon Cognito > User pools > App clients",
			Secret: "Amazon Cognito > User pools > App clients > App client information", Grant: "Amazon Cognito > User pools > App clients > Login pages > OAuth grant types",
			Scope: "Amazon Cognito > User pools > App clients > Login pages > OpenID Connect scopes and Custom scopes", User: "Amazon Cognito > User pools > Users",
			Log: "Amazon CloudTrail and the user pool's logs: the answers themselves say little",
		},
		IssuerFact:      checked("the issuer is not the login domain: every endpoint except the key set is on {prefix}.auth.{region}.amazoncognito.com or a domain of your own", "recorded discovery document"),
		DeviceFact:      checked("none", "recorded discovery document"),
		ClientFact:      checked("S256 only, though not announced; a public client is an app client without a secret", "Cognito guide, authorize endpoint"),
		RedirectFact:    checked("https, except http://localhost; compared exactly, port included", "Cognito guide, authorize endpoint"),
		RefreshFact:     checked("with the code flow only; a refresh brings no new refresh token unless rotation is on", "Cognito guide"),
		RotationFact:    checked("off by default", "Cognito guide"),
		AccessTokenFact: known("JWT without aud: client_id and token_use stand for it"),
		RevocationFact:  known("revocation in newer pools, no introspection; logout is /logout?client_id=&logout_uri="),
		signs: signs{
			hosts:   []string{".amazoncognito.com"},
			phrases: []string{"amazoncognito.com", "error=redirect_mismatch", "redirect_mismatch", "calling idp token endpoint", "bad token response: http", "client is not enabled for oauth2.0 flows", "attributes required", "client does not exist", "\"__type\":\"notauthorizedexception"},
		},
	}
}

func apple() Preset {
	return Preset{
		ID: "apple", Name: "Apple", Aliases: []string{"sign in with apple", "siwa", "appleid"}, Use: Login,
		Issuers:  []string{"https://appleid.apple.com"},
		Register: "https with a real domain only: nothing on this machine; the client secret is a JWT that you sign",
		Redirect: RealDomain,
		Places: Places{
			Redirect: "Apple Developer > Identifiers > Services IDs > Sign in with Apple > Configure > Return URLs", Client: "Apple Developer > Identifiers > Services IDs",
			Secret: "Apple Developer > Keys: the client secret is a JWT signed with such a key", Grant: "Apple Developer > Identifiers", Scope: "the request itself: name and email are all there is",
		},
		IssuerFact:      checked("no userinfo endpoint, no PKCE member, no grant list, client_secret_post only", "recorded discovery document"),
		DeviceFact:      checked("none", "recorded discovery document"),
		ClientFact:      checked("PKCE tolerated, not announced; the secret is a signed JWT of at most six months", "recorded discovery document"),
		RedirectFact:    checked("https with a real domain; neither localhost nor an IP address", "Okta's guide to Apple as identity provider"),
		RefreshFact:     known("always with the code flow"),
		RotationFact:    known("not rotated; may be validated once a day"),
		AccessTokenFact: known("opaque"),
		RevocationFact:  known("revocation yes"),
		signs: signs{
			hosts:   []string{"appleid.apple.com"},
			phrases: []string{"appleid.apple.com", "the code has expired or has been revoked", "invalid web redirect url", "sign in with apple", "user_cancelled_authorize", "your request could not be completed because of an error. please try again later", "sign up not completed"},
		},
	}
}
