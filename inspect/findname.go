package inspect

import (
	"fmt"
	"strings"
)

// where says in words what names a token. The name comes from the text, so it is quoted.
func where(kind, name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s %q", kind, clip(name, 60))
}

// isNamedToken lists the parameters of RFC 6749, RFC 7521, RFC 8693, RFC 9101 and OpenID Connect whose value is a token
// whatever it looks like.
func isNamedToken(name string) bool {
	switch name {
	case "access_token", "id_token", "refresh_token", "id_token_hint", "logout_token", "client_assertion", "assertion",
		"subject_token", "actor_token", "token", "accessToken", "idToken", "refreshToken":
		return true
	}
	return false
}

// named says what stands before a place: a header and its scheme, a parameter, a cookie, a member.
func (f *finder) named(at int) (name, words string) {
	const look = 80 // characters; names are short
	before := f.text[max(0, at-look):at]
	trimmed := strings.TrimRight(before, "\"'` \t\\")
	for _, scheme := range []string{"bearer", "dpop", "token"} {
		if cut := len(trimmed) - len(scheme); cut >= 0 && len(trimmed) < len(before) && strings.EqualFold(trimmed[cut:], scheme) &&
			(cut == 0 || strings.IndexByte(" \t:\"'", trimmed[cut-1]) >= 0) {
			if scheme != "token" || f.lineSays("authorization") {
				return "authorization", "Authorization header, " + trimmed[cut:]
			}
		}
	}
	if trimmed == "" || trimmed[len(trimmed)-1] != '=' && trimmed[len(trimmed)-1] != ':' {
		return "", ""
	}
	sign := trimmed[len(trimmed)-1]
	trimmed = strings.TrimRight(trimmed[:len(trimmed)-1], "\"'` \t\\")
	start := len(trimmed)
	for start > 0 && (tokenByte(trimmed[start-1]) && trimmed[start-1] != '.' && trimmed[start-1] != '~') {
		start--
	}
	name = trimmed[start:]
	switch {
	case name == "":
		return "", ""
	case strings.EqualFold(name, "dpop") && sign == ':':
		return "dpop", "DPoP header"
	case sign == '=' && f.lineSays("cookie:"):
		return name, where("cookie", name)
	case sign == '=':
		return name, where("parameter", name)
	}
	return name, where("member", name)
}
