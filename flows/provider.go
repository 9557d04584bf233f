package flows

// Metadata is a discovery document: the members that the engine uses, and the raw document they came from.
// OpenID Connect Discovery 3; RFC 8414 2; RFC 8628 4.
type Metadata struct {
	Raw []byte `json:"-"` // as received
	URL string `json:"-"` // where it was found

	Issuer                      string   `json:"issuer"`
	AuthorizationEndpoint       string   `json:"authorization_endpoint"`
	TokenEndpoint               string   `json:"token_endpoint"`
	UserInfoEndpoint            string   `json:"userinfo_endpoint"`
	JWKSURI                     string   `json:"jwks_uri"`
	DeviceAuthorizationEndpoint string   `json:"device_authorization_endpoint"`
	IntrospectionEndpoint       string   `json:"introspection_endpoint"`
	RevocationEndpoint          string   `json:"revocation_endpoint"`
	EndSessionEndpoint          string   `json:"end_session_endpoint"`
	RegistrationEndpoint        string   `json:"registration_endpoint"`
	PAREndpoint                 string   `json:"pushed_authorization_request_endpoint"`
	ScopesSupported             []string `json:"scopes_supported"`
	ResponseTypesSupported      []string `json:"response_types_supported"`
	ResponseModesSupported      []string `json:"response_modes_supported"`
	GrantTypesSupported         []string `json:"grant_types_supported"`
	TokenEndpointAuthMethods    []string `json:"token_endpoint_auth_methods_supported"`
	IDTokenSigningAlgs          []string `json:"id_token_signing_alg_values_supported"`
	CodeChallengeMethods        []string `json:"code_challenge_methods_supported"`
	IssInAuthResponse           bool     `json:"authorization_response_iss_parameter_supported"`
	RequirePAR                  bool     `json:"require_pushed_authorization_requests"`
}
