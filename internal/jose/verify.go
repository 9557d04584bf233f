package jose

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"fmt"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jws"
)

// Verify checks a signature over input, the exact bytes that were signed. It returns nil only when the signature is right;
// [ErrSignature] (possibly wrapped, with a hint) when the cryptography says no; a *[RefusedError] when algorithm and key do
// not belong together; [ErrUnsupported] for an algorithm that is not in [Algorithms]. alg none never verifies.
func Verify(alg string, k *Key, input, signature []byte) error {
	a := Find(alg)
	if a == nil {
		return unsupported(alg)
	}
	if err := Fits(a, k); err != nil {
		return err
	}
	if err := k.usable(); err != nil {
		return err
	}
	if want := a.SignatureSize(k); len(signature) != want {
		return sizeError(a, signature, want)
	}
	if a.PSS {
		return verifyPSS(a, k, input, signature)
	}
	v, err := jws.NewVerifier(a.jwx())
	if err != nil {
		return fmt.Errorf("%w: %v", ErrUnsupported, err)
	}
	if err := v.Verify(input, signature, k.public); err != nil {
		return ErrSignature
	}
	return nil
}

// verifyPSS goes past jwx, which takes a salt of any length; RFC 7518 3.5 wants the length of the hash.
func verifyPSS(a *Algorithm, k *Key, input, signature []byte) error {
	h := a.Hash.New()
	h.Write(input)
	options := rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.Hash}
	if err := rsa.VerifyPSS(k.public.(*rsa.PublicKey), a.Hash, h.Sum(nil), signature, &options); err != nil {
		return ErrSignature
	}
	return nil
}

func unsupported(alg string) error {
	if strings.EqualFold(alg, "none") {
		return refuse("alg none has no signature: nothing can verify it")
	}
	return fmt.Errorf("algorithm %.40q: %w", alg, ErrUnsupported)
}

// sizeError explains a signature of the wrong length, which needs no cryptography to be told wrong.
func sizeError(a *Algorithm, signature []byte, want int) error {
	hint := ""
	if a.Type == "EC" && len(signature) > 8 && signature[0] == 0x30 {
		hint = ": it looks like ASN.1 DER, and JOSE wants r and s side by side (RFC 7518 3.4)"
	}
	return fmt.Errorf("%w: wanted %d bytes for %s, got %d%s", ErrSignature, want, a.Name, len(signature), hint)
}

// MAC computes the HMAC of an HS algorithm with any secret, also an empty one or the text of a public key. It is for
// proving that a token was forged with such a secret (RFC 8725 2.1, 2.2); [Verify] is for verdicts.
func MAC(alg string, secret, input []byte) []byte {
	a := Find(alg)
	if a == nil || !a.Symmetric() {
		return nil
	}
	h := hmac.New(a.Hash.New, secret)
	h.Write(input)
	return h.Sum(nil)
}

// HalfHash is the left half of the hash of an algorithm, as at_hash and c_hash use it (OpenID Connect Core 3.1.3.6); nil
// when the algorithm does not name a hash.
func HalfHash(alg string, value []byte) []byte {
	a := Find(alg)
	if a == nil || a.Hash == crypto.Hash(0) {
		return nil
	}
	h := a.Hash.New()
	h.Write(value)
	sum := h.Sum(nil)
	return sum[:len(sum)/2]
}
