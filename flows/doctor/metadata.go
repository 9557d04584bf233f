package doctor

import (
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/inspect"
)

// metadataNames are the registered members of discovery documents by the JSON type of their values: the IANA registry
// "OAuth Authorization Server Metadata", OpenID Connect Discovery 3, Session Management, the logout specifications, CIBA, Prompt
// Create and Federation.
const (
	textMembers = `issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint service_documentation op_policy_uri
		op_tos_uri revocation_endpoint introspection_endpoint check_session_iframe end_session_endpoint device_authorization_endpoint
		pushed_authorization_request_endpoint backchannel_authentication_endpoint signed_metadata
		federation_registration_endpoint organization_name policy_uri logo_uri signed_jwks_uri challenge_endpoint`
	listMembers = `scopes_supported response_types_supported response_modes_supported grant_types_supported acr_values_supported subject_types_supported
		id_token_signing_alg_values_supported id_token_encryption_alg_values_supported id_token_encryption_enc_values_supported
		userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported userinfo_encryption_enc_values_supported
		request_object_signing_alg_values_supported request_object_encryption_alg_values_supported request_object_encryption_enc_values_supported
		token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported display_values_supported claim_types_supported
		claims_supported claims_locales_supported ui_locales_supported revocation_endpoint_auth_methods_supported
		revocation_endpoint_auth_signing_alg_values_supported introspection_endpoint_auth_methods_supported
		introspection_endpoint_auth_signing_alg_values_supported code_challenge_methods_supported prompt_values_supported
		authorization_signing_alg_values_supported authorization_encryption_alg_values_supported authorization_encryption_enc_values_supported
		introspection_signing_alg_values_supported introspection_encryption_alg_values_supported introspection_encryption_enc_values_supported
		backchannel_token_delivery_modes_supported backchannel_authentication_request_signing_alg_values_supported
		dpop_signing_alg_values_supported authorization_details_types_supported client_registration_types_supported
		request_authentication_signing_alg_values_supported protected_resources`
	boolMembers = `claims_parameter_supported request_parameter_supported request_uri_parameter_supported require_request_uri_registration
		require_pushed_authorization_requests require_signed_request_object tls_client_certificate_bound_access_tokens
		authorization_response_iss_parameter_supported frontchannel_logout_supported frontchannel_logout_session_supported
		backchannel_logout_supported backchannel_logout_session_supported backchannel_user_code_parameter_supported
		native_sso_supported pre-authorized_grant_anonymous_access_supported client_id_metadata_document_supported`
	objectMembers = `mtls_endpoint_aliases jwks request_authentication_methods_supported`
)

// memberKinds gives the JSON type that each registered member has.
var memberKinds = sync.OnceValue(func() map[string]inspect.ValueKind {
	kinds := map[string]inspect.ValueKind{}
	for names, kind := range map[string]inspect.ValueKind{textMembers: inspect.String, listMembers: inspect.Array, boolMembers: inspect.Bool, objectMembers: inspect.Object} {
		for _, name := range strings.Fields(names) {
			kinds[name] = kind
		}
	}
	return kinds
})

// standardName gives the registered member that a private name stands for, or is a slip of; "" when there is none.
func standardName(name string) string {
	if _, known := memberKinds()[name]; known {
		return ""
	}
	switch name {
	case "register_endpoint", "client_registration_endpoint", "dynamic_client_registration_endpoint":
		return "registration_endpoint"
	case "token_revocation_endpoint", "revoke_endpoint", "revocation_uri":
		return "revocation_endpoint"
	case "ping_end_session_endpoint", "logout_endpoint", "endsession_endpoint", "end_session_uri", "logout_uri":
		return "end_session_endpoint"
	case "device_endpoint", "device_code_endpoint", "devicecode_endpoint", "device_authentication_endpoint":
		return "device_authorization_endpoint"
	case "token_introspection_endpoint", "introspect_endpoint", "ping_introspection_endpoint":
		return "introspection_endpoint"
	case "user_info_endpoint", "userinfo_uri", "user_endpoint":
		return "userinfo_endpoint"
	case "authorize_endpoint", "auth_endpoint", "authorization_uri":
		return "authorization_endpoint"
	case "token_uri", "access_token_endpoint":
		return "token_endpoint"
	case "jwks_url", "jwks_endpoint", "keys_uri", "jwk_uri", "certs_uri":
		return "jwks_uri"
	case "par_endpoint":
		return "pushed_authorization_request_endpoint"
	case "grant_types", "response_types", "response_modes", "scopes", "claims", "subject_types":
		return name + "_supported"
	case "id_token_alg_values_supported":
		return "id_token_signing_alg_values_supported"
	}
	return slip(name)
}

// slip finds a registered name that differs in letter case or by very few characters. Short names differ by one at most.
func slip(name string) string {
	best, distance := "", 3
	for standard := range memberKinds() {
		if strings.EqualFold(standard, name) {
			return standard
		}
		limit := 1
		if len(standard) > 16 {
			limit = 2
		}
		if d := editDistance(name, standard, limit); d <= limit && (d < distance || d == distance && standard < best) {
			best, distance = standard, d
		}
	}
	return best
}

// editDistance counts insertions, deletions and substitutions; it gives up beyond limit.
func editDistance(a, b string, limit int) int {
	if len(a) > len(b)+limit || len(b) > len(a)+limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
