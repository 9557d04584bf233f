package flows

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
)

// Metadata is a discovery document: the members that the engine uses, and the raw document they came from.
// OpenID Connect Discovery 3; RFC 8414 2; RFC 8628 4. A member of the wrong type is treated as absent.
type Metadata struct {
	Raw []byte `json:"-"` // as received
	URL string `json:"-"` // where it was found

	given bool // it was never found: endpoints given by hand (Config.Endpoints)

	Issuer                       string            `json:"issuer"`
	AuthorizationEndpoint        string            `json:"authorization_endpoint"`
	TokenEndpoint                string            `json:"token_endpoint"`
	UserInfoEndpoint             string            `json:"userinfo_endpoint"`
	JWKSURI                      string            `json:"jwks_uri"`
	DeviceAuthorizationEndpoint  string            `json:"device_authorization_endpoint"`
	IntrospectionEndpoint        string            `json:"introspection_endpoint"`
	RevocationEndpoint           string            `json:"revocation_endpoint"`
	EndSessionEndpoint           string            `json:"end_session_endpoint"`
	RegistrationEndpoint         string            `json:"registration_endpoint"`
	PAREndpoint                  string            `json:"pushed_authorization_request_endpoint"`
	ScopesSupported              []string          `json:"scopes_supported"`
	ResponseTypesSupported       []string          `json:"response_types_supported"`
	ResponseModesSupported       []string          `json:"response_modes_supported"`
	GrantTypesSupported          []string          `json:"grant_types_supported"`
	TokenEndpointAuthMethods     []string          `json:"token_endpoint_auth_methods_supported"`
	IDTokenSigningAlgs           []string          `json:"id_token_signing_alg_values_supported"`
	CodeChallengeMethods         []string          `json:"code_challenge_methods_supported"`
	IssInAuthResponse            bool              `json:"authorization_response_iss_parameter_supported"`
	RequirePAR                   bool              `json:"require_pushed_authorization_requests"`
	IntrospectionSigningAlgs     []string          `json:"introspection_signing_alg_values_supported"`
	TokenEndpointAuthSigningAlgs []string          `json:"token_endpoint_auth_signing_alg_values_supported"`
	RequestObjectSigningAlgs     []string          `json:"request_object_signing_alg_values_supported"`
	RequestObjectEncryptionAlgs  []string          `json:"request_object_encryption_alg_values_supported"`
	RequestObjectEncryptionEncs  []string          `json:"request_object_encryption_enc_values_supported"`
	RequestParameter             bool              `json:"request_parameter_supported"`
	RequireSignedRequest         bool              `json:"require_signed_request_object"`
	AuthorizationSigningAlgs     []string          `json:"authorization_signing_alg_values_supported"` // of signed answers (JARM 4)
	DPoPSigningAlgs              []string          `json:"dpop_signing_alg_values_supported"`
	CertificateBoundTokens       bool              `json:"tls_client_certificate_bound_access_tokens"`
	MTLSAliases                  map[string]string `json:"mtls_endpoint_aliases"`               // RFC 8705 5
	BackchannelEndpoint          string            `json:"backchannel_authentication_endpoint"` // CIBA 4
	BackchannelModes             []string          `json:"backchannel_token_delivery_modes_supported"`
	BackchannelUserCode          bool              `json:"backchannel_user_code_parameter_supported"`
	ACRValues                    []string          `json:"acr_values_supported"`
	PromptValues                 []string          `json:"prompt_values_supported"`
	ClaimsParameter              bool              `json:"claims_parameter_supported"`
	AuthorizationDetailsTypes    []string          `json:"authorization_details_types_supported"` // RFC 9396 10
}

// metadataMember is a member of the document by its name, and where it goes.
type metadataMember struct {
	name string
	into any // *string, *bool, *[]string or *map[string]string
}

