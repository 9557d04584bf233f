package lint

import (
	"crypto/rsa"
	"math/big"
	"sync/atomic"

	"github.com/oidcscope/oidcscope/inspect"
)

// guessableModulus recognises keys of the Infineon library of CVE-2017-15361 (ROCA): its primes are powers of 65537 modulo the
// product of the first primes, so the modulus, too, lies in that small group modulo each of them. Other keys pass all tests with
// a chance of one in 2^27 and less.
func guessableModulus(k *inspect.Key) bool {
	if last := lastModulus.Load(); last != nil && last.key == k {
		return last.guessable
	}
	m := &judgedModulus{k, inGroup(k)}
	lastModulus.Store(m)
	return m.guessable
}

// lastModulus is the key that was judged last: in a stream of tokens it is nearly always the same.
var lastModulus atomic.Pointer[judgedModulus]

type judgedModulus struct {
	key       *inspect.Key
	guessable bool
}

func inGroup(k *inspect.Key) bool {
	if k.Material == nil {
		return false
	}
	public, ok := k.Material.Public().(*rsa.PublicKey)
	if !ok {
		return false
	}
	remainder := new(big.Int)
	for _, p := range [...]int64{11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157} {
		r := remainder.Mod(public.N, big.NewInt(p)).Int64()
		if !powerOf65537(r, p) {
			return false
		}
	}
	return true
}

// powerOf65537 reports whether r is a power of 65537 modulo a small prime.
func powerOf65537(r, p int64) bool {
	generator := int64(65537) % p
	for x, power := int64(1), int64(0); power < p; power++ {
		if x == r {
			return true
		}
		x = x * generator % p
	}
	return false
}
