package jose

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// ParseJWK reads one JSON Web Key (RFC 7517 4, RFC 7518 6, RFC 8037 2), public, private or symmetric. The key is never nil:
// with an error it tells what is known of it (type, curve, size, thumbprint) and can't be used. Whether a member occurs
// twice is for the caller to see; here the last one counts. use, key_ops and alg are not judged.
func ParseJWK(data []byte) (*Key, error) {
	if len(data) > maxJWK {
		return &Key{}, fmt.Errorf("a key of %d bytes: more than %d are not read", len(data), maxJWK)
	}
	// A map, because encoding/json fills a struct also from names in another letter case ("Kty").
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return &Key{}, fmt.Errorf("wanted a JSON object: %w", err)
	}
	j := jwk{raw: raw, key: &Key{members: map[string]string{}}}
	j.key.kty = j.text("kty")
	if j.key.kty == "" {
		return j.key, errors.New(`no "kty": the type of the key is not known (RFC 7517 4.1)`)
	}
	err := j.parse()
	if err == nil {
		err = j.err
	}
	if err != nil {
		j.key.public, j.key.private = nil, nil
	}
	j.key.notes = j.notes
	return j.key, err
}

// jwk is a key being read; err is the first fault of a member.
type jwk struct {
	raw   map[string]json.RawMessage
	key   *Key
	notes []string
	err   error
}

func (j *jwk) parse() error {
	k := j.key
	for _, name := range required(k.kty) {
		if name != "kty" && name != "k" {
			k.members[name] = j.text(name)
		}
	}
	switch k.kty {
	case "RSA":
		return j.rsa()
	case "EC":
		return j.ec()
	case "OKP":
		return j.okp()
	case "oct":
		secret := j.bytes("k")
		if j.err != nil {
			return j.err
		}
		parsed, err := NewSecret(secret)
		*k = *parsed
		return err
	}
	return fmt.Errorf("key type %.40q: %w", k.kty, ErrUnsupported)
}

func (j *jwk) text(name string) string {
	if read, before := j.key.members[name]; before {
		return read
	}
	var s string
	if raw, ok := j.raw[name]; ok && json.Unmarshal(raw, &s) != nil && j.err == nil {
		j.err = fmt.Errorf("%q: wanted a text", name)
	}
	return s
}

// bytes decodes a member. Ordinary or padded base64 is read with a note, since it means the same key to everyone who
// takes it.
func (j *jwk) bytes(name string) []byte {
	text := j.text(name)
	if text == "" {
		if j.err == nil {
			j.err = fmt.Errorf("no %q", name)
		}
		return nil
	}
	if b, err := base64.RawURLEncoding.DecodeString(text); err == nil && !strings.ContainsAny(text, "\r\n") {
		return b
	}
	plain := strings.NewReplacer("+", "-", "/", "_", "=", "", "\r", "", "\n", "").Replace(text)
	b, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil {
		if j.err == nil {
			j.err = fmt.Errorf("%q is not base64url", name)
		}
		return nil
	}
	j.notes = append(j.notes, fmt.Sprintf("%q is in ordinary or padded base64, not base64url", name))
	return b
}

func (j *jwk) number(name string) *big.Int {
	b := j.bytes(name)
	if len(b) > 1 && b[0] == 0 {
		j.notes = append(j.notes, fmt.Sprintf("%q begins with a zero byte (RFC 7518 2 wants none)", name))
	}
	return new(big.Int).SetBytes(b)
}

func (j *jwk) rsa() error {
	n, e := j.number("n"), j.number("e")
	if j.err != nil {
		return j.err
	}
	j.key.bits = n.BitLen()
	if err := checkRSA(n, e); err != nil {
		return err
	}
	pub := &rsa.PublicKey{N: n, E: int(e.Int64())}
	j.key.public = pub
	if _, private := j.raw["d"]; !private {
		return nil
	}
	for _, name := range []string{"p", "q"} {
		if _, there := j.raw[name]; !there {
			j.notes = append(j.notes, "a private RSA key without its primes: it can verify, not sign")
			return nil
		}
	}
	priv := &rsa.PrivateKey{PublicKey: *pub, D: j.number("d"), Primes: []*big.Int{j.number("p"), j.number("q")}}
	if j.err != nil {
		return j.err
	}
	if err := priv.Validate(); err != nil {
		return fmt.Errorf("the private members do not fit the public ones: %w", err)
	}
	priv.Precompute()
	j.key.private = priv
	return nil
}

