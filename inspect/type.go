package inspect

import (
	"fmt"
	"strings"
)

// backChannelLogout is the event that makes a token a logout token (OpenID Connect Back-Channel Logout 2.4).
const backChannelLogout = "http://schemas.openid.net/event/backchannel-logout"

// GuessType says which kind of token this probably is, and by what it was recognised: the explicit type of the header
// first (RFC 8725 3.11), then members that only one kind has. It is "" for what is no JWT.
func GuessType(t *Token) (p Profile, reason string) {
	if p, reason = typeByHeader(t); p != "" {
		return p, reason
	}
	if t.Kind == SDJWT {
		return ProfileSDJWT, "disclosures follow it, separated by ~ (RFC 9901 4)"
	}
	if t.SD != nil {
		return ProfileSDJWT, "it has disclosures in its unprotected header (RFC 9901 8)"
	}
	claims := t.Payload
	if !t.signed() && !t.Opened {
		return "", ""
	}
	if claims == nil || claims.Kind != Object {
		return ProfileJWS, "the payload is no JSON object, so it is no JWT"
	}
	if p, reason = typeByMarkers(claims); p != "" {
		return p, reason
	}
	if isClientAssertion(claims) {
		return ProfileClientAssertion, "iss and sub are the same, it has a jti and a short life (RFC 7523 3)"
	}
	if isAuthorizationResponse(claims) {
		return ProfileJARM, "it has iss, aud and exp, and the parameters of an authorization response (JARM)"
	}
	if claims.Get("auth_time") != nil {
		return ProfileIDToken, "it has auth_time, and nothing of an access token"
	}
	return ProfileJWT, "nothing in it says which kind of JWT it is"
}

func typeByHeader(t *Token) (Profile, string) {
	typ, _ := t.Header.Get("typ").Text()
	name := strings.TrimPrefix(strings.ToLower(typ), "application/")
	var p Profile
	switch {
	case name == "at+jwt":
		p = ProfileATJWT
	case name == "dpop+jwt":
		p = ProfileDPoP
	case name == "logout+jwt":
		p = ProfileLogout
	case name == "secevent+jwt":
		p = ProfileSET
	case name == "kb+jwt":
		p = ProfileKB
	case strings.HasSuffix(name, "+sd-jwt"):
		p = ProfileSDJWT
	case name == "oauth-authz-req+jwt":
		p = ProfileRequestObject
	case name == "client-authentication+jwt":
		p = ProfileClientAssertion
	default:
		return "", ""
	}
	return p, fmt.Sprintf("the header's typ is %q", typ)
}

func typeByMarkers(claims *Value) (Profile, string) {
	if claims.Get("events").Get(backChannelLogout) != nil {
		return ProfileLogout, "events holds the back-channel logout event"
	}
	if claims.Get("htm") != nil && claims.Get("htu") != nil {
		return ProfileDPoP, "it has htm and htu (RFC 9449 4.2)"
	}
	switch use, _ := claims.Get("token_use").Text(); use {
	case "id":
		return ProfileIDToken, `token_use is "id" (Cognito)`
	case "access":
		return ProfileAccess, `token_use is "access" (Cognito)`
	}
	switch typ, _ := claims.Get("typ").Text(); typ {
	case "ID":
		return ProfileIDToken, `the claim typ is "ID" (Keycloak)`
	case "Bearer":
		return ProfileAccess, `the claim typ is "Bearer" (Keycloak)`
	case "Refresh", "Offline":
		return ProfileRefresh, fmt.Sprintf("the claim typ is %q (Keycloak)", typ)
	case "Logout":
		return ProfileLogout, `the claim typ is "Logout" (Keycloak)`
	}
	for _, mark := range [...]struct {
		name    string
		profile Profile
		reason  string
	}{
		{"nonce", ProfileIDToken, "it has the claim nonce"},
		{"at_hash", ProfileIDToken, "it has the claim at_hash"},
		{"c_hash", ProfileIDToken, "it has the claim c_hash"},
		{"scp", ProfileAccess, "it has the claim scp"},
		{"scope", ProfileAccess, "it has the claim scope"},
		{"client_id", ProfileAccess, "it has the claim client_id"},
	} {
		if claims.Get(mark.name) != nil {
			return mark.profile, mark.reason
		}
	}
	return "", ""
}

// isAuthorizationResponse recognises a response in a JWT (JARM 2.1): a code or an error for a client, and no subject.
func isAuthorizationResponse(claims *Value) bool {
	for _, name := range []string{"iss", "aud", "exp"} {
		if claims.Get(name) == nil {
			return false
		}
	}
	return claims.Get("sub") == nil && (claims.Get("code") != nil || claims.Get("error") != nil && claims.Get("state") != nil)
}

func isClientAssertion(claims *Value) bool {
	iss, ok := claims.Get("iss").Text()
	sub, _ := claims.Get("sub").Text()
	if !ok || iss != sub || claims.Get("jti") == nil {
		return false
	}
	exp, expFault := NumericDate(claims.Get("exp"))
	iat, iatFault := NumericDate(claims.Get("iat"))
	return expFault == TimeFine && iatFault == TimeFine && exp.Sub(iat).Hours() <= 1
}
