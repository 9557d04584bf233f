package practice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

// introspectionType is the media type of an introspection answer as a JWT (RFC 9701 4), which go-oidc does not make.
const introspectionType = "token-introspection+jwt"

// completeMetadata announces what stands in front of go-oidc.
func (p *Provider) completeMetadata(a *answer) {
	body := announcePassword(bytes.TrimSpace(a.body.Bytes()))
	if a.status != http.StatusOK || !bytes.HasSuffix(body, []byte("}")) {
		return
	}
	a.set(a.status, fmt.Appendf(nil, `%s,"introspection_signing_alg_values_supported":[%q],"introspection_encryption_alg_values_supported":[%q],"introspection_encryption_enc_values_supported":[%q]}`,
		body[:len(body)-1], goidc.ES256, keyEncryption, goidc.A256GCM))
}

// signIntrospection makes the answer a JWT for a client that asks for one (RFC 9701 5), encrypted when the client has a key for it.
func (p *Provider) signIntrospection(a *answer, r *http.Request) error {
	if a.status != http.StatusOK || !strings.Contains(r.Header.Get("Accept"), introspectionType) {
		return nil
	}
	client := seenFrom(r.Context()).ClientID
	claims := map[string]json.RawMessage{"token_introspection": bytes.Clone(a.body.Bytes())}
	for name, value := range map[string]any{"iss": p.issuer, "aud": client, "iat": time.Now().Unix()} {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		claims[name] = text
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return err
	}
	set, err := p.keys.jwks(r.Context())
	if err != nil {
		return err
	}
	key, err := set.KeyByAlg(string(goidc.ES256))
	if err != nil {
		return err
	}
	signed, err := signPayload(key, goidc.ES256, introspectionType, payload)
	if err == nil {
		signed, err = p.encryptFor(client, signed)
	}
	if err != nil {
		return err
	}
	a.header.Set("Content-Type", "application/"+introspectionType)
	a.set(a.status, []byte(signed))
	return nil
}

// encryptFor encrypts to the key that the client registered for that, if any.
func (p *Provider) encryptFor(client, signed string) (string, error) {
	for _, s := range p.standing {
		if s.ID != client || s.JWKS == nil || s.IDTokenKeyEncAlg == "" {
			continue
		}
		for _, key := range s.JWKS.Keys {
			if key.Use == string(goidc.KeyUsageEncryption) {
				return encryptTo(key, signed)
			}
		}
	}
	return signed, nil
}

func encryptTo(key goidc.JSONWebKey, signed string) (string, error) {
	encrypter, err := jose.NewEncrypter(goidc.A256GCM, jose.Recipient{Algorithm: jose.KeyAlgorithm(key.Algorithm), Key: key.Key, KeyID: key.KeyID},
		new(jose.EncrypterOptions).WithContentType("JWT"))
	if err != nil {
		return "", err
	}
	message, err := encrypter.Encrypt([]byte(signed))
	if err != nil {
		return "", err
	}
	return message.CompactSerialize()
}
