package jose

import (
	"fmt"
	"strings"
)

// encryptionKey says which key an encryption algorithm of RFC 7518 4.1 needs: its type, and for shared keys its size in bytes,
// 0 for any. dir is not in it: there the size is that of enc.
func encryptionKey(alg string) (kty string, size int) {
	switch alg {
	case "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512":
		return "RSA", 0
	case "A128KW", "A128GCMKW":
		return "oct", 16
	case "A192KW", "A192GCMKW":
		return "oct", 24
	case "A256KW", "A256GCMKW":
		return "oct", 32
	case "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "dir":
		return "oct", 0
	case "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW":
		return "EC", 0
	}
	return "", 0
}

// EncSizes gives the lengths in bytes that a content encryption needs: key, IV and tag (RFC 7518 5.2, 5.3); zeros for a name
// that is not known.
func EncSizes(enc string) (key, iv, tag int) {
	switch enc {
	case "A128GCM":
		return 16, 12, 16
	case "A192GCM":
		return 24, 12, 16
	case "A256GCM":
		return 32, 12, 16
	case "A128CBC-HS256":
		return 32, 16, 16
	case "A192CBC-HS384":
		return 48, 16, 24
	case "A256CBC-HS512":
		return 64, 16, 32
	}
	return 0, 0, 0
}

// FitsEncryption says why nothing can be encrypted to a key with these algorithms (RFC 7518 4, RFC 8725 3.1), or nil.
func FitsEncryption(alg, enc string, k *Key) error {
	kty, size := encryptionKey(alg)
	encKey, _, _ := EncSizes(enc)
	switch {
	case kty == "":
		return fmt.Errorf("algorithm %.40q: %w", alg, ErrUnsupported)
	case encKey == 0:
		return fmt.Errorf("content encryption %.40q: %w", enc, ErrUnsupported)
	case alg == "dir":
		size = encKey
	}
	switch {
	case kty == "EC" && k.kty == "OKP" && k.crv == "X25519":
	case kty != k.kty:
		return refuse("%s needs %s, this is %s", alg, typeInWords(kty), typeInWords(k.kty))
	case size > 0 && k.bits != 8*size:
		return refuse("%s needs a key of %d bytes, this one has %d", algWithEnc(alg, enc), size, k.bits/8)
	}
	return nil
}

// FitsDecryption says why a key can't open a message with these algorithms, or nil.
func FitsDecryption(alg, enc string, k *Key) error {
	if err := FitsEncryption(alg, enc, k); err != nil {
		return err
	}
	if k.private == nil {
		return refuse("%s needs the private key, this is a public one", alg)
	}
	return nil
}

// SharedKeySize gives the length in bytes of the shared key that an algorithm takes (RFC 7518 4.4, 4.5, 4.7), 0 for one that
// takes none or any.
func SharedKeySize(alg, enc string) int {
	kty, size := encryptionKey(alg)
	if alg == "dir" {
		size, _, _ = EncSizes(enc)
	}
	if kty != "oct" {
		return 0
	}
	return size
}

func algWithEnc(alg, enc string) string {
	if alg == "dir" {
		return enc
	}
	return alg
}

// PublicKeyEncryption reports an algorithm with which everybody who has the public key can make a message.
func PublicKeyEncryption(alg string) bool {
	return strings.HasPrefix(alg, "RSA") || strings.HasPrefix(alg, "ECDH-ES")
}
