package diagnose

import (
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// conditions has an example for each row that looks at more than an answer's words.
func conditions() []condition {
	all := append(providerConditions(), wordConditions()...)
	all = append(all, transportConditions()...)
	all = append(all, checkConditions()...)
	return append(all, silentConditions()...)
}

func providerConditions() []condition {
	return []condition{
		{group: "auth0", want: "A0-07", step: "device_authorization", code: "unauthorized_client", text: "no", request: "client_id=a&client_secret=b"},
		{group: "hydra", want: "HY-14", step: "token", code: "invalid_grant", text: "The OAuth 2.0 Client ID from this request does not match the one from the authorize request."},
		{group: "specification", want: "SPEC-revoke-done", step: "revocation", status: 200},
		{group: "specification", want: "SPEC-invalid_client-assertion", step: "token", code: "invalid_client", text: "assertion is bad"},
		{group: "specification", want: "SPEC-invalid_client-public", step: "token", code: "invalid_client", request: "client_id=app&grant_type=refresh_token"},
		{group: "specification", want: "SPEC-invalid_client-secret", step: "token", code: "invalid_client", request: "client_id=app&client_secret=s&grant_type=refresh_token"},
		{group: "specification", want: "SPEC-invalid_client-certificate", step: "token", code: "invalid_client", request: "client_id=app&grant_type=client_credentials", certificate: true},
		{group: "specification", want: "SPEC-invalid_target-none", step: "token", code: "invalid_target", text: "resource indicator must be provided"},
		{group: "specification", want: "SPEC-invalid_grant-own", step: "token", code: "invalid_grant", request: "client_id=app&grant_type=authorization_code&code=c&code_verifier=v"},
		{group: "mismatched", want: "SPEC-other-redirect", step: "token", code: "invalid_grant", text: "code is invalid", found: []string{"capture-redirect-uri"}, request: "grant_type=authorization_code&code=c"},
		{group: "mismatched", want: "SPEC-other-verifier", step: "token", code: "invalid_grant", found: []string{"capture-verifier"}, request: "grant_type=authorization_code&code=c"},
		{group: "mismatched", want: "SPEC-other-client", step: "token", code: "invalid_client", found: []string{"capture-client-id"}, request: "grant_type=authorization_code&code=c"},
		{group: "specification", want: "SPEC-exchange-subject", step: "token", code: "invalid_request", text: "invalid subject_token", request: "grant_type=" + tokenExchange},
		{group: "specification", want: "SPEC-exchange", step: "token", code: "invalid_request", text: "subject_token is missing", request: "grant_type=" + tokenExchange},
		{group: "specification", want: "SPEC-resource-404", step: "call", status: 404, text: "page not found"},
		{group: "client", want: "CL-59", step: "call", kind: flows.ProblemAnswer, ref: "RFC 9110 15", expected: "an answer of the resource", text: `HTTP 403, an HTML page titled "no"`, status: 403},
		{group: "specification", want: "SPEC-no-token", step: "userinfo", status: 401},
		{group: "specification", want: "SPEC-userinfo-resource", step: "userinfo", status: 401, code: "invalid_token", text: "invalid token provided", resource: "https://api.example"},
		{group: "specification", want: "SPEC-par", step: "par", status: 400, code: "invalid_request"},
		{group: "specification", want: "SPEC-no-html", step: "token", shape: "html", text: "Welcome", status: 200},
		{group: "specification", want: "SPEC-401", status: 401, text: "Not authenticated"},
		{group: "specification", want: "SPEC-404", step: "discovery", status: 404, text: "page not found"},
		{group: "specification", want: "SPEC-405", step: "token", status: 405, text: "method"},
	}
}

// silentConditions are refusals that say little or nothing: what was sent, and the fields of the answer, have to tell.
func silentConditions() []condition {
	silent := func(want, step string, status int, request string) condition {
		return condition{group: "specification", want: want, step: step, status: status, shape: "empty", request: request}
	}
	with := func(c condition, change func(*condition)) condition {
		change(&c)
		return c
	}
	bearer := func(c *condition) { c.sent = "Bearer at" }
	return []condition{
		silent("SPEC-silent-code", "token", 400, "grant_type=authorization_code&client_id=app"),
		silent("SPEC-silent-code", "token", 403, "grant_type=authorization_code&client_id=app"),
		silent("SPEC-silent-password", "token", 403, "grant_type=password&client_id=app"),
		silent("SPEC-par", "par", 403, "client_id=app"),
		silent("SPEC-silent-refresh", "token", 400, "grant_type=refresh_token&client_id=app"),
		silent("SPEC-silent-device", "token", 400, "grant_type="+deviceGrant+"&client_id=app"),
		silent("SPEC-silent-device", "token", 403, "grant_type="+cibaGrant+"&client_id=app"),
		silent("SPEC-silent-token", "token", 400, "grant_type=client_credentials"),
		silent("SPEC-silent-token", "device_authorization", 403, "client_id=app"),
		silent("SPEC-registration-closed", "registration", 401, "{}"),
		{group: "specification", want: "SPEC-registration-closed", step: "registration", status: 401, code: "invalid_token"},
		silent("SPEC-revoke-silent", "revocation", 400, "token=t"),
		with(silent("SPEC-token-silent", "userinfo", 401, ""), bearer),
		with(silent("SPEC-forbidden-silent", "userinfo", 403, ""), bearer),
		with(silent("SPEC-introspect-scheme", "introspection", 401, "token=t"), func(c *condition) { c.asks = `Bearer realm="x"` }),
		with(silent("SPEC-introspect-401", "introspection", 401, "token=t&client_id=app&client_secret=s"), func(c *condition) { c.asks = `Basic realm="x"` }),
		with(silent("SPEC-503-later", "token", 503, "grant_type=client_credentials"), func(c *condition) { c.later = "7" }),
		with(silent("SPEC-insufficient_scope", "resource", 403, ""), func(c *condition) { c.code, c.asks = "insufficient_scope", `Bearer scope="read:all write"` }),
		{group: "specification", want: "SPEC-login_required-unasked", step: "authorize", code: "login_required", base: flows.Config{ClientID: "app"}},
		{group: "specification", want: "SPEC-login_required", step: "authorize", code: "login_required", base: flows.Config{ClientID: "app", Request: flows.RequestOptions{Prompt: []string{"none"}}}},
		{group: "specification", want: "SPEC-login_required", step: "authorize", code: "login_required", base: flows.Config{ClientID: "app", Extra: map[string][]string{"prompt": {"none"}}}},
		{group: "specification", want: "SPEC-use_dpop_nonce-again", step: "token", code: "use_dpop_nonce", found: []string{"dpop-nonce"}},
		{group: "specification", want: "SPEC-use_dpop_nonce", step: "token", code: "use_dpop_nonce"},
	}
}

func wordConditions() []condition {
	w := func(want, step, code, text string) condition {
		return condition{group: "words", want: want, step: step, code: code, text: text}
	}
	return []condition{
		w("WORD-par-required", "callback", "invalid_request", "Pushed Authorization Request is only allowed."),
		w("WORD-dpop-required", "token", "invalid_request", "DPoP proof is missing"),
		w("WORD-auth-method", "token", "invalid_client", "The authentication method used is not allowed"),
		w("WORD-pkce-required", "callback", "invalid_request", "code_challenge required"),
		w("WORD-verifier-missing", "token", "invalid_request", "code_verifier is missing"),
		w("WORD-verifier", "token", "invalid_grant", "PKCE check failed"),
		w("WORD-redirect-token", "token", "invalid_grant", "redirect_uri does not match"),
		w("WORD-redirect", "authorize", "", "The redirect URI is not registered"),
		w("WORD-redirect-any", "", "invalid_request", "redirect_uri mismatch"),
		w("WORD-client", "token", "invalid_client", "unknown client"),
		w("WORD-code-used", "token", "invalid_grant", "the code was already used"),
		w("WORD-refresh", "token", "invalid_grant", "refresh token expired"),
		w("WORD-code", "token", "invalid_grant", "authorization code is invalid"),
		w("WORD-other-client", "token", "invalid_grant", "it belongs to another client"),
		w("WORD-password", "token", "invalid_grant", "bad credentials"),
		w("WORD-assigned", "callback", "access_denied", "you are not assigned to this"),
		w("WORD-cancelled", "callback", "access_denied", "The user denied access"),
	}
}

func transportConditions() []condition {
	f := func(want string, kind record.FailureKind) condition {
		return condition{group: "transport", want: want, step: "discovery", failure: kind, text: "it failed"}
	}
	s := func(want, text string) condition { return condition{group: "transport", want: want, text: text} }
	return []condition{
		f("NET-proxy", record.FailProxy), f("CL-24", record.FailTLSUnknown), f("CL-24", record.FailTLSName), f("CL-24", record.FailTLSExpired),
		f("CL-25", record.FailRedirect), f("CL-24", record.FailTLSOther), f("NET-plain", record.FailNotHTTP), f("NET-dns", record.FailDNS),
		f("NET-refused", record.FailRefused), f("NET-unreachable", record.FailUnreachable), f("NET-timeout", record.FailTimeout),
		{group: "transport", want: "NET-header", step: "registration", failure: record.FailOther, text: `net/http: invalid header field value for "Authorization"`},
		f("NET-reset", record.FailReset), f("NET-truncated", record.FailTruncated), f("NET-dropped", record.FailDropped), f("NET-other", record.FailOther),
		s("NET-truncated", "read https://idp.example/token: unexpected EOF"), s("NET-client-certificate", "remote error: tls: bad certificate"),
		s("NET-portal", "Network Authentication Required"), s("NET-proxy-page", "407 Proxy Authentication Required"),
		s("NET-proxy", "proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout"),
		s("CL-24", `Get "https://idp.example": x509: certificate signed by unknown authority`), s("CL-24", "PKIX path building failed: unable to find valid certification path to requested target"),
		s("CL-24", "requests.exceptions.SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"),
		s("CL-24", "x509: certificate is valid for a.example, not idp.example"), s("CL-24", "x509: certificate has expired or is not yet valid: current time is after"),
		s("NET-plain", "http: server gave HTTP response to HTTPS client"), s("NET-dns", "dial tcp: lookup idp.example: no such host"), s("NET-dns", "getaddrinfo ENOTFOUND idp.example"),
		s("NET-refused", "connect ECONNREFUSED 127.0.0.1:8080"), s("NET-timeout", "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"),
		s("NET-reset", "read tcp: connection reset by peer"), s("NET-unreachable", "connect: no route to host"), s("CL-25", "stopped after 10 redirects"),
	}
}

// checkConditions are the checks of the engine, by their references, and what libraries say of the same.
func checkConditions() []condition {
	agreed := func(c condition) condition {
		c.clocksAgree = true
		return c
	}
	item := func(want, title string) condition {
		return condition{group: "client", want: want, step: "id_token", kind: flows.ProblemCheck, ref: "OpenID Connect Core 3.1.3.7", expected: title, text: "it is another"}
	}
	own := func(want, step, ref, expected, got string, kind flows.ProblemKind) condition {
		return condition{group: "client", want: want, step: step, kind: kind, ref: ref, expected: expected, text: got}
	}
	said := func(want, text string) condition { return condition{group: "client", want: want, text: text} }
	const discovery, signature = "OpenID Connect Discovery 4.3", "OpenID Connect Core 3.1.3.7 item 6"
	const signed = "an ID token signed by a key of the provider"
	return []condition{
		said("CL-18", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON"), said("CL-46", `Get "idp.example/.well-known/openid-configuration": unsupported protocol scheme ""`),
		said("CL-15", "This site can’t be reached. localhost refused to connect. ERR_CONNECTION_REFUSED"), said("CL-43", "IDX20803: Unable to obtain configuration from: 'https://idp.example'"),
		said("CL-44", "Access to fetch has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present"), said("CL-45", "[invalid_user_info_response] An error occurred reading the UserInfo response"),
		own("CL-01", "discovery", discovery, "https://a.example", "https://a.example/", flows.ProblemCheck),
		own("CL-02", "discovery", discovery, "https://a.example", "http://inside:8080", flows.ProblemCheck),
		own("CL-03", "discovery", discovery, "https://login.microsoftonline.com/contoso/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0", flows.ProblemCheck),
		own("CL-32", "discovery", "OpenID Connect Discovery 3", "a discovery document with an issuer", "none in https://a.example", flows.ProblemAnswer),
		own("CL-33", "discovery", "OpenID Connect Discovery 4.2", "discovery document as a JSON object", "broken JSON: invalid character", flows.ProblemAnswer),
		own("CL-34", "discovery", "OpenID Connect Discovery 4.2", "discovery document of at most 1 MiB", "2099839 bytes", flows.ProblemAnswer),
		own("CL-47", "id_token", signature, signed, "signature unverified: no key to check with", flows.ProblemCheck),
		own("CL-35", "keys", "RFC 7517 5", "a key set with at least one key", "none", flows.ProblemAnswer),
		own("CL-37", "token", "RFC 6749 3.2", "token_endpoint: an absolute http(s) URL", `"/token"`, flows.ProblemAnswer),
		own("CL-38", "device", "RFC 8628 3.2", "a device authorization answer with user_code", "none", flows.ProblemAnswer),
		own("CL-39", "token", "RFC 6749 5.2", "tokens", "HTTP 200, an empty answer", flows.ProblemAnswer),
		{group: "client", want: "CL-25", step: "token", kind: flows.ProblemAnswer, ref: "RFC 6749 5.2", expected: "tokens", text: "HTTP 302, an empty answer, a redirect", status: 302},
		{group: "client", want: "CL-36", step: "discovery", status: 401, text: "Unauthorized"},
		{group: "client", want: "CL-17", step: "authorize", kind: flows.ProblemUser, ref: "RFC 8252 7.3", expected: "an answer from the browser", text: "none", found: []string{"callback-empty"}},
		own("CL-40", "id_token", signature, signed, "signature refused: no compact JWS: wanted 3 parts, got 2", flows.ProblemCheck),
		own("CL-41", "id_token", signature, signed, "signature refused: the key is for encryption (use: enc)", flows.ProblemCheck),
		own("CL-41", "id_token", signature, signed, `signature refused: the key can't be used: no "n"`, flows.ProblemCheck),
		item("CL-07", "The algorithm is the registered one"),
		own("CL-09", "id_token", idTokenChecks, "The token has not expired", "the token has no exp", flows.ProblemCheck),
		own("CL-42", "id_token", "OpenID Connect Core 12.2", "The subject is the same as before", "wanted alice, got bob", flows.ProblemCheck),
		own("CL-14", "userinfo", "OpenID Connect Core 5.3.2", "a userinfo answer with sub", "none", flows.ProblemAnswer),
		own("CL-14", "userinfo", "OpenID Connect Core 5.3.2", "userinfo answer for the client practice", "one for another", flows.ProblemCheck),
		own("CL-15", "authorize", "RFC 8252 7.3", "an answer from the browser within 5m0s", "none", flows.ProblemUser),
		own("CL-57", "logout", "OpenID Connect RP-Initiated Logout 3", "the state of this logout", "an answer without state", flows.ProblemCheck),
		own("CL-57", "logout", "OpenID Connect RP-Initiated Logout 3", "the state of this logout", "another one (3 characters)", flows.ProblemCheck),
		own("CL-48", "logout", "OpenID Connect RP-Initiated Logout 3", "the browser to come back within 5m0s", "nothing", flows.ProblemUser),
		own("CL-31", "token", "CIBA 11", "a login before the authentication request expired", "none in time", flows.ProblemUser),
		own("CL-15", "login", "RFC 6749 4.1.2", "the address that the browser ended on", "none that belongs to this login, and the input has ended", flows.ProblemUser),
		own("CL-31", "device", "RFC 8628 3.5", "a login", "none", flows.ProblemUser),
		own("CL-12", "authorize", "RFC 6749 10.12", "the state of this login", "an answer without state", flows.ProblemCheck),
		own("CL-13", "authorize", "RFC 9207 2.4", "the iss parameter, which the provider announces", "an answer without it", flows.ProblemCheck),
		own("CL-13", "authorize", "RFC 9207 2.4", "https://a.example", "https://b.example", flows.ProblemCheck),
		own("CL-16", "authorize", "RFC 6749 3.1", "each parameter once", "code came twice", flows.ProblemCheck),
		own("CL-17", "authorize", "RFC 6749 4.1.2", "a code", "an answer without code and error", flows.ProblemAnswer),
		own("CL-58", "authorize", "RFC 8252 7.3", "a redirect URI on this machine (http://127.0.0.1, http://[::1] or http://localhost), or the address pasted by hand", "https://example.com/cb", flows.ProblemConfig),
		own("CL-26", "authorize", "RFC 8252 7.3", "a free port", "address already in use", flows.ProblemConfig),
		own("CL-18", "token", "RFC 6749 5.1", "a token answer as a JSON object", `HTTP 200, an HTML page titled "Sign in"`, flows.ProblemAnswer),
		own("CL-07", "id_token", signature, signed, "signature refused: the algorithm none is not allowed", flows.ProblemCheck),
		own("CL-05", "id_token", signature, signed, `signature unverified: no key with kid "k9"`, flows.ProblemCheck),
		own("CL-06", "id_token", signature, signed, "signature invalid: it does not hold", flows.ProblemCheck),
		item("CL-04", "The issuer is the expected one, exactly"), item("CL-08", "The token is meant for this client"), item("CL-08", "The authorized party is this client"),
		item("CL-09", "The token has not expired"), item("CL-09", "The token was issued not too far away from now"),
		agreed(item("CL-09", "The token has not expired")), agreed(item("CL-09", "The token was issued not too far away from now")), item("CL-10", "The nonce is the one that was sent"),
		item("CL-27", "The login has the level that was asked for"), item("CL-28", "The login is recent enough"),
		own("CL-11", "id_token", "OpenID Connect Core 3.1.3.8", "The access token belongs to this token", "at_hash differs", flows.ProblemCheck),
		own("CL-11", "id_token", "OpenID Connect Core 3.3.2.10", "The code belongs to this token", "c_hash differs", flows.ProblemCheck),
		own("CL-14", "userinfo", "OpenID Connect Core 5.3.2", "alice", "bob", flows.ProblemCheck),
		own("CL-19", "id_token", "OpenID Connect Core 3.1.3.3", "an id_token, as the scope openid was asked for", "a token answer without one", flows.ProblemAnswer),
		own("CL-29", "token", "RFC 6749 5.1", "a token answer with an access_token", "only scope", flows.ProblemAnswer),
		own("CL-30", "par", "RFC 9126 5", "a provider with a pushed_authorization_request_endpoint", "no pushed_authorization_request_endpoint in https://a.example", flows.ProblemConfig),
		own("CL-30", "device", "RFC 8628 3.1", "a provider with a device_authorization_endpoint", "no device_authorization_endpoint in https://a.example", flows.ProblemConfig),
		own("CL-51", "keys", "RFC 7517 5", "key set as a JSON object", "a JSON array, where a JSON object is due", flows.ProblemAnswer),
		own("CL-52", "par", "RFC 9126 2.2", "an answer with request_uri", "only expires_in", flows.ProblemAnswer),
		own("CL-53", "introspect", "RFC 7662 2.2", "an introspection answer with active: true or false", `"true"`, flows.ProblemAnswer),
		own("CL-12", "authorize", "RFC 6749 10.12", "the state of this login", "another one (3 characters)", flows.ProblemCheck),
		own("CL-13", "authorize", "RFC 9207 2.4", "https://a.example", "https://a.example/", flows.ProblemCheck),
		own("CL-50", "authorize", "RFC 6749 4.1.2", "a code", "an answer without code and error, only error_code, error_reason", flows.ProblemAnswer),
		own("CL-49", "id_token", signature, signed, `signature refused: crit demands the extension "x"`, flows.ProblemCheck),
		own("CL-40", "id_token", signature, signed, "signature unsupported: an opaque token carries no signature that others could check", flows.ProblemCheck),
		own("CL-04", "id_token", idTokenChecks, "The issuer is the expected one, exactly", `wanted "https://a", got "https://a/": they differ by the slash at the end`, flows.ProblemCheck),
		own("CL-09", "id_token", idTokenChecks, "The token was issued not too far away from now", "the token has no iat", flows.ProblemCheck),
		own("CL-10", "id_token", idTokenChecks, "The nonce is the one that was sent", "a nonce was sent and the token has none: it may belong to another login", flows.ProblemCheck),
		own("CL-10", "id_token", idTokenChecks, "The nonce is the one that was sent", `the token belongs to another login: wanted "a", got "b"`, flows.ProblemCheck),
		own("CL-28", "id_token", idTokenChecks, "The login is recent enough", "the token has no auth_time", flows.ProblemCheck),
		own("CL-54", "id_token", "OpenID Connect Core 2", "sub: a text that names the person", "an ID token without sub", flows.ProblemCheck),
		own("CL-55", "id_token", "RFC 7519 4.1.5", "It is valid already", "not before in 15 min", flows.ProblemCheck),
		own("CL-56", "userinfo", "OpenID Connect Core 5.3.2", "userinfo answer signed by a key of the provider", "signature invalid", flows.ProblemCheck),
		{group: "client", want: "CL-19", step: "id_token", kind: flows.ProblemAnswer, ref: "OpenID Connect Core 3.1.3.3", expected: "an id_token, as the scope openid was asked for", text: "a token answer without one", base: flows.Config{Scopes: []string{"openid"}}},
		said("CL-02", `oidc: issuer did not match the issuer returned by provider, expected "https://a.example" got "https://a.example/"`),
		said("CL-12", "OAuth callback error: state mismatch"), said("CL-05", "IDX10503: Signature validation failed. Token does not have a kid"),
		said("CL-07", `oidc: id token signed with unsupported algorithm, expected ["RS256"] got "HS256"`), said("CL-06", "jsonwebtoken: invalid signature"),
		said("CL-08", `oidc: expected audience "app" got ["other"]`), said("CL-04", "IDX10205: Issuer validation failed."),
		said("CL-09", "jwt expired"), said("CL-10", "nonce mismatch in id token"), said("CL-11", "at_hash claim is wrong"),
		said("CL-19", "no id_token in token response"), said("CL-20", "no refresh token was returned"), said("CL-21", "token contains an invalid number of segments"),
		said("CL-22", `Warning: Scope has changed from "openid email" to "openid".`), said("CL-23", "json: cannot unmarshal string into Go struct field .expires_in of type int"),
	}
}
