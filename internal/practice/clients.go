package practice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// The clients that need no registration: one for each way to authenticate, and one that everything is encrypted for. They run on
// the same machine, so each but the strict one may redirect to any loopback address: see allowLoopbackRedirect. What they prove themselves with is
// made at the start, both halves of it, and handed out by [Provider.Clients]: it is good for nothing else.

// ClientInfo is a client that is registered from the start.
type ClientInfo struct {
	ID     string
	Secret secret.Text // zero for clients without one
	Scopes []string
	Method string // token_endpoint_auth_method

	Key            secret.Text // private JWK that the client signs with
	DecryptKey     secret.Text // private JWK that the provider encrypts to
	Certificate    []byte      // PEM, for the client authentication methods of RFC 8705
	CertificateKey secret.Text // PEM
	NotifyURI      string      // of the client that is pinged (CIBA 10.2)
}

// strictClient is the one standing client that keeps to the redirect URI it registered, as clients of real providers have to.
const strictClient = "practice-strict"

// standing is a registered client with the private halves of what it is registered with.
type standing struct {
	*goidc.Client
	info ClientInfo
}

// standingClients makes the clients; ca is nil for a provider without mutual TLS, and notify is where one of them wants to be
// pinged, or empty.
func standingClients(ca *authority, notify string) ([]standing, error) {
	all := []standing{
		newStanding("practice", "Practice client", goidc.AuthnMethodNone),
		newStanding("practice-basic", "Practice client with a secret, sent in a header", goidc.AuthnMethodSecretBasic),
		newStanding("practice-post", "Practice client with a secret, sent in the body", goidc.AuthnMethodSecretPost),
		newStanding("practice-secret-jwt", "Practice client that signs with its secret", goidc.AuthnMethodSecretJWT),
		newStanding("practice-key", "Practice client that signs with its key", goidc.AuthnMethodPrivateKeyJWT),
		newStanding("practice-encrypted", "Practice client that everything is encrypted for", goidc.AuthnMethodPrivateKeyJWT),
	}
	strict := newStanding(strictClient, "Practice client with one redirect URI", goidc.AuthnMethodNone)
	strict.RedirectURIs = strict.RedirectURIs[:1] // on any port (RFC 8252 7.3)
	all = append(all, strict)
	if ca != nil {
		all = append(all, newStanding("practice-tls", "Practice client with a certificate of the practice authority", goidc.AuthnMethodTLS),
			newStanding("practice-self-signed", "Practice client with a certificate of its own", goidc.AuthnMethodSelfSignedTLS))
	}
	if notify != "" {
		u, err := url.Parse(notify)
		if err != nil || u.Scheme != "http" || !isLoopback(u.Hostname()) {
			return nil, fmt.Errorf("notification address on this machine wanted, http://127.0.0.1:PORT/…, got %q", notify)
		}
		ping := newStanding("practice-ping", "Practice client that is told when the person has answered", goidc.AuthnMethodSecretBasic)
		ping.CIBATokenDeliveryMode, ping.CIBANotificationEndpoint, ping.info.NotifyURI = goidc.CIBADeliveryModePing, notify, notify
		all = append(all, ping)
	}
	for i := range all {
		if err := all[i].arm(ca); err != nil {
			return nil, fmt.Errorf("client %s: %w", all[i].ID, err)
		}
	}
	return all, nil
}

func newStanding(id, name string, method goidc.AuthnMethod) standing {
	c := &goidc.Client{ID: id, ClientMeta: goidc.ClientMeta{
		Name:             name,
		ApplicationType:  goidc.ApplicationTypeNative,
		ScopeIDs:         strings.Join(scopeIDs(), " "),
		GrantTypes:       []goidc.GrantType{goidc.GrantAuthorizationCode, goidc.GrantImplicit, goidc.GrantRefreshToken, goidc.GrantDeviceCode},
		ResponseTypes:    append([]goidc.ResponseType{goidc.ResponseTypeCode}, frontResponseTypes()...),
		TokenAuthnMethod: method,
		RedirectURIs:     []string{"http://127.0.0.1/callback", "http://[::1]/callback"}, // also where the request can't be read before it is decrypted
	}}
	if method != goidc.AuthnMethodNone {
		c.GrantTypes = append(c.GrantTypes, goidc.GrantClientCredentials, goidc.GrantTokenExchange, goidc.GrantCIBA)
		c.CIBATokenDeliveryMode = goidc.CIBADeliveryModePoll
	}
	return standing{c, ClientInfo{ID: id, Scopes: scopeIDs(), Method: string(method)}}
}

