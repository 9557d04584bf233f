package doctor

import (
	"fmt"
	"math/big"
	"sync"

	"github.com/oidcscope/oidcscope/internal/rule"
)

func short(n *big.Int) string {
	if n.BitLen() > 64 {
		return fmt.Sprintf("of %d bits", n.BitLen())
	}
	return n.String()
}

// primes are the odd primes that moduli are tried with.
var primes = sync.OnceValue(func() []int64 {
	const limit = 8192
	var composite [limit]bool
	var all []int64
	for i := 3; i < limit; i += 2 {
		if composite[i] {
			continue
		}
		all = append(all, int64(i))
		for j := i * i; j < limit; j += i {
			composite[j] = true
		}
	}
	return all
})

func brokenRSA(k *Key) []rule.Finding {
	if k.KTY != "RSA" {
		return nil
	}
	for _, m := range []string{"n", "e"} {
		v := k.JSON.Get(m)
		switch {
		case v == nil:
			return found(k.at(m), "%s has no %s", k.name(), m)
		case number(v) == nil:
			return found(k.at(m), "%s: %s can't be read", k.name(), m)
		}
	}
	if k.N.Sign() == 0 || k.N.Bit(0) == 0 {
		return found(k.at("n"), "%s has an even modulus", k.name())
	}
	rest := new(big.Int)
	for _, p := range primes() {
		if rest.Mod(k.N, big.NewInt(p)).Sign() == 0 {
			return found(k.at("n"), "%s has the small factor %d", k.name(), p)
		}
	}
	return nil
}

// maxPairs bounds for how many keys common factors are looked for: it takes the square of it.
const maxPairs = 60

func sharedFactors(keys []Key) []rule.Finding {
	var all []rule.Finding
	one := big.NewInt(1)
	var seen []*Key
	for i := range keys {
		k := &keys[i]
		if k.KTY != "RSA" || k.N == nil || k.N.Sign() == 0 || k.N.BitLen() > 8192 || len(seen) == maxPairs {
			continue
		}
		for _, other := range seen {
			if k.N.Cmp(other.N) == 0 {
				continue
			}
			if d := new(big.Int).GCD(nil, nil, k.N, other.N); d.Cmp(one) > 0 && d.BitLen() > 16 {
				all = append(all, found(k.at("n"), "%s shares a prime with %s: both can be factored", k.name(), other.name())...)
			}
		}
		seen = append(seen, k)
	}
	return all
}

// roca recognises moduli whose primes are powers of 65537 modulo a product of small primes: then the modulus lies in the group
// that 65537 generates, modulo each of them (Nemec et al., 2017). A random modulus does so once in 2^27.
func roca(n *big.Int) bool {
	rest := new(big.Int)
	for _, p := range primes() {
		if p > 167 {
			break
		}
		want := rest.Mod(n, big.NewInt(p)).Int64()
		power, inside := int64(1), false
		for range p {
			if power == want {
				inside = true
				break
			}
			power = power * 65537 % p
		}
		if !inside {
			return false
		}
	}
	return true
}
