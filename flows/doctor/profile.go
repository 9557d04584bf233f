package doctor

import "slices"

// pickProfile says what a document is for. Only a document that offers nothing to send a login to is one of an issuer alone, so
// that a provider that lost an endpoint is still blamed for it.
func pickProfile(d *Document) Profile {
	if !d.Readable() {
		return Login
	}
	_, authorize := d.address("authorization_endpoint")
	types := d.values("response_types_supported")
	loginTypes := slices.ContainsFunc(types, func(t string) bool { return t != "id_token" })
	if !authorize && !d.has("token_endpoint") && !loginTypes {
		return IssuerOnly
	}
	if d.has("id_token_signing_alg_values_supported") || d.has("userinfo_endpoint") || slices.Contains(d.values("scopes_supported"), "openid") {
		return Login
	}
	if !d.has("token_endpoint") && !authorize {
		return Login
	}
	return OAuth
}

// required lists the members that a profile can't do without (OpenID Connect Discovery 3, RFC 8414 2).
func required(p Profile, d *Document) []string {
	types := d.values("response_types_supported")
	implicitOnly := len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return !implicit(t) })
	switch p {
	case IssuerOnly:
		return []string{"issuer", "jwks_uri", "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"}
	case OAuth:
		names := []string{"issuer", "response_types_supported"}
		grants, listed := d.list("grant_types_supported")
		if !listed || slices.Contains(grants, "authorization_code") || slices.Contains(grants, "implicit") {
			names = append(names, "authorization_endpoint")
		}
		if !implicitOnly {
			names = append(names, "token_endpoint")
		}
		return names
	}
	names := []string{"issuer", "authorization_endpoint"}
	if !implicitOnly {
		names = append(names, "token_endpoint")
	}
	return append(names, "jwks_uri", "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported")
}

// implicit reports whether a response type gives everything from the authorization endpoint: there is no code to redeem.
func implicit(responseType string) bool {
	for _, word := range words(responseType) {
		if word == "code" || word == "none" {
			return false
		}
	}
	return true
}
