package practice

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

// signingAlgs are the algorithms that the provider signs with. RS256 has to be among them: OpenID Connect Discovery 3.
func signingAlgs() []goidc.SignatureAlgorithm {
	return []goidc.SignatureAlgorithm{goidc.ES256, jose.EdDSA, goidc.RS256, goidc.PS256}
}

// keySet holds the provider's signing keys. An RSA key is made when the first token needs it, so that nobody waits for
// it at the start; a client that has fetched the key set before sees an unknown kid then, as after a rotation.
type keySet struct {
	mu     sync.Mutex
	keys   []goidc.JSONWebKey
	wanted []goidc.SignatureAlgorithm // asked for, not yet made
}

// newKeySet makes the keys that cost nothing, and notes the one for alg.
func newKeySet(alg string) (*keySet, error) {
	if !slices.Contains(signingAlgs(), goidc.SignatureAlgorithm(alg)) {
		return nil, fmt.Errorf("practice provider: one of %v wanted to sign ID tokens with, got %q", signingAlgs(), alg)
	}
	s := &keySet{wanted: []goidc.SignatureAlgorithm{goidc.ES256, jose.EdDSA}}
	if err := s.makeWanted(); err != nil {
		return nil, err
	}
	s.want(goidc.SignatureAlgorithm(alg))
	return s, s.add(string(keyEncryption), goidc.KeyUsageEncryption)
}

// want makes sure that there is a key for alg when the set is used next.
func (s *keySet) want(alg goidc.SignatureAlgorithm) {
	s.mu.Lock()
	defer s.mu.Unlock()
	has := slices.ContainsFunc(s.keys, func(k goidc.JSONWebKey) bool { return k.Algorithm == string(alg) })
	if !has && !slices.Contains(s.wanted, alg) && slices.Contains(signingAlgs(), alg) {
		s.wanted = append(s.wanted, alg)
	}
}

// jwks gives all keys, private parts included; go-oidc strips them where it publishes the set.
func (s *keySet) jwks(context.Context) (goidc.JSONWebKeySet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.makeWanted(); err != nil {
		return goidc.JSONWebKeySet{}, err
	}
	return goidc.JSONWebKeySet{Keys: slices.Clone(s.keys)}, nil
}

func (s *keySet) makeWanted() error {
	for _, alg := range s.wanted {
		if err := s.add(string(alg), goidc.KeyUsageSignature); err != nil {
			return err
		}
	}
	s.wanted = nil
	return nil
}

// add makes a key and names it by its thumbprint.
func (s *keySet) add(alg string, use goidc.KeyUsage) error {
	private, err := newKey(alg)
	if err != nil {
		return fmt.Errorf("making a key for %s: %w", alg, err)
	}
	key := goidc.JSONWebKey{Key: private, Algorithm: alg, Use: string(use)}
	print, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return fmt.Errorf("naming a key for %s: %w", alg, err)
	}
	key.KeyID = strings.ToLower(alg) + "-" + base64.RawURLEncoding.EncodeToString(print[:6])
	s.keys = append(s.keys, key)
	return nil
}

func newKey(alg string) (any, error) {
	switch alg {
	case string(goidc.ES256), string(keyEncryption):
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case string(jose.EdDSA):
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	default:
		return rsa.GenerateKey(rand.Reader, 2048)
	}
}
