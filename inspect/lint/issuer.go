package lint

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
)

// clientIssued reports whether the client writes this token, so that iss is a client id or absent.
func (s *Subject) clientIssued() bool {
	switch s.Profile {
	case inspect.ProfileClientAssertion, inspect.ProfileRequestObject, inspect.ProfileDPoP, inspect.ProfileKB:
		return true
	}
	return false
}

// issuerFits compares exactly, with the two exceptions that the providers document: Google's issuer without the scheme
// (OpenID Connect Core 15.6.2) and Entra's tenant placeholder, to be filled from tid.
func (s *Subject) issuerFits(iss string) bool {
	want := s.Ctx.Issuer
	const google = "accounts.google.com"
	if iss == want || strings.TrimPrefix(iss, "https://") == google && strings.TrimPrefix(want, "https://") == google {
		return true
	}
	if tid := s.text("tid"); tid != nil && strings.Contains(want, "{tenantid}") {
		return iss == strings.Replace(want, "{tenantid}", *tid, 1)
	}
	return false
}

func (s *Subject) issuerForm(iss string) string {
	if iss == "accounts.google.com" || iss == "kubernetes/serviceaccount" {
		return ""
	}
	if plainHTTPS(iss) {
		return ""
	}
	u, err := url.Parse(iss)
	isURL := err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
	switch {
	case isURL && u.Scheme == "http" && !loopback(u.Hostname()):
		return "plain http: whoever is on the way can replace the provider's keys"
	case isURL && (u.RawQuery != "" || u.ForceQuery || strings.Contains(iss, "#")):
		return "has a query or a fragment, which an issuer must not have"
	case isURL:
		return ""
	}
	switch s.Profile {
	case inspect.ProfileIDToken, inspect.ProfileATJWT, inspect.ProfileLogout:
		return "is " + quoteShort(iss) + ", not an https URL"
	}
	return ""
}

// plainHTTPS recognises what nearly every issuer looks like, without parsing it: https, a host, a path, and no character that
// would mean anything else.
func plainHTTPS(iss string) bool {
	rest, ok := strings.CutPrefix(iss, "https://")
	if !ok || rest == "" || rest[0] == '/' {
		return false
	}
	for i := range len(rest) {
		c := rest[i]
		if !(c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
