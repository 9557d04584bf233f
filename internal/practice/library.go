package practice

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
)

// Where things are. The paths are go-oidc's defaults; front.go tells requests apart by them.
const (
	pathAuthorize   = "/authorize"
	pathToken       = "/token"
	pathDeviceAuth  = "/device_authorization"
	pathDevice      = "/device"
	pathPAR         = "/par"
	pathUserInfo    = "/userinfo"
	pathJWKS        = "/jwks"
	pathIntrospect  = "/introspect"
	pathRevoke      = "/revoke"
	pathRegister    = "/register"
	pathBackchannel = "/bc-authorize"
	pathLogout      = "/logout"
	pathDiscovery   = "/.well-known/openid-configuration"
	pathASMetadata  = "/.well-known/oauth-authorization-server" // RFC 8414 3
)

// api is the resource server that access tokens can be asked for (RFC 8707).
const api = "https://api.practice.example"

// newLibrary sets go-oidc up.
func (p *Provider) newLibrary() (*provider.Provider, error) {
	// What clients may sign with; EdDSA is missing from go-oidc's own constants, not from its JOSE library.
	clientAlgs := []goidc.SignatureAlgorithm{jose.EdDSA, goidc.RS256, goidc.PS256}
	lifetime := wholeSeconds(p.options.TokenLifetime)
	alg := goidc.SignatureAlgorithm(p.options.IDTokenAlg)

	clients := registered(p.standing)
	options := []provider.Option{
		provider.WithStaticClients(clients[0], clients[1:]...),
		provider.WithScopes(scopes()...),
		provider.WithIDTokenSignatureAlgs(alg, signingAlgs()...),
		provider.WithIDTokenLifetime(lifetime),
		provider.WithIDTokenEncryption(keyEncryption),
		provider.WithIDTokenContentEncryptionAlgs(goidc.A256GCM, goidc.A128CBC_HS256),
		provider.WithUserInfoSignatureAlgs(goidc.ES256, signingAlgs()...),
		provider.WithUserInfoEncryption(keyEncryption),
		provider.WithUserInfoContentEncryptionAlgs(goidc.A256GCM, goidc.A128CBC_HS256),
		provider.WithTokenOptions(func(context.Context, *goidc.Grant, *goidc.Client) goidc.TokenOptions {
			return goidc.NewJWTTokenOptions(goidc.ES256, lifetime)
		}),
		provider.WithJWTIDFunc(randomID),
		provider.WithJTIConsumer(p.store.consumeJTI),

		provider.WithAuthCodeGrant(p.store, append(frontResponseTypes(), goidc.ResponseTypeCode)...),
		provider.WithAuthCodeFunc(randomID),
		provider.WithPKCE(goidc.CodeChallengeMethodSHA256),
		provider.WithIssuerResponseParameter(),
		provider.WithFormPostResponseMode(),
		provider.WithJARM(goidc.ES256, goidc.RS256),
		provider.WithJARMEncryption(keyEncryption),
		provider.WithJARMContentEncryptionAlgs(goidc.A256GCM, goidc.A128CBC_HS256),
		provider.WithPAR(p.store),
		provider.WithPARIDFunc(randomID),
		provider.WithJAR(goidc.ES256, append(secretAlgs(), clientAlgs...)...),
		provider.WithJAREncryption(keyEncryption, jose.ECDH_ES),
		provider.WithJARContentEncryptionAlgs(goidc.A256GCM, goidc.A128CBC_HS256),
		provider.WithClaimsParameter(),
		provider.WithDisplayValues(goidc.DisplayValuePage, goidc.DisplayValuePopup, goidc.DisplayValueTouch),
		provider.WithACRs(acrPassword),
		provider.WithResourceIndicators(api),
		provider.WithRAR(detailOrder),

		provider.WithRefreshTokenGrant(p.store),
		provider.WithRefreshTokenFunc(randomID),
		provider.WithRefreshTokenRotation(),
		provider.WithRefreshTokenLifetime(wholeSeconds(p.options.RefreshLifetime)),
		provider.WithRefreshTokenShouldIssue(wantsOfflineAccess),
		provider.WithClientCredentialsGrant(),
		provider.WithJWTBearerGrant(p.believeAssertion),
		provider.WithCIBAGrant(p.store, goidc.CIBADeliveryModePoll, goidc.CIBADeliveryModePing),
		provider.WithCIBASessionHandler(p.findPerson),
		provider.WithCIBAPollingInterval(wholeSeconds(p.options.DeviceInterval)),
		provider.WithCIBALifetime(wholeSeconds(p.options.DeviceLifetime)),
		provider.WithTokenExchangeGrant(p.exchangeToken),
		provider.WithTokenExchangeClientAuthnRequired(),
		provider.WithDeviceGrant(p.store, p.promptUserCode, p.confirmDevice),
		provider.WithDeviceCodeFunc(randomID),

		provider.WithNoneAuthn(),
		provider.WithSecretBasicAuthn(),
		provider.WithSecretPostAuthn(),
		provider.WithSecretJWTAuthn(goidc.HS256, goidc.HS384, goidc.HS512),
		provider.WithPrivateKeyJWTAuthn(goidc.ES256, clientAlgs...),
		provider.WithDPoP(goidc.ES256, clientAlgs...),

		provider.WithTokenIntrospection(func(_ context.Context, c *goidc.Client, info goidc.TokenInfo) bool {
			return info.ClientID == c.ID
		}),
		provider.WithTokenRevocation(func(context.Context, *goidc.Client) bool { return true }),
		// Access tokens are JWTs that nobody stores: revoking one means nothing unless its grant goes.
		provider.WithTokenRevocationRevokeGrantOnAccessToken(),

		provider.WithDCR(p.store),
		provider.WithDCRClientHandler(p.welcomeClient),
		provider.WithLocalhostRedirectURIs(),
		provider.WithLogout(p.store, p.showLoggedOut),
		provider.WithLogoutPolicies(goidc.NewLogoutPolicy("log-out",
			func(*http.Request, *goidc.LogoutSession) bool { return true }, p.logOut)),

		provider.WithPolicies(goidc.NewPolicy("log-in",
			func(*http.Request, *goidc.AuthnSession, *goidc.Client) bool { return true }, p.logIn)),
		provider.WithClaims("sub", supportedClaims()...),
		provider.WithIDTokenClaims(idTokenClaims),
		provider.WithUserInfoClaims(userInfoClaims),
		provider.WithTokenClaims(p.accessTokenClaims),
		provider.WithErrorRenderer(p.showError),
		provider.WithErrorHandler(noteError),
		provider.WithHTTPClientFunc(func(context.Context) *http.Client { return loopbackClient() }),
	}
	if p.authority != nil {
		options = append(options, provider.WithMTLS(p.MutualTLS(), clientCertificate), provider.WithTLSTokenBinding(),
			provider.WithTLSAuthn(), provider.WithSelfSignedTLSAuthn())
	}
	return provider.New(p.issuer, p.store, p.keys.jwks, options...)
}

