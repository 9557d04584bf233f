package jose

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
)

// Key is one key. A Key that came with an error tells its type and size but can't be used.
type Key struct {
	kty, crv string
	bits     int
	public   any // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, []byte of a secret; nil when it can't verify
	private  any // *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey, []byte of a secret; nil when it can't sign
	members  map[string]string
	notes    []string
}

// New makes a Key of a key of the standard library: public or private, RSA, ECDSA or Ed25519.
func New(raw any) (*Key, error) {
	switch raw := raw.(type) {
	case *rsa.PublicKey:
		return newRSA(raw)
	case *rsa.PrivateKey:
		k, err := newRSA(&raw.PublicKey)
		k.private = raw
		return k, err
	case *ecdsa.PublicKey:
		return newEC(raw)
	case *ecdsa.PrivateKey:
		k, err := newEC(&raw.PublicKey)
		k.private = raw
		return k, err
	case ed25519.PublicKey:
		return newEd25519(raw)
	case ed25519.PrivateKey:
		k, err := newEd25519(raw.Public().(ed25519.PublicKey))
		k.private = raw
		return k, err
	case *ecdh.PublicKey:
		return newX25519(raw)
	case *ecdh.PrivateKey:
		k, err := newX25519(raw.PublicKey())
		if err == nil {
			k.private = raw
		}
		return k, err
	}
	return &Key{}, fmt.Errorf("wanted an RSA, ECDSA or Ed25519 key, got %T: %w", raw, ErrUnsupported)
}

// NewSecret makes a Key of a shared secret. The text of a public key is refused: a token that verifies with it was forged
// (RFC 8725 2.1).
func NewSecret(secret []byte) (*Key, error) {
	k := &Key{kty: "oct", bits: 8 * len(secret)}
	if len(secret) == 0 {
		return k, refuse("the secret is empty")
	}
	if what := publicKeyText(secret); what != "" {
		return k, refuse("this is %s and no shared secret: whoever knows it, everybody, can forge tokens with it", what)
	}
	k.public, k.private = secret, secret
	return k, nil
}

func newRSA(pub *rsa.PublicKey) (*Key, error) {
	k := &Key{kty: "RSA", bits: pub.N.BitLen(), members: map[string]string{
		"n": encode(pub.N.Bytes()), "e": encode(big.NewInt(int64(pub.E)).Bytes()),
	}}
	if err := checkRSA(pub.N, big.NewInt(int64(pub.E))); err != nil {
		return k, err
	}
	k.public = pub
	return k, nil
}

// checkRSA keeps out what crypto/rsa would refuse with less explanation, or compute on for too long.
func checkRSA(n, e *big.Int) error {
	switch {
	case n.BitLen() > MaxRSABits:
		return fmt.Errorf("RSA modulus of %d bits: more than %d are not computed with", n.BitLen(), MaxRSABits)
	case n.BitLen() < MinRSABits:
		return fmt.Errorf("RSA modulus of %d bits: less than %d can be factored, and are not computed with", n.BitLen(), MinRSABits)
	case n.Bit(0) == 0:
		return errors.New("RSA modulus is even: no product of two primes")
	case e.Cmp(big.NewInt(3)) < 0:
		return fmt.Errorf("RSA exponent %s: at least 3 is needed, anything forges a signature otherwise (RFC 8017 3.1)", e)
	case e.Bit(0) == 0:
		return fmt.Errorf("RSA exponent %s is even (RFC 8017 3.1)", short(e))
	case e.BitLen() > 31:
		return fmt.Errorf("RSA exponent of %d bits: more than 31 are not computed with", e.BitLen())
	}
	return nil
}

func short(n *big.Int) string {
	if n.BitLen() > 64 {
		return fmt.Sprintf("of %d bits", n.BitLen())
	}
	return n.String()
}

func newEC(pub *ecdsa.PublicKey) (*Key, error) {
	k := &Key{kty: "EC"}
	if pub.Curve == nil {
		return k, errors.New("EC key without a curve")
	}
	k.crv, k.bits = pub.Curve.Params().Name, pub.Curve.Params().BitSize
	if curve(k.crv) == nil {
		return k, fmt.Errorf("curve %q: %w", k.crv, ErrUnsupported)
	}
	point, err := pub.Bytes()
	if err != nil {
		return k, errors.New("the point (x, y) is not on the curve " + k.crv)
	}
	half := (len(point) - 1) / 2
	k.members = map[string]string{"crv": k.crv, "x": encode(point[1 : 1+half]), "y": encode(point[1+half:])}
	k.public = pub
	return k, nil
}

