package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

// The servers of this file say little, or few of their failures are known.

func authentik() []row {
	return []row{
		{id: "AK-01", text: []pattern{"redirect uri error", "mismatching redirection uri"}, mark: preset.Checked, source: "dedicatedcode/reitti#396; goauthentik/authentik#12136", what: "the redirect URI is not in the provider's list", causes: []string{"it was never added, or differs in a slash or port", "an entry is compared strictly where a regular expression is meant, or the other way round: an upgrade to 2024.12 escaped old entries"}, fixes: []fix{addRedirect(), do("for a free port, add an entry of kind Regex"), enter("such an expression", `http://127\.0\.0\.1:\d+/callback`)}},
		{id: "AK-04", text: []pattern{"client id error", "client identifier (client_id) is missing or invalid"}, mark: preset.Known, what: "the client id is not known", causes: []string{"a typing error", "the provider is not assigned to an application"}, fixes: []fix{checkClientID()}},
		{id: "AK-02", code: []string{"invalid_client", "invalid_grant"}, mark: preset.Known, what: "the client or the code is not accepted", causes: []string{"the client type (public or confidential) does not fit the request: a secret is missing, wrong or too much", "the code was redeemed already, has expired, or its verifier does not match", "the redirect URI differs from that of the authorization request"}, fixes: []fix{do("compare the client type: {at_client|the provider}"), newSecret(), restart(), sameRedirect()}},
		{id: "AK-03", text: []pattern{"permission denied", "access denied", "flow does not apply to current user", "not allowed to access"}, mark: preset.Known, what: "a policy does not let this person in", causes: []string{"a policy or group binding of the application"}, fixes: []fix{assignUser(), readLog()}},
	}
}

func fusionauth() []row {
	return []row{
		{id: "FA-01", text: []pattern{"auth_code_not_found", "invalid authorization code"}, mark: preset.Checked, source: "FusionAuth/fusionauth-issues#150", what: "the code is not known: it is wrong, used or expired, or the form was not encoded", causes: []string{"the body was sent as JSON or in the address instead of as a form", "the code was redeemed already, or has expired"}, fixes: []fix{enter("send the body as a form", "Content-Type: application/x-www-form-urlencoded"), restart()}},
		{id: "FA-02", text: []pattern{"invalid_redirect_uri"}, mark: preset.Known, what: "the redirect URI is not authorized", causes: []string{"it was never added, or differs"}, fixes: []fix{addRedirect()}},
		{id: "FA-02", text: []pattern{"invalid_client_id"}, mark: preset.Known, what: "the client id is not known", causes: []string{"a typing error", "another tenant"}, fixes: []fix{checkClientID()}},
		{id: "FA-02", sub: nil, text: []pattern{"missing_{parameter}"}, mark: preset.Known, what: "the parameter {parameter|named in error_reason} is missing", causes: []string{"it was not sent, or not in the form"}, fixes: []fix{enter("add the parameter", "{parameter}")}},
		{id: "FA-03", text: []pattern{"refresh_token_not_found", "client_authentication_missing", "grant_type_disabled", "invalid_pkce_code_verifier", "invalid_client_authentication"}, mark: preset.Known, what: "FusionAuth refused: {sub|see error_reason}", causes: []string{"the refresh token is over, the client's authentication is missing or wrong, the grant is off, or the verifier does not match: error_reason says which"}, fixes: []fix{do("compare with {at_client|the application's OAuth settings}"), readLog()}},
	}
}

