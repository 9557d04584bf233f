package explain

// specification is a document that defines something of all this.
type specification struct{ name, title, text string }

func specifications() []specification {
	return []specification{
		{"RFC 6749", "The OAuth 2.0 Authorization Framework", "The base: roles, grants, endpoints, errors."},
		{"RFC 6750", "OAuth 2.0 Bearer Token Usage", "How an access token is sent, and how an API refuses one (WWW-Authenticate)."},
		{"RFC 7009", "OAuth 2.0 Token Revocation", "Ending a token. The answer is 200 also for one that is unknown."},
		{"RFC 7515", "JSON Web Signature (JWS)", "Signed content: header parameters, compact and JSON forms."},
		{"RFC 7516", "JSON Web Encryption (JWE)", "Encrypted content: five parts, key management, content encryption."},
		{"RFC 7517", "JSON Web Key (JWK)", "Keys and key sets as JSON."},
		{"RFC 7518", "JSON Web Algorithms (JWA)", "The algorithms, their names, and the members of keys."},
		{"RFC 7519", "JSON Web Token (JWT)", "Registered claims, their types and how to validate them."},
		{"RFC 7520", "Examples of Protecting Content Using JOSE", "Worked examples to test with."},
		{"RFC 7521", "Assertion Framework for OAuth 2.0", "Assertions as grants and as client authentication."},
		{"RFC 7523", "JWT Profile for OAuth 2.0 Client Authentication and Authorization Grants", "What a client assertion has to hold."},
		{"RFC 7591", "OAuth 2.0 Dynamic Client Registration", "How a program registers itself."},
		{"RFC 7592", "OAuth 2.0 Dynamic Client Registration Management", "Reading, changing and deleting a registration."},
		{"RFC 7636", "Proof Key for Code Exchange (PKCE)", "Makes a stolen authorization code worthless."},
		{"RFC 7638", "JSON Web Key Thumbprint", "A hash that names a key."},
		{"RFC 7662", "OAuth 2.0 Token Introspection", "Asking the provider about a token."},
		{"RFC 7797", "JWS Unencoded Payload Option", "b64 false: the payload as it is. Not for JWTs."},
		{"RFC 7800", "Proof-of-Possession Key Semantics for JWTs", "The claim cnf: which key the presenter must have."},
		{"RFC 8037", "CFRG Curves in JOSE", "Ed25519, X25519 and their kin (key type OKP)."},
		{"RFC 8176", "Authentication Method Reference Values", "What the names in amr mean."},
		{"RFC 8252", "OAuth 2.0 for Native Apps", "Login from programs on people's machines: the system's browser, loopback redirects, PKCE."},
		{"RFC 8414", "OAuth 2.0 Authorization Server Metadata", "Discovery for OAuth, beside that of OpenID Connect."},
		{"RFC 8417", "Security Event Token (SET)", "JWTs that report events."},
		{"RFC 8628", "OAuth 2.0 Device Authorization Grant", "Login on devices without a browser."},
		{"RFC 8693", "OAuth 2.0 Token Exchange", "One token for another; delegation and impersonation."},
		{"RFC 8705", "OAuth 2.0 Mutual-TLS Client Authentication and Certificate-Bound Access Tokens", "Certificates as credentials, and tokens bound to them."},
		{"RFC 8707", "Resource Indicators for OAuth 2.0", "The parameter resource."},
		{"RFC 8725", "JSON Web Token Best Current Practices", "The attacks on JWTs, and what to do against each."},
		{"RFC 9068", "JWT Profile for OAuth 2.0 Access Tokens", "What an access token in JWT form has to hold (typ at+jwt)."},
		{"RFC 9101", "JWT-Secured Authorization Request (JAR)", "Signed request objects."},
		{"RFC 9126", "OAuth 2.0 Pushed Authorization Requests (PAR)", "Parameters go to the provider first, a reference through the browser."},
		{"RFC 9207", "OAuth 2.0 Authorization Server Issuer Identification", "iss in the answer, against mix-ups."},
		{"RFC 9278", "JWK Thumbprint URI", "Thumbprints as names."},
		{"RFC 9396", "OAuth 2.0 Rich Authorization Requests (RAR)", "authorization_details."},
		{"RFC 9449", "OAuth 2.0 Demonstrating Proof of Possession (DPoP)", "Tokens bound to a key by a proof in each request."},
		{"RFC 9470", "OAuth 2.0 Step Up Authentication Challenge", "How an API asks for a stronger login."},
		{"RFC 9700", "Best Current Practice for OAuth 2.0 Security", "What to use and what not: PKCE always, implicit and password never, exact redirect URIs, rotation."},
		{"RFC 9701", "JWT Response for OAuth Token Introspection", "Signed introspection answers."},
		{"RFC 9728", "OAuth 2.0 Protected Resource Metadata", "An API says which provider it trusts."},
		{"RFC 9864", "Fully-Specified Algorithms for JOSE and COSE", "Ed25519 and Ed448 in place of EdDSA."},
		{"RFC 9901", "Selective Disclosure for JWTs (SD-JWT)", "Tokens of which the holder shows a part."},
		{"OpenID Connect Core", "OpenID Connect Core 1.0", "ID token, login request, userinfo, claims, validation step by step (3.1.3.7)."},
		{"OpenID Connect Discovery", "OpenID Connect Discovery 1.0", "Where the discovery document is and what stands in it."},
		{"OpenID Connect Dynamic Client Registration", "OpenID Connect Dynamic Client Registration 1.0", "Registering a client, with OpenID's own metadata."},
		{"OpenID Connect RP-Initiated Logout", "OpenID Connect RP-Initiated Logout 1.0", "Logging out from the client's side."},
		{"OpenID Connect Back-Channel Logout", "OpenID Connect Back-Channel Logout 1.0", "Logout tokens from program to program."},
		{"OpenID Connect Front-Channel Logout", "OpenID Connect Front-Channel Logout 1.0", "Logout through frames in the browser."},
		{"OpenID Connect Session Management", "OpenID Connect Session Management 1.0", "Noticing that the session has changed."},
		{"OAuth 2.0 Form Post Response Mode", "OAuth 2.0 Form Post Response Mode", "The answer as a form that the browser posts."},
		{"OAuth 2.0 Multiple Response Types", "OAuth 2.0 Multiple Response Type Encoding Practices", "code id_token and the like; query and fragment."},
		{"CIBA Core", "OpenID Connect Client-Initiated Backchannel Authentication Flow", "Login on the person's own device, started by a client."},
		{"JWT Secured Authorization Response Mode", "JWT Secured Authorization Response Mode for OAuth 2.0 (JARM)", "Signed answers."},
		{"FAPI 2.0 Security Profile", "FAPI 2.0 Security Profile", "The strict profile for banks and their kind."},
		{"OpenID Federation", "OpenID Federation 1.0", "Trust by chains of signed statements."},
	}
}

