package secret

import "strings"

// IsParam reports whether a request parameter of this name holds a secret. Names are compared without case, because providers
// differ.
//
// Sources: RFC 6749, 7521, 7523, 7636, 7592, 8628, 8693, OpenID Connect Core, Back-Channel Logout and CIBA.
func IsParam(name string) bool {
	switch strings.ToLower(name) {
	case "code", "code_verifier", "access_token", "refresh_token", "id_token", "id_token_hint", "token",
		"client_secret", "password", "assertion", "client_assertion", "subject_token", "actor_token",
		"device_code", "auth_req_id", "login_hint_token", "logout_token", "registration_access_token",
		"device_secret", "client_notification_token", "response", "samlresponse", "challengeanswer", "api_key",
		"apikey", "secret", "private_key", "authorization", "bearer", "jwt", "session_token", "sso_token", "otp", "pin",
		"new_password", "passwd", "pass":
		return true
	}
	return false
}

// isHint reports whether a parameter of this name is a token that an address for the browser carries: it says who logs in (OpenID Connect
// Core 3.1.2.1) or who is to be logged out (RP-Initiated Logout 2).
func isHint(name string) bool {
	switch strings.ToLower(name) {
	case "id_token_hint", "login_hint_token":
		return true
	}
	return false
}

// IsMember reports whether a member of a JSON answer of this name holds a secret. It differs from [IsParam] in "code", which
// in JSON is an error code at Logto, Salesforce, Kubernetes and others, and must be seen.
func IsMember(name string) bool { return !strings.EqualFold(name, "code") && IsParam(name) }

// IsCookie reports whether an HTTP header field of this name holds cookies (RFC 6265 4.1 and 4.2).
func IsCookie(name string) bool {
	return strings.EqualFold(name, "Cookie") || strings.EqualFold(name, "Set-Cookie")
}

// IsHeader reports whether an HTTP header field of this name holds a secret.
func IsHeader(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "dpop", "x-api-key", "api-key", "x-auth-token",
		"x-access-token", "x-amz-security-token":
		return true
	}
	return false
}
