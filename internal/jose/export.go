package jose

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// Member is one member of a JWK, whose value is a text.
type Member struct{ Name, Value string }

// JWK gives the members of the key in their usual order, kty first: the public ones, and with private also those that must be kept
// (RFC 7518 6.2.2, 6.3.2, 6.4; RFC 8037 2). A shared secret has no public members beside kty.
func (k *Key) JWK(private bool) ([]Member, error) {
	if k.public == nil {
		return nil, fmt.Errorf("a %s key that can't be used: %w", k.kty, ErrUnsupported)
	}
	all := []Member{{"kty", k.kty}}
	for _, name := range []string{"crv", "x", "y", "n", "e"} {
		if v := k.members[name]; v != "" {
			all = append(all, Member{name, v})
		}
	}
	if !private {
		return all, nil
	}
	switch key := k.private.(type) {
	case nil:
		return nil, errors.New("this is a public key: there is no private half to write")
	case []byte:
		all = append(all, Member{"k", encode(key)})
	case ed25519.PrivateKey:
		all = append(all, Member{"d", encode(key.Seed())})
	case *ecdh.PrivateKey:
		all = append(all, Member{"d", encode(key.Bytes())})
	case *ecdsa.PrivateKey:
		d, err := key.Bytes() // of fixed length, as RFC 7518 6.2.2.1 wants it
		if err != nil {
			return nil, err
		}
		all = append(all, Member{"d", encode(d)})
	case *rsa.PrivateKey:
		all = append(all, Member{"d", encode(key.D.Bytes())})
		if len(key.Primes) == 2 { // with more, others would need oth, which hardly anybody reads
			key.Precompute()
			for i, n := range []*big.Int{key.Primes[0], key.Primes[1], key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv} {
				all = append(all, Member{[]string{"p", "q", "dp", "dq", "qi"}[i], encode(n.Bytes())})
			}
		}
	}
	return all, nil
}

// PEM writes the key as a PEM block (RFC 7468): PKCS #8 "PRIVATE KEY" with private, else "PUBLIC KEY". Shared secrets have no PEM.
func (k *Key) PEM(private bool) ([]byte, error) {
	if k.kty == "oct" {
		return nil, errors.New("a shared secret has no PEM form")
	}
	if k.public == nil {
		return nil, fmt.Errorf("a %s key that can't be used: %w", k.kty, ErrUnsupported)
	}
	label, raw, marshal := "PUBLIC KEY", k.public, x509.MarshalPKIXPublicKey
	if private {
		if k.private == nil {
			return nil, errors.New("this is a public key: there is no private half to write")
		}
		label, raw, marshal = "PRIVATE KEY", k.private, x509.MarshalPKCS8PrivateKey
	}
	der, err := marshal(raw)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), nil
}
