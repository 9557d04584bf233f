// Package jose does the cryptography of tokens, and is the only importer of jwx. It works on raw bytes and raw keys:
// [Verify] checks a signature over the bytes as they were received, [Sign] signs bytes that the caller wrote, [ParseJWK] and
// [ParsePEM] read one key.
//
// What jwx v2 decides for itself is kept out: it parses leniently, encodes the payload again before verifying, never
// compares the header's algorithm with the one of the check, ignores crit, and takes an ES256 signature by a P-384 key. It
// writes names into JSON unescaped (GHSA-4cf7-xm37-g63h), so nothing is ever written through it. So the policy is in [Fits]
// and in the caller; jwx gets an algorithm, a key that fits it, and bytes.
package jose

import (
	"errors"
	"fmt"
)

// ErrSignature is the verdict of the cryptography: the signature was not made by this key over these bytes.
var ErrSignature = errors.New("signature does not match this key")

// ErrUnsupported is wrapped by errors about algorithms and keys that this program cannot use.
var ErrUnsupported = errors.New("not supported")

// RefusedError says why an operation was not even tried: the algorithm and the key do not belong together.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

func refuse(format string, args ...any) error {
	return &RefusedError{fmt.Sprintf(format, args...)}
}

// Bounds on keys. Weak keys are shown and used, so that their tokens can be looked at; keys beyond these cannot be.
const (
	MinRSABits = 1024  // below, crypto/rsa refuses
	MaxRSABits = 16384 // above, one verification takes seconds
	maxJWK     = 1 << 20
)
