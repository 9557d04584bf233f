package flows

import "strings"

const (
	oidcSuffix  = "/.well-known/openid-configuration"
	oauthSuffix = "/.well-known/oauth-authorization-server"
)

// Place is where a discovery document may be, in one of four forms: OpenID Connect Discovery 4.1 appends its suffix to the
// path, RFC 8414 3 inserts its own between host and path, and providers mix both.
type Place struct {
	URL      string
	OAuth    bool // the suffix is that of RFC 8414
	Inserted bool // between host and path
}

// WellKnown lists the places of an issuer's document, in the order that works most often. An issuer without a path has two,
// one with a path four.
func WellKnown(issuer string) []Place {
	issuer = strings.TrimRight(issuer, "/")
	host, path := issuer, ""
	if i := strings.Index(issuer, "://"); i >= 0 {
		if j := strings.IndexByte(issuer[i+3:], '/'); j >= 0 {
			host, path = issuer[:i+3+j], issuer[i+3+j:]
		}
	}
	places := []Place{{URL: issuer + oidcSuffix}, {URL: host + oauthSuffix + path, OAuth: true, Inserted: path != ""}}
	if path != "" {
		places = append(places, Place{URL: issuer + oauthSuffix, OAuth: true}, Place{URL: host + oidcSuffix + path, Inserted: true})
	}
	return places
}

// FromDocument gives the issuer that a pasted address of its document belongs to; found is false for an address that is
// none. A slash at the end of the issuer can't be told from it.
func FromDocument(address string) (issuer string, found bool) {
	for _, suffix := range []string{oidcSuffix, oauthSuffix} {
		if before, after, ok := strings.Cut(address, suffix); ok && !strings.ContainsAny(address, "?#") {
			return before + after, true
		}
	}
	return address, false
}