func duende() []row {
	return []row{
		{id: "DU-01", text: []pattern{"invalid redirect_uri", "invalid_redirect_uri"}, mark: preset.Checked, source: "XeroAPI/xero-netstandard-oauth2-samples#5", what: "the redirect URI is not registered for the client (this family answers unauthorized_client)", causes: []string{"it differs in a slash, a port or the scheme: the comparison is exact", "it was never added"}, fixes: []fix{addRedirect()}},
		{id: "DU-03", code: []string{"invalid_scope"}, mark: preset.Known, what: "a scope is not allowed for the client", causes: []string{"it is not among the client's AllowedScopes", "it is not defined at the server", "offline_access without AllowOfflineAccess"}, fixes: []fix{allowScope()}},
		{id: "DU-03", text: []pattern{"invalid scope"}, mark: preset.Known, what: "a scope is not allowed for the client", causes: []string{"it is not among the client's AllowedScopes"}, fixes: []fix{allowScope()}},
		{id: "DU-02", at: []Endpoint{AtToken, unsaid}, code: []string{"invalid_grant"}, mark: preset.Checked, source: "IdentityServer/IdentityServer3#2623", what: "the grant was refused, without a description by design", causes: []string{"the code was redeemed already, or has expired", "the code verifier does not match, is missing, or was sent where the flow expects none", "the redirect URI differs from that of the authorization request", "the person is not active any more", "the refresh token was used or has expired"}, fixes: []fix{readLog(), restart(), sameRedirect()}},
		{id: "DU-04", code: []string{"invalid_client"}, mark: preset.Known, what: "client authentication failed, without a description by design", causes: []string{"the client id is not known", "the secret is wrong, or stored without its hash", "the client needs a secret (RequireClientSecret)"}, fixes: []fix{checkClientID(), newSecret(), readLog()}},
		{id: "DU-05", code: []string{"unauthorized_client"}, mark: preset.Known, what: "the client is not known, is disabled, or may not use this grant", causes: []string{"AllowedGrantTypes lacks the grant", "the client id is not known or Enabled is false", "the redirect URI is not registered"}, fixes: []fix{allowGrant(), checkClientID(), readLog()}},
	}
}

func openiddict() []row {
	return []row{
		{id: "OI-01", text: []pattern{"specified 'code_verifier' is invalid", "specified code_verifier"}, mark: preset.Checked, source: "openiddict/openiddict-core#1225", what: "the PKCE code verifier does not match the code challenge", causes: []string{"another verifier than that of the authorization request", "hash or base64url encoded twice"}, fixes: []fix{oneVerifier()}},
		{id: "OI-02", text: []pattern{"'redirect_uri' is not valid", "specified 'redirect_uri'"}, mark: preset.Known, what: "the redirect URI is not valid for this client", causes: []string{"it is not registered, to the character", "the token request has another one"}, fixes: []fix{addRedirect(), sameRedirect()}},
		{id: "OI-03", text: []pattern{"specified authorization code", "specified token is*no longer valid", "already been redeemed", "specified refresh token"}, mark: preset.Known, what: "the code or token is used, revoked or expired", causes: []string{"it was redeemed already", "too much time passed"}, fixes: []fix{restart(), oneUser()}},
		{id: "OI-04", text: []pattern{"client credentials are invalid", "'client_secret' must be specified", "'client_secret' parameter must"}, mark: preset.Known, what: "the client secret is wrong or missing, or not wanted", causes: []string{"the client is confidential and the secret differs", "a public client must not send one"}, fixes: []fix{newSecret(), do("or make the client public")}},
		{id: "OI-05", text: []pattern{"not allowed to use the specified", "this client application is not allowed"}, mark: preset.Known, what: "the client lacks the permission for this grant, scope or endpoint", causes: []string{"Permissions of the application don't list it"}, fixes: []fix{do("add the permission: {at_grant|Permissions}")}},
		{id: "OI-06", text: []pattern{"'client_id' is invalid", "specified 'client_id'"}, mark: preset.Known, what: "the client is not known", causes: []string{"a typing error", "the application was never created"}, fixes: []fix{checkClientID()}},
	}
}

// nodeProvider has few rows: what that library says of tokens and clients is no more than the specifications do, on purpose.
func nodeProvider() []row {
	rows := []row{
		{id: "OP-01", text: []pattern{"redirect_uri did not match any of the client's registered redirect_uris"}, what: "the redirect URI is not one of the client's", causes: []string{"it differs in path, slash or host", "it differs in port, and the client's application_type is web: only native clients may use any port", "it was never added"}, fixes: []fix{addRedirect()}},
		{id: "OP-02", code: []string{"invalid_client"}, text: []pattern{"client is invalid"}, what: "the client is not known", causes: []string{"the client id is wrong", "the client was deleted, or the server keeps clients in memory only and was restarted"}, fixes: []fix{checkClientID()}},
		{id: "OP-03", text: []pattern{"authorization request has expired", "interaction session not found", "interaction session id cookie not found", "session id cookie"}, what: "the login page has lost its login", causes: []string{"the page was open for too long, or opened a second time", "its cookie did not come back: another host name, http behind a proxy that is not trusted (proxy: true), cookies are blocked", "the server was restarted and keeps sessions in memory only"}, fixes: []fix{do("start the login again, in one tab"), readLog()}},
		{id: "OP-04", text: []pattern{"requested scope is not allowed", "requested scopes not allowed"}, what: "a scope is not allowed for the client", causes: []string{"it is not one of the client's"}, fixes: []fix{allowScope()}},
		{id: "OP-05", text: []pattern{"introspection must be requested with accept"}, what: "this client gets introspection answers as a JWT only", causes: []string{"the client is registered with introspection_signed_response_alg"}, fixes: []fix{enter("ask for it", "Accept: application/token-introspection+jwt"), do("or take introspection_signed_response_alg out of the client's registration")}},
	}
	for i := range rows {
		rows[i].mark, rows[i].source = preset.Checked, "oidc-provider source"
	}
	return rows
}

