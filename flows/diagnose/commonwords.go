package diagnose

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/preset"
)

// has reports whether the words hold a text, in lower case.
func (s *situation) has(text string) bool { return strings.Contains(s.words.lower, text) }

// hasAll reports whether the words hold every text.
func (s *situation) hasAll(texts ...string) bool {
	for _, t := range texts {
		if !s.has(t) {
			return false
		}
	}
	return true
}

// hasAny reports whether the words hold one of the texts.
func (s *situation) hasAny(texts ...string) bool {
	for _, t := range texts {
		if s.has(t) {
			return true
		}
	}
	return false
}

// rfcGrant is RFC 6749's own sentence about invalid_grant, which many servers send whole. It names every cause, so it says
// nothing about which.
func (s *situation) rfcGrant() bool {
	return s.hasAll("invalid, expired, revoked", "redirection uri")
}

func (s *situation) aboutRedirect() bool {
	return s.hasAny("redirect_uri", "redirect uri", "redirection uri", "redirect url", "callback url", "reply url", "redirect-uri", "redirecturi", "callback uri", "redirect_url")
}

func (s *situation) aboutVerifier() bool {
	return s.hasAny("code_verifier", "code verifier", "pkce", "code_challenge", "code challenge", "proof key")
}

// commonWords are what many servers say in words of their own about the same few failures. They are looked at when the
// provider is not known, or says something that its rows don't have; the code alone would be told less well.
func commonWords() []row {
	is := func(codes ...string) func(*situation) bool {
		return func(s *situation) bool { return contains(codes, s.code) }
	}
	grantish := is("invalid_grant", "invalid_request", "", "invalid_code")
	rows := []row{
		{id: "WORD-two-auth", text: []pattern{"more than one*authenticat", "multiple client auth", "multiple client credentials", "more than one client credential", "authentication must only be provided using one"}, spec: "RFC 6749 2.3", what: "the client authenticated in two ways at once", causes: []string{"a library sends the Basic header and the form fields"}, fixes: []fix{enter("choose one", "--auth-method client_secret_basic")}},
		{id: "WORD-auth-method", text: []pattern{"authentication method*not", "auth method*not", "token_endpoint_auth_method", "auth_method*not", "unsupported authentication method"}, spec: "RFC 7591 2", when: func(s *situation) bool {
			return s.code != "invalid_grant" && !s.has("no client authentication included")
		}, what: "the client authenticated in another way than it is registered for: the method does not match", causes: []string{"the method of the request ({sent_method|as sent}) is not the registered one"}, fixes: []fix{switchMethod(), do("or change the registration: {at_client|the client's settings}")}},
		{id: "WORD-pkce-required", when: func(s *situation) bool {
			return s.aboutVerifier() && !s.rfcGrant() && s.grant == "" && s.endpoint != AtToken && s.hasAny("required", "missing", "must", "require", "needs", "enforce", "not supported", "invalid", "unsupported")
		}, spec: "RFC 7636 4.4.1", what: "the provider wants a code challenge (PKCE), or another method", causes: []string{"the client is set to require PKCE, and the request has no code_challenge", "the method is plain where S256 is wanted"}, fixes: []fix{sendChallenge()}},
		{id: "WORD-verifier-missing", when: func(s *situation) bool {
			return s.aboutVerifier() && s.hasAny("required", "missing", "not specified", "expecting", "must be provided", "must be present", "not provided", "is empty", "was not sent", "needed")
		}, spec: "RFC 7636 4.5", what: "the code_verifier is missing in the token request", causes: []string{"the authorization request had a code challenge, but the verifier was not sent", "it was not kept until the callback"}, fixes: []fix{oneVerifier()}},
		{id: "WORD-verifier", when: func(s *situation) bool {
			return s.aboutVerifier() && s.hasAny("match", "invalid", "fail", "mismatch", "incorrect", "verif", "wrong", "not valid")
		}, spec: "RFC 7636 4.6", what: "the code verifier does not match the code challenge (PKCE)", causes: []string{"another verifier than that of the authorization request", "plain and S256 are mixed up, or base64 was used instead of base64url"}, fixes: []fix{oneVerifier()}},
		{id: "WORD-redirect-token", at: []Endpoint{AtToken}, when: func(s *situation) bool {
			return s.aboutRedirect() && !s.rfcGrant() && s.hasAny("match", "mismatch", "differ", "incorrect", "invalid", "not the same", "not equal", "wrong", "identical")
		}, spec: "RFC 6749 4.1.3", what: "the redirect URI of the token request differs from that of the authorization request", causes: []string{"a slash, port, host or scheme differs", "it was left out in the token request", "it is not registered for the client"}, fixes: []fix{sameRedirect(), addRedirect()}},
		{id: "WORD-redirect-https", text: []pattern{"redirect*must use https", "redirect*must be https", "redirect*https is required", "insecure redirect"}, spec: "RFC 9700 2.6", what: "the provider wants an https redirect URI", causes: []string{"the redirect URI is http"}, fixes: []fix{do("use https, or a loopback address where that is allowed for native apps")}},
		{id: "WORD-redirect", at: []Endpoint{AtAuthorize, AtCallback, AtPAR, AtDevice}, when: func(s *situation) bool {
			return s.aboutRedirect() && !s.rfcGrant() && s.hasAny("match", "mismatch", "invalid", "not registered", "unregistered", "not allowed", "not valid", "unknown", "not configured", "must be", "whitelist", "not in the list", "not found", "missing", "incorrect", "error", "does not", "not permitted", "illegal", "malformed", "unauthorized", "not authorized")
		}, spec: "RFC 6749 3.1.2.3", take: []pattern{"redirect_uri={redirect_uri}", "redirect_uri '{redirect_uri}'", "redirect uri '{redirect_uri}'", "redirect_uri: {redirect_uri}"}, what: "the redirect URI is not registered for the client", causes: []string{"it was never added", "port, path, case or a slash at the end differs", "127.0.0.1 and localhost are two different addresses", "http where https is wanted", "the client id is that of another client"}, fixes: []fix{addRedirect(), checkClientID()}},
		{id: "WORD-redirect-any", when: func(s *situation) bool {
			return s.endpoint == "" && s.aboutRedirect() && !s.rfcGrant() && s.hasAny("identical", "whitelist", "match", "mismatch", "invalid", "not registered", "unregistered", "not allowed", "not valid", "must be", "not configured")
		}, spec: "RFC 6749 3.1.2.3, 4.1.3", what: "the redirect URI is not registered for the client, or differs between the two requests", causes: []string{"it was never added", "port, path, case or a slash at the end differs", "the token request has another one than the authorization request"}, fixes: []fix{addRedirect(), sameRedirect()}},
		{id: "WORD-device-code", text: []pattern{"device code*expired", "device_code*expired", "device code has expired", "user code*expired"}, spec: "RFC 8628 3.5", what: "the device code has expired", causes: []string{"the person took too long"}, fixes: []fix{newDeviceCode()}},
		{id: "WORD-device-off", text: []pattern{"device*not enabled", "device*disabled", "device*not allowed", "not allowed*device", "device*not supported"}, spec: "RFC 8628 3.1", what: "the device grant is not enabled for this client", causes: []string{"it is a switch of the client or of the server"}, fixes: []fix{enter("allow it under {at_grant|the client's settings}", deviceGrant)}},
		{id: "WORD-secret-expired", text: []pattern{"secret*expired", "credential*expired"}, spec: "RFC 6749 5.2", what: "the client secret has expired", causes: []string{"it is past its end date"}, fixes: []fix{newSecret()}},
		{id: "WORD-secret-missing", text: []pattern{"client_secret*missing", "missing client secret", "missing*client_secret", "client secret*required", "client_secret*required", "client secret not provided", "client_secret*must be", "secret is missing"}, spec: "RFC 6749 2.3.1", what: "the client secret is missing: the provider takes the client for a confidential one", causes: []string{"the client is registered as confidential", "the secret was sent where the provider does not look for it"}, fixes: []fix{do("make the client public: {at_client|the client's settings}"), do("or send its secret (--client-secret)"), switchMethod()}},
		{id: "WORD-secret", code: []string{"invalid_client", "unauthorized_client", "access_denied", "", "unauthorized"}, text: []pattern{"client secret*invalid", "client secret*incorrect", "client_secret*invalid", "client_secret*incorrect", "invalid client secret", "invalid client_secret", "invalid client credentials", "bad client credentials", "client secret*wrong", "secret mismatch", "wrong client secret", "invalid secret", "incorrect client", "validating client secret"}, spec: "RFC 6749 5.2", what: "the client secret is wrong", causes: []string{"it was replaced, or belongs to another client", "it holds characters that were not encoded", "the client id is wrong"}, fixes: []fix{newSecret(), checkClientID(), switchMethod()}},
		{id: "WORD-client", code: []string{"invalid_client", "unauthorized_client", "invalid_request", "", "invalid_client_id"}, text: []pattern{"unknown client", "client not found", "client*does not exist", "no such client", "client_id*invalid", "invalid client_id", "client_id*not found", "invalid client id", "client*not registered", "application*not found", "unknown application", "client id*invalid", "no client with", "client_id*unknown", "client could not be found", "unknown*client", "could not find client", "client*was not found"}, when: func(s *situation) bool { return !s.has("no client authentication included") }, spec: "RFC 6749 5.2", what: "the client is not known here", causes: []string{"a typing error in the client id", "the wrong tenant, realm or server", "the client was deleted or never saved"}, fixes: []fix{checkClientID(), enter("compare the issuer", "{issuer}")}},
		{id: "WORD-grant-off", code: []string{"unauthorized_client", "invalid_grant", "invalid_request", "unsupported_grant_type", "access_denied"}, text: []pattern{"grant type*not allowed", "grant type*not enabled", "grant*not authorized", "not allowed to use*grant", "grant*is disabled", "grant_type*not allowed", "grant-type*not allowed", "not authorized to use*grant", "grant type*not supported*client", "flow is disabled", "flow*not enabled", "not enabled for*grant"}, spec: "RFC 6749 5.2", what: "the grant is not enabled for this client", causes: []string{"the grant is not one of the client's", "the app is of another type than the flow needs"}, fixes: []fix{allowGrant(), do("check the app's type: {at_client|the client's settings}")}},
		{id: "WORD-code-used", text: []pattern{"code*already been used", "code*already used", "code*already redeemed", "code*was already", "code*used more than once", "code*has been redeemed", "code has been used"}, when: func(s *situation) bool { return grantish(s) && !s.rfcGrant() }, spec: "RFC 6749 4.1.2", what: "the code was redeemed already", causes: []string{"the exchange was made twice", "a retry after a timeout whose first try had worked"}, fixes: []fix{restart()}},
		{id: "WORD-refresh", text: []pattern{"refresh token", "refresh_token"}, when: func(s *situation) bool {
			return grantish(s) && !s.rfcGrant() && s.hasAny("expired", "revoked", "invalid", "not active", "not found", "reuse", "reused", "already", "unknown", "rotated", "not valid", "inactive")
		}, spec: "RFC 6749 5.2, 6", what: "the refresh token is over: expired, revoked or used already", causes: []string{"rotation: it was used already", "it expired, or was revoked", "it belongs to another client"}, fixes: []fix{signIn(), oneUser()}},
		{id: "WORD-code", text: []pattern{"authorization code", "auth code", "authorization_code", "code expired", "code is expired", "code has expired", "code not found", "code is invalid", "invalid code", "invalid 'code'", "code not valid", "verification code"}, when: func(s *situation) bool {
			return grantish(s) && !s.rfcGrant() && s.hasAny("expired", "invalid", "not found", "unknown", "not valid", "does not exist", "incorrect", "revoked")
		}, spec: "RFC 6749 4.1.2, 5.2", what: "the code is used, expired or wrong", causes: []string{"it was redeemed already", "too much time passed between login and exchange", "it was issued to another client"}, fixes: []fix{restart()}},
		{id: "WORD-other-client", text: []pattern{"issued to another client", "was not issued to", "client*mismatch", "belongs to another client", "different client"}, when: func(s *situation) bool { return (s.code == "invalid_grant" || s.has("issued to")) && !s.rfcGrant() }, spec: "RFC 6749 5.2", what: "the code or token was issued to another client", causes: []string{"two client ids are mixed up"}, fixes: []fix{checkClientID()}},
		{id: "WORD-password", text: []pattern{"user credentials", "username or password", "user name or password", "bad credentials", "wrong password", "invalid password", "email or password", "invalid username"}, when: func(s *situation) bool { return s.code != "invalid_client" }, spec: "RFC 6749 4.3", what: "the person's name or password was refused", causes: []string{"a typing error", "the account is locked, or needs a second factor"}, fixes: []fix{enter("log in in the browser", "--flow pkce")}},
		{id: "WORD-account", text: []pattern{"account*locked", "account*disabled", "user*disabled", "account*suspended", "user*blocked", "user*inactive", "user*not active", "account*not verified", "email*not verified", "verify your email"}, spec: "RFC 6749 5.2", what: "the account may not log in", causes: []string{"it is locked, disabled or not verified yet"}, fixes: []fix{assignUserOrPolicy(), readLog()}},
		{id: "WORD-assigned", text: []pattern{"user*not assigned", "not assigned to", "not a member", "not authorized to access*application", "not allowed to access", "does not have access", "no access to this app", "user*not authorized", "required group", "user*not permitted", "not entitled", "permission denied", "request has been denied"}, when: func(s *situation) bool { return s.code != "insufficient_scope" && s.code != "invalid_client" }, spec: "RFC 6749 4.1.2.1", what: "the person may not use this app", causes: []string{"neither the person nor a group is assigned to it", "a policy keeps the person out"}, fixes: []fix{assignUser()}},
		{id: "WORD-cancelled", text: []pattern{"user cancel", "user denied", "user did not", "cancelled by", "canceled by", "user has denied", "user declined", "user has cancel", "denied the request", "denied your request", "cancelled the", "canceled the", "user rejected", "user refused", "end-user denied", "denied access", "user_cancel"}, when: func(s *situation) bool {
			return s.code != "invalid_client" && s.code != "invalid_grant" && !s.has("resource owner or authorization server")
		}, spec: "RFC 6749 4.1.2.1", what: "the person cancelled or declined", causes: []string{"Cancel was pressed, or the consent declined"}, fixes: []fix{do("start the login again and accept")}},
		{id: "WORD-admin", text: []pattern{"admin*consent", "admin*approv", "administrator*approv", "administrator*consent"}, spec: "OpenID Connect Core 3.1.2.6", what: "an administrator has to approve the app", causes: []string{"people may not consent themselves here", "a scope that only administrators may grant"}, fixes: []fix{askAdmin()}},
		{id: "WORD-consent", text: []pattern{"consent*required", "requires consent", "not consented", "consent*missing", "has not been granted", "requires user consent"}, spec: "OpenID Connect Core 3.1.2.6", what: "consent is missing", causes: []string{"the first use of this client, or a new scope", "the request was silent"}, fixes: []fix{askConsent()}},
		{id: "WORD-policy", text: []pattern{"policy*denied", "policy evaluation", "blocked by*policy", "denied by policy", "access policy", "conditional access"}, spec: "RFC 6749 4.1.2.1", what: "a policy of the provider does not allow this", causes: []string{"no rule covers this client, grant, person or scope"}, fixes: []fix{assignUserOrPolicy(), readLog()}},
		{id: "WORD-mfa", text: []pattern{"multi-factor", "multifactor", "mfa_required", "mfa required", "second factor", "two-factor"}, spec: "OpenID Connect Core 3.1.2.6", what: "a second factor is needed", causes: []string{"the request was silent, or the grant can't ask for it"}, fixes: []fix{do("log in interactively"), enter("use the browser", "--flow pkce")}},
		{id: "WORD-state", code: []string{"invalid_state", "invalid_request", ""}, text: []pattern{"state*too short", "state*entropy", "state*too weak", "state*characters", "state is missing", "state parameter is required", "missing state"}, spec: "RFC 6749 10.12", what: "the state is missing or too short for this provider", causes: []string{"an address that was made by hand"}, fixes: []fix{do("make a random state of 16 or more characters")}},
		{id: "WORD-upstream", text: []pattern{"upstream", "identity provider*error", "identity provider*timeout", "idp*timeout", "external provider", "federat*error", "identity provider returned", "brokering"}, spec: "RFC 6749 4.1.2.1", what: "the identity provider behind this one failed or refused", causes: []string{"it is not reachable or too slow", "the client id, secret or redirect URI that is registered there is wrong"}, fixes: []fix{readLog()}},
		{id: "WORD-issuer", text: []pattern{"issuer*not match", "issuer*mismatch", "invalid issuer", "issuer*invalid", "unknown issuer", "untrusted issuer"}, spec: "OpenID Connect Core 3.1.3.7", what: "the token's issuer is not the one that is expected", causes: []string{"a slash, scheme or host differs: the comparison is exact", "a token of another provider, tenant or realm"}, fixes: []fix{enter("compare with the issuer of the discovery document", "{issuer}")}},
		{id: "WORD-audience", code: []string{"invalid_token", "invalid_grant", "invalid_client", "invalid_request", "invalid_target", "access_denied", ""}, text: []pattern{"audience*not match", "audience*mismatch", "invalid audience", "audience*invalid", "audience*not allowed", "wrong audience", "incorrect*audience", "audience*unknown", "audience*not found"}, spec: "RFC 7519 4.1.3", what: "the audience is not the expected one", causes: []string{"the token was made for another API or client", "the audience of the request is not known at the provider"}, fixes: []fix{enter("ask for the right audience", "--audience {audience}"), enter("take the token apart", "oidcscope inspect TOKEN")}},
		{id: "WORD-clock", code: []string{"invalid_client", "invalid_grant", "invalid_token", "invalid_request", "invalid_dpop_proof", ""}, text: []pattern{"issued in the future", "not yet valid", "used before", "clock skew", "iat*future", "nbf*future", "too far in the future", "in the past"}, spec: "RFC 7519 4.1", what: "the times in the token or assertion don't fit the provider's clock", causes: []string{"the clock of this machine, or of the one that made the token, is wrong", "it lives too long"}, fixes: []fix{syncClock()}},
		{id: "WORD-rate", text: []pattern{"rate limit", "rate exceeded", "too many requests", "throttl", "quota exceeded"}, spec: "RFC 6585 4", what: "too many requests", causes: []string{"a rate limit", "tokens are not kept between calls"}, fixes: []fix{waitFor(), do("keep tokens until they expire")}},
		{id: "WORD-missing-parameter", code: []string{"invalid_request", ""}, text: []pattern{"missing required parameter: {parameter}", "missing parameter: {parameter}", "required parameter*missing: {parameter}", "missing required parameter '{parameter}'", "parameter '{parameter}' is missing", "parameter '{parameter}' is required", "the '{parameter}' parameter is required", "missing required parameter(s) {parameter}", "required parameter is missing: {parameter}", "mandatory '{parameter}'", "missing {parameter} parameter"}, spec: "RFC 6749 5.2", what: "the parameter {parameter|named in the answer} is missing", causes: []string{"it was not sent, is empty, or is in the address instead of the body", "the body is JSON instead of a form", "the address was cut at an &"}, fixes: []fix{enter("add the parameter", "{parameter}"), enter("send the body as a form", "Content-Type: application/x-www-form-urlencoded")}},
		{id: "WORD-expired-token", code: []string{"invalid_token", "unauthorized", ""}, text: []pattern{"token*expired", "token has expired", "jwt expired", "expired token", "access token expired"}, at: []Endpoint{AtResource, AtUserInfo, unsaid}, spec: "RFC 6750 3.1", what: "the access token has expired", causes: []string{"its lifetime is over"}, fixes: []fix{do("refresh it, or log in again")}},
		{id: "WORD-scope", code: []string{"invalid_request", "access_denied", "", "unauthorized_client"}, text: []pattern{"scope*not allowed", "scope*not supported", "scope*invalid", "invalid scope", "unknown scope", "scope*not configured", "scope*not valid", "unsupported scope", "scope*not authorized"}, spec: "RFC 6749 3.3", what: "a scope is unknown or not allowed for the client", causes: []string{"it is not assigned to the client", "a typing error", "another authorization server has it"}, fixes: []fix{allowScope(), fewerScopes()}},
		{id: "WORD-response-type", code: []string{"invalid_request", "unauthorized_client", ""}, text: []pattern{"response_type*not", "response type*not", "response_type*missing", "response_type*required", "invalid response_type", "unsupported response_type"}, spec: "RFC 6749 3.1.1", what: "the response type is missing or not allowed for this client", causes: []string{"the authorization address was cut at an &", "the flow is not enabled for the client"}, fixes: []fix{enter("use the code flow", "response_type=code"), do("put the address in quotes when a shell sees it")}},
	}
	for i := range rows {
		rows[i].mark = preset.Known
	}
	return append(requestWords(), rows...)
}
