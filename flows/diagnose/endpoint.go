package diagnose

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// endpointOf says where the answer came from.
func endpointOf(in flows.DiagnosisInput, p *flows.Problem) Endpoint {
	name := in.Step
	if in.Exchange != nil && in.Exchange.Purpose != "" {
		name = in.Exchange.Purpose
	}
	return ParseEndpoint(name)
}

// ParseEndpoint reads the name of an endpoint, a step or a purpose as people and flows write it; "" for one that is none.
func ParseEndpoint(name string) Endpoint {
	switch strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' || r == '/' {
			return -1
		}
		return r
	}, asciiLower(name)) {
	case "discovery", "metadata", "wellknown":
		return AtDiscovery
	case "keys", "jwks", "jwksuri", "keysagain":
		return AtKeys
	case "authorize", "authorization", "auth", "login", "page", "authorizationendpoint":
		return AtAuthorize
	case "callback", "redirect", "redirecturi":
		return AtCallback
	case "token", "refresh", "poll", "tokenendpoint":
		return AtToken
	case "device", "deviceauthorization", "devicecode", "deviceauthorizationendpoint":
		return AtDevice
	case "userinfo", "userinfoendpoint":
		return AtUserInfo
	case "introspect", "introspection", "introspectionendpoint":
		return AtIntrospection
	case "revoke", "revocation", "revocationendpoint":
		return AtRevocation
	case "par", "pushedauthorizationrequest", "push":
		return AtPAR
	case "register", "registration":
		return AtRegistration
	case "resource", "api", "call":
		return AtResource
	case "idtoken":
		return AtIDToken
	}
	return ""
}