// frontResponseTypes let tokens come through the browser, as old clients want it: something to study, and to warn about.
func frontResponseTypes() []goidc.ResponseType {
	return []goidc.ResponseType{goidc.ResponseTypeIDToken, goidc.ResponseTypeIDTokenAndToken, goidc.ResponseTypeCodeAndIDToken,
		goidc.ResponseTypeCodeAndToken, goidc.ResponseTypeCodeAndIDTokenAndToken}
}

// API is the resource that tokens can be asked for (RFC 8707), and OrderType the type of authorization_details (RFC 9396).
const (
	API       = api
	OrderType = string(detailOrder)
)

// ACR is the one authentication context that the provider knows.
const ACR = string(acrPassword)

// detailOrder is what authorization_details can be about (RFC 9396): one order at the practice API.
const detailOrder goidc.AuthDetailType = "practice_order"

// welcomeClient completes the metadata of a client that registers itself.
func (p *Provider) welcomeClient(_ context.Context, _ string, meta *goidc.ClientMeta) error {
	if slices.Contains(secretAlgs(), meta.JARSigAlg) {
		return goidc.NewError(goidc.ErrorCodeInvalidClientMetadata, "request_object_signing_alg: only the standing clients sign requests with their secret here")
	}
	meta.ScopeIDs = strings.Join(scopeIDs(), " ")
	for _, alg := range []goidc.SignatureAlgorithm{meta.IDTokenSigAlg, meta.UserInfoSigAlg, meta.JARMSigAlg} {
		p.keys.want(alg)
	}
	return nil
}

// exchangeToken lets a token of ours be exchanged for another one about the same person (RFC 8693).
func (p *Provider) exchangeToken(ctx context.Context, req goidc.TokenExchangeRequest) (goidc.TokenExchangeResult, error) {
	token, err := p.op.Introspect(ctx, req.SubjectToken)
	if err != nil || !token.IsActive {
		return goidc.TokenExchangeResult{}, goidc.WrapError(goidc.ErrorCodeInvalidRequest, "invalid subject_token",
			errors.New("an active access token of this provider wanted"))
	}
	return goidc.TokenExchangeResult{Subject: token.Subject}, nil
}

// wantsOfflineAccess gives a refresh token to whom was granted offline_access (OpenID Connect Core 11).
func wantsOfflineAccess(_ context.Context, _ *goidc.Client, g *goidc.Grant) bool {
	return hasScope(g.Scopes, goidc.ScopeOfflineAccess.ID)
}

func hasScope(scopes, id string) bool { return slices.Contains(strings.Fields(scopes), id) }

func randomID(context.Context) string { return rand.Text() + rand.Text() }

// loopbackClient fetches what a registered client points to, on this machine only: the practice provider reaches for
// nothing else.
func loopbackClient() *http.Client {
	dialer := &net.Dialer{Timeout: 2 * time.Second}
	return &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				host, _, err := net.SplitHostPort(addr)
				if err != nil || !isLoopback(host) {
					return nil, fmt.Errorf("fetching from %q: loopback address wanted", addr)
				}
				return dialer.DialContext(ctx, network, addr)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
