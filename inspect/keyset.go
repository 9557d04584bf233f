package inspect

import (
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// KeySet is a set of keys and where it came from.
type KeySet struct {
	Source  string // "jwks", "pem", "secret", "discovery"
	URL     string // where it was fetched, or the file
	Fetched time.Time
	Keys    []Key
	Faults  []Fault
}

// Key is one key of a set, also when it can't be used.
type Key struct {
	Index      int
	KID        string
	KTY        string // "RSA", "EC", "OKP", "oct"
	Alg        string
	Use        string
	Ops        []string
	Crv        string
	Bits       int
	Thumbprint string // RFC 7638, SHA-256, base64url; empty when it can't be computed
	Private    bool   // has private members
	JSON       *Value // as received; nil for PEM and secrets
	Err        string // why it can't be used; empty when it can
	Material   *jose.Key
}

// ParseKeySet reads a JWKS (RFC 7517 5) or a single JWK, key by key: one bad key does not spoil the others.
func ParseKeySet(data []byte, source, url string) *KeySet { return &KeySet{Source: source, URL: url} }