func logto() []row {
	return []row{
		{id: "LO-01", text: []pattern{"oidc.invalid_redirect_uri"}, mark: preset.Known, what: "the redirect URI is not one of the client's", causes: []string{"it differs in port, path or slash", "it was never added"}, fixes: []fix{addRedirect()}},
		{id: "LO-01", text: []pattern{"oidc.invalid_grant"}, mark: preset.Known, what: "the code or refresh token is not good", causes: []string{"it was redeemed already, or has expired", "the redirect URI or the verifier differs", "it belongs to another client"}, fixes: []fix{restart(), sameRedirect()}},
		{id: "LO-01", text: []pattern{"oidc.invalid_client"}, mark: preset.Known, what: "the client is not known", causes: []string{"the client id is wrong", "another tenant"}, fixes: []fix{checkClientID(), newSecret()}},
		{id: "LO-02", code: []string{"invalid_client"}, mark: preset.Known, what: "client authentication failed", causes: []string{"the secret is wrong", "the authentication method is not the registered one", "the client is not known"}, fixes: []fix{switchMethod(), newSecret(), checkClientID()}},
	}
}

func casdoor() []row {
	return checkedIn([]row{
		{id: "CA-01", text: []pattern{"client_id is invalid", "invalid client_id", "invalid application"}, what: "the client is not known", causes: []string{"a typing error in the client id", "the application was deleted"}, fixes: []fix{checkClientID()}},
		{id: "CA-01", text: []pattern{"has been used"}, what: "the code was redeemed already", causes: []string{"the exchange was made twice"}, fixes: []fix{restart()}},
		{id: "CA-01", text: []pattern{"verifier is invalid", "challengeanswer"}, what: "the code verifier does not match the code challenge", causes: []string{"another verifier than that of the authorization request"}, fixes: []fix{oneVerifier()}},
		{id: "CA-01", text: []pattern{"authorization code: [*] is invalid", "authorization code*is invalid", "authorization code has expired", "code has expired"}, what: "the code is not valid", causes: []string{"it was cut off or belongs to another application", "it has expired"}, fixes: []fix{restart()}},
		{id: "CA-02", text: []pattern{"client_secret is invalid", "wrong clientsecret", "invalid client_secret"}, what: "the client secret is wrong", causes: []string{"a typing error", "the secret was made anew"}, fixes: []fix{newSecret()}},
		{id: "CA-03", text: []pattern{"redirect uri*doesn't exist in the allowed redirect uri list", "redirect uri: {redirect_uri}"}, mark: preset.Known, what: "the redirect URI is not in the application's list", causes: []string{"it was never added"}, fixes: []fix{addRedirect()}},
	}, "casdoor token_oauth.go")
}

func kanidm() []row {
	return []row{
		{id: "KA-01", code: []string{"access_denied"}, mark: preset.Checked, source: "Kanidm's list of errors; the causes are only known", what: "Kanidm does not let this person in", causes: []string{"no scope map: the person is in no group that has scopes at this client"}, fixes: []fix{enter("add a scope map for a group of the person", "kanidm system oauth2 update-scope-map {client_id|CLIENT} GROUP openid profile email"), readLog()}},
		{id: "KA-01", code: []string{"invalid_request"}, mark: preset.Checked, source: "Kanidm's list of errors; the causes are only known", what: "Kanidm refuses the request, with few words", causes: []string{"the redirect URI is not registered, or localhost redirects are not enabled for the client", "no PKCE: it is mandatory", "the origin is not the client's"}, fixes: []fix{enter("allow localhost for a public client", "kanidm system oauth2 enable-localhost-redirects {client_id|CLIENT}"), sendChallenge(), readLog()}},
		{id: "KA-02", code: []string{"invalid_client", "invalid_scope", "invalid_grant", "unauthorized_client"}, mark: preset.Known, what: "Kanidm refuses: {error|see the code}", causes: []string{"invalid_client: the secret is wrong", "invalid_scope: the scope map has no such scope", "invalid_grant: the code or refresh token is over"}, fixes: []fix{readLog()}},
	}
}

