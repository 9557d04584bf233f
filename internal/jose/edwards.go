package jose

import (
	"math/big"
	"sync"
)

// The curve of Ed25519 (RFC 8032 5.1) with whole numbers, as the specification writes it down. The standard library keeps its own
// arithmetic to itself; this one only shows public values.

// edField is the prime p = 2²⁵⁵ − 19 that coordinates are taken modulo of.
var edField = sync.OnceValue(func() *big.Int {
	p := new(big.Int).Lsh(big.NewInt(1), 255)
	return p.Sub(p, big.NewInt(19))
})

// edOrder is the order L of the base point.
var edOrder = sync.OnceValue(func() *big.Int {
	l, _ := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	return l.Add(l, new(big.Int).Lsh(big.NewInt(1), 252))
})

// edD is the curve's constant d = −121665/121666.
var edD = sync.OnceValue(func() *big.Int {
	d := new(big.Int).ModInverse(big.NewInt(121666), edField())
	return mul(d, big.NewInt(-121665))
})

func mul(a, b *big.Int) *big.Int {
	n := new(big.Int).Mul(a, b)
	return n.Mod(n, edField())
}

func add(a, b *big.Int) *big.Int {
	n := new(big.Int).Add(a, b)
	return n.Mod(n, edField())
}

func sub(a, b *big.Int) *big.Int {
	n := new(big.Int).Sub(a, b)
	return n.Mod(n, edField())
}

// point is a point in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z (RFC 8032 5.1.4).
type point struct{ x, y, z, t *big.Int }

func affine(x, y *big.Int) point { return point{x, y, big.NewInt(1), mul(x, y)} }

// basePoint is B: y is 4/5, x the even one of the two.
var basePoint = sync.OnceValue(func() point {
	y := mul(big.NewInt(4), new(big.Int).ModInverse(big.NewInt(5), edField()))
	b, _ := decodePoint(toLittleEndian(y))
	return b
})

// decodePoint is RFC 8032 5.1.3; it reports false for what is no point. Like the standard library it takes a y that is not reduced.
func decodePoint(b []byte) (point, bool) {
	y := littleEndian(b)
	odd := y.Bit(255)
	y.SetBit(y, 255, 0)
	y.Mod(y, edField())
	// x² = (y² − 1) / (d·y² + 1)
	yy := mul(y, y)
	x := new(big.Int).ModInverse(add(mul(edD(), yy), big.NewInt(1)), edField())
	x = mul(x, sub(yy, big.NewInt(1)))
	if x = new(big.Int).ModSqrt(x, edField()); x == nil {
		return point{}, false
	}
	if x.Bit(0) != odd {
		x = sub(new(big.Int), x)
	}
	return affine(x, y), true
}

func (p point) encode() []byte {
	inverse := new(big.Int).ModInverse(p.z, edField())
	b := toLittleEndian(mul(p.y, inverse))
	b[31] |= byte(mul(p.x, inverse).Bit(0)) << 7
	return b
}

func (p point) negative() point {
	return point{sub(new(big.Int), p.x), p.y, p.z, sub(new(big.Int), p.t)}
}

// plus is complete: it adds a point to itself, too (RFC 8032 5.1.4).
func (p point) plus(q point) point {
	a := mul(sub(p.y, p.x), sub(q.y, q.x))
	b := mul(add(p.y, p.x), add(q.y, q.x))
	c := mul(mul(add(p.t, p.t), edD()), q.t)
	d := mul(add(p.z, p.z), q.z)
	e, f, g, h := sub(b, a), sub(d, c), add(d, c), add(b, a)
	return point{mul(e, f), mul(g, h), mul(f, g), mul(e, h)}
}

func (p point) times(n *big.Int) point {
	sum := affine(new(big.Int), big.NewInt(1))
	for i := n.BitLen() - 1; i >= 0; i-- {
		sum = sum.plus(sum)
		if n.Bit(i) == 1 {
			sum = sum.plus(p)
		}
	}
	return sum
}
