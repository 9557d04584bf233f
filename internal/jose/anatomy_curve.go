package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha512"
	"math/big"
	"slices"
)

// ecdsa is the verification of FIPS 186-5 6.4.2, with its letters.
func (an *Anatomy) ecdsa(pub *ecdsa.PublicKey, signature []byte) {
	half := len(signature) / 2
	order := pub.Params().N
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	an.Signature = []Field{{"r", signature[:half], "x of a point that the signer chose"}, {"s", signature[half:], "binds r, the digest and the private key together"}}
	if r.Sign() == 0 || s.Sign() == 0 || r.Cmp(order) >= 0 || s.Cmp(order) >= 0 {
		an.Problem = "r and s have to lie between 1 and the order of the curve (FIPS 186-5 6.4.2 step 1)"
		return
	}
	e := new(big.Int).SetBytes(an.Digest)
	if excess := 8*len(an.Digest) - order.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess))
	}
	w := new(big.Int).ModInverse(s, order)
	u1 := new(big.Int).Mul(e, w)
	u2 := new(big.Int).Mul(r, w)
	u1.Mod(u1, order)
	u2.Mod(u2, order)
	x, ok := combined(pub, u1, u2)
	if !ok {
		an.Problem = "the public key is no point of the curve"
		return
	}
	fixed := func(n *big.Int) []byte { return n.FillBytes(make([]byte, half)) }
	an.Steps = []Field{{"u1 = e/s mod n", fixed(u1), "e is the digest, n the order of the curve"}, {"u2 = r/s mod n", fixed(u2), ""},
		{"x of u1·G + u2·Q", fixed(x), "G is the curve's base point, Q the public key"}}
	an.Made = Field{"v = x mod n", fixed(x.Mod(x, order)), "computed here"}
	an.Wanted = Field{"r", signature[:half], "the first half of the signature"}
}

// combined gives the x of u1·G + u2·Q. The arithmetic is that which the standard library keeps for old programs: nothing here
// depends on how long it takes, and all of its values are public.
func combined(pub *ecdsa.PublicKey, u1, u2 *big.Int) (*big.Int, bool) {
	q, err := pub.Bytes() // 04, x, y
	if err != nil {
		return nil, false
	}
	half := (len(q) - 1) / 2
	c := pub.Curve
	//lint:ignore SA1019 see above
	x1, y1 := c.ScalarBaseMult(u1.Bytes())
	//lint:ignore SA1019 see above
	x2, y2 := c.ScalarMult(new(big.Int).SetBytes(q[1:1+half]), new(big.Int).SetBytes(q[1+half:]), u2.Bytes())
	//lint:ignore SA1019 see above
	x, _ := c.Add(x1, y1, x2, y2)
	return x, true
}

// ed25519 is the verification of RFC 8032 5.1.7 without the cofactor, as the standard library does it: R is computed from S, the
// key and the input, and compared with the one that was sent.
func (an *Anatomy) ed25519(pub ed25519.PublicKey, input, signature []byte) {
	h := sha512.New()
	h.Write(signature[:32])
	h.Write(pub)
	h.Write(input)
	an.Digest = h.Sum(nil)
	s := littleEndian(signature[32:])
	if s.Cmp(edOrder()) >= 0 {
		an.Problem = "S is not smaller than the order of the curve (RFC 8032 5.1.7 step 1)"
		return
	}
	a, ok := decodePoint(pub)
	if !ok {
		an.Problem = "the public key is no point of the curve"
		return
	}
	k := littleEndian(an.Digest)
	k.Mod(k, edOrder())
	an.Steps = []Field{{"k", toLittleEndian(k), "the digest as a number, modulo the order of the curve"}}
	made := basePoint().times(s).plus(a.negative().times(k))
	an.Made = Field{"S·B − k·A", made.encode(), "B is the base point, A the public key; computed here"}
	an.Wanted = Field{"R", signature[:32], "the first half of the signature"}
}

func littleEndian(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// toLittleEndian gives the 32 bytes of a number of the curve (RFC 8032 5.1.2).
func toLittleEndian(n *big.Int) []byte {
	b := n.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}
