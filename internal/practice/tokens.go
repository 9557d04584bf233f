package practice

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

type redeemingKey struct{}

// redeeming marks a request that spends what it presents, unlike introspection, which only asks.
func redeeming(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), redeemingKey{}, true))
}

func isRedeeming(ctx context.Context) bool { return ctx.Value(redeemingKey{}) != nil }

// decodeBasic undoes the form encoding of client_id and client_secret in a Basic header, which RFC 6749 2.3.1 asks
// clients for and go-oidc does not expect.
func decodeBasic(r *http.Request) {
	id, password, ok := r.BasicAuth()
	if !ok {
		return
	}
	plainID, err1 := url.QueryUnescape(id)
	plainPassword, err2 := url.QueryUnescape(password)
	if err1 != nil || err2 != nil {
		s := seenFrom(r.Context())
		s.Notes = append(s.Notes, "the Basic credentials are not form-encoded (RFC 6749 2.3.1)")
		return
	}
	r.SetBasicAuth(plainID, plainPassword)
}

// completeTokens adds at_hash to the ID token of a token answer (OpenID Connect Core 3.1.3.6). It is optional in the code
// flow, and go-oidc leaves it out; but it is what ties the two tokens together.
func (p *Provider) completeTokens(a *answer) {
	var tokens map[string]json.RawMessage
	var idToken, accessToken string
	if a.status != http.StatusOK || json.Unmarshal(a.body.Bytes(), &tokens) != nil ||
		json.Unmarshal(tokens["id_token"], &idToken) != nil ||
		json.Unmarshal(tokens["access_token"], &accessToken) != nil {
		return
	}
	signed, err := p.keys.resign(idToken, func(alg goidc.SignatureAlgorithm, claims map[string]json.RawMessage) {
		claims["at_hash"], _ = json.Marshal(halfHash(alg, accessToken))
	})
	if err != nil {
		return // an encrypted ID token: nothing to add to
	}
	tokens["id_token"], _ = json.Marshal(signed)
	body, _ := json.Marshal(tokens)
	a.set(http.StatusOK, body)
}

// resign changes the claims of a token of ours and signs it again with the same key. The other claims stay as they were
// written: a number that went through a float would come out as 1.79e+09.
func (s *keySet) resign(token string, change func(goidc.SignatureAlgorithm, map[string]json.RawMessage)) (string, error) {
	key, alg, claims, err := s.open(token)
	if err != nil {
		return "", err
	}
	change(alg, claims)
	return sign(key, alg, claims)
}

// open gives the claims of a token of ours, and the key that signed it.
func (s *keySet) open(token string) (goidc.JSONWebKey, goidc.SignatureAlgorithm, map[string]json.RawMessage, error) {
	var none goidc.JSONWebKey
	parsed, err := jose.ParseSignedCompact(token, signingAlgs())
	if err != nil {
		return none, "", nil, fmt.Errorf("reading our own ID token: %w", err)
	}
	set, err := s.jwks(context.Background())
	if err != nil {
		return none, "", nil, err
	}
	header := parsed.Signatures[0].Header
	for _, key := range set.Keys {
		if key.KeyID != header.KeyID {
			continue
		}
		payload, err := parsed.Verify(key.Public().Key)
		if err != nil {
			return none, "", nil, fmt.Errorf("checking our own ID token: %w", err)
		}
		var claims map[string]json.RawMessage
		if err := json.Unmarshal(payload, &claims); err != nil {
			return none, "", nil, fmt.Errorf("reading our own ID token: %w", err)
		}
		return key, goidc.SignatureAlgorithm(header.Algorithm), claims, nil
	}
	return none, "", nil, fmt.Errorf("signing an ID token again: no key %q", header.KeyID)
}

func sign(key goidc.JSONWebKey, alg goidc.SignatureAlgorithm, claims map[string]json.RawMessage) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	return signPayload(key, alg, "JWT", payload)
}

func signPayload(key goidc.JSONWebKey, alg goidc.SignatureAlgorithm, typ jose.ContentType, payload []byte) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, new(jose.SignerOptions).WithType(typ))
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// halfHash is the left half of the hash that belongs to a signature algorithm.
func halfHash(alg goidc.SignatureAlgorithm, value string) string {
	if alg == jose.EdDSA {
		sum := sha512.Sum512([]byte(value))
		return base64.RawURLEncoding.EncodeToString(sum[:32])
	}
	sum := sha256.Sum256([]byte(value))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// completeErrors makes error answers what the specifications say: the status code of RFC 6749 5.2, and the challenge that
// must come with a 401 (RFC 6749 5.2, RFC 6750 3).
func (p *Provider) completeErrors(a *answer, r *http.Request) {
	var refusal goidc.Error
	if a.status < 400 || json.Unmarshal(a.body.Bytes(), &refusal) != nil {
		return
	}
	switch path := r.URL.Path; {
	case path == pathUserInfo:
		a.header.Set("WWW-Authenticate", bearerChallenge(r, refusal))
	case path == pathToken || path == pathPAR || path == pathDeviceAuth || path == pathIntrospect || path == pathRevoke:
		switch {
		case refusal.Code == goidc.ErrorCodeInvalidClient:
			if _, _, ok := r.BasicAuth(); ok {
				a.header.Set("WWW-Authenticate", `Basic realm="practice provider"`)
			}
		case a.status < 500 && a.status != http.StatusUnsupportedMediaType:
			a.status = http.StatusBadRequest
		}
		// A code that was used before is an invalid grant. go-oidc calls it expired once it has revoked the grant.
		if refusal.Code == goidc.ErrorCodeExpiredToken && r.PostFormValue("grant_type") == string(goidc.GrantAuthorizationCode) {
			refusal.Code = goidc.ErrorCodeInvalidGrant
			seenFrom(r.Context()).Code = string(refusal.Code)
			body, _ := json.Marshal(refusal)
			a.set(http.StatusBadRequest, body)
		}
	}
}

func bearerChallenge(r *http.Request, refusal goidc.Error) string {
	scheme := "Bearer"
	if strings.HasPrefix(r.Header.Get("Authorization"), "DPoP ") {
		scheme = "DPoP"
	}
	// RFC 6750 3.1: a request without any token is told only what to bring.
	if r.Header.Get("Authorization") == "" {
		return scheme + ` realm="practice provider"`
	}
	return fmt.Sprintf(`%s realm="practice provider", error=%q, error_description=%q`,
		scheme, string(refusal.Code), refusal.Description)
}
