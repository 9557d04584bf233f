package jose

import (
	"bytes"
	"crypto/rsa"
	"encoding/binary"
	"fmt"
	"math/big"
)

// recovered undoes the signature with the public key: s to the power of e, modulo n (RSAVP1, RFC 8017 5.2.2). It reports false
// for a number that is out of range.
func recovered(pub *rsa.PublicKey, signature []byte) ([]byte, bool) {
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(pub.N) >= 0 {
		return nil, false
	}
	m := new(big.Int).Exp(s, big.NewInt(int64(pub.E)), pub.N)
	return m.FillBytes(make([]byte, (pub.N.BitLen()+7)/8)), true
}

// digestInfo is the ASN.1 that stands before the digest and names its hash (RFC 8017 9.2 note 1).
func (a *Algorithm) digestInfo() []byte {
	arc := map[int]byte{32: 1, 48: 2, 64: 3}[a.Hash.Size()] // 2.16.840.1.101.3.4.2.arc
	n := byte(a.Hash.Size())
	return []byte{0x30, 17 + n, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00, 0x04, n}
}

// pkcs1 is RSASSA-PKCS1-v1_5 (RFC 8017 8.2.2): what comes out must be byte for byte what the signer put in.
func (an *Anatomy) pkcs1(a *Algorithm, em []byte) {
	info := a.digestInfo()
	wanted := make([]byte, 0, len(em))
	fill := len(em) - 3 - len(info) - len(an.Digest)
	if fill < 8 {
		an.Problem = fmt.Sprintf("the key is too small for %s: %d bytes (RFC 8017 9.2)", a.Name, len(em))
		return
	}
	wanted = append(wanted, 0, 1)
	wanted = append(wanted, bytes.Repeat([]byte{0xff}, fill)...)
	wanted = append(append(append(wanted, 0), info...), an.Digest...)
	an.Steps = encoded(em, info)
	an.Made = Field{"EM", em, "what came out of the signature"}
	an.Wanted = Field{"EM'", wanted, "padding, hash and digest, put together here"}
}

// encoded splits what came out of a signature into the fields of EMSA-PKCS1-v1_5 as far as they are there.
func encoded(em, info []byte) []Field {
	noise := []Field{{"EM = sᵉ mod n", em, "without a form: another key made the signature, or it was changed"}}
	if len(em) < 11 || em[0] != 0 || em[1] != 1 {
		return noise
	}
	end := 2
	for end < len(em) && em[end] == 0xff {
		end++
	}
	if end < 10 || end == len(em) || em[end] != 0 {
		return noise
	}
	fields := []Field{{"EM = sᵉ mod n", em, "what came out of the signature, in its parts:"},
		{"00 01", em[:2], "a block of type 1: a signature"}, {"padding", em[2:end], fmt.Sprintf("FF, %d times", end-2)}, {"00", em[end : end+1], "the padding ends"}}
	rest := em[end+1:]
	if !bytes.HasPrefix(rest, info) {
		return append(fields, Field{"rest", rest, "not the DigestInfo of this hash"})
	}
	return append(fields, Field{"DigestInfo", info, "ASN.1: which hash it is, and how long"}, Field{"digest", rest[len(info):], "what the signer computed"})
}

// pss is RSASSA-PSS (RFC 8017 8.1.2, 9.1.2) with MGF1 and the hash of the algorithm (RFC 7518 3.5).
func (an *Anatomy) pss(a *Algorithm, pub *rsa.PublicKey, em []byte) {
	bits := pub.N.BitLen() - 1
	if size := (bits + 7) / 8; len(em) > size { // the leading byte is no part of EM then
		em = em[len(em)-size:]
	}
	size := a.Hash.Size()
	if len(em) < size+2 {
		an.Problem = fmt.Sprintf("the key is too small for %s: %d bytes (RFC 8017 9.1.2)", a.Name, len(em))
		return
	}
	masked, h, trailer := em[:len(em)-size-1], em[len(em)-size-1:len(em)-1], em[len(em)-1:]
	an.Steps = []Field{{"EM = sᵉ mod n", em, "what came out of the signature, in its parts:"}, {"maskedDB", masked, "padding and salt, masked with MGF1(H)"},
		{"H", h, "the signer's hash over digest and salt"}, {"trailer", trailer, "BC when all is well"}}
	if trailer[0] != 0xbc {
		an.Problem = fmt.Sprintf("the last byte is %02X and not BC: another key made the signature, or it was changed (RFC 8017 9.1.2 step 4)", trailer[0])
		return
	}
	db := mgf1(a, h, masked)
	db[0] &= 0xff >> (8*len(em) - bits)
	zeros := 0
	for zeros < len(db) && db[zeros] == 0 {
		zeros++
	}
	if zeros == len(db) || db[zeros] != 1 {
		an.Steps = append(an.Steps, Field{"DB", db, "without a form"})
		an.Problem = "under the mask there is no 01 after zeros: another key made the signature, or it was changed (RFC 8017 9.1.2 step 10)"
		return
	}
	salt := db[zeros+1:]
	note := fmt.Sprintf("%d bytes, as long as the hash, as RFC 7518 3.5 wants it", len(salt))
	if len(salt) != size {
		note = fmt.Sprintf("%d bytes, but RFC 7518 3.5 wants as many as the hash has: %d", len(salt), size)
		an.Problem = "the salt has the wrong length: " + note
	}
	an.Steps = append(an.Steps, Field{"padding", db[:zeros+1], fmt.Sprintf("00, %d times, then 01", zeros)}, Field{"salt", salt, note})
	m := a.Hash.New()
	m.Write(make([]byte, 8))
	m.Write(an.Digest)
	m.Write(salt)
	if an.Problem == "" {
		an.Made = Field{"H'", m.Sum(nil), "hash of eight zeros, the digest and the salt, computed here"}
		an.Wanted = Field{"H", h, "what came out of the signature"}
	}
}

// mgf1 takes the mask off (RFC 8017 B.2.1).
func mgf1(a *Algorithm, seed, masked []byte) []byte {
	var mask []byte
	for i := uint32(0); len(mask) < len(masked); i++ {
		h := a.Hash.New()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, i))
		mask = h.Sum(mask)
	}
	out := make([]byte, len(masked))
	for i := range out {
		out[i] = masked[i] ^ mask[i]
	}
	return out
}
