package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// requestObjectStep signs the request.
func requestObjectStep() Step {
	return Step{
		ID: "request_object", Title: "Sign the request", Arrow: "sign request", From: Client, To: Client,
		Why: "The parameters are put into a JWT that the client signs with its own key, or with the secret that it shares with the provider. So the provider knows that the request comes from this client and was not changed in the browser, " +
			"where anybody can edit an address. What stands beside the signed request in the address does not count. " +
			"When it is encrypted as well, to a key that the provider publishes, nobody on the way can read it either.",
		Refs: []rule.Ref{
			{Spec: "RFC 9101", Section: "4", URL: "https://www.rfc-editor.org/rfc/rfc9101#section-4"},
			{Spec: "OpenID Connect Core", Section: "6.1", URL: "https://openid.net/specs/openid-connect-core-1_0.html#RequestObject"},
		},
		run: func(ctx context.Context, s *state) error {
			if err := s.openCallback(ctx); err != nil {
				return err
			}
			return s.signRequest()
		},
	}
}

// signRequest makes the request object (RFC 9101 4). Members that are JSON are put in as JSON, not as text.
func (s *state) signRequest() error {
	key, alg, err := s.requestSigner()
	if err != nil {
		return err
	}
	s.checkSignedRequest(alg)
	id, err := s.jti()
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	claims := object{
		{"iss", s.cfg.ClientID}, {"aud", s.metadata.Issuer}, {"iat", now.Unix()}, {"nbf", now.Unix()}, {"exp", now.Add(assertionLife).Unix()}, {"jti", id},
	}
	q := s.authorizationParams()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		claims = append(claims, member{name, requestMember(name, q[name])})
	}
	signed, err := signJWT(key.key, alg, key.header("oauth-authz-req+jwt"), claims)
	if err != nil {
		return err
	}
	s.note = fmt.Sprintf("signed with %s, good for %s", alg, assertionLife/time.Second*time.Second)
	s.variable("request_claims", signed.claims, "made here: the parameters of the request", "authorize")
	s.login.requestObject = signed.token
	from := signed.from + " with " + key.what
	if s.cfg.Request.EncryptJAR {
		s.secrets.Add(signed.token)
		if s.login.requestObject, err = s.encryptRequest(signed.token); err != nil {
			return err
		}
		from += ", then encrypted to the provider's key"
	}
	s.variable("request", s.login.requestObject, from, "authorize")
	return nil
}

// requestSigner chooses what signs the request, and the algorithm: the client's key, or the secret where the client has no key, where
// the algorithm that was asked for is one of secrets, or where the provider announces only such (OpenID Connect Core 6.1, 10.1).
func (s *state) requestSigner() (*signingKey, string, error) {
	announced, asked := s.metadata.RequestObjectSigningAlgs, jose.Find(s.cfg.Request.JARAlg)
	withSecret := s.clientKey == nil
	if asked != nil {
		withSecret = asked.Symmetric()
	}
	if withSecret && s.cfg.ClientSecret.IsZero() {
		return nil, "", problem(ProblemConfig, "the client's private key, to sign the request with, or the client secret", "neither", "RFC 9101 4; OpenID Connect Core 10.1")
	}
	if !withSecret && s.clientKey == nil {
		return nil, "", problem(ProblemConfig, "the client's private key, to sign the request with "+asked.Name, "none", "RFC 9101 4")
	}
	if !withSecret {
		key := *s.clientKey
		if asked != nil {
			key.alg = asked.Name
		}
		alg, err := key.algFor(announced)
		if err == nil || s.cfg.ClientSecret.IsZero() || !slices.ContainsFunc(announced, isSymmetric) {
			return &key, alg, err
		}
	}
	key, err := s.secretKey()
	if err != nil {
		return nil, "", err
	}
	if asked != nil {
		key.alg = asked.Name
	}
	alg, err := key.algFor(announced)
	if err == nil {
		s.checkSecretLength(alg)
	}
	return key, alg, err
}

// checkSignedRequest tells what the provider's announcement says against a signed request. One that is pushed goes where the provider
// takes it without announcing it (RFC 9126 3).
func (s *state) checkSignedRequest(alg string) {
	m := s.metadata
	algs := m.RequestObjectSigningAlgs
	switch {
	case m.given || m.RequireSignedRequest:
	case !m.RequestParameter && !s.cfg.Request.PAR && !m.RequirePAR:
		s.found(rule.Warn, "jar-not-announced", "the provider does not announce request_parameter_supported: it may refuse a signed request, or not read what is in it",
			"leave --jar out, or push the request with --par", "OpenID Connect Discovery 3; OpenID Connect Core 6.1")
	case len(algs) == 0:
		s.found(rule.Warn, "jar-algs-not-announced", "the provider does not announce how a request may be signed (request_object_signing_alg_values_supported)", "", "OpenID Connect Discovery 3")
	}
	if len(algs) > 0 && !slices.Contains(algs, alg) {
		s.found(rule.Warn, "jar-alg-not-announced", "the provider announces "+strings.Join(algs, ", ")+" for signed requests, and not "+alg, "name one of them with --jar-alg", "OpenID Connect Discovery 3")
	}
}

// requestMember gives a parameter as a JSON value.
func requestMember(name string, values []string) any {
	if len(values) != 1 {
		return values
	}
	switch name {
	case "claims", "authorization_details":
		if json.Valid([]byte(values[0])) {
			return json.RawMessage(values[0])
		}
	case "max_age":
		if n, err := strconv.ParseInt(values[0], 10, 64); err == nil {
			return n
		}
	}
	return values[0]
}
