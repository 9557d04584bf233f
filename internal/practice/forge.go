package practice

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// What a fault does to the ID token of an answer. claims keeps the signature good, so that only the claim is wrong; forge
// makes tokens whose signature is the fault.

// claims changes the claims of the ID token, which is signed again by the same key. Names and values come by turns; a nil
// value takes the claim away.
func (m *slip) claims(pairs ...any) {
	m.forge(func(token string) (string, error) {
		return m.p.keys.resign(token, func(_ goidc.SignatureAlgorithm, claims map[string]json.RawMessage) {
			for i := 0; i+1 < len(pairs); i += 2 {
				put(claims, pairs[i].(string), pairs[i+1])
			}
		})
	})
}

// forge replaces the ID token of the answer.
func (m *slip) forge(with func(token string) (string, error)) {
	token := m.text("id_token")
	if token == "" {
		return
	}
	forged, err := with(token)
	if err != nil {
		panic(fmt.Sprintf("forging an ID token: %v", err)) // observe makes it a server_error that says so
	}
	m.set("id_token", forged)
}

// unsigned makes a token with alg none (RFC 7519 6).
func unsigned(token string) (string, error) {
	return encodeJSON(map[string]any{"alg": "none", "typ": "JWT"}) + "." + strings.Split(token, ".")[1] + ".", nil
}

// tampered changes the name in the claims and leaves the signature as it was.
func tampered(token string) (string, error) {
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var claims map[string]any
	d := json.NewDecoder(strings.NewReader(string(payload)))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil {
		return "", err
	}
	claims["name"], claims["roles"] = "Mallory", []string{"owner"}
	return parts[0] + "." + encodeJSON(claims) + "." + parts[2], nil
}

// confused makes the token of an attacker who takes the provider's public key for the secret of a MAC (RFC 8725 2.1).
func (s *keySet) confused(token string) (string, error) {
	key, _, _, err := s.open(token)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public().Key)
	if err != nil {
		return "", err
	}
	header := encodeJSON(map[string]any{"alg": "HS256", "typ": "JWT", "kid": key.KeyID})
	input := header + "." + strings.Split(token, ".")[1]
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// stranger signs the claims with a new key that nobody publishes. With an empty kid it takes the name of the real one.
func (s *keySet) stranger(token, kid string) (string, error) {
	key, _, claims, err := s.open(token)
	if err != nil {
		return "", err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	if kid == "" {
		kid = key.KeyID
	}
	return sign(goidc.JSONWebKey{Key: private, KeyID: kid, Algorithm: string(goidc.ES256)}, goidc.ES256, claims)
}

// twice names a claim a second time, with another value, and signs that.
func (s *keySet) twice(token, name, value string) (string, error) {
	key, alg, claims, err := s.open(token)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	again, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		return "", err
	}
	return signPayload(key, alg, "JWT", append(append(payload[:len(payload)-1:len(payload)-1], ','), again[1:]...))
}

// privateJWKS is the key set with its private parts.
func (s *keySet) privateJWKS() []map[string]any {
	set, err := s.jwks(context.Background())
	if err != nil {
		return nil
	}
	return asMaps(set)
}

// otherJWKS is the published half of a key set that nothing is signed with.
func otherJWKS() []map[string]any {
	other, err := newKeySet(string(goidc.ES256))
	if err != nil {
		return nil
	}
	set, err := other.jwks(context.Background())
	if err != nil {
		return nil
	}
	for i := range set.Keys {
		set.Keys[i] = set.Keys[i].Public()
	}
	return asMaps(set)
}

func asMaps(set goidc.JSONWebKeySet) []map[string]any {
	body, _ := json.Marshal(set)
	var read struct{ Keys []map[string]any }
	_ = json.Unmarshal(body, &read)
	return read.Keys
}

func encodeJSON(v any) string {
	body, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(body)
}