// arm gives the client what its method needs, and what the client of encrypted tokens needs beside it.
func (s *standing) arm(ca *authority) (err error) {
	switch s.TokenAuthnMethod {
	case goidc.AuthnMethodSecretBasic, goidc.AuthnMethodSecretPost, goidc.AuthnMethodSecretJWT:
		s.Secret = rand.Text() + rand.Text() + rand.Text() // HS512 needs 64 bytes (RFC 7518 3.2)
		s.info.Secret = secret.New(s.Secret)
		s.registerSecret()
	case goidc.AuthnMethodPrivateKeyJWT:
		s.GrantTypes = append(s.GrantTypes, goidc.GrantJWTBearer)
		s.info.Key, err = s.newKey(string(goidc.ES256), goidc.KeyUsageSignature)
	case goidc.AuthnMethodTLS:
		s.TLSSubjectDistinguishedName = "CN=" + s.ID
		s.info.Certificate, s.info.CertificateKey, err = ca.issueClient(s.ID)
	case goidc.AuthnMethodSelfSignedTLS:
		s.info.Certificate, s.info.CertificateKey, err = selfSigned(s.ID)
		if err == nil {
			err = s.registerCertificate()
		}
	}
	if err == nil && s.ID == "practice-encrypted" {
		s.IDTokenKeyEncAlg, s.UserInfoKeyEncAlg, s.JARMKeyEncAlg = keyEncryption, keyEncryption, keyEncryption
		s.IDTokenContentEncAlg, s.UserInfoContentEncAlg, s.JARMContentEncAlg = goidc.A256GCM, goidc.A256GCM, goidc.A256GCM
		s.UserInfoSigAlg = goidc.ES256
		s.info.DecryptKey, err = s.newKey(string(keyEncryption), goidc.KeyUsageEncryption)
	}
	return err
}

// newKey makes a key, registers its public half and gives the private one as a JWK.
func (s *standing) newKey(alg string, use goidc.KeyUsage) (secret.Text, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return secret.Text{}, err
	}
	key := goidc.JSONWebKey{Key: private, Algorithm: alg, Use: string(use), KeyID: s.ID + "-" + string(use)}
	text, err := json.Marshal(key)
	s.register(key.Public())
	return secret.New(string(text)), err
}

func (s *standing) register(public goidc.JSONWebKey) {
	if s.JWKS == nil {
		s.JWKS = new(goidc.JSONWebKeySet)
	}
	s.JWKS.Keys = append(s.JWKS.Keys, public)
}

// secretAlgs are what requests may be signed with by the secret of a client.
func secretAlgs() []goidc.SignatureAlgorithm {
	return []goidc.SignatureAlgorithm{goidc.HS256, goidc.HS384, goidc.HS512}
}

// registerSecret puts the secret into the client's key set, where the library looks for what a request was signed with: it finds a key by
// the algorithm, and knows secrets for client_secret_jwt only. The set of a standing client is shown to nobody.
func (s *standing) registerSecret() {
	for _, alg := range secretAlgs() {
		s.register(goidc.JSONWebKey{Key: []byte(s.Secret), Algorithm: string(alg), Use: string(goidc.KeyUsageSignature)})
	}
}

// registerCertificate puts a self-signed certificate into the client's key set, where the provider finds it (RFC 8705 2.2.2).
func (s *standing) registerCertificate() error {
	block, _ := pem.Decode(s.info.Certificate)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(certificate.Raw)
	s.register(goidc.JSONWebKey{Key: certificate.PublicKey, KeyID: s.ID, Use: string(goidc.KeyUsageSignature), Algorithm: string(goidc.ES256),
		Certificates: []*x509.Certificate{certificate}, CertificateThumbprintSHA256: sum[:]})
	return nil
}

// keyEncryption is how the keys of encrypted messages are encrypted, in both directions: with an elliptic curve, whose keys cost
// nothing to make.
const keyEncryption = jose.ECDH_ES_A256KW

// Clients lists the registered clients: "practice" (public) first, then one for each client authentication method.
func (p *Provider) Clients() []ClientInfo {
	infos := make([]ClientInfo, len(p.standing))
	for i, s := range p.standing {
		infos[i] = s.info
	}
	return infos
}

// registered gives them as go-oidc knows them.
func registered(all []standing) []*goidc.Client {
	clients := make([]*goidc.Client, len(all))
	for i, s := range all {
		clients[i] = s.Client
	}
	return slices.Clip(clients)
}
