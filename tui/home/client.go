package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/form"
)

// clientFields are how the client proves itself, and what is encrypted to it.
func (f *loginForm) clientFields() []form.Field {
	m := f.discover.found
	if m == nil {
		m = &flows.Metadata{}
	}
	all := []form.Field{
		f.methodField(),
		keyField(),
		{ID: "client-key-id", Label: "Key ID", Hint: "that of the JWK", About: "kid in what is signed: which of the client's keys it was (RFC 7515 4.1.4)"},
		{ID: "client-key-alg", Label: "Key algorithm", Hint: "the first that fits the key and is announced", Options: form.Options(m.TokenEndpointAuthSigningAlgs...),
			Announced: f.announces("token_endpoint_auth_signing_alg_values_supported"), About: "alg in what is signed (RFC 7518 3.1)"},
		{ID: "assertion-audience", Label: "Assertion aud", Hint: "the issuer", Options: form.Options(nonEmpty(m.Issuer, m.TokenEndpoint)...),
			About: "aud of what the client signs; some providers want their token endpoint there (RFC 7523 3)"},
		{ID: "cert", Label: "Certificate", Hint: "file with the certificate, PEM, for mutual TLS", Announced: wants(m.CertificateBoundTokens, "tls_client_certificate_bound_access_tokens"),
			About: "for tls_client_auth, self_signed_tls_client_auth, and tokens that are bound to it (RFC 8705)", Words: "mTLS, client authentication"},
		{ID: "key", Label: "Its key file", Hint: "file with the private key; none: it is in the same file", About: "the private key of the certificate (RFC 8705 2)", Words: "mTLS, client authentication"},
		{ID: "decrypt-key", Label: "Decrypt key", Hint: "file with private keys: PEM, JWK, JWKS; none: the client key",
			About: "opens what the provider encrypts to this client: ID token, userinfo, introspection, signed answers (OpenID Connect Core 10.2; JARM 2.2)"},
	}
	for i := range all {
		all[i].Group = groupClient
	}
	return all
}

func keyField() form.Field {
	return form.Field{ID: "client-key", Label: "Client key", Hint: "file with the private key: PEM or JWK",
		About: "for private_key_jwt, signed requests and assertions; oidcscope keys make ec makes one (RFC 7517)"}
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// methodField is how the client authenticates: what the provider announces, and what would be taken without a choice.
func (f *loginForm) methodField() form.Field {
	x := form.Field{ID: "auth-method", Label: "Client proves", Kind: form.Choice, Announced: f.announces("token_endpoint_auth_methods_supported"),
		About: "how the client shows that it is the one that was registered (OpenID Connect Core 9; RFC 8705 2)",
		Words: "Client proves itself, client authentication, token_endpoint_auth_method, mTLS"}
	var known []string
	for _, method := range flows.AuthMethods() {
		known = append(known, string(method))
	}
	usual := "as usual"
	if m := f.discover.found; m != nil {
		usual += ": " + string(m.AuthMethods(f.client())[0])
	}
	x.Options = append([]form.Option{{Label: usual}}, f.offered("token_endpoint_auth_methods_supported", known...)...)
	return x
}

// secretNote tells a client without a proof at a provider that announces only clients with one.
func (f *loginForm) secretNote() []form.Note {
	m := f.discover.found
	if m == nil || len(m.TokenEndpointAuthMethods) == 0 || slices.Contains(m.TokenEndpointAuthMethods, "none") || m.AuthMethods(f.client())[0] != flows.AuthNone || f.Raw("auth-method") != "" {
		return nil
	}
	return []form.Note{{Mark: "!", Role: form.Care, Text: "the provider announces only clients that prove themselves: " + strings.Join(m.TokenEndpointAuthMethods, ", ")}}
}
