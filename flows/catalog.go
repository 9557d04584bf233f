package flows

import (
	"fmt"
	"slices"
	"strings"
)

// Login is a flow that begins with nothing and leaves tokens.
type Login struct {
	ID   string // as of the Flow; what a command line calls it
	Make func(Config) Flow
}

// Logins lists the flows that begin with nothing, the recommended first.
func Logins() []Login {
	return []Login{
		{"pkce", AuthorizationCode}, {"device", DeviceCode}, {"client-credentials", ClientCredentials}, {"jwt-bearer", JWTBearer},
		{"token-exchange", TokenExchange}, {"ciba", CIBA}, {"hybrid", Hybrid}, {"implicit", Implicit}, {"password", Password},
	}
}

// FindLogin gives the flow of an id.
func FindLogin(id string) (Login, error) {
	var ids []string
	for _, l := range Logins() {
		if l.ID == id {
			return l, nil
		}
		ids = append(ids, l.ID)
	}
	return Login{}, fmt.Errorf("want one of %s, got %q", strings.Join(ids, ", "), id)
}

// Lacks says why the provider can't do a login flow, as far as its discovery document tells; "" when it can, or when nothing is
// known.
func (m *Metadata) Lacks(id string) string {
	if m == nil {
		return ""
	}
	grant, responseType := "", ""
	switch id {
	case "pkce":
		responseType = "code"
	case "implicit", "hybrid":
		if m.AuthorizationEndpoint != "" && !slices.ContainsFunc(m.ResponseTypesSupported, func(t string) bool { return isFront(t) && strings.Contains(t, "code") == (id == "hybrid") }) {
			return "the provider announces no response type of the " + id + " flow"
		}
	case "device":
		if m.DeviceAuthorizationEndpoint == "" {
			return "the provider announces no device_authorization_endpoint (RFC 8628 4)"
		}
		grant = deviceGrant
	case "ciba":
		if m.BackchannelEndpoint == "" {
			return "the provider announces no backchannel_authentication_endpoint (CIBA 4)"
		}
	case "client-credentials":
		grant = "client_credentials"
	case "password":
		grant = "password"
	case "jwt-bearer":
		grant = jwtBearerGrant
	case "token-exchange":
		grant = exchangeGrant
	}
	switch {
	case slices.Contains([]string{"pkce", "implicit", "hybrid"}, id) && m.AuthorizationEndpoint == "":
		return "the provider announces no authorization_endpoint"
	case responseType != "" && len(m.ResponseTypesSupported) > 0 && !slices.Contains(m.ResponseTypesSupported, responseType):
		return "the provider does not announce response type " + responseType
	case m.TokenEndpoint == "" && id != "implicit":
		return "the provider announces no token_endpoint"
	case grant != "" && grant != deviceGrant && !m.grants(grant):
		return "the provider does not announce the grant " + grant
	}
	return ""
}

// isFront reports whether a response type lets tokens come through the browser.
func isFront(responseType string) bool {
	words := strings.Fields(responseType)
	return slices.Contains(words, "token") || slices.Contains(words, "id_token")
}