func ping() []row {
	return []row{
		{id: "PF-01", text: []pattern{"redirect uri mismatch", "redirect_uri mismatch", "redirect uri*does not match", "invalid redirect_uri"}, mark: preset.Checked, source: "pingidentity/pingone-sample-dotnet#6; the words are only known", what: "the redirect URI is not registered", causes: []string{"the Sign-on URL was filled in instead of Redirect URIs", "it differs: the comparison is exact"}, fixes: []fix{addRedirect()}},
		{id: "PF-01", text: []pattern{"invalid client or client credentials"}, mark: preset.Known, what: "the client id or secret is wrong", causes: []string{"a typing error", "the secret was made anew", "another environment"}, fixes: []fix{checkClientID(), newSecret()}},
		{id: "PF-01", text: []pattern{"unsupported authentication method"}, mark: preset.Known, what: "the client's authentication method is another one", causes: []string{"the method of the request is not the configured one"}, fixes: []fix{switchMethod()}},
		{id: "PF-02", text: []pattern{"unknown, invalid, or expired refresh token", "authorization code is invalid or expired"}, mark: preset.Known, what: "the code or refresh token is over", causes: []string{"it was used already, or has expired"}, fixes: []fix{restart(), signIn()}},
	}
}

func openam() []row {
	return []row{
		{id: "FR-01", text: []pattern{"redirect_uri_mismatch", "redirection uri provided does not match"}, mark: preset.Checked, source: "OpenIdentityPlatform/OpenAM#714", what: "the redirect URI is not registered", causes: []string{"its query counts too: it has to be registered with it", "a slash or port differs"}, fixes: []fix{addRedirect()}},
		{id: "FR-01", text: []pattern{"invalid authentication method for accessing this endpoint"}, mark: preset.Checked, source: "OpenIdentityPlatform support#345", what: "the client's authentication method is another one", causes: []string{"the request uses the header where the client is set to the body, or the other way round"}, fixes: []fix{switchMethod(), enter("or set the method: Advanced > Token Endpoint Authentication Method", "{sent_method}")}},
		{id: "FR-02", code: []string{"authorization_declined"}, mark: preset.Checked, source: "OpenIdentityPlatform/OpenAM#627", what: "the person declined the device login", causes: []string{"Deny was pressed"}, fixes: []fix{newDeviceCode()}},
		{id: "FR-03", text: []pattern{"client authentication failed"}, mark: preset.Known, what: "client authentication failed", causes: []string{"the secret is wrong", "another realm"}, fixes: []fix{checkClientID(), newSecret()}},
	}
}

func glewlwyd() []row {
	const tried = "Glewlwyd 2.7.5, tried here"
	return []row{
		{id: "GW-01", code: []string{"scope_invalid"}, mark: preset.Checked, source: tried, what: "a scope is unknown, or not allowed for the client or the person", causes: []string{"the client or the person does not have it in Glewlwyd's administration", "a typing error"}, fixes: []fix{allowScope(), fewerScopes()}},
		{id: "GW-02", at: []Endpoint{AtToken, AtDevice, AtPAR, unsaid}, code: []string{"unauthorized_client"}, mark: preset.Checked, source: tried, what: "the client is not accepted: Glewlwyd says unauthorized_client for a wrong id or secret too", causes: []string{"the client id or the secret is wrong, or the client is disabled", "its authentication method ({sent_method|as sent}) is not the one that it is registered with", "the authorization type {grant_type|of this flow} is not enabled for the client"}, fixes: []fix{checkClientID(), newSecret(), allowGrant()}},
		{id: "GW-03", code: []string{"invalid_code"}, mark: preset.Checked, source: tried, what: "the code is not good", causes: []string{"it was redeemed already, or has expired", "the redirect URI or the code verifier does not match", "it was issued to another client"}, fixes: []fix{restart(), sameRedirect(), oneVerifier()}},
	}
}
