package flows

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// signingKey is the client's own key, as it signs with it.
type signingKey struct {
	key  *jose.Key
	kid  string
	alg  string // fixed by the key or by the person; empty: what the provider announces
	x5t  string // of the certificate that came with the key, SHA-256 (RFC 7515 4.1.8); Entra finds the key by it
	what string // "the client's key", "the client secret"
}

// parseClientKey reads Config.ClientKey: PEM, a JWK, or the first private key of a JWKS; nil when none is configured.
func parseClientKey(c Config) (*signingKey, error) {
	if c.ClientKey.IsZero() {
		return nil, nil
	}
	const ref = "RFC 7517 4; RFC 7468"
	data := []byte(c.ClientKey.Reveal())
	set := inspect.ParseKeySet(data, "client", "")
	why := "no key"
	for _, k := range set.Keys {
		switch {
		case k.Err != "":
			why = k.Err
		case k.Material == nil || !k.Material.Private():
			why = "a public " + k.Name() + " key"
		case k.KTY == "oct":
			why = "a shared secret, which is given as the client secret"
		default:
			fixed := c.ClientKeyAlg
			if c.AuthMethod == AuthSecretJWT && isSymmetric(fixed) {
				fixed = "" // it is the secret's
			}
			return &signingKey{key: k.Material, kid: first(c.ClientKeyID, k.KID), alg: first(fixed, k.Alg),
				x5t: certificateOf(data, k.Material), what: "the client's key"}, nil
		}
	}
	if len(set.Keys) == 0 && len(set.Faults) > 0 {
		why = set.Faults[0].Message
	}
	return nil, problem(ProblemConfig, "a private key of the client, as PEM or JWK", why, ref)
}

// secretKey is the client secret as a key for a MAC: the bytes of its text (OpenID Connect Core 10.1).
func (s *state) secretKey() (*signingKey, error) {
	material, err := jose.NewSecret([]byte(s.cfg.ClientSecret.Reveal()))
	if err != nil {
		return nil, problem(ProblemConfig, "a client secret that can be a key", err.Error(), "OpenID Connect Core 10.1")
	}
	key := &signingKey{key: material, what: "the client secret"}
	if s.clientKey == nil {
		key.kid = s.cfg.ClientKeyID
	}
	if isSymmetric(s.cfg.ClientKeyAlg) || s.clientKey == nil {
		key.alg = s.cfg.ClientKeyAlg
	}
	return key, nil
}

// isSymmetric reports whether an algorithm is one of shared secrets; unknown ones are not.
func isSymmetric(alg string) bool {
	a := jose.Find(alg)
	return a != nil && a.Symmetric()
}

// checkSecretLength tells when the secret is shorter than the algorithm's hash. It signs all the same: secrets are handed out by the
// provider, and the provider has the last word.
func (s *state) checkSecretLength(alg string) {
	want, got := jose.Find(alg).Hash.Size(), len(s.cfg.ClientSecret.Reveal())
	if got < want {
		s.found(rule.Warn, "secret-too-short", fmt.Sprintf("%s needs a secret of at least %d bytes, this one has %d: many providers refuse what it signs, and who sees a signature can try secrets offline", alg, want, got),
			"have the provider make a longer secret", "RFC 7518 3.2; OpenID Connect Core 16.19")
	}
}

// certificateOf gives the thumbprint of the certificate of a key, when it stands beside it in the PEM.
func certificateOf(data []byte, key *jose.Key) string {
	blocks, _ := jose.ParsePEM(data)
	for _, b := range blocks {
		if b.Certificate != nil && b.Err == nil && b.Key.Thumbprint() == key.Thumbprint() {
			return certificateThumbprint(b.Certificate.Raw)
		}
	}
	return ""
}

// certificateThumbprint is x5t#S256: the SHA-256 of the DER, base64url (RFC 7515 4.1.8; RFC 8705 3.1).
func certificateThumbprint(der []byte) string {
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// algFor chooses the algorithm: the fixed one, else the first that fits the key among those that the provider announces,
// else the usual one for the key. A fixed one that is not announced is used all the same; the provider has the last word.
func (k *signingKey) algFor(announced []string) (string, error) {
	if k.alg != "" {
		return k.alg, nil
	}
	var fits []string
	for _, name := range jose.Algorithms() {
		if jose.Fits(jose.Find(name), k.key) == nil {
			fits = append(fits, name)
		}
	}
	for _, name := range fits {
		if slices.Contains(announced, name) {
			return name, nil
		}
	}
	if len(fits) == 0 {
		return "", problem(ProblemConfig, "a key that signs", "a "+k.key.Type()+" key "+k.key.Curve(), "RFC 7518 3.1")
	}
	if len(announced) > 0 {
		return "", problem(ProblemConfig, "a key for one of the algorithms that the provider announces: "+strings.Join(announced, ", "),
			fmt.Sprintf("a key for %s", strings.Join(fits, ", ")), "OpenID Connect Discovery 3")
	}
	return fits[0], nil
}

// header gives the header members that say which key it was.
func (k *signingKey) header(typ string) object {
	h := object{}
	if typ != "" {
		h = append(h, member{"typ", typ})
	}
	if k.kid != "" {
		h = append(h, member{"kid", k.kid})
	}
	if k.x5t != "" {
		h = append(h, member{"x5t#S256", k.x5t})
	}
	return h
}
