package probe

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// Need is something without which a probe can't be made.
type Need string

const (
	NeedAuthorization Need = "an authorization endpoint"
	NeedUserInfo      Need = "a userinfo endpoint"
	NeedIntrospection Need = "an introspection endpoint"
	NeedRevocation    Need = "a revocation endpoint"
	NeedPAR           Need = "a pushed authorization request endpoint"
	NeedDevice        Need = "a device authorization endpoint"
	NeedLogout        Need = "an end-session endpoint"
	NeedDPoP          Need = "DPoP"
	NeedOpenID        Need = "the scope openid"
	NeedSecret        Need = "a client that authenticates"
	NeedClientSecret  Need = "a client secret"
	NeedKey           Need = "a client with a key (private_key_jwt)"
	NeedOther         Need = "a second client"
	NeedRefresh       Need = "a refresh token"
)

// missing is the verdict on a probe whose need is not met; ok when it is. NeedRefresh is found out by the first login.
func (n Need) missing(r *run) (v Verdict, ok bool) {
	m, method := r.client.Metadata(), r.client.AuthMethod()
	announced := map[Need]string{NeedAuthorization: m.AuthorizationEndpoint, NeedUserInfo: m.UserInfoEndpoint, NeedIntrospection: m.IntrospectionEndpoint,
		NeedRevocation: m.RevocationEndpoint, NeedPAR: m.PAREndpoint, NeedDevice: m.DeviceAuthorizationEndpoint, NeedLogout: m.EndSessionEndpoint}
	if address, isEndpoint := announced[n]; isEndpoint {
		_, what, _ := strings.Cut(string(n), " ")
		return moot("the provider announces no %s", what), address != ""
	}
	switch n {
	case NeedDPoP:
		return moot("the provider announces no algorithm for DPoP proofs"), len(m.DPoPSigningAlgs) > 0
	case NeedOpenID:
		return moot("the client does not ask for openid"), r.asksOpenID()
	case NeedSecret:
		return moot("the client is public: it does not authenticate"), method != flows.AuthNone
	case NeedClientSecret:
		return moot("the client does not authenticate with a secret"), method == flows.AuthBasic || method == flows.AuthPost
	case NeedKey:
		return moot("the client does not authenticate with a key"), method == flows.AuthPrivateKeyJWT
	case NeedOther:
		return missed("no second client was named (--other-client-id)"), r.other != nil
	}
	return Verdict{}, true
}