// address says where a specification can be read, or "".
func (s specification) address() string {
	if len(s.name) > 4 && s.name[:4] == "RFC " {
		return "https://www.rfc-editor.org/rfc/rfc" + s.name[4:] + ".html"
	}
	const openid = "https://openid.net/specs/"
	switch s.name {
	case "OpenID Connect Core":
		return openid + "openid-connect-core-1_0.html"
	case "OpenID Connect Discovery":
		return openid + "openid-connect-discovery-1_0.html"
	case "OpenID Connect Dynamic Client Registration":
		return openid + "openid-connect-registration-1_0.html"
	case "OpenID Connect RP-Initiated Logout":
		return openid + "openid-connect-rpinitiated-1_0.html"
	case "OpenID Connect Back-Channel Logout":
		return openid + "openid-connect-backchannel-1_0.html"
	case "OpenID Connect Front-Channel Logout":
		return openid + "openid-connect-frontchannel-1_0.html"
	case "OpenID Connect Session Management":
		return openid + "openid-connect-session-1_0.html"
	case "OAuth 2.0 Form Post Response Mode":
		return openid + "oauth-v2-form-post-response-mode-1_0.html"
	case "OAuth 2.0 Multiple Response Types":
		return openid + "oauth-v2-multiple-response-types-1_0.html"
	case "CIBA Core":
		return openid + "openid-client-initiated-backchannel-authentication-core-1_0.html"
	case "JWT Secured Authorization Response Mode":
		return openid + "oauth-v2-jarm.html"
	case "FAPI 2.0 Security Profile":
		return openid + "fapi-security-profile-2_0-final.html"
	case "OpenID Federation":
		return openid + "openid-federation-1_0.html"
	}
	return ""
}