func curve(name string) elliptic.Curve {
	switch name {
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

func newEd25519(pub ed25519.PublicKey) (*Key, error) {
	k := &Key{kty: "OKP", crv: "Ed25519", bits: 256, members: map[string]string{"crv": "Ed25519", "x": encode(pub)}}
	if len(pub) != ed25519.PublicKeySize {
		return k, fmt.Errorf("Ed25519 key of %d bytes, wanted %d", len(pub), ed25519.PublicKeySize)
	}
	k.public = pub
	return k, nil
}

// newX25519 makes a key that only opens encrypted tokens (RFC 8037 3.2).
func newX25519(pub *ecdh.PublicKey) (*Key, error) {
	if pub.Curve() != ecdh.X25519() {
		return &Key{}, fmt.Errorf("key agreement on %v: %w", pub.Curve(), ErrUnsupported)
	}
	return &Key{kty: "OKP", crv: "X25519", bits: 256, public: pub, members: map[string]string{"crv": "X25519", "x": encode(pub.Bytes())}}, nil
}

// Type is the key type of RFC 7518 6.1: "RSA", "EC", "OKP", "oct".
func (k *Key) Type() string { return k.kty }

// Curve is the curve of an EC or OKP key.
func (k *Key) Curve() string { return k.crv }

// Bits is the size: of the modulus, of the curve, of the secret.
func (k *Key) Bits() int { return k.bits }

// Private reports whether the key can sign. A shared secret can.
func (k *Key) Private() bool { return k.private != nil }

// Notes lists what is odd about a key that can be used all the same, such as a member in ordinary base64.
func (k *Key) Notes() []string { return k.notes }

// Public gives the public key as the standard library's type, for comparing with a certificate; nil for secrets and
// for keys that can't be used.
func (k *Key) Public() crypto.PublicKey {
	if k.kty == "oct" {
		return nil
	}
	return k.public
}

// Secret gives the bytes of a shared secret; nil for every other key. It is for comparing, never for showing.
func (k *Key) Secret() []byte {
	secret, _ := k.private.([]byte)
	return secret
}

// Members gives the public members of the JWK (RFC 7518 6): n and e; crv, x and y; crv and x.
func (k *Key) Members() map[string]string { return k.members }

// Thumbprint is the SHA-256 thumbprint (RFC 7638 3), base64url; "" for a key that it is not defined for. Don't show that
// of a shared secret: it is something to test guesses with (RFC 7638 7).
func (k *Key) Thumbprint() string {
	if secret, ok := k.private.([]byte); ok {
		return Thumbprint(k.kty, map[string]string{"k": encode(secret)})
	}
	return Thumbprint(k.kty, k.members)
}

func (k *Key) usable() error {
	if k.public == nil {
		return fmt.Errorf("this %s key: %w", k.kty, ErrUnsupported)
	}
	return nil
}

// required lists the members that go into a thumbprint, in their order (RFC 7638 3.2, RFC 8037 2, RFC 9964 6).
func required(kty string) []string {
	switch kty {
	case "RSA":
		return []string{"e", "kty", "n"}
	case "EC":
		return []string{"crv", "kty", "x", "y"}
	case "OKP":
		return []string{"crv", "kty", "x"}
	case "oct":
		return []string{"k", "kty"}
	case "AKP":
		return []string{"alg", "kty", "pub"}
	}
	return nil
}

// Thumbprint computes the thumbprint of a JWK from its members as they are written, also for keys that can't be used.
func Thumbprint(kty string, members map[string]string) string {
	text := canonical(kty, members)
	if text == nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return encode(sum[:])
}

// Canonical is the public key as the one JSON text that thumbprints are made of: required members only, in order, without blanks
// (RFC 7638 3). It is nil for secrets and for keys that no thumbprint is defined for.
func (k *Key) Canonical() []byte {
	if k.kty == "oct" {
		return nil
	}
	return canonical(k.kty, k.members)
}

func canonical(kty string, members map[string]string) []byte {
	names := required(kty)
	if names == nil {
		return nil
	}
	text := []byte{'{'}
	for i, name := range names {
		value := members[name]
		if name == "kty" {
			value = kty
		}
		if value == "" || !plain(value) {
			return nil
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, '"')
		text = append(append(text, name...), `":"`...)
		text = append(append(text, value...), '"')
	}
	return append(text, '}')
}

// plain keeps texts out that JSON would have to escape: no such key is in order.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