// members names where each member goes.
func (m *Metadata) members() []metadataMember {
	return []metadataMember{
		{"issuer", &m.Issuer},
		{"authorization_endpoint", &m.AuthorizationEndpoint},
		{"token_endpoint", &m.TokenEndpoint},
		{"userinfo_endpoint", &m.UserInfoEndpoint},
		{"jwks_uri", &m.JWKSURI},
		{"device_authorization_endpoint", &m.DeviceAuthorizationEndpoint},
		{"introspection_endpoint", &m.IntrospectionEndpoint},
		{"revocation_endpoint", &m.RevocationEndpoint},
		{"end_session_endpoint", &m.EndSessionEndpoint},
		{"registration_endpoint", &m.RegistrationEndpoint},
		{"pushed_authorization_request_endpoint", &m.PAREndpoint},
		{"scopes_supported", &m.ScopesSupported},
		{"response_types_supported", &m.ResponseTypesSupported},
		{"response_modes_supported", &m.ResponseModesSupported},
		{"grant_types_supported", &m.GrantTypesSupported},
		{"token_endpoint_auth_methods_supported", &m.TokenEndpointAuthMethods},
		{"id_token_signing_alg_values_supported", &m.IDTokenSigningAlgs},
		{"code_challenge_methods_supported", &m.CodeChallengeMethods},
		{"authorization_response_iss_parameter_supported", &m.IssInAuthResponse},
		{"require_pushed_authorization_requests", &m.RequirePAR},
		{"introspection_signing_alg_values_supported", &m.IntrospectionSigningAlgs},
		{"token_endpoint_auth_signing_alg_values_supported", &m.TokenEndpointAuthSigningAlgs},
		{"request_object_signing_alg_values_supported", &m.RequestObjectSigningAlgs},
		{"request_parameter_supported", &m.RequestParameter},
		{"require_signed_request_object", &m.RequireSignedRequest},
		{"request_object_encryption_alg_values_supported", &m.RequestObjectEncryptionAlgs},
		{"request_object_encryption_enc_values_supported", &m.RequestObjectEncryptionEncs},
		{"authorization_signing_alg_values_supported", &m.AuthorizationSigningAlgs},
		{"dpop_signing_alg_values_supported", &m.DPoPSigningAlgs},
		{"tls_client_certificate_bound_access_tokens", &m.CertificateBoundTokens},
		{"mtls_endpoint_aliases", &m.MTLSAliases},
		{"backchannel_authentication_endpoint", &m.BackchannelEndpoint},
		{"backchannel_token_delivery_modes_supported", &m.BackchannelModes},
		{"backchannel_user_code_parameter_supported", &m.BackchannelUserCode},
		{"acr_values_supported", &m.ACRValues},
		{"prompt_values_supported", &m.PromptValues},
		{"claims_parameter_supported", &m.ClaimsParameter},
		{"authorization_details_types_supported", &m.AuthorizationDetailsTypes},
	}
}

// parseMetadata reads a document member by member, so that one member of a wrong type does not spoil the others. wrong
// lists those members.
func parseMetadata(object map[string]json.RawMessage, raw []byte, address string) (m *Metadata, wrong []string) {
	m = &Metadata{Raw: raw, URL: address}
	for _, of := range m.members() {
		value, there := object[of.name]
		if !there || string(value) == "null" {
			continue
		}
		if text, ok := plainString(value); ok {
			if into, ok := of.into.(*string); ok {
				*into = text
				continue
			}
		}
		if json.Unmarshal(value, of.into) != nil {
			wrong = append(wrong, of.name)
			absent(of.into)
		}
	}
	sort.Strings(wrong)
	return m, wrong
}

// absent undoes what a failed reading may have left.
func absent(into any) {
	switch v := into.(type) {
	case *string:
		*v = ""
	case *[]string:
		*v = nil
	case *bool:
		*v = false
	case *map[string]string:
		*v = nil
	}
}

// address gives where the address of an endpoint goes; nil for a name that is none.
func (m *Metadata) address(name string) *string {
	for _, of := range m.members() {
		if into, ok := of.into.(*string); ok && of.name == name && name != "issuer" {
			return into
		}
	}
	return nil
}

