package doctor

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
)

// Key is one key of the provider's set, with what the checks ask of it worked out.
type Key struct {
	*inspect.Key
	N, E   *big.Int            // of RSA keys, also of unusable ones; nil when they can't be read
	X5C    []*x509.Certificate // as far as they can be read
	X5CErr string              // why not all of x5c could be read
}

func readKeys(set *inspect.KeySet) []Key {
	keys := make([]Key, len(set.Keys))
	for i := range set.Keys {
		k := Key{Key: &set.Keys[i]}
		if k.KTY == "RSA" {
			k.N, k.E = number(k.JSON.Get("n")), number(k.JSON.Get("e"))
		}
		k.readCertificates()
		keys[i] = k
	}
	return keys
}

// maxNumber bounds the numbers that are computed with, in bytes of base64.
const maxNumber = 4096

// number reads a number of a JWK as leniently as the libraries that accept it do.
func number(v *inspect.Value) *big.Int {
	text, ok := v.Text()
	if !ok || text == "" || len(text) > maxNumber {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(text))
	if err != nil {
		return nil
	}
	return new(big.Int).SetBytes(b)
}

// maxChain bounds how many certificates of one key are read.
const maxChain = 10

func (k *Key) readCertificates() {
	v := k.JSON.Get("x5c")
	if v == nil {
		return
	}
	if v.Kind != inspect.Array || len(v.Items) == 0 {
		k.X5CErr = fmt.Sprintf("wanted a list of certificates, got %s", v.Kind)
		return
	}
	for i := range v.Items[:min(len(v.Items), maxChain)] {
		text, ok := v.Items[i].Text()
		if !ok {
			k.X5CErr = fmt.Sprintf("x5c[%d] is %s", i, v.Items[i].Kind)
			return
		}
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			k.X5CErr = fmt.Sprintf("x5c[%d] is not standard base64", i)
			if loose, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil && strings.ContainsAny(text, "-_") {
				k.X5CErr += " but base64url"
				der = loose
			} else {
				return
			}
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			k.X5CErr = fmt.Sprintf("x5c[%d] is no certificate", i)
			return
		}
		k.X5C = append(k.X5C, cert)
	}
}

// name tells the key from the others, by kid or by place.
func (k *Key) name() string {
	if k.KID != "" {
		return "key " + quote(k.KID)
	}
	return fmt.Sprintf("key %d", k.Index+1)
}

// at is the key's place in the set, with a member of it.
func (k *Key) at(member string) string {
	at := fmt.Sprintf("keys[%d]", k.Index)
	if member != "" {
		at += "." + member
	}
	return at
}

// signing reports whether the key may be for signatures (RFC 7517 4.2, 4.3): not said otherwise.
func (k *Key) signing() bool {
	if k.Use != "" {
		return k.Use == "sig"
	}
	if len(k.Ops) > 0 {
		for _, op := range k.Ops {
			if op == "verify" || op == "sign" {
				return true
			}
		}
		return false
	}
	return !encryptionAlg(k.Alg)
}

// usable reports whether a client can verify with the key.
func (k *Key) usable() bool { return k.Err == "" && k.Material != nil && k.KTY != "oct" && k.signing() }

// material is what makes two keys the same: the thumbprint (RFC 7638), or the members for keys that have none.
func (k *Key) material() string {
	if k.Thumbprint != "" {
		return k.Thumbprint
	}
	var b strings.Builder
	for _, m := range []string{"kty", "crv", "n", "e", "x", "y", "k"} {
		text, _ := k.JSON.Get(m).Text()
		b.WriteString(text + "\x00")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return string(sum[:])
}

// bare reports whether a key says nothing that makes it a key.
func (k *Key) bare() bool { return k.JSON == nil || k.JSON.Kind != inspect.Object }

// samePublic compares the certificate's key with the JWK's.
func (k *Key) samePublic(cert *x509.Certificate) (same, known bool) {
	switch pub := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if k.KTY != "RSA" || k.N == nil || k.E == nil {
			return false, k.KTY != "RSA" && k.KTY != ""
		}
		return pub.N.Cmp(k.N) == 0 && big.NewInt(int64(pub.E)).Cmp(k.E) == 0, true
	case *ecdsa.PublicKey:
		own, ok := k.public().(*ecdsa.PublicKey)
		if !ok {
			return false, k.KTY != "EC" && k.KTY != ""
		}
		return own.Equal(pub), true
	case ed25519.PublicKey:
		own, ok := k.public().(ed25519.PublicKey)
		if !ok {
			return false, k.KTY != "OKP" && k.KTY != ""
		}
		return own.Equal(pub), true
	}
	return false, false
}

func (k *Key) public() any {
	if k.Material == nil {
		return nil
	}
	return k.Material.Public()
}

// thumbprints of a certificate, as x5t and x5t#S256 have them (RFC 7517 4.8, 4.9).
func thumbprints(cert *x509.Certificate) (x5t, x5tS256 string) {
	one, two := sha1.Sum(cert.Raw), sha256.Sum256(cert.Raw)
	return base64.RawURLEncoding.EncodeToString(one[:]), base64.RawURLEncoding.EncodeToString(two[:])
}

// encryptionNames are the registered JWE algorithms that a key can be for (RFC 7518 4.1, RFC 9278 and later registrations).
var encryptionNames = [...]string{"RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512", "A128KW", "A192KW", "A256KW", "dir", "ECDH-ES",
	"ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW", "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"}

func encryptionAlg(alg string) bool {
	for _, n := range encryptionNames {
		if n == alg {
			return true
		}
	}
	return false
}

// keyTypeOf gives the key type, and the curve where there is just one, that an algorithm needs; "" for unknown ones.
func keyTypeOf(alg string) (kty, crv string) {
	switch alg {
	case "ES256", "ESP256":
		return "EC", "P-256"
	case "ES384", "ESP384":
		return "EC", "P-384"
	case "ES512", "ESP512":
		return "EC", "P-521"
	case "ES256K":
		return "EC", "secp256k1"
	case "EdDSA":
		return "OKP", ""
	case "Ed25519", "Ed448":
		return "OKP", alg
	case "dir":
		return "oct", ""
	}
	switch {
	case strings.HasPrefix(alg, "RS"), strings.HasPrefix(alg, "PS"):
		return "RSA", ""
	case strings.HasPrefix(alg, "HS"), strings.HasPrefix(alg, "A1"), strings.HasPrefix(alg, "A2"), strings.HasPrefix(alg, "PBES2"):
		return "oct", ""
	case strings.HasPrefix(alg, "ML-DSA"):
		return "AKP", ""
	}
	return "", "" // ECDH-ES goes with EC and OKP
}
