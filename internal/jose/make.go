package jose

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
)

// Bounds on what is made; weaker keys are for reading only.
const (
	minMadeRSA    = 2048
	maxMadeRSA    = 8192 // bits; above, making one takes minutes
	minMadeSecret = 128  // bits
	maxMadeSecret = 4096
)

// Make makes a new private key: "rsa" of a size in bits (0: 2048), "ec" on a curve ("": P-256), "ed25519", "x25519" (which only
// opens encrypted tokens), or "oct", a random secret of a size in bits (0: 256).
func Make(kind string, bits int, crv string) (*Key, error) {
	kind = strings.ToLower(kind)
	if crv != "" && kind != "ec" || bits != 0 && (kind == "ec" || kind == "ed25519" || kind == "x25519") {
		return nil, fmt.Errorf("a %s key: a size is for rsa and oct, a curve for ec", kind)
	}
	switch kind {
	case "rsa":
		if bits == 0 {
			bits = minMadeRSA
		}
		if bits < minMadeRSA || bits > maxMadeRSA || bits%8 != 0 {
			return nil, fmt.Errorf("an RSA key of %d bits: wanted %d to %d (RFC 7518 3.3), in whole bytes", bits, minMadeRSA, maxMadeRSA)
		}
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			return nil, err
		}
		return New(key)
	case "ec":
		if crv == "" {
			crv = "P-256"
		}
		c := curve(crv)
		if c == nil {
			return nil, fmt.Errorf("curve %.40q: wanted P-256, P-384 or P-521", crv)
		}
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			return nil, err
		}
		return New(key)
	case "ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return New(key)
	case "x25519":
		key, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return New(key)
	case "oct":
		if bits == 0 {
			bits = 256
		}
		if bits < minMadeSecret || bits > maxMadeSecret || bits%8 != 0 {
			return nil, fmt.Errorf("a secret of %d bits: wanted %d to %d, in whole bytes", bits, minMadeSecret, maxMadeSecret)
		}
		secret := make([]byte, bits/8)
		rand.Read(secret) // never fails
		return NewSecret(secret)
	}
	return nil, errors.New("wanted rsa, ec, ed25519, x25519 or oct")
}