// List gives a member of the document that the engine itself has no use for, such as claims_supported; what is no list of texts is nothing.
func (m *Metadata) List(name string) []string {
	var all map[string]json.RawMessage
	var list []string
	if json.Unmarshal(m.Raw, &all) != nil || json.Unmarshal(all[name], &list) != nil {
		return nil
	}
	return list
}

// endpoints counts the members that are addresses.
func (m *Metadata) endpoints() int {
	n := 0
	for _, of := range m.members() {
		if s, ok := of.into.(*string); ok && *s != "" && of.name != "issuer" {
			n++
		}
	}
	return n
}

// grants reports whether the provider offers a grant. An absent list means the default of OpenID Connect Discovery 3,
// which many providers leave at that although they offer more: then the answer is yes.
func (m *Metadata) grants(grant string) bool {
	return len(m.GrantTypesSupported) == 0 || slices.Contains(m.GrantTypesSupported, grant)
}

// endpoint returns an endpoint's address, or the problem of a provider that does not have one.
func (m *Metadata) endpoint(name, address, ref string) (string, error) {
	if address == "" {
		return "", problem(ProblemConfig, "a provider with a "+name, "no "+name+" in "+m.URL, ref)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", problem(ProblemAnswer, name+": an absolute http(s) URL", fmt.Sprintf("%q", address), ref)
	}
	return address, nil
}

// authMethod chooses how the client authenticates: as configured, else the first of AuthMethods.
func (m *Metadata) authMethod(c Config) AuthMethod {
	if c.AuthMethod != "" {
		return c.AuthMethod
	}
	return m.AuthMethods(c)[0]
}

// AuthMethods lists how the client can authenticate with what it has, of what the provider announces, the first choice first;
// [AuthNone] when there is nothing. A secret goes before a key or a certificate: it is good for nothing else, while
// those also sign requests, open what is encrypted and bind tokens. It is sent in the header first; an absent list means
// client_secret_basic (OpenID Connect Discovery 3).
func (m *Metadata) AuthMethods(c Config) []AuthMethod {
	announced := m.TokenEndpointAuthMethods
	var can []AuthMethod
	if !c.ClientSecret.IsZero() {
		can = []AuthMethod{AuthBasic, AuthPost, AuthSecretJWT}
		if m.given { // what is too old or too plain for a document usually reads the body
			can = []AuthMethod{AuthPost, AuthBasic}
		}
		if len(announced) == 0 {
			announced = []string{string(AuthBasic), string(AuthPost)}
		}
	}
	if !c.ClientKey.IsZero() {
		can = append(can, AuthPrivateKeyJWT)
	}
	if len(c.Transport.ClientCertPEM) > 0 {
		can = append(can, AuthTLS, AuthSelfSignedTLS)
	}
	can = slices.DeleteFunc(can, func(method AuthMethod) bool { return !slices.Contains(announced, string(method)) })
	switch {
	case len(can) > 0:
		return can
	case !c.ClientSecret.IsZero():
		return []AuthMethod{AuthBasic}
	}
	return []AuthMethod{AuthNone}
}

// forClient gives the address of an endpoint for a client with a certificate: providers may have a host of its own for the
// handshake that asks for it (RFC 8705 5).
func (m *Metadata) forClient(c Config, name, address string) string {
	if alias := m.MTLSAliases[name]; alias != "" && len(c.Transport.ClientCertPEM) > 0 {
		return alias
	}
	return address
}

// scopes gives the scopes to ask for.
func (m *Metadata) scopes(c Config) []string {
	if len(c.Scopes) > 0 {
		return strings.Fields(strings.Join(c.Scopes, " "))
	}
	if m.given { // plain OAuth 2.0: its own default scope (RFC 6749 3.3)
		return nil
	}
	scopes := []string{"openid"}
	for _, optional := range []string{"profile", "email"} {
		if len(m.ScopesSupported) == 0 || slices.Contains(m.ScopesSupported, optional) {
			scopes = append(scopes, optional)
		}
	}
	if slices.Contains(m.ScopesSupported, "offline_access") {
		scopes = append(scopes, "offline_access")
	}
	return scopes
}