func (j *jwk) ec() error {
	k := j.key
	k.crv = j.text("crv")
	c := curve(k.crv)
	if c == nil {
		return fmt.Errorf("curve %.40q: %w", k.crv, ErrUnsupported)
	}
	k.bits = c.Params().BitSize
	size := (k.bits + 7) / 8
	point := append([]byte{4}, append(j.coordinate("x", size), j.coordinate("y", size)...)...)
	if j.err != nil {
		return j.err
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(c, point)
	if err != nil {
		return errors.New("the point (x, y) is not on the curve " + k.crv)
	}
	k.public = pub
	if _, private := j.raw["d"]; !private {
		return nil
	}
	d := j.coordinate("d", size)
	if j.err != nil {
		return j.err
	}
	priv, err := ecdsa.ParseRawPrivateKey(c, d)
	if err != nil {
		return errors.New(`"d" is no private key of the curve ` + k.crv)
	}
	if !priv.PublicKey.Equal(pub) {
		return errors.New(`"d" belongs to another public key than x and y`)
	}
	k.private = priv
	return nil
}

// coordinate wants the full size of the curve, zeros included (RFC 7518 6.2.1.2); a shorter one is filled up, with a note.
func (j *jwk) coordinate(name string, size int) []byte {
	b := j.bytes(name)
	switch {
	case j.err != nil:
		return nil
	case len(b) > size:
		j.err = fmt.Errorf("%q has %d bytes, the curve %s has %d", name, len(b), j.key.crv, size)
		return nil
	case len(b) < size:
		j.notes = append(j.notes, fmt.Sprintf("%q has %d bytes, wanted %d: leading zeros are missing (RFC 7518 6.2.1.2)", name, len(b), size))
		return append(make([]byte, size-len(b)), b...)
	}
	return b
}

func (j *jwk) okp() error {
	k := j.key
	k.crv = j.text("crv")
	x := j.bytes("x")
	if j.err != nil {
		return j.err
	}
	switch k.crv {
	case "Ed25519":
	case "X25519":
		return j.x25519(x)
	case "Ed448", "X448":
		k.bits = map[string]int{"Ed448": 456, "X448": 448}[k.crv]
		return fmt.Errorf("curve %s for signatures: %w", k.crv, ErrUnsupported)
	default:
		return fmt.Errorf("curve %.40q: %w", k.crv, ErrUnsupported)
	}
	k.bits = 256
	if len(x) != ed25519.PublicKeySize {
		return fmt.Errorf(`"x" has %d bytes, Ed25519 has %d`, len(x), ed25519.PublicKeySize)
	}
	k.public = ed25519.PublicKey(x)
	if _, private := j.raw["d"]; !private {
		return nil
	}
	d := j.bytes("d")
	if j.err != nil {
		return j.err
	}
	if len(d) != ed25519.SeedSize {
		return fmt.Errorf(`"d" has %d bytes, Ed25519 has %d`, len(d), ed25519.SeedSize)
	}
	priv := ed25519.NewKeyFromSeed(d)
	if !priv.Public().(ed25519.PublicKey).Equal(k.public.(ed25519.PublicKey)) {
		return errors.New(`"d" belongs to another public key than x`)
	}
	k.private = priv
	return nil
}

// x25519 reads a key for ECDH-ES (RFC 8037 2, 3.2).
func (j *jwk) x25519(x []byte) error {
	k := j.key
	k.bits = 256
	pub, err := ecdh.X25519().NewPublicKey(x)
	if err != nil {
		return fmt.Errorf(`"x" has %d bytes, X25519 has 32`, len(x))
	}
	k.public = pub
	if _, private := j.raw["d"]; !private {
		return nil
	}
	d := j.bytes("d")
	if j.err != nil {
		return j.err
	}
	priv, err := ecdh.X25519().NewPrivateKey(d)
	switch {
	case err != nil:
		return fmt.Errorf(`"d" has %d bytes, X25519 has 32`, len(d))
	case !priv.PublicKey().Equal(pub):
		return errors.New(`"d" belongs to another public key than x`)
	}
	k.private = priv
	return nil
}
