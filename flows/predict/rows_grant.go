package predict

// grantRows are the parameters of token requests, grant by grant.
func grantRows() []row {
	const code, refresh, password, bearer, exchange = "authorization_code", "refresh_token", "password", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"
	const device, ciba = "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"
	token, bad := []Endpoint{AtToken}, []int{400}
	var rows []row
	refused := func(id, grant string, kind Kind, name, text, ref, missed string, errors ...string) {
		r := row{id: id, at: token, kind: []Kind{kind}, name: []string{name}, outcome: Refused, errors: errors, status: bad, text: text, ref: ref, missed: missed}
		if grant != "" {
			r.grant = []string{grant}
		}
		rows = append(rows, r)
	}
	refused("verifier-dropped", code, Dropped, "code_verifier", "without the verifier the provider must answer invalid_grant: anybody could have brought this code", "RFC 7636 4.6",
		"it does not enforce PKCE: a stolen code is as good as the login", "invalid_grant")
	refused("verifier-changed", code, Changed, "code_verifier", "the verifier does not hash to the challenge of the login: the provider must answer invalid_grant", "RFC 7636 4.6",
		"it does not compare the verifier with the challenge: PKCE protects nothing here", "invalid_grant")
	refused("verifier-added", code, Added, "code_verifier", "the login had no challenge, so a verifier must not be accepted: somebody may have taken the challenge out on the way", "RFC 9700 2.1.1",
		"it can be talked out of PKCE (downgrade)", "invalid_grant", "invalid_request")
	refused("code-dropped", code, Dropped, "code", "a token request without its code lacks a required parameter: invalid_request", "RFC 6749 5.2", "it hands out tokens for no login at all", "invalid_request")
	refused("code-changed", code, Changed, "code", "the provider never gave out this code: invalid_grant", "RFC 6749 5.2", "it hands out tokens for a code that it never made", "invalid_grant")
	refused("redirect-dropped", code, Dropped, "redirect_uri", "the login named a redirect URI, so the token request must name the same: the provider must refuse without it", "RFC 6749 4.1.3",
		"it does not compare the redirect URI (OAuth 2.1 no longer asks for it, when PKCE is enforced)", "invalid_grant", "invalid_request")
	refused("redirect-changed", code, Changed, "redirect_uri", "the redirect URI is not that of the login: the provider must answer invalid_grant", "RFC 6749 5.2",
		"it does not compare the redirect URI with that of the login", "invalid_grant")
	refused("refresh-dropped", refresh, Dropped, "refresh_token", "a refresh request without a refresh token lacks a required parameter: invalid_request", "RFC 6749 5.2", "it hands out tokens for nothing", "invalid_request")
	refused("refresh-changed", refresh, Changed, "refresh_token", "the provider never gave out this refresh token: invalid_grant", "RFC 6749 5.2", "it does not check refresh tokens", "invalid_grant")
	refused("username-dropped", password, Dropped, "username", "a required parameter is missing: invalid_request", "RFC 6749 5.2", "it does not ask who it is", "invalid_request")
	refused("username-changed", password, Changed, "username", "nobody of this name has this password: invalid_grant", "RFC 6749 5.2", "the password does not matter", "invalid_grant")
	refused("password-dropped", password, Dropped, "password", "a required parameter is missing: invalid_request", "RFC 6749 5.2", "the password does not matter", "invalid_request")
	refused("password-changed", password, Changed, "password", "the password is wrong: invalid_grant", "RFC 6749 5.2", "the password does not matter", "invalid_grant")
	refused("assertion-dropped", bearer, Dropped, "assertion", "a required parameter is missing: invalid_request", "RFC 6749 5.2", "it hands out tokens for nothing", "invalid_request")
	refused("assertion-changed", bearer, Changed, "assertion", "the signature of the assertion no longer holds: invalid_grant", "RFC 7523 3.1", "it does not check who signed the assertion", "invalid_grant")
	for _, name := range []string{"subject_token", "actor_token"} {
		refused(name+"-changed", exchange, Changed, name, "a token that is not valid must be refused with invalid_request", "RFC 8693 2.2.2", "it does not check the token that it exchanges", "invalid_request")
	}
	refused("subject_token-dropped", exchange, Dropped, "subject_token", "the token to exchange is required: invalid_request", "RFC 8693 2.2.2", "it hands out tokens for nothing", "invalid_request")
	refused("subject_token_type-dropped", exchange, Dropped, "subject_token_type", "the type of the subject token is required: invalid_request", "RFC 8693 2.1", "it guesses what kind of token it was given", "invalid_request")
	for _, name := range []string{"subject_token_type", "actor_token_type"} {
		refused(name+"-changed", exchange, Changed, name, "the token is not of this type, or the provider does not know the type: invalid_request", "RFC 8693 2.1, 2.2.2", "it does not look at what kind of token it was given", "invalid_request")
	}
	refused("actor_token_type-dropped", exchange, Dropped, "actor_token_type", "with an actor token its type is required: invalid_request", "RFC 8693 2.1", "it guesses what kind of token it was given", "invalid_request")
	refused("audience-changed", exchange, Changed, "audience", "a target that the provider does not know must be refused: invalid_target", "RFC 8693 2.2.2", "it issues tokens for a target that it does not know", "invalid_target")
	refused("device_code-dropped", device, Dropped, "device_code", "a required parameter is missing: invalid_request", "RFC 8628 3.4", "it hands out tokens for nothing", "invalid_request")
	refused("device_code-changed", device, Changed, "device_code", "the provider never gave out this device code: invalid_grant", "RFC 8628 3.5; RFC 6749 5.2", "it does not check device codes", "invalid_grant", "expired_token")
	refused("auth_req_id-dropped", ciba, Dropped, "auth_req_id", "a required parameter is missing: invalid_request", "CIBA 13", "it hands out tokens for nothing", "invalid_request")
	refused("auth_req_id-changed", ciba, Changed, "auth_req_id", "the provider never gave out this auth_req_id: invalid_grant", "CIBA 11", "it does not check what it is asked about", "invalid_grant")
	refused("grant_type-dropped", "", Dropped, "grant_type", "a token request without grant_type lacks a required parameter: invalid_request", "RFC 6749 5.2", "it guesses what it is asked for", "invalid_request")
	refused("grant_type-changed", "", Changed, "grant_type", "a grant type that the provider does not know must be refused: unsupported_grant_type", "RFC 6749 5.2",
		"it does not look at the grant type", "unsupported_grant_type", "unauthorized_client", "invalid_request")
	return append(rows,
		row{id: "requested_token_type", at: token, grant: []string{exchange}, kind: []Kind{Dropped, Changed, Added}, name: []string{"requested_token_type"}, outcome: Undetermined,
			text: "the provider chooses when nothing is asked for; a type that it does not issue it should refuse with invalid_request", ref: "RFC 8693 2.1, 2.2.2"},
		row{id: "refresh-scope", at: token, grant: []string{refresh}, kind: []Kind{Added, Changed}, name: []string{"scope"}, outcome: Undetermined,
			text: "a refresh may ask for less; for anything that the person did not grant the provider must answer invalid_scope", ref: "RFC 6749 6"},
		row{id: "token-scope", at: token, kind: []Kind{Dropped, Changed}, name: []string{"scope"}, outcome: Undetermined,
			text: "the provider may grant less and say so, take a default, or refuse with invalid_scope", ref: "RFC 6749 3.3"},
		row{id: "token-resource", at: token, kind: []Kind{Changed, Added}, name: []string{"resource"}, outcome: Undetermined,
			text: "a resource that the provider does not know, or that the login was not about, should be refused: invalid_target", ref: "RFC 8707 2"},
	)
}
